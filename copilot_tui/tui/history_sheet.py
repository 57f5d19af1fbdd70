"""The history: every landing in this repository with its diff, to be taken back or landed again.

Invariant: looking changes nothing; a landing is taken back by its own key alone, and what stands in the way is said.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line, plain
from copilot_tui.tui.sheet import MOVING, KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace
from copilot_tui.visible import visible

if TYPE_CHECKING:
    from copilot_tui.workspace.receipt import Receipt

_MOST_LINES = 20_000
_LONGEST_LINE = 1_000
_TONES = {"+": "good", "-": "bad", "@": "marked", "\\": "muted"}
_HEADERS = (
    "diff --git ",
    "index ",
    "--- ",
    "+++ ",
    "new file",
    "deleted file",
    "old mode",
    "new mode",
    "rename ",
    "GIT ",
)


@dataclass(frozen=True, slots=True)
class HistoryVerbs:
    """What the sheet asks for: `patch` of a landing by its number, `take_back` and `land_again` with what to do then."""

    patch: Callable[[int, Callable[[bytes], None]], None]
    take_back: Callable[[int, Callable[[], None]], None]
    land_again: Callable[[Callable[[], None]], None]
    list: Callable[[Callable[["Sequence[Receipt]"], None]], None]


def landing_row(receipt: "Receipt") -> Row:
    """A landing as a row, its time in the person's own zone."""
    when = datetime.fromtimestamp(receipt.seconds).astimezone().strftime("%m-%d %H:%M")
    names = ", ".join(one_line(file.path, 60) for file in receipt.files[:3]) + (" …" if len(receipt.files) > 3 else "")
    mark = ("↶ ", "muted") if receipt.undone else ("✓ ", "good")
    words = one_line(receipt.request, 200) or "(no request)"
    return Row(
        str(receipt.number),
        (mark, (f"{when}  ", "muted"), (words, "muted" if receipt.undone else "plain"), (f"  {names}", "marked")),
        (
            *((("undone ", "muted"),) if receipt.undone else ()),
            (f"+{sum(file.added for file in receipt.files)} ", "good"),
            (f"-{sum(file.removed for file in receipt.files)}", "bad"),
        ),
    )


def patch_rows(patch: bytes) -> list[Row]:
    """A patch line by line, in the colours of its signs; a long one is cut and says so."""
    lines = patch.decode("utf-8", "replace").split("\n")
    rows = []
    in_header = True
    for number, line in enumerate(lines[:_MOST_LINES]):
        in_header = line.startswith("diff --git ") or (in_header and line.startswith(_HEADERS))
        tone = "strong" if in_header else _TONES.get(line[:1], "plain")
        rows.append(Row(str(number), ((visible(line.expandtabs(4))[:_LONGEST_LINE], tone),)))
    if len(lines) > _MOST_LINES:
        rows.append(Row("rest", ((f"… {len(lines) - _MOST_LINES} more lines: copilot-tui undo --show", "warning"),)))
    return rows


class HistorySheet(Sheet[None]):
    """The landings above, the diff of the one at the cursor below."""

    heading = "history of what landed"
    place = SheetPlace.HISTORY
    keys: ClassVar[tuple[KeyWord, ...]] = (
        (MOVING, "landing"),
        ("tab", "diff"),
        "history.take_back",
        "history.land_again",
        ("esc", "back"),
    )
    DEFAULT_CSS: ClassVar[str] = """
    HistorySheet #landings { height: auto; max-height: 30vh; }
    HistorySheet #of { height: 1; width: 1fr; margin-top: 1; color: $foreground 60%; }
    HistorySheet #diff { height: auto; max-height: 45vh; }
    """

    def __init__(self, receipts: "Sequence[Receipt]", verbs: HistoryVerbs) -> None:
        super().__init__()
        self._receipts = receipts
        self._verbs = verbs

    def body(self) -> list[Widget]:
        """The two lists."""
        rows = [landing_row(receipt) for receipt in self._receipts]
        return [
            RowList(rows, id="landings", empty="nothing has landed in this repository yet"),
            Static("", id="of", markup=False),
            RowList(id="diff"),
        ]

    def on_mount(self) -> None:
        """Begin with the newest."""
        self.query_one("#landings", RowList).focus()
        self._show_diff()

    @on(RowList.Pointed, "#landings")
    def _pointed(self) -> None:
        self._show_diff()

    @on(RowList.Chosen, "#landings")
    def _chosen(self) -> None:
        self.query_one("#diff", RowList).focus()

    def action_take_back(self) -> None:
        """Take back the landing at the cursor."""
        receipt = self._at_cursor()
        if receipt is not None:
            self._verbs.take_back(receipt.number, self._list_again)

    def action_land_again(self) -> None:
        """Land again what was taken back last."""
        self._verbs.land_again(self._list_again)

    def _at_cursor(self) -> "Receipt | None":
        key = self.query_one("#landings", RowList).current_key
        return next((receipt for receipt in self._receipts if str(receipt.number) == key), None)

    def _list_again(self) -> None:
        self._verbs.list(self._show_list)

    def _show_list(self, receipts: "Sequence[Receipt]") -> None:
        if self.is_current:
            self._receipts = receipts
            self.query_one("#landings", RowList).show([landing_row(receipt) for receipt in receipts])
            self._show_diff()

    def _show_diff(self) -> None:
        receipt = self._at_cursor()
        if receipt is None:
            return
        files = f"{len(receipt.files)} file{'s' if len(receipt.files) != 1 else ''}"
        self.query_one("#of", Static).update(plain(f"landing {receipt.number}: {files}"))

        def show(patch: bytes) -> None:
            if self.is_current and self._at_cursor() is receipt:
                self.query_one("#diff", RowList).show(patch_rows(patch), cursor=0)

        self._verbs.patch(receipt.number, show)
