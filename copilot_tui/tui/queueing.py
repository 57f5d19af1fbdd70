"""Requests that wait for their turn: each goes out when the one before it is done with.

Invariant: what waits is never lost: it is sent, taken out by the person, put back into their box, or taken up by the next start; lines
that a landing moved are found again before a request goes out, and one whose lines are gone waits for the person.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot_tui.autonomy.request import LineRange, Request
from copilot_tui.errors import CopilotTuiError
from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.prompt import Prompt

if TYPE_CHECKING:
    from copilot_tui.session.queued import Entry
    from copilot_tui.tui.main_screen import MainScreen


class Queue:
    """The requests that wait, first come first served; `is_paused`: the last one came to nothing, so the person says when it goes on."""

    def __init__(self, screen: "MainScreen", bridge: Bridge) -> None:
        self.entries: list[Entry] = []
        self.is_paused = False
        self._screen = screen
        self._bridge = bridge
        self._starts: Entry | None = None
        self._has_taken_up = False  # until then nothing is kept: that would let go of what is just being taken up
        self._kept: tuple[Entry, ...] = ()  # what the next start would take up
        self._left_out = 0  # how many of the last ones it would not

    def take_up(self, entries: "Sequence[Entry]") -> None:
        """Let what an earlier run left waiting wait on, until the person says that it goes on."""
        self._has_taken_up = True
        if not entries:
            self.show()
            return
        self.entries[:0] = entries
        self.is_paused = True
        self.show()
        count = f"{len(entries)} request{'s' if len(entries) > 1 else ''}"
        self._screen.tell(
            f"{count} still wait{'' if len(entries) > 1 else 's'} from the last time: enter on an empty line sends the first, "
            f"{self._screen.key_table.shown('queue')} shows them.",
            "information",
        )

    def add(self, entry: "Entry") -> None:
        """Let a request wait for its turn."""
        self.entries.append(entry)
        self.show()
        self.wake()

    def take_out(self, entry: "Entry") -> "Entry | None":
        """Let one go; None where it waits no more."""
        index = next((index for index, one in enumerate(self.entries) if one is entry), None)
        found = self.entries.pop(index) if index is not None else None
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
        if entry.before is None and not entry.digest:
            self._start(entry)
        else:
            self._bridge.call(self._moved(entry), self._start, group="queue")

    async def _moved(self, entry: "Entry") -> "Entry | None":
        """The entry with its lines where they are now; None where they are no longer there."""
        target = entry.request.target
        try:
            now = await self._screen.session.read_file(target.path)
        except CopilotTuiError:
            return None
        if entry.digest:
            from hashlib import sha256  # noqa: PLC0415  (after the first paint)

            return entry if sha256(now).hexdigest() == entry.digest else None
        if entry.before is None or target.lines is None or now == entry.before:
            return entry
        from copilot_tui.diff.moved_lines import moved_lines  # noqa: PLC0415  (after the first paint)

        lines = moved_lines(entry.before, now, target.lines)
        return None if lines is None else replace(entry, request=_with_lines(entry.request, lines))

    def _start(self, entry: "Entry | None") -> None:
        held, self._starts = self._starts, None
        self.show()
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
        if self._has_taken_up:
            waiting = tuple([self._starts, *self.entries] if self._starts is not None else self.entries)
            if waiting != self._kept:
                self._kept = waiting
                self._bridge.in_thread(
                    self._screen.session.desk.queued.keep, lambda: self._kept, then=self._say_left_out
                )
        texts = [entry.text for entry in self.entries]
        self._screen.parts.thread.show_queue(texts, is_paused=self.is_paused)

    def _say_left_out(self, count: int) -> None:
        """Say once, and again when they are others, that the last requests would not be there at the next start."""
        if count > self._left_out:
            last = f"last {count} requests that wait are" if count > 1 else "last request that waits is"
            self._screen.tell(
                f"The {last} not kept for the next start: more than 20 MB wait already. Send or take out some of it before you quit.",
                "warning",
            )
        self._left_out = count

    def open(self) -> None:
        """Show the queue, to take requests out or to edit them."""
        from copilot_tui.tui.queue_sheet import QueueSheet  # noqa: PLC0415  (after the first paint)

        def edited(chosen: "Entry | None") -> None:
            if chosen is None:
                return
            entry = self.take_out(chosen)
            if entry is None:
                self._screen.tell("It waits no more: it was sent.", "information")
                return
            prompt = self._screen.query_one(Prompt)
            if prompt.text.strip():
                self._screen.sending.remember(prompt.text.strip())
            prompt.put(entry.text)

        self._screen.app.push_screen(QueueSheet(lambda: self.entries, self.take_out), edited)


def _with_lines(request: Request, lines: LineRange) -> Request:
    return replace(request, target=replace(request.target, lines=lines))
