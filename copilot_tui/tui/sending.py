"""What enter does with the line: an action after a slash, a question after a question mark, a request otherwise; and what was sent before.

Invariant: what cannot be done is said in one sentence, and the text stays in the box; nothing goes out that was typed on blindly.
"""

import asyncio
import difflib
from typing import TYPE_CHECKING

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.gate import Gate
from copilot_tui.tui.prompt import MOST_CHARACTERS, Prompt
from copilot_tui.tui.queueing import Queue
from copilot_tui.tui.safety import one_line

if TYPE_CHECKING:
    from copilot_tui.session.queued import Entry
    from copilot_tui.tui.main_screen import MainScreen

_SHOWN = 40


class Sending:
    """Takes what the person sends; what cannot go out at once waits in `queue`."""

    def __init__(self, screen: "MainScreen", bridge: Bridge, gate: Gate) -> None:
        self.queue = Queue(screen, bridge)
        self._gate = gate
        self.is_open = False
        self._screen = screen
        self._bridge = bridge

    def opened(self) -> None:
        """The session is open: take the history of earlier starts, and send what waited."""
        self.is_open = True
        self._bridge.in_thread(self._screen.session.desk.typed.read, then=self._prompt.begin_with)
        self._bridge.in_thread(self._screen.session.desk.queued.take_up, then=self.queue.take_up)
        self.queue.wake()

    def pressed(self, text: str, time: float) -> None:
        """Enter was pressed in the box, which held this text then; right behind a cancellation it only says what the next one does."""
        is_other = text != self._prompt.text
        if is_other and text.strip() in self._prompt.earlier[-1:]:
            return  # it was taken already: enter was pressed twice
        if not self._gate.holds(time):
            self.send(text)
        elif what := text.strip() or next((entry.text for entry in self.queue.entries), ""):
            self._tell(
                f"Not sent, as a request was just cancelled. enter again sends: {one_line(what, _SHOWN)}", "warning"
            )
        if is_other and text.strip() and text.strip() not in self._prompt.earlier:
            self.remember(text.strip())  # it was not sent, and another text has taken its place: up brings it back

    def send(self, text: str, *, at_once: bool = False) -> None:
        """Do what the line asks for; a request goes out `at_once` also while a review is open."""
        if not text.strip():
            if not self.queue.go_on():
                self._tell(
                    "Type what should change; ? asks a question, / lists the actions, @ mentions a file or a name."
                )
        elif len(text) > MOST_CHARACTERS:
            self._tell(f"That is too long for a request ({len(text):,} characters): mention a file with @.", "warning")
        elif text.startswith("/"):
            self._command(text.strip())
        elif text.startswith("?"):
            self.ask(text[1:], text)
        elif not self._screen.aiming.aim.is_possible:
            keys = self._screen.key_table
            self._tell(
                f"Open a file first ({keys.shown('find')}), or raise the slider to directory ({keys.shown('raise')}).",
                "warning",
            )
        else:
            request = self._screen.aiming.aim.request(text.strip())
            data = self._screen.parts.code.document.data if request.target.lines is not None else None
            from copilot_tui.session.queued import Entry  # noqa: PLC0415  (after the first paint)

            self.take(Entry(text.strip(), request, before=data), at_once=at_once)

    def ask(self, words: str, text: str) -> None:
        """Ask a question about what the person looks at; `text` is the line as typed."""
        if not words.strip():
            self._tell("Write the question behind it: ? where is the tax added")
            return
        from copilot_tui.session.queued import Entry  # noqa: PLC0415  (after the first paint)

        aim = self._screen.aiming.aim
        target = Target(aim.path, aim.selection) if aim.path else Target()
        request = Request(words.strip(), target, AutonomyLevel.REPO)
        self.take(Entry(text.strip(), request, is_question=True), at_once=True)

    def take(self, entry: "Entry", *, at_once: bool) -> None:
        """Send it, or let it wait behind what is under way."""
        busy = self._bridge.is_busy or self._screen.requesting.is_following or not self.is_open
        reviewing = self._screen.deciding.is_reviewing and not at_once
        is_first = self.queue.is_paused or not self.queue.entries
        if not busy and not reviewing and (is_first or at_once):
            self.queue.is_paused = False  # what the person sends now goes first, and what waits goes on behind it
            self.queue.show()
            self.start(entry)
            return
        if entry.is_typed:
            self.remember(entry.text)
        self.queue.add(entry)
        if not self.is_open:
            self._tell("The repository is still being opened; the request goes out when it is.")
        elif reviewing and not busy:
            keys = self._screen.key_table
            self._tell(f"It goes out when this review is finished; {keys.shown('queue')} shows what waits.")

    def start(self, entry: "Entry") -> None:
        """Send a request now."""
        if entry.is_typed:
            self.remember(entry.text)
        typed = entry.text if entry.is_typed else ""
        if entry.is_question:
            self._screen.requesting.ask(entry.request, typed)
        else:
            self._screen.requesting.send(entry.request, text=typed)

    def send_now(self) -> None:
        """Send the line without waiting for the review at hand, which is kept."""
        self.send(self._prompt.text, at_once=True)

    def give_back(self, text: str) -> bool:
        """Put a text that came to nothing back into the box, unless the person typed something else; whether it is there."""
        if self._prompt.text.strip():
            return self._prompt.text.strip() == text
        self._prompt.put(text)
        return True

    def start_fresh(self) -> None:
        """Let the next request hear nothing of the earlier ones."""
        self._screen.session.desk.conversation.start_fresh()
        self.show_thread()
        self._tell("The next request starts fresh: it is told of none before it.")

    def show_thread(self) -> None:
        """Say on the screen which requests the next one follows."""
        self._screen.parts.thread.show_follows(self._screen.session.desk.conversation.count)

    def _command(self, text: str) -> None:
        if self._screen.acting.take_command(text):
            self.remember(text)
            return
        word = text[1:].partition(" ")[0]
        near = difflib.get_close_matches(word, [name for name, _ in self._screen.acting.commands()], n=1)
        hint = f"did you mean /{near[0]}?" if near else "/ alone lists them."
        said = one_line(f"/{word}", _SHOWN)
        self._tell(f"There is no action {said}: {hint} A blank before the slash sends it as it is.", "warning")

    def remember(self, text: str) -> None:
        """Keep what was sent in the history, also for the next start, and empty the box of it."""
        self._prompt.remember(text)
        if self.is_open:
            self._bridge.call(asyncio.to_thread(self._screen.session.desk.typed.add, text))

    def recall(self) -> None:
        """Find something that was sent before, by some letters, and put it into the box."""
        from copilot_tui.tui.finder import Finder  # noqa: PLC0415  (after the first paint)
        from copilot_tui.tui.row_list import Row  # noqa: PLC0415

        history = self._prompt.earlier[::-1]
        rows = [Row(str(number), ((one_line(text, 200), "plain"),)) for number, text in enumerate(history)]

        def chosen(number: str | None) -> None:
            if number:
                self._prompt.put(history[int(number)])

        finder = Finder("what you sent before", rows, lambda row: history[int(row.key)])
        self._screen.app.push_screen(finder, chosen)

    def _tell(self, sentence: str, severity: str = "information") -> None:
        self._screen.tell(sentence, severity)

    @property
    def _prompt(self) -> Prompt:
        return self._screen.query_one(Prompt)
