"""Requests that wait for their turn: each goes out when the one before it is done with.

Invariant: what waits is never lost: it is sent, taken out by the person, or put back into their box; lines that a landing moved are found
again before a request goes out, and one whose lines are gone waits for the person.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from copilot_tui.autonomy.request import LineRange, Request
from copilot_tui.errors import CopilotTuiError
from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.prompt import Prompt

if TYPE_CHECKING:
    from copilot_tui.tui.main_screen import MainScreen


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as typed, and what it asks for; `before`: its file's bytes when it was aimed, where it is about some lines of it.

    `is_typed` false: a saved file asked for it, so no line of the person's goes back into their box.
    """

    text: str
    request: Request
    is_question: bool = False
    before: bytes | None = None
    is_typed: bool = True


class Queue:
    """The requests that wait, first come first served; `is_paused`: the last one came to nothing, so the person says when it goes on."""

    def __init__(self, screen: "MainScreen", bridge: Bridge) -> None:
        self.entries: list[Entry] = []
        self.is_paused = False
        self._screen = screen
        self._bridge = bridge
        self._starts: Entry | None = None

    def add(self, entry: Entry) -> None:
        """Let a request wait for its turn."""
        self.entries.append(entry)
        self.show()
        self.wake()

    def take_out(self, index: int) -> Entry | None:
        """Let one go."""
        found = self.entries.pop(index) if 0 <= index < len(self.entries) else None
        self.is_paused = self.is_paused and bool(self.entries)
        self.show()
        return found

    def pause(self) -> None:
        """A request came to nothing: what waits behind it may rest on it."""
        self.is_paused = bool(self.entries)
        self.show()

    def go_on(self) -> bool:
        """The person says that it goes on; false where nothing waits."""
        self.is_paused = False
        self.wake()
        self.show()
        return bool(self.entries) or self._starts is not None

    def wake(self) -> None:
        """Send the next one, if the one before is done with."""
        screen = self._screen
        is_busy = self._bridge.is_busy or screen.requesting.is_following
        if not self.entries or self.is_paused or self._starts is not None or is_busy:
            return
        entry = self.entries[0]
        is_free = entry.is_question or not screen.deciding.is_reviewing
        if not is_free or not screen.sending.is_open or len(screen.app.screen_stack) > 1:
            return
        self._starts = self.entries.pop(0)
        self.show()
        if entry.before is None:
            self._start(entry)
        else:
            self._bridge.call(self._moved(entry), self._start, group="queue")

    async def _moved(self, entry: Entry) -> Entry | None:
        """The entry with its lines where they are now; None where they are no longer there."""
        target = entry.request.target
        try:
            now = await self._screen.session.read_file(target.path)
        except CopilotTuiError:
            return None
        if entry.before is None or target.lines is None or now == entry.before:
            return entry
        from copilot_tui.diff.moved_lines import moved_lines  # noqa: PLC0415  (after the first paint)

        lines = moved_lines(entry.before, now, target.lines)
        return None if lines is None else replace(entry, request=_with_lines(entry.request, lines))

    def _start(self, entry: Entry | None) -> None:
        held, self._starts = self._starts, None
        if held is None:
            return
        if entry is None:
            self.entries.insert(0, held)
            self.is_paused = True
            self.show()
            keys = self._screen.key_table
            self._screen.tell(
                f"The lines that the next request is about are not there any more: {keys.shown('queue')} takes it out to aim it anew.",
                "warning",
            )
        else:
            self._screen.sending.start(entry)

    def show(self) -> None:
        """Say on the screen what waits."""
        texts = [entry.text for entry in self.entries]
        self._screen.parts.thread.show_queue(texts, is_paused=self.is_paused)

    def open(self) -> None:
        """Show the queue, to take requests out or to edit them."""
        from copilot_tui.tui.queue_sheet import QueueSheet  # noqa: PLC0415  (after the first paint)

        def edited(index: int | None) -> None:
            entry = self.take_out(index) if index is not None else None
            if entry is not None:
                prompt = self._screen.query_one(Prompt)
                if prompt.text.strip():
                    self._screen.sending.remember(prompt.text.strip())
                prompt.put(entry.text)

        self._screen.app.push_screen(QueueSheet(lambda: self.entries, self.take_out), edited)


def _with_lines(request: Request, lines: LineRange) -> Request:
    return replace(request, target=replace(request.target, lines=lines))
