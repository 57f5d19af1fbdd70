"""The commit of what landed: the question whether hooks may run, then the box with the message.

Invariant: nothing is committed but by the person's key in the box, nothing of the repository runs without their yes, and a message that
they typed is there again until a commit has it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.safety import one_line

if TYPE_CHECKING:
    from copilot_tui.session.trusting import TrustState
    from copilot_tui.tui.main_screen import MainScreen


class Committing:
    """Asks, and commits."""

    def __init__(self, screen: "MainScreen", bridge: Bridge) -> None:
        self._screen = screen
        self._bridge = bridge
        self._trust_was_asked = False
        self._message = ""  # that was typed, or of which no commit came

    def begin(self, left: Callable[[], None] = lambda: None) -> None:
        """Open the commit box; where hooks or filters could run and nobody has said yes or no, that is asked first.

        `left` is called where the person leaves without a commit.
        """
        from copilot_tui.tui.trust_sheet import TrustSheet  # noqa: PLC0415  (after the first paint)

        trusting = self._screen.session.trusting

        def ask(state: "TrustState") -> None:
            if state.is_open and not self._trust_was_asked:
                sheet = TrustSheet(state, "commit without it")
                self._screen.app.push_screen(sheet, answered)
                self._screen.requesting.open_gate(sheet)  # a y that was typed before the question is no answer to it
            else:
                self._write_commit(left)

        def answered(yes: bool | None) -> None:
            if yes is None:
                left()
                return
            self._trust_was_asked = True
            if yes:
                self._bridge.in_thread(trusting.allow, then=lambda _: self._write_commit(left), opens_sheet=True)
            else:
                self._write_commit(left)

        self._bridge.in_thread(trusting.state, then=ask, opens_sheet=True)

    def _write_commit(self, left: Callable[[], None]) -> None:
        from copilot_tui.tui.commit_sheet import CommitSheet  # noqa: PLC0415  (after the first paint)

        sheet = CommitSheet(self._message, self._keep)

        def chosen(message: str | None) -> None:
            if message:
                self._keep(message)
                self._bridge.call(self._screen.session.commit(message), self._committed)
            else:
                left()

        self._screen.app.push_screen(sheet, chosen)
        if not self._message:
            self._bridge.call(self._screen.session.suggest_commit_message(), sheet.propose)

    def _keep(self, message: str) -> None:
        self._message = message

    def _committed(self, commit: str) -> None:
        self._message = ""
        self._screen.tell(f"Committed as {one_line(commit, 60)}.", "information")
        self._screen.opening.renew()
