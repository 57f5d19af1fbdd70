"""What the person rejected in this session, so that the next request hears of it and the same text is recognised.

Each review that is left also goes to the memory, which keeps it as evidence for a rule.

Invariant: only whole hunks that were rejected are remembered, with the person's comment if there is one.
"""

from dataclasses import replace

from copilot_tui.autonomy.request import LineRange
from copilot_tui.checks.finding import Finding, Severity
from copilot_tui.prompts import fenced
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import edit_of
from copilot_tui.review.proposal import HunkKey
from copilot_tui.review.review import ItemKind, Review, Unit
from copilot_tui.session.memory import Memory

_MOST_REMARKS = 6
_MOST_CHARACTERS = 1500
RULE = "rejected-before"
_SEEN = "you rejected this very edit earlier in this session"


class Rejections:
    """The rejected hunks of a session, newest last."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._edits: dict[tuple[str, tuple[tuple[str, bytes], ...]], str] = {}

    def remember(self, review: Review) -> None:
        """Keep what the review rejects."""
        self._memory.take(review)
        comments = dict(review.comments)
        for unit in review.units:
            if unit.kind is ItemKind.LINES and review.state(unit) is Decision.REJECTED:
                self._edits[self._key(review, unit)] = comments.get(review.key(unit), "")

    def remarks(self, review: Review | None) -> str:
        """What the next request says about rejections and comments; empty if there are none."""
        if review is not None:
            self.remember(review)
        parts = [
            f"About {_place(review, key)}: {comment}"
            for key, comment in (review.comments if review else ())
            if review is not None and comment.strip()
        ]
        for (path, edit), comment in list(self._edits.items())[-_MOST_REMARKS:]:
            text = "".join(f"{sign}{line.decode('utf-8', 'replace')}\n" for sign, line in edit)[:_MOST_CHARACTERS]
            why = f" ({comment})" if comment else ""
            parts.append(f"The person rejected this edit of {path}{why}; do not propose it again:\n{fenced(text)}")
        return "\n\n".join(parts)

    def marked(self, review: Review) -> Review:
        """The review with a finding at each hunk that brings back what was rejected, so that no batch key takes it."""
        found: list[Finding] = []
        for unit in review.units:
            if unit.kind is not ItemKind.LINES or unit.hunk is None or self._key(review, unit) not in self._edits:
                continue
            file = review.files[unit.file]
            hunk = file.change.hunks[unit.hunk]
            lines = LineRange(max(hunk.new_start, 1), max(hunk.new_start + hunk.new_count - 1, hunk.new_start, 1))
            comment = self._edits[self._key(review, unit)]
            message = f"{_SEEN}: {comment}" if comment else _SEEN
            found.append(Finding(RULE, file.path, lines, Severity.WARNING, message))
        if not found:
            return review
        proposal = replace(review.proposal, findings=(*review.proposal.findings, *found))
        return replace(review, proposal=proposal)

    @staticmethod
    def _key(review: Review, unit: Unit) -> tuple[str, tuple[tuple[str, bytes], ...]]:
        return review.files[unit.file].path, edit_of(review, unit)


def _place(review: Review, key: HunkKey) -> str:
    """The file of a comment, and the line of the proposed text where its hunk changes something first."""
    change = next((file.change for file in review.files if file.path == key.path), None)
    if change is None or key.index is None or key.index >= len(change.hunks):
        return key.path
    return f"{key.path} line {change.hunks[key.index].first_changed}"
