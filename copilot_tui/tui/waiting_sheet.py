"""The proposals of other agents and of `watch` that wait for a person.

Invariant: looking decides nothing; one is rejected as a whole by its own key alone, and accepted in the review alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.tui.history_sheet import patch_rows
from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace

if TYPE_CHECKING:
    from copilot_tui.session.waiting import Waiting

Proposals = Sequence["Waiting"]
_MARKS = {"waiting": ("○ ", "accent"), "accepted": ("✓ ", "good"), "rejected": ("✗ ", "bad")}


@dataclass(frozen=True, slots=True)
class WaitingVerbs:
    """What the sheet asks for: `reject` one as a whole, and list anew."""

    reject: Callable[[str, Callable[[Proposals], None]], None]


def waiting_row(one: "Waiting") -> Row:
    """A proposal as a row: its state, when it was made, what it is, who made it, how much may change."""
    when = datetime.fromisoformat(one.made).astimezone().strftime("%d %b %H:%M")
    counts = f"{one.accepted} of {one.accepted + one.rejected} " if one.state == "accepted" else ""
    return Row(
        one.identity,
        (
            _MARKS.get(one.state, ("? ", "muted")),
            (f"{when}  ", "muted"),
            (one_line(one.title, 200) or "(no words)", "plain" if one.state == "waiting" else "muted"),
        ),
        ((counts, "muted"), (f"{one.request.level.value}  ", "muted"), (one_line(one.made_by, 30), "marked")),
    )


def in_order(proposals: Proposals) -> list["Waiting"]:
    """What waits before what is decided, each from the newest on; `proposals` are oldest first."""
    return sorted(proposals, key=lambda one: (one.state == "waiting", one.made), reverse=True)


class WaitingSheet(Sheet[str]):
    """The proposals above, the patch of the one at the cursor below; gives the one to look at."""

    heading = "proposals that wait for you"
    place = SheetPlace.WAITING
    keys: ClassVar[tuple[KeyWord, ...]] = (
        ("enter", "review it"),
        ("tab", "its patch"),
        "waiting.reject",
        ("esc", "back"),
    )
    DEFAULT_CSS: ClassVar[str] = """
    WaitingSheet #waiting { height: auto; max-height: 30vh; }
    WaitingSheet #request { height: auto; max-height: 4; width: 1fr; margin-top: 1; color: $foreground 70%; }
    WaitingSheet #patch { height: auto; max-height: 40vh; }
    """

    def __init__(self, proposals: Proposals, verbs: WaitingVerbs) -> None:
        super().__init__()
        self._proposals = in_order(proposals)
        self._verbs = verbs

    def body(self) -> list[Widget]:
        """The two lists."""
        return [
            RowList(
                [waiting_row(one) for one in self._proposals], id="waiting", empty="no proposal waits for you here"
            ),
            Static("", id="request", markup=False),
            RowList(id="patch"),
        ]

    def on_mount(self) -> None:
        """Choose at once."""
        self.query_one("#waiting", RowList).focus()
        self._show_patch()

    @on(RowList.Pointed, "#waiting")
    def _pointed(self) -> None:
        self._show_patch()

    @on(RowList.Chosen, "#waiting")
    def _chosen(self, event: RowList.Chosen) -> None:
        found = self._at_cursor()
        if found is not None and found.state == "waiting":
            self.dismiss(event.key)

    def action_reject(self) -> None:
        """Reject the one at the cursor as a whole."""
        found = self._at_cursor()
        if found is not None and found.state == "waiting" and self.query_one("#waiting", RowList).has_focus:
            self._verbs.reject(found.identity, self._show)

    def _at_cursor(self) -> "Waiting | None":
        key = self.query_one("#waiting", RowList).current_key
        return next((one for one in self._proposals if one.identity == key), None)

    def _show(self, proposals: Proposals) -> None:
        self._proposals = in_order(proposals)
        if self.is_current:
            self.query_one("#waiting", RowList).show([waiting_row(one) for one in self._proposals])
            self._show_patch()

    def _show_patch(self) -> None:
        found = self._at_cursor()
        words = one_line(found.request.text, 400) if found is not None else ""
        self.query_one("#request", Static).update(words)
        patch = found.patch.encode("utf-8", "surrogateescape") if found is not None else b""
        self.query_one("#patch", RowList).show(patch_rows(patch) if patch else [], cursor=0)
