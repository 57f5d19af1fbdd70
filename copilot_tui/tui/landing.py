"""From what was decided to the work tree: the finish, landing, staging, and taking back.

Invariant: nothing lands but by the person's apply; every landing can be taken back by one key.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from copilot_tui.errors import CopilotTuiError, LandingError
from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.committing import Committing
from copilot_tui.tui.deciding import Deciding
from copilot_tui.tui.safety import one_line

if TYPE_CHECKING:
    from copilot_tui.review.review import Review
    from copilot_tui.session.resuming import Resumed
    from copilot_tui.tui.finish_sheet import Choice
    from copilot_tui.tui.main_screen import MainScreen
    from copilot_tui.workspace.receipt import Receipt


class Landing:
    """Asks what to do with the decided review and does it."""

    def __init__(self, screen: "MainScreen", bridge: Bridge, deciding: Deciding) -> None:
        self._screen = screen
        self._bridge = bridge
        self._deciding = deciding
        self.committing = Committing(screen, bridge)
        self.undo_offer = ""  # the sentence of which a click takes the last landing back
        self.landed_count = self.taken_back_count = 0  # in this session

    def finish(self, review: "Review") -> None:
        """Show the summary, and do what the person chooses."""
        from copilot_tui.tui.finish_sheet import FinishSheet, summarize  # noqa: PLC0415  (after the first paint)

        if any(isinstance(one, FinishSheet) for one in self._screen.app.screen_stack):
            return  # the key was pressed twice
        pane = self._deciding.pane
        warnings = pane.warnings() if pane is not None else ()
        self._screen.app.clear_notifications()  # the sheet has a line of keys where they would stand

        def chosen(choice: "Choice | None") -> None:
            if choice == "apply":
                self._apply()
            elif choice == "stage":
                self._stage(review)
            elif choice == "try":
                self._deciding.try_out()
            elif choice == "export":
                self._bridge.call(
                    self._screen.session.export_patch(),
                    lambda path: self._screen.tell(f"Written: {path}", "information"),
                )
            elif choice == "discard":
                self._screen.session.discard(review)
                self._deciding.close()
                self._screen.tell("The proposal was put away; nothing was changed.", "information")

        self._screen.app.push_screen(FinishSheet(summarize(review, warnings)), chosen)

    def _apply(self) -> None:
        """Land what is accepted; where the files changed underneath, show the review on the files as they are now."""
        session = self._screen.session

        async def land() -> "Receipt | tuple[str, Resumed]":
            try:
                return await session.land()
            except LandingError as error:
                found = await session.renew()
                if found is None:
                    raise
                return str(error), found

        def done(result: "Receipt | tuple[str, Resumed]") -> None:
            if not isinstance(result, tuple):
                self._landed(result)
                return
            sentence, found = result
            self._deciding.show(found.review)
            self._screen.show_place()
            self._screen.tell(" ".join([sentence, *found.notes, *found.left_out]), "warning")

        self._bridge.call(land(), done)

    def _stage(self, review: "Review") -> None:
        """Put what is accepted into the index; what is not in the work tree yet is applied first."""
        session = self._screen.session

        async def land_and_stage() -> "Receipt":
            receipt = await session.land()
            try:
                await session.stage()
            except CopilotTuiError as error:
                return replace(receipt, notes=(*receipt.notes, str(error)))
            return replace(receipt, notes=(*receipt.notes, "It is staged."))

        def staged(paths: tuple[str, ...]) -> None:
            count = len(paths)
            self._screen.tell(f"Staged: {count} file{'s' if count != 1 else ''}. No file was written.", "information")
            self._screen.opening.renew()

        if review.proposal.is_in_place:
            self._bridge.call(session.stage(), staged)
        else:
            self._bridge.call(land_and_stage(), self._landed)

    def _landed(self, receipt: "Receipt") -> None:
        self.landed_count += 1
        count = len(receipt.files)
        following = self._screen.session.next_proposal()
        if following is not None:
            self._deciding.show(following)
            self._screen.tell(
                f"Applied to {count} file{'s' if count != 1 else ''}. This is the next part of the request.",
                "information",
            )
            self._screen.opening.renew()
            return
        from copilot_tui.review.in_place import LandingVerb, landing_verb  # noqa: PLC0415  (after the first paint)

        pane = self._deciding.pane
        said = landing_verb(pane.review) if pane is not None else LandingVerb.APPLIED
        notes = "".join(f" {note}" for note in receipt.notes)
        line = _first_line(pane.review, receipt.files[0].path) if pane is not None and receipt.files else 1
        self._deciding.close()
        keys = self._screen.key_table
        if not self._screen.aiming.aim.path and receipt.files:
            self._screen.open_file(receipt.files[0].path, line)
        if offer := self._screen.session.records.memory.offer():
            notes += f" {offer}"
        back, commit = keys.shown("revert"), keys.shown("commit")
        sentence = f"{said.before_files} {count} file{'s' if count != 1 else ''}. {back} takes it back, {commit} commits.{notes}"
        self.undo_offer = one_line(sentence)
        self._screen.tell(sentence, "information")
        self._screen.opening.renew()
        if self._screen.session.preferences.commit_after_landing:
            self.committing.begin(
                left=lambda: self._screen.tell(sentence, "information")
            )  # the box hides what was said

    def revert(self) -> None:
        """Take back the last landing."""
        self._bridge.in_thread(self._screen.session.landings.take_back, then=self.taken_back)

    def taken_back(self, receipt: "Receipt") -> None:
        """Say what an undo did."""
        self.taken_back_count += 1
        count = len(receipt.files)
        notes = " ".join(("", *receipt.notes))
        self._screen.tell(f"Taken back: {count} file{'s' if count != 1 else ''} as before.{notes}", "information")
        self._screen.opening.renew()

    def landed_again(self, receipt: "Receipt") -> None:
        """Say what a redo did."""
        count = len(receipt.files)
        notes = " ".join(("", *receipt.notes))
        self._screen.tell(f"Landed again: {count} file{'s' if count != 1 else ''}.{notes}", "information")
        self._screen.opening.renew()


def _first_line(review: "Review", path: str) -> int:
    """The first line of a file that what was accepted changes, as the file is then; 1 where it changes none."""
    from copilot_tui.review.in_place import landing_change_set  # noqa: PLC0415  (after the first paint)

    hunks = (hunk for change in landing_change_set(review) if change.path == path for hunk in change.hunks)
    return next((hunk.first_changed for hunk in hunks), 1)
