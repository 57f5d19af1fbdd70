"""What was recorded, over the screen: sessions, numbers, proposals that wait, and the rule that a person asks for.

Invariant: looking changes nothing; what comes of it is decided in the review like everything else.
"""

from typing import TYPE_CHECKING

from copilot_tui.tui.safety import one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copilot_tui.autonomy.request import Request
    from copilot_tui.session.recorded_sessions import RecordedSession
    from copilot_tui.session.stats import By, Stats
    from copilot_tui.session.waiting import Waiting
    from copilot_tui.tui.main_screen import MainScreen


_PAUSE = 2.0  # seconds between two looks at the folder of what waits


class Records:
    """Opens what was recorded."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen
        self._known_waiting: int | None = None

    def watch(self) -> None:
        """Look from now on whether another agent or `watch` has proposed something."""
        self._screen.set_interval(_PAUSE, self.look)
        self.look()

    def look(self) -> None:
        """Count what waits, and show it."""
        self._screen.bridge.in_thread(self._screen.session.records.waiting.count, then=self._show_waiting)

    def _show_waiting(self, count: int) -> None:
        from copilot_tui.tui.header import Header  # noqa: PLC0415  (after the first paint)

        screen = self._screen
        if self._known_waiting is not None and count > self._known_waiting:
            many = f"{count} proposals wait" if count > 1 else "A proposal waits"
            screen.tell(f"{many} for your decision: {screen.key_table.shown('waiting')} or /waiting.", "information")
        if count != self._known_waiting:
            screen.query_one(Header).show_waiting(count)
        self._known_waiting = count

    def remember(self) -> None:
        """Ask for a rule drawn from the person's decisions."""
        from copilot_tui.steps.recipe import REMEMBERING  # noqa: PLC0415  (after the first paint)

        screen = self._screen

        def send(request: "Request") -> None:
            screen.requesting.send(request, recipe=REMEMBERING)

        screen.bridge.in_thread(screen.session.records.memory.request, then=send)

    def sessions(self) -> None:
        """The recorded sessions."""
        from copilot_tui.tui.sessions_sheet import SessionsSheet, SessionVerbs  # noqa: PLC0415  (after the first paint)
        from copilot_tui.tui.text_sheet import TextSheet  # noqa: PLC0415

        screen, bridge, shelf = self._screen, self._screen.bridge, self._screen.session.records.shelf

        def read(identity: str) -> None:
            def show(text: str) -> None:
                screen.app.push_screen(TextSheet("session", text))

            bridge.call(shelf.markdown(identity), show, group="session text", opens_sheet=True)

        def written(path: "Path") -> None:
            screen.tell(f"Written: {path}", "information")

        def name(identity: str, words: str, then: "Callable[[tuple[RecordedSession, ...]], None]") -> None:
            def named(_: None) -> None:
                bridge.in_thread(shelf.list, then=then)

            bridge.in_thread(shelf.name, identity, words, then=named)

        verbs = SessionVerbs(read, lambda identity: bridge.call(shelf.export(identity), written), name)

        def opened(found: "tuple[RecordedSession, ...]") -> None:
            sheet = SessionsSheet(found, verbs, shelf)
            screen.app.push_screen(sheet, self._go_on)

        bridge.in_thread(shelf.list, then=opened, opens_sheet=True)

    def stats(self) -> None:
        """What became of proposals, and what they cost."""
        from copilot_tui.tui.stats_sheet import StatsSheet  # noqa: PLC0415  (after the first paint)

        screen, records = self._screen, self._screen.session.records

        def ask(by: "By", then: "Callable[[Stats], None]") -> None:
            screen.bridge.call(records.stats(by), then, group="stats")

        screen.app.push_screen(StatsSheet(ask))

    def waiting(self) -> None:
        """The proposals of others that wait for the person."""
        from copilot_tui.tui.waiting_sheet import WaitingSheet, WaitingVerbs  # noqa: PLC0415  (after the first paint)

        screen, bridge, session = self._screen, self._screen.bridge, self._screen.session

        def reject(identity: str, then: "Callable[[tuple[Waiting, ...]], None]") -> None:
            def rejected(_: object) -> None:
                self.look()
                bridge.in_thread(session.records.waiting.every, then=then)

            bridge.call(session.records.reject_waiting(identity), rejected)

        def opened(found: "tuple[Waiting, ...]") -> None:
            screen.app.push_screen(WaitingSheet(found, WaitingVerbs(reject)), look_at)

        def look_at(identity: str | None) -> None:
            if identity:
                bridge.call(session.take_waiting(identity), screen.deciding.show)

        bridge.in_thread(session.records.waiting.every, then=opened, opens_sheet=True)

    def _go_on(self, identity: str | None) -> None:
        if not identity:
            return
        screen, session = self._screen, self._screen.session

        def resume(found: tuple[int, str]) -> None:
            count, review = found
            screen.sending.show_thread()
            if review:
                screen.bridge.in_thread(session.kept.resume, review, then=screen.deciding.take_up)
            elif count:
                many = f"{count} earlier requests" if count > 1 else "one earlier request"
                screen.tell(f"Goes on with {many}: the next one is told of what was decided.", "information")
            else:
                screen.tell(
                    f"Nothing was decided in {one_line(identity)}, and no review of it is unfinished here.",
                    "information",
                )

        screen.bridge.in_thread(session.records.go_on, identity, then=resume)
