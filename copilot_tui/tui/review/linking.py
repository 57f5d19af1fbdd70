"""Which hunks of the pane need which, found beside the event loop.

The key that accepts a hunk with all that it needs asks for it; and what a decision takes away from an accepted hunk is said at once.
Invariant: links belong to the texts that they were found in; what comes for other texts is thrown away.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.links import Link, accept_with_needed, broken_links, find_links, needed_units
from copilot_tui.review.review import Review, Unit
from copilot_tui.tui.review.messages import Said

if TYPE_CHECKING:
    from copilot_tui.tui.review.pane import ReviewPane

_MOST_UNASKED = 1_000_000  # bytes that are searched for links without being asked to
_MOST_OF_A_FILE = 200_000  # bytes of the largest one

_MOST_UNITS = 2_000  # of a review that is looked through after each decision

Links = tuple[Link, ...]


class Linking:
    """The links between the hunks of one pane's review."""

    def __init__(self, pane: "ReviewPane") -> None:
        self._pane = pane
        self._changes: tuple[FileChange, ...] = ()
        self._links: Links | None = None
        self._waiting: list[Callable[[Links], None]] = []
        self.came: Callable[[], None] = lambda: None  # called when links have come

    def forget(self) -> None:
        """Other texts are shown from now on; their links are found beside the loop where they are of a usual size."""
        changes = tuple(file.change for file in self._pane.review.files)
        sizes = [len(change.before or b"") + len(change.after or b"") for change in changes]
        if sum(sizes) <= _MOST_UNASKED and max(sizes, default=0) <= _MOST_OF_A_FILE:
            self._begin()

    @property
    def known(self) -> Links:
        """The links, as far as they are known by now."""
        return self._links if self._links is not None and self._fits(self._pane.review) else ()

    def broken(self, review: Review) -> dict[str, None]:
        """What accepted hunks of a review need and the person rejected, as sentences that begin with the place."""
        if not self.known:
            return {}
        return {
            f"{_place(review, key.path, key.index)} {sentence}": None
            for key, sentences in broken_links(review, self.known).items()
            for sentence in sentences
        }

    def decided(self, before: Review, after: Review) -> None:
        """Say what the newest decision has broken."""
        if not self.known or len(after.units) > _MOST_UNITS:
            return
        earlier = self.broken(before)
        fresh = [sentence for sentence in self.broken(after) if sentence not in earlier]
        if fresh:
            more = f" And {len(fresh) - 1} more like this." if len(fresh) > 1 else ""
            self._pane.post_message(Said(f"{fresh[0]}.{more}"))

    def ask(self, then: Callable[[Links], None]) -> None:
        """Call `then` with the links of the texts shown: at once where they are known."""
        if self._links is not None and self._fits(self._pane.review):
            then(self._links)
            return
        self._waiting.append(then)
        self._begin()

    def _fits(self, review: Review) -> bool:
        return len(review.files) == len(self._changes) and all(
            file.change is change for file, change in zip(review.files, self._changes, strict=True)
        )

    def _begin(self) -> None:
        if not self._fits(self._pane.review):
            self._changes, self._links = tuple(file.change for file in self._pane.review.files), None
            self._pane.run_worker(self._find(self._changes), group="review-links")

    async def _find(self, changes: tuple[FileChange, ...]) -> None:
        courtesy = self._pane.courtesy
        links = await courtesy.beside("facts", lambda: find_links(ChangeSet(changes), courtesy.pause))
        if changes is not self._changes:
            return
        self._links = links
        self.came()
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then(links)


def _place(review: Review, path: str, hunk: int | None) -> str:
    change = next((file.change for file in review.files if file.path == path), None)
    if change is None or hunk is None or hunk >= len(change.hunk_blocks):
        return path
    return f"{path}:{change.hunk_blocks[hunk][0].new_first + 1}"


def accept_with_links(pane: "ReviewPane", then: Callable[[Unit], None]) -> None:
    """Accept the unit at the cursor with all that it needs, as one step; `then` goes on from it."""
    unit = pane.unit
    if unit is None:
        return
    if pane.review.withheld_reason(unit) is not None:
        pane.say(f"This hunk is withheld: it says why, and which level admits it ({pane.keys.shown('raise')}).")
        return
    asked = pane.review

    def accept(links: Links) -> None:
        review = pane.review
        if review.splits != asked.splits or [file.change for file in review.files] != [
            file.change for file in asked.files
        ]:
            return  # the person went on to another text meanwhile
        after = accept_with_needed(review, unit, links)
        pane.take(after)
        pane.post_message(_outcome(after, unit, links))
        then(unit)

    pane.linking.ask(accept)


def _outcome(review: Review, unit: Unit, links: Links) -> Said:
    """What was accepted with the unit, and what it needs that stays as it was."""
    needed = [one for one in needed_units(review, unit, links) if one != unit]
    left = [one for one in needed if review.state(one) is not Decision.ACCEPTED]
    if not needed:
        return Said("Accepted; it needs no other hunk of this proposal.", "information")
    count = len(needed) - len(left)
    sentence = f"Accepted with {count} hunk{'s' if count != 1 else ''} that it needs"
    if not left:
        return Said(f"{sentence}.", "information")
    one = left[0]
    why = "withheld" if review.withheld_reason(one) is not None else "flagged"
    place = _place(review, review.files[one.file].path, one.hunk)
    more = f", and {len(left) - 1} more" if len(left) > 1 else ""
    return Said(f"{sentence}; {place} is {why} and waits for a decision of its own{more}.", "warning")
