"""What was recorded, over the screen: sessions, and the rule that a person asks for.

Invariant: looking changes nothing; what comes of it is decided in the review like everything else.
"""

from typing import TYPE_CHECKING

from copilot_tui.tui.safety import one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copilot_tui.autonomy.request import Request
    from copilot_tui.session.recorded_sessions import RecordedSession
    from copilot_tui.tui.main_screen import MainScreen


class Records:
    """Opens what was recorded."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen

    def remember(self) -> None:
        """Ask for a rule drawn from the person's decisions."""
        from copilot_tui.steps.recipe import REMEMBERING  # noqa: PLC0415  (after the first paint)

        screen = self._screen

        def send(request: "Request") -> None:
            screen.requesting.send(request, recipe=REMEMBERING)

        screen.bridge.in_thread(screen.session.memory.request, then=send)

    def sessions(self) -> None:
        """The recorded sessions."""
        from copilot_tui.tui.sessions_sheet import SessionsSheet, SessionVerbs  # noqa: PLC0415  (after the first paint)
        from copilot_tui.tui.text_sheet import TextSheet  # noqa: PLC0415

        screen, bridge, shelf = self._screen, self._screen.bridge, self._screen.session.shelf

        def read(identity: str) -> None:
            def show(text: str) -> None:
                screen.app.push_screen(TextSheet("session", text))

            bridge.call(shelf.markdown(identity), show, group="session text")

        def written(path: "Path") -> None:
            screen.tell(f"Written: {path}", "information")

        def name(identity: str, words: str, then: "Callable[[tuple[RecordedSession, ...]], None]") -> None:
            def named(_: None) -> None:
                bridge.in_thread(shelf.list, then=then)

            bridge.in_thread(shelf.name, identity, words, then=named)

        verbs = SessionVerbs(read, lambda identity: bridge.call(shelf.export(identity), written), name)

        def opened(found: "tuple[RecordedSession, ...]") -> None:
            sheet = SessionsSheet(found, verbs, repository=shelf.repository, own=shelf.own)
            screen.app.push_screen(sheet, self._go_on)

        bridge.in_thread(shelf.list, then=opened)

    def _go_on(self, identity: str | None) -> None:
        if not identity:
            return
        screen, session = self._screen, self._screen.session

        def resume(review: str) -> None:
            if review:
                screen.bridge.in_thread(session.kept.resume, review, then=screen.deciding.take_up)
            else:
                screen.tell(f"No review of {one_line(identity)} is unfinished here.", "information")

        screen.bridge.in_thread(session.shelf.unfinished, identity, then=resume)
