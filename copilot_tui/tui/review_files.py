"""The list of files while a review stands in the middle: its own files, each with the mark of what was decided.

Invariant: it shows and leads; it decides nothing. Many files are marked and pointed at a moment after a key, so that none waits for it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.timer import Timer

    from copilot_tui.review.changed_file import ChangedFile
    from copilot_tui.review.review import Review
    from copilot_tui.tui.main_screen import MainScreen

_FEW = 20  # files that are marked at once
_MOST_AT_ONCE = 200  # files that are listed before the first paint of the review
_SECONDS = 0.1  # from a decision to its mark; more in a large review


class ReviewFiles:
    """Keeps the list of files at the review's."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen
        self._newest: Review | None = None
        self._timer: Timer | None = None
        self._known: dict[str, tuple[ChangedFile, str]] = {}
        self._place = ""  # the file where the person is
        self._pointing: Timer | None = None

    def show(self, review: "Review") -> None:
        """List the files of this review with their states."""
        is_first, self._newest = self._newest is None, review
        is_small = len(review.files) <= _MOST_AT_ONCE
        if len(review.files) <= _FEW or (is_first and is_small):
            self._list()
        elif is_first:
            self._screen.call_after_refresh(self._list)
        elif self._timer is None:
            self._timer = self._screen.set_timer(_SECONDS if is_small else 10 * _SECONDS, self._list)

    def point(self, path: str) -> None:
        """Put the cursor of the list on the file where the person is in the review, unless they are in the list."""
        self._place = path
        if self._newest is None or len(self._newest.files) <= _FEW:
            self._point()
        elif self._pointing is None:
            self._pointing = self._screen.set_timer(_SECONDS, self._point)

    def _point(self) -> None:
        self._pointing = None
        files = self._screen.parts.files
        if not files.has_focus and files.current_key != self._place:
            files.point(self._place)

    def leave(self) -> None:
        """List the repository's files again."""
        self._newest = None
        self._known.clear()
        if self._pointing is not None:
            self._pointing.stop()
            self._pointing = None
        self._screen.parts.files.list_reviewed(None)

    def _list(self) -> None:
        self._timer = None
        if self._newest is not None:
            self._screen.parts.files.list_reviewed({file.path: self._mark(file) for file in self._newest.files})

    def _mark(self, file: "ChangedFile") -> str:
        known = self._known.get(file.path)
        if known is None or known[0] is not file:
            known = self._known[file.path] = (file, state_mark(file))
        return known[1]


def state_mark(file: "ChangedFile") -> str:
    """`✓` and `✗` where all of the file is decided so, `±` where some of it, `◐` where something waits still, `○` where everything does."""
    from copilot_tui.review.changed_file import Decision  # noqa: PLC0415  (after the first paint)

    items = bytes([*([file.whole] if file.has_whole else []), *([file.mode] if file.change.changes_mode else [])])
    found = [state for state in Decision if state in file.states or state in items]
    if Decision.PENDING in found:
        return "○" if len(found) == 1 else "◐"
    return "±" if len(found) > 1 else "✓" if found == [Decision.ACCEPTED] else "✗"
