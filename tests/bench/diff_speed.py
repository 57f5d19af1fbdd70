"""Two texts of 100,000 lines: our diff beside `git diff --no-index --histogram`, in seconds of processor time.

Run it as `python -m tests.bench.diff_speed`. Processor time, not the clock's: other programs on the machine then change little.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from copilot_tui.diff.compute import compute_hunks

LINES = 100_000
ROUNDS = 5
_WORDS = ("value", "total", "item", "self", "return", "if", "else", "for", "cart", "price", "index", "=", "+", "(", ")")


def make_texts(kind: str, lines: int = LINES) -> tuple[bytes, bytes]:
    """A text like a program's, and the same after `sparse` (1 in 100), `moved` (and 5,000 lines moved) or `dense` (1 in 7) changes."""
    chance = random.Random(5)
    old = [_line(chance, number) for number in range(lines)]
    new = list(old)
    for _ in range({"sparse": lines // 100, "moved": lines // 100, "dense": lines // 7}[kind]):
        place, what = chance.randrange(len(new)), chance.random()
        if what < 0.4:
            new[place] += " changed"
        elif what < 0.7:
            new.insert(place, f"    added line {chance.randrange(10**6)}")
        else:
            del new[place : place + chance.randint(1, 4)]
    if kind == "moved":
        moved = new[lines // 5 : lines // 4]
        del new[lines // 5 : lines // 4]
        new[lines * 7 // 10 : lines * 7 // 10] = moved
    return "\n".join(old).encode() + b"\n", "\n".join(new).encode() + b"\n"


def _line(chance: random.Random, number: int) -> str:
    what = chance.random()
    if what < 0.15:
        return ""
    if what < 0.25:
        return chance.choice(["    }", "        return result"])
    words = " ".join(chance.choice(_WORDS) for _ in range(chance.randint(2, 7)))
    return "    " * chance.randint(0, 3) + words + (f" {number}" if what > 0.5 else "")


def measure(kind: str, folder: Path) -> dict[str, float | str | int]:
    """The best of some rounds of both."""
    before, after = make_texts(kind)
    (folder / "before").write_bytes(before)
    (folder / "after").write_bytes(after)
    git_seconds = our_seconds = float("inf")
    patch, hunks = b"", compute_hunks(before, after)
    for _ in range(ROUNDS):
        start = _children()
        patch = subprocess.run(
            ["git", "diff", "--no-index", "--histogram", "before", "after"],
            cwd=folder,
            capture_output=True,
            check=False,
        ).stdout
        git_seconds = min(git_seconds, _children() - start)
        begin = time.process_time()
        hunks = compute_hunks(before, after)
        our_seconds = min(our_seconds, time.process_time() - begin)
    changed = sum(line[:1] in {b"+", b"-"} for line in patch.split(b"\n")) - 2
    return {
        "text": kind,
        "git_seconds": round(git_seconds, 4),
        "our_seconds": round(our_seconds, 4),
        "ratio": round(our_seconds / git_seconds, 2),
        "git_changed_lines": changed,
        "our_changed_lines": sum(hunk.added + hunk.removed for hunk in hunks),
    }


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print one JSON object for each kind of change."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("sparse", "moved", "dense"):
            sys.stdout.write(json.dumps(measure(kind, Path(folder))) + "\n")


if __name__ == "__main__":
    main()
