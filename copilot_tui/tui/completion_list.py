"""The list under the request while a mention or a command is typed.

Invariant: it never takes the focus: the person goes on typing, and the prompt's keys move in it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len

from copilot_tui.tui.row_list import Row, RowList

if TYPE_CHECKING:
    from copilot_tui.tui.completion import Candidate

_MOST_ROWS = 6
_MOST_COLUMNS = 40  # of what is put in, so that what is said of it stands below one another


class CompletionList(RowList, can_focus=False):
    """What fits, one row each; a click takes it."""

    DEFAULT_CSS: ClassVar[str] = """
    CompletionList {
        display: none; height: auto; width: 1fr; padding: 0 1; background: $surface;
        & > .row--cursor-blurred { background: $primary 35%; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="completion")
        self.candidates: tuple[Candidate, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether there is something to take."""
        return bool(self.display)

    @property
    def current(self) -> "Candidate | None":
        """The candidate under the cursor."""
        return self.candidates[self.cursor] if self.candidates else None

    def offer(self, candidates: "Sequence[Candidate]") -> None:
        """Show these, the first of them under the cursor; none closes the list."""
        self.candidates = tuple(candidates)
        column = min(_MOST_COLUMNS, max((cell_len(one.shown) for one in candidates), default=0))
        rows = [
            Row(
                str(index),
                (
                    (one.shown + " " * max(0, column - cell_len(one.shown)), "plain"),
                    (f"  {one.note}" if one.note else "", "muted"),
                ),
            )
            for index, one in enumerate(candidates)
        ]
        self.styles.height = min(_MOST_ROWS, len(rows)) or 1
        self.display = bool(rows)
        self.show(rows, 0)
