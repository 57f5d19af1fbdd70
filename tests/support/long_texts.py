"""Pairs of long texts, by the kind of change between them: made anew from a fixed seed, so that every run has the same ones."""

import random
from collections.abc import Callable, Mapping

LINES = 100_000
_WORDS = ("value", "total", "item", "self", "return", "if", "else", "for", "cart", "price", "index", "=", "+", "(", ")")
_BRACES = ("}", "", "    }", "        }", "    return result;", "{", "    });")

_Change = Callable[[random.Random, list[str]], None]


def make_texts(kind: str, lines: int = LINES) -> tuple[bytes, bytes]:
    """A text like a program's of so many lines, and the same after a change of that kind."""
    chance = random.Random(5)
    end = "\r\n" if kind == "crlf" else "\n"
    if kind == "huge":
        lines *= 5
    if kind == "braces":
        old = [_brace_line(chance, number) for number in range(lines)]
    elif kind == "table":
        old = [chance.choice(_BRACES) for _ in range(lines)]
    else:
        old = [_line(chance, number) for number in range(lines)]
    new = list(old)
    KINDS[kind](chance, new)
    new_end = "\r\n" if kind == "line ends" else end
    return (end.join(old) + end).encode(), (new_end.join(new) + new_end).encode()


def _line(chance: random.Random, number: int) -> str:
    what = chance.random()
    if what < 0.15:
        return ""
    if what < 0.25:
        return chance.choice(["    }", "        return result"])
    words = " ".join(chance.choice(_WORDS) for _ in range(chance.randint(2, 7)))
    return "    " * chance.randint(0, 3) + words + (f" {number}" if what > 0.5 else "")


def _brace_line(chance: random.Random, number: int) -> str:
    return chance.choice(_BRACES) if chance.random() < 0.7 else _line(chance, number)


def _edits(share: int, kinds: tuple[float, float] = (0.4, 0.7)) -> _Change:
    """One edit in so many lines: a line changed, put in, or up to four taken out, in these shares."""

    def change(chance: random.Random, new: list[str]) -> None:
        for _ in range(len(new) // share):
            place, what = chance.randrange(len(new)), chance.random()
            if what < kinds[0]:
                new[place] += " changed"
            elif what < kinds[1]:
                new.insert(place, f"    added line {chance.randrange(10**6)}")
            else:
                del new[place : place + chance.randint(1, 4)]

    return change


def _moved(chance: random.Random, new: list[str]) -> None:
    lines = len(new)
    _edits(100)(chance, new)
    moved = new[lines // 5 : lines // 4]
    del new[lines // 5 : lines // 4]
    new[lines * 7 // 10 : lines * 7 // 10] = moved


def _runs(chance: random.Random, new: list[str]) -> None:
    """Runs of 1 to 200 lines replaced, put in, taken out or moved."""
    for _ in range(len(new) // 1000):
        place, size = chance.randrange(len(new)), chance.choice([1, 2, 5, 20, 60, 200])
        what = chance.randrange(4)
        if what == 0:
            new[place : place + size] = [
                _line(chance, chance.randrange(10**9)) for _ in range(chance.randrange(size + 5))
            ]
        elif what == 1:
            new[place:place] = [_line(chance, chance.randrange(10**9)) for _ in range(size)]
        elif what == 2:
            del new[place : place + size]
        else:
            moved = new[place : place + size]
            del new[place : place + size]
            at = chance.randrange(len(new))
            new[at:at] = moved


def _large_insertion(chance: random.Random, new: list[str]) -> None:
    new[len(new) // 3 : len(new) // 3] = [_line(chance, chance.randrange(10**9)) for _ in range(len(new) // 5)]


def _different(chance: random.Random, new: list[str]) -> None:
    new[:] = [f"{number} other {chance.randrange(10**9)}" for number in range(len(new))]


def _rewritten(chance: random.Random, new: list[str]) -> None:
    """Other code, in which blank lines, braces and short lines are the same."""
    new[:] = [_line(chance, 10**6 + number) for number in range(len(new))]


def _shuffled(chance: random.Random, new: list[str]) -> None:
    """Stretches of 50 lines in another order."""
    pieces = [new[start : start + 50] for start in range(0, len(new), 50)]
    chance.shuffle(pieces)
    new[:] = [line for piece in pieces for line in piece]


def _none(_chance: random.Random, _new: list[str]) -> None:
    """The lines stay, their ends change."""


def _few(chance: random.Random, new: list[str]) -> None:
    for _ in range(20):
        _edits(len(new))(chance, new)


KINDS: Mapping[str, _Change] = {
    "sparse": _edits(100),
    "moved": _moved,
    "dense": _edits(7),
    "random runs": _runs,
    "insertions": _edits(20, (0.0, 1.0)),
    "deletions": _edits(20, (0.0, 0.0)),
    "one insertion": _large_insertion,
    "braces": _edits(20),
    "table": _edits(50),
    "crlf": _edits(50),
    "line ends": _none,
    "different": _different,
    "rewritten": _rewritten,
    "shuffled": _shuffled,
    "huge": _few,
}
