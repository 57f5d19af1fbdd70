"""What is shown of one file, and how it reads.

Invariant: the text holds whole lines of the file under their numbers, in their order, and nothing else but the path.
"""

from copilot_tui.context.source import Source
from copilot_tui.visible import visible

_ALONE = 9  # characters that a line alone takes beside its own


class View:
    """What is shown of one file: numbers of whole lines, and of heads."""

    __slots__ = ("heads", "reason", "score", "shown", "source")

    def __init__(
        self, source: Source, score: float, reason: str, shown: set[int] | None = None, heads: set[int] | None = None
    ) -> None:
        self.source = source
        self.score = score
        self.reason = reason
        self.shown: set[int] = set() if shown is None else shown
        self.heads: set[int] = set() if heads is None else heads

    @property
    def is_empty(self) -> bool:
        """Whether nothing is shown yet."""
        return not self.shown and not self.heads

    def has(self, number: int) -> bool:
        """Whether a line is shown."""
        return number in self.shown or number in self.heads

    def cost(self, number: int) -> int:
        """What a line alone takes, in characters."""
        return 0 if self.has(number) else len(self.source.lines[number - 1]) + _ALONE


def render(view: View) -> str:
    """A view as text: the path, then each run of lines under the numbers of its first and last line."""
    parts = [f"{visible(view.source.path)}\n"]
    for first, last in runs(view.shown | view.heads):
        if any(number in view.shown for number in range(first, last + 1)):
            parts.append(f"[{first}-{last}]\n" if last > first else f"[{first}]\n")
            parts += [view.source.lines[number - 1] + "\n" for number in range(first, last + 1)]
        else:
            parts += [f"[{number}] {view.source.lines[number - 1]}\n" for number in range(first, last + 1)]
    return "".join(parts) + "\n"


def runs(numbers: set[int]) -> list[tuple[int, int]]:
    """Numbers as ranges of what follows each other."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
