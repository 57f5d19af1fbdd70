"""The review in the middle: shown in place of the code, taken up again, admitted at another level, and put away.

Invariant: one review stands in the middle at a time, and what is shown there is the one that the session has at hand.
"""

from typing import TYPE_CHECKING

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.errors import CopilotTuiError
from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.gate import Gate
from copilot_tui.tui.late_checks import await_checks
from copilot_tui.tui.notices import few_of
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.review_files import ReviewFiles
from copilot_tui.tui.welcome import Welcome

if TYPE_CHECKING:
    from copilot_tui.diff.snapshot import Snapshot
    from copilot_tui.review.review import Review, Unit
    from copilot_tui.session.kept_reviews import KeptReview
    from copilot_tui.session.resuming import Resumed
    from copilot_tui.tui.main_screen import MainScreen
    from copilot_tui.tui.requesting import Requesting
    from copilot_tui.tui.review.pane import ReviewPane
    from copilot_tui.tui.reviewed import Reviewed


class Deciding:
    """Shows the review in place of the code; what lands of it is up to `Landing`."""

    def __init__(self, screen: "MainScreen", bridge: Bridge, gate: Gate) -> None:
        self._screen = screen
        self._bridge = bridge
        self._gate = gate
        self.pane: ReviewPane | None = None
        self._files = ReviewFiles(screen)
        self._is_growing = False
        self._before: Review | None = None
        self._resumed: Snapshot | None = None  # of the review that was taken up again

    @property
    def is_reviewing(self) -> bool:
        """Whether a review stands in the middle."""
        return self.pane is not None

    @property
    def progress(self) -> str:
        """How much of the review is decided: `4/7`; empty where there is none."""
        if self.pane is None:
            return ""
        counts = self.pane.review.counts
        decided = counts.accepted + counts.rejected
        return f"{decided}/{decided + counts.pending + counts.partly}"

    @property
    def reviewed(self) -> "Reviewed | None":
        """What is reviewed, where it is no answer to a request that the person made in this session."""
        if self.pane is None:
            return None
        from copilot_tui.tui.reviewed import reviewed_in  # noqa: PLC0415  (after the first paint)

        review = self.pane.review  # of another level, or with another version of a hunk, it is on the same snapshot
        return reviewed_in(review, is_resumed=review.proposal.snapshot is self._resumed)

    @property
    def reviewed_here(self) -> "Reviewed | None":
        """The same, unless the person is about to make a request: then what they aim at is what they need to see."""
        is_asking = isinstance(self._screen.focused, Prompt) or self._bridge.is_busy
        return None if is_asking else self.reviewed

    def grow(self, review: "Review") -> None:
        """Show what has come of the answer so far; it can be decided when it is whole."""
        if not self._is_growing:
            self._is_growing, self._before = True, self.pane.review if self.pane is not None else None
        self._put(review)

    def end_growth(self) -> None:
        """No proposal came of what was shown: back to what stood there before."""
        if self._is_growing:
            self._is_growing = False
            if self._before is not None:
                self._put(self._before)
            else:
                self._take_away()

    def show(self, review: "Review", *, focus: bool = True) -> None:
        """Put a review in the middle, to be decided; what its checks say comes when they have ended."""
        self._is_growing = False
        is_other = self.pane is None or self.pane.review.proposal.snapshot is not review.proposal.snapshot
        self._put(review)
        if is_other and self.pane is not None:
            self._screen.requesting.open_gate(self.pane, 0.0)  # what is typed before it is painted decides nothing
        await_checks(self._screen, self._bridge)
        if self.pane is not None and focus:
            self.pane.call_after_refresh(self.pane.focus)  # a widget takes the focus only once it is mounted

    def _put(self, review: "Review") -> None:
        from copilot_tui.tui.review.pane import ReviewPane  # noqa: PLC0415  (after the first paint)

        self._files.show(review)
        if self.pane is not None:
            self.pane.show(review)
            self.point()
            self._screen.show_place()
            return
        self.pane = ReviewPane(review, self._screen.courtesy, self._screen.key_table)
        self._screen.session.kept.stand_back = self._screen.courtesy.stand_back
        code = self._screen.parts.code
        code.display = False
        self._screen.query_one(Welcome).display = False
        self._screen.query_one("#place").display = False  # the pane says itself which file is shown
        self._screen.query_one("#main").mount(self.pane, before=code)
        self.point()
        self._screen.show_place()

    def follow(self, review: "Review") -> None:
        """A decision was made: mark its file."""
        self._files.show(review)
        self.point()

    def point(self) -> None:
        """Show in the list of files which one the person is at."""
        row = self.pane.row if self.pane is not None else None
        if self.pane is not None and row is not None:
            self._files.point(self.pane.review.files[row.file].path)

    def go_to_file(self, path: str) -> bool:
        """Go to a file of the review; False where there is no review, or it has no such file."""
        pane = self.pane
        number = pane.file_number(path) if pane is not None else None
        if pane is None or number is None:
            return False
        pane.go_to(pane.start_of(number), at_top=True)
        pane.focus()
        self._screen.folding.fold()
        return True

    @property
    def viewed(self) -> dict[str, str]:
        """Path to digest of what the person has marked as viewed."""
        return self.pane.viewed.seen if self.pane is not None else {}

    def resume(self) -> None:
        """Go on with a review that was left unfinished: with the one that there is, or the one that the person chooses."""
        from copilot_tui.tui.kept_sheet import KeptSheet  # noqa: PLC0415  (after the first paint)

        kept = self._screen.session.kept

        def choose(found: "tuple[KeptReview, ...]") -> None:
            if not found:
                self._screen.tell("No review was left unfinished here.", "information")
            elif len(found) == 1:
                take(found[0].identity)
            else:
                self._screen.app.push_screen(KeptSheet(found), take)

        def take(identity: str | None) -> None:
            if identity:
                self._bridge.in_thread(kept.resume, identity, then=self.take_up)

        self._bridge.in_thread(kept.unfinished, then=choose, opens_sheet=True)

    def take_given(self, given: "tuple[str, ...] | Resumed", before: "tuple[str, ...]" = ()) -> None:
        """Review what no request made (uncommitted changes, commits, a patch), or go on with what was left unfinished.

        `before`: what was warned of just before, said again beside what is said here, which would take its place unread.
        """
        before = tuple(f"{sentence.removesuffix('.')}." for sentence in before)
        if not isinstance(given, tuple):
            self.take_up(given, before)
            return
        review = self._screen.session.review
        if review is not None and review.files:
            self._screen.query_one(Welcome).display = False
            self.show(review)
        else:
            self._screen.tell("  ".join((*before, "There is nothing to review: nothing differs.")), "information")
        if given:
            self._screen.tell(
                "  ".join((*before, f"Not reviewed: {few_of(given, ', which --print names')}")), "warning"
            )

    def take_up(self, resumed: "Resumed", before: "tuple[str, ...]" = ()) -> None:
        """Show a review that was taken up again, with what changed meanwhile."""
        self._screen.session.take_up(resumed.review, resumed.viewed)
        self._resumed = resumed.review.proposal.snapshot
        self.show(resumed.review)
        if self.pane is not None:
            self.pane.viewed.take(resumed.viewed)
        counts = resumed.review.counts
        decided = counts.accepted + counts.rejected + counts.partly
        left_out = [f"Not in it any more: {sentence}" for sentence in resumed.left_out]
        again = f"Taken up again: {decided} of {decided + counts.pending} hunks are decided."
        said = "  ".join((*before, " ".join([again, *resumed.notes, few_of(left_out)])))
        self._screen.tell(said.strip(), "warning" if before or resumed.notes or left_out else "information")

    def change_level(self, level: AutonomyLevel) -> None:
        """Admit the proposal anew at another level; what is decided stays decided."""
        if self.pane is not None:
            try:
                self.show(self._screen.session.change_level(level))
            except CopilotTuiError as error:
                self._screen.tell(str(error), "warning")

    def next_alternative(self) -> None:
        """Show the next of several candidates in the place of this one."""
        if self.pane is None:
            return
        shown = self.pane.review

        def take(review: "Review") -> None:
            self.show(review)
            if review is shown:
                self._screen.tell("There is one answer only: best_of in the settings asks for more.", "information")

        self._bridge.call(self._screen.session.next_alternative(), take, group="alternative")

    def close(self) -> None:
        """Back to the code."""
        self._take_away()
        self._screen.parts.code.focus()
        self._screen.show_place()
        self._screen.call_after_refresh(self._screen.sending.queue.wake)

    def _take_away(self) -> None:
        if self.pane is not None:
            self.pane.remove()
            self.pane = None
            self._files.leave()
        self._screen.query_one("#place").display = True
        self._screen.parts.code.display = bool(self._screen.aiming.aim.path)
        self._screen.query_one(Welcome).display = not self._screen.aiming.aim.path

    def ask_again(self, unit: "Unit", comment: str, requesting: "Requesting") -> None:
        """Ask for another version of one hunk of the review."""
        from copilot_tui.tui.review.again import request_again  # noqa: PLC0415  (after the first paint)

        if self.pane is not None:
            review = self.pane.review
            requesting.send(request_again(review, unit, comment), (review, unit))

    def try_out(self) -> None:
        """Run the project's commands on what is accepted, in a copy."""
        from copilot_tui.tui.trying_out import TryingOut  # noqa: PLC0415  (after the first paint)

        if self.pane is not None:
            TryingOut(self._screen).open()
