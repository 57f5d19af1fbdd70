"""What the pane knows of its hunks beyond the proposal, found beside the event loop: moves, layout, links, and what a decision broke.

Invariant: facts belong to the texts that they were found in, and what a decision broke to the very decisions; what comes late for
others is thrown away.
"""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.review.accepted_syntax import broken_hunks, may_break
from copilot_tui.review.changed_file import ChangedFile
from copilot_tui.review.facts import Facts, find_facts, links_in_words
from copilot_tui.review.links import broken_links
from copilot_tui.review.proposal import HunkKey
from copilot_tui.review.review import Review, Unit
from copilot_tui.tui.review.file_view import WhiteSpace
from copilot_tui.tui.review.heights import warm
from copilot_tui.tui.review.rows import View, warm_views
from copilot_tui.tui.review.set_aside import set_aside

if TYPE_CHECKING:
    from copilot_tui.tui.review.pane import ReviewPane

_MOST_PARSED = 200_000  # bytes of a file that is parsed after a decision
_MOST_HUNKS_LINKED = 2_000  # of a review whose broken links are looked for at once
_BROKEN = "accepted lines do not parse"


class Knowing:
    """Facts and warnings of one pane's review."""

    def __init__(self, pane: "ReviewPane") -> None:
        self._pane = pane
        self._changes: tuple[FileChange, ...] = ()
        self.facts = Facts()
        self._parsed: dict[int, tuple[ChangedFile, tuple[int, ...]]] = {}
        self._waiting: Review | None = None
        self._works = False
        self._unlinked: tuple[Review | None, dict[HunkKey, tuple[str, ...]]] = (None, {})

    def forget(self) -> None:
        """Other texts are shown from now on."""
        self._parsed.clear()
        self._changes = tuple(file.change for file in self._pane.review.files)
        links, targets = links_in_words(self._changes, self._pane.linking.known)
        self.facts = Facts(links=links, targets=targets)
        self._pane.run_worker(self._find(self._changes), group="review-facts")
        self.decided(self._pane.review)

    async def _find(self, changes: tuple[FileChange, ...]) -> None:
        review, width = self._pane.review, self._pane.size.width
        pause = self._pane.courtesy.pause
        await self._pane.courtesy.beside("facts", lambda: warm(review, width, pause))
        found = await self._pane.courtesy.beside("facts", lambda: find_facts(ChangeSet(changes), pause))
        facts = replace(found, links=self.facts.links, targets=self.facts.targets)
        view, *others = self._views_at_hand(width)
        await self._pane.courtesy.beside("facts", lambda: warm_views(review, (view,), facts, pause))
        if changes is not self._changes:
            return  # another text is shown by now
        is_newer = facts.links != self.facts.links  # links have come meanwhile
        self.facts = replace(facts, links=self.facts.links, targets=self.facts.targets) if is_newer else facts
        self._show()
        self._pane.call_after_refresh(set_aside)
        await self._pane.courtesy.beside("facts", lambda: warm_views(review, others, facts, pause))

    def _views_at_hand(self, width: int) -> list[View]:
        """The view of now and those that one key leads to."""
        view = self._pane.view
        others = [
            replace(view, side_by_side=not view.side_by_side),
            replace(view, wrap=0 if view.wrap else width),
            replace(view, folds_quiet=not view.folds_quiet),
            *(replace(view, white_space=way) for way in WhiteSpace if way is not view.white_space),
        ]
        return [view, *others]

    def linked(self) -> None:
        """The links have come."""
        links, targets = links_in_words(self._changes, self._pane.linking.known)
        if links:
            self.facts = replace(self.facts, links=links, targets=targets)
            self._show()

    def _show(self) -> None:
        if self.facts != self._pane.rows.facts:
            self._pane.show_rows(self._pane.view)

    def decided(self, review: Review) -> None:
        """Parse what is accepted now, file by file, beside the loop."""
        self._waiting = review
        if not self._works and any(self._has_to_parse(number, file) for number, file in enumerate(review.files)):
            self._works = True
            self._pane.run_worker(self._parse(), group="review-syntax")

    def _has_to_parse(self, number: int, file: ChangedFile) -> bool:
        known = self._parsed.get(number)
        if not may_break(file) or len(file.change.after or b"") > _MOST_PARSED:
            self._parsed.pop(number, None)
            return False
        return known is None or known[0] is not file

    async def _parse(self) -> None:
        is_broken = False
        try:
            while self._waiting is not None:
                review, self._waiting = self._waiting, None
                is_broken |= await self._parse_files(review)
        finally:
            self._works = False
        if is_broken:
            self._pane.refresh()  # what parses is drawn already as it is

    async def _parse_files(self, review: Review) -> bool:
        """Parse what has to be, up to the next decision; gives whether anything does not parse."""
        is_broken = False
        for number, file in enumerate(review.files):
            if self._has_to_parse(number, file):
                broken = await self._pane.courtesy.beside(
                    "sight", partial(broken_hunks, file, self._pane.courtesy.pause)
                )
                self._parsed[number] = (file, broken)
                is_broken |= bool(self._parsed[number][1])
            if self._waiting is not None:
                break
        return is_broken

    def warning(self, unit: Unit) -> str:
        """What the decisions up to now have broken at a unit; empty where nothing is broken, or not yet known."""
        if unit.hunk is None:
            return ""
        review = self._pane.review
        missing = self._missing(review).get(review.key(unit))
        if missing:
            return missing[0]
        known = self._parsed.get(unit.file)
        is_broken = known is not None and known[0] is review.files[unit.file] and unit.hunk in known[1]
        return _BROKEN if is_broken else ""

    def warns_of(self, file: int) -> bool:
        """Whether the decisions up to now may have broken anything at a file: one question for all its units."""
        known, review = self._parsed.get(file), self._pane.review
        is_broken = known is not None and known[0] is review.files[file] and bool(known[1])
        return is_broken or any(key.path == review.files[file].path for key in self._missing(review))

    def _missing(self, review: Review) -> dict[HunkKey, tuple[str, ...]]:
        links = self._pane.linking.known
        if not links or len(review.units) > _MOST_HUNKS_LINKED:
            return {}
        if self._unlinked[0] is not review:
            self._unlinked = (review, broken_links(review, links))
        return self._unlinked[1]

    def not_parsing(self) -> list[str]:
        """A sentence for each hunk at which what is accepted does not parse."""
        files = self._pane.review.files
        return [
            f"{files[number].path}:{file.change.hunk_blocks[hunk][0].new_first + 1} {_BROKEN}"
            for number, (file, hunks) in sorted(self._parsed.items())
            if file is files[number]
            for hunk in hunks
        ]

    def warns(self) -> int:
        """How many files hold accepted lines that do not parse."""
        files = self._pane.review.files
        return sum(known[0] is files[number] and bool(known[1]) for number, known in self._parsed.items())
