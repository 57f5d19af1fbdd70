"""The end of a review: what was decided, lines per file, and what to do with it.

Invariant: leaving the sheet goes back to the review; nothing is applied but by its own key.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import Sheet

if TYPE_CHECKING:
    from copilot_tui.review.review import Review

Choice = Literal["apply", "try", "export", "discard"]


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of hunks, and for each accepted file the lines that it gains and loses."""

    accepted: int
    rejected: int
    undecided: int
    edited: int
    withheld: int
    flagged: int
    files: tuple[tuple[str, int, int], ...]


def summarize(review: "Review") -> Summary:
    """The summary of a review."""
    from copilot_tui.diff.compute import changed_lines  # noqa: PLC0415  (after the first paint)
    from copilot_tui.review.in_place import landing_change_set  # noqa: PLC0415

    counts = review.counts
    files = tuple(
        (change.path, *changed_lines(change.before or b"", change.after or b""))
        for change in landing_change_set(review)
    )
    return Summary(
        counts.accepted,
        counts.rejected,
        counts.pending + counts.partly,
        counts.edited,
        counts.withheld,
        counts.flagged,
        files,
    )


class FinishSheet(Sheet[Choice]):
    """Gives what to do with what was accepted."""

    heading = "finish"
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("a", "apply"),
        ("t", "try first"),
        ("x", "export a patch"),
        ("D", "discard"),
        ("esc", "back"),
    )
    BINDINGS: ClassVar = [
        Binding("a", "choose('apply')", show=False),
        Binding("t", "choose('try')", show=False),
        Binding("x", "choose('export')", show=False),
        Binding("D", "choose('discard')", show=False),
        Binding("q", "leave", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = "FinishSheet #counts { height: auto; width: 1fr; margin-bottom: 1; }"

    def __init__(self, summary: Summary) -> None:
        super().__init__()
        self._summary = summary

    def body(self) -> list[Widget]:
        """Counts and files."""
        found = self._summary
        counts = Content("  ").join(
            [
                Content.styled(f"✓ {found.accepted} accepted", "$text-success"),
                Content.styled(f"✗ {found.rejected} rejected", "$text-error"),
                Content(f"○ {found.undecided} undecided"),
                *([Content(f"{found.edited} edited")] if found.edited else []),
                *([Content.styled(f"⚑ {found.flagged} flagged", "$text-warning")] if found.flagged else []),
                *([Content.styled(f"{found.withheld} withheld", "$foreground 60%")] if found.withheld else []),
            ]
        )
        if found.undecided:
            counts = counts.append(Content.styled("\nWhat is undecided is not applied.", "$foreground 60%"))
        rows = [
            Row(path, ((one_line(path), "plain"),), ((f"+{added} ", "good"), (f"-{removed}", "bad")))
            for path, added, removed in found.files
        ]
        return [
            Static(counts, id="counts", markup=False),
            RowList(rows, empty="nothing was accepted: there is nothing to apply"),
        ]

    def on_mount(self) -> None:
        """Scroll the files with the keys."""
        self.query_one(RowList).focus()

    def action_choose(self, choice: Choice) -> None:
        """Leave with a choice."""
        if choice == "discard" or self._summary.files:
            self.dismiss(choice)
