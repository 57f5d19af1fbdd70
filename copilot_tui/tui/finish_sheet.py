"""The end of a review: what was decided, lines per file, and what to do with it.

Invariant: leaving the sheet goes back to the review; nothing is applied but by its own key.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace

if TYPE_CHECKING:
    from copilot_tui.review.review import Review

_MOST_WARNINGS = 4
_NOTHING_ACCEPTED = "nothing was accepted: there is nothing to apply, stage or export"
_NOTHING_REJECTED = "nothing was rejected: there is nothing to put back"

Choice = Literal["apply", "try", "stage", "export", "discard"]


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of hunks, and for each accepted file the lines that it gains and loses: none in a binary file or with its mode or name."""

    accepted: int
    rejected: int
    undecided: int
    partly: int
    edited: int
    withheld: int
    flagged: int
    files: tuple[tuple[str, int, int], ...]
    has_accepted: bool = True
    is_in_place: bool = False
    can_stage: bool = False
    warnings: tuple[str, ...] = ()


def summarize(review: "Review", warnings: tuple[str, ...] = ()) -> Summary:
    """The summary of a review; `warnings` are sentences on what the decisions break."""
    from copilot_tui.diff.compute import changed_lines  # noqa: PLC0415  (after the first paint)
    from copilot_tui.review.in_place import landing_change_set  # noqa: PLC0415
    from copilot_tui.session.staged import can_stage  # noqa: PLC0415

    counts = review.counts
    files = tuple(
        (change.path, *((0, 0) if change.is_binary else changed_lines(change.before or b"", change.after or b"")))
        for change in landing_change_set(review)
    )
    return Summary(
        counts.accepted,
        counts.rejected,
        counts.pending,
        counts.partly,
        counts.edited,
        counts.withheld,
        counts.flagged,
        files,
        has_accepted=bool(review.accepted_change_set()) if review.proposal.is_in_place else bool(files),
        is_in_place=review.proposal.is_in_place,
        can_stage=can_stage(review),
        warnings=warnings,
    )


class FinishSheet(Sheet[Choice]):
    """Gives what to do with what was accepted."""

    heading = "finish"
    place = SheetPlace.FINISH
    DEFAULT_CSS: ClassVar[str] = "FinishSheet #counts { height: auto; width: 1fr; margin-bottom: 1; }"

    def __init__(self, summary: Summary) -> None:
        super().__init__()
        self._summary = summary

    def key_line(self) -> tuple[KeyWord, ...]:
        """The keys of what can be done; what is in the work tree already is put back or staged, anything else applied."""
        in_place = self._summary.is_in_place
        back = "write" if self._summary.edited else "put back"
        words: dict[Choice, KeyWord] = {
            "apply": ("finish.apply", back) if in_place else "finish.apply",
            "try": "finish.try",
            "stage": ("finish.stage", "stage") if in_place else "finish.stage",
            "export": "finish.export",
            "discard": "finish.discard",
        }
        return (*(word for choice, word in words.items() if self._is_possible(choice)), ("esc", "back"))

    def _is_possible(self, choice: Choice) -> bool:
        found = self._summary
        possible = {"apply": bool(found.files), "stage": found.can_stage and found.has_accepted, "discard": True}
        return possible.get(choice, found.has_accepted)

    def body(self) -> list[Widget]:
        """Counts and files."""
        found = self._summary
        counts = Content("  ").join(
            [
                Content.styled(f"✓ {found.accepted} accepted", "$text-success"),
                Content.styled(f"✗ {found.rejected} rejected", "$text-error"),
                Content(f"○ {found.undecided} undecided"),
                *([Content(f"◐ {found.partly} decided in part")] if found.partly else []),
                *([Content(f"{found.edited} edited")] if found.edited else []),
                *([Content.styled(f"⚑ {found.flagged} flagged", "$text-warning")] if found.flagged else []),
                *([Content.styled(f"{found.withheld} withheld", "$foreground 60%")] if found.withheld else []),
            ]
        )
        if found.undecided or found.partly:
            fate = "stays as it is" if found.is_in_place else "is not applied"
            counts = counts.append(Content.styled(f"\nWhat is undecided {fate}.", "$foreground 60%"))
        for warning in found.warnings[:_MOST_WARNINGS]:
            counts = counts.append(Content.styled(f"\n⚑ {one_line(warning)}", "$text-warning"))
        more = len(found.warnings) - _MOST_WARNINGS
        counts = counts.append(Content.styled(f"\n⚑ and {more} more", "$text-warning")) if more > 0 else counts
        rows = [
            Row(
                path,
                ((one_line(path), "plain"),),
                ((f"+{added} ", "good"), (f"-{removed}", "bad")) if added or removed else (("as a whole", "muted"),),
            )
            for path, added, removed in found.files
        ]
        return [
            Static(counts, id="counts", markup=False),
            RowList(rows, empty=_NOTHING_REJECTED if found.is_in_place else _NOTHING_ACCEPTED),
        ]

    def on_mount(self) -> None:
        """Scroll the files with the keys."""
        self.query_one(RowList).focus()

    def action_choose(self, choice: Choice) -> None:
        """Leave with a choice."""
        if self._is_possible(choice):
            self.dismiss(choice)
        else:
            self.app.clear_notifications()
            is_apply = choice == "apply" and self._summary.is_in_place
            self.app.notify(f"{_NOTHING_REJECTED if is_apply else _NOTHING_ACCEPTED}.".capitalize(), severity="warning")
