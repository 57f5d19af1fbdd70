"""The question whether what a repository brings may run on this machine, with all of it in full.

Invariant: enter and escape allow nothing: only the key for it is a yes.
"""

from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace

if TYPE_CHECKING:
    from copilot_tui.session.trusting import TrustState


class TrustSheet(Sheet[bool]):
    """Gives True for yes, False for no, None for later; `otherwise` says in two or three words what no does."""

    heading = "may this repository run programs?"
    place = SheetPlace.TRUST
    DEFAULT_CSS: ClassVar[str] = "TrustSheet #question { height: auto; width: 1fr; margin-bottom: 1; }"

    def __init__(self, state: "TrustState", otherwise: str) -> None:
        super().__init__()
        self._state = state
        self._otherwise = otherwise

    def key_line(self) -> tuple[KeyWord, ...]:
        """The three answers; what no does depends on the question."""
        return (("trust.no", self._otherwise), "trust.yes", ("esc", "later"))

    def body(self) -> list[Widget]:
        """What could run."""
        now = "It is trusted: this runs when you commit." if self._state.trusted else "Nothing of it runs so far."
        question = f"{now} With your yes, git runs this as you, with your files and the network, when you commit:"
        rows = [Row(str(number), ((one_line(words), "plain"),)) for number, words in enumerate(self._state.could_run)]
        return [
            Static(question, id="question", markup=False),
            RowList(rows, empty="nothing: it has neither hooks nor filters"),
        ]

    def on_mount(self) -> None:
        """Scroll with the keys."""
        self.query_one(RowList).focus()

    def action_answer(self, yes: bool) -> None:
        """Leave with an answer."""
        self.dismiss(yes)
