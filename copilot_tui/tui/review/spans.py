"""How much of a file is shown around each of its hunks.

Invariant: each line of the old text is in one span at most; what lies between two spans is counted as hidden, unless the second one
is folded into a row of its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from copilot_tui.diff.change import FileChange
from copilot_tui.diff.compute import Block


@dataclass(frozen=True, slots=True)
class Span:
    """A hunk with the old lines `first` to `last` (0-based, the last one not included) that are shown; `hidden` lines before it are not.

    `folded` says why the hunk is shown in short (empty: it is shown in full).
    """

    hunk: int
    blocks: list[Block]
    first: int
    last: int
    hidden: int
    folded: str


def spans_of(change: FileChange, context: int, folded: Callable[[int], str]) -> Iterator[Span]:
    """The hunks of a file with up to `context` lines around each; where two meet, the lines between belong to the first."""
    hunks = change.hunk_blocks
    end = 0
    for hunk, blocks in enumerate(hunks):
        reason = folded(hunk)
        around = 0 if reason else context
        following = hunks[hunk + 1][0].old_first if hunk + 1 < len(hunks) else len(change.old_lines)
        first = max(end, blocks[0].old_first - around)
        last = min(following, blocks[-1].old_last + around)
        yield Span(hunk, blocks, first, last, first - end if hunk and not reason else 0, reason)
        end = last
