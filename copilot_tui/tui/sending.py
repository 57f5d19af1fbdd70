"""What enter does with the line: an action after a slash, a request otherwise; and the history of what was sent.

Invariant: what cannot be done is said in one sentence, and the text stays in the box.
"""

import difflib
from typing import TYPE_CHECKING

from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.prompt import MOST_CHARACTERS, Prompt
from copilot_tui.tui.safety import one_line

if TYPE_CHECKING:
    from copilot_tui.tui.main_screen import MainScreen

_SHOWN = 40


class Sending:
    """Takes what the person sends."""

    def __init__(self, screen: "MainScreen", bridge: Bridge) -> None:
        self._screen = screen
        self._bridge = bridge
        self._is_open = False
        self._held = ""  # a request that was sent before the session was open

    @property
    def is_open(self) -> bool:
        """Whether requests can be sent."""
        return self._is_open

    def opened(self) -> None:
        """The session is open: take the history of earlier starts, and send what was held."""
        self._is_open = True
        self._bridge.in_thread(self._screen.session.desk.typed.read, then=self._prompt.begin_with)
        if self._held and self._held == self._prompt.text.strip():
            self.send(self._held)

    def send(self, text: str) -> None:
        """Do what the line asks for."""
        screen = self._screen
        if not text.strip():
            screen.tell("Type what should change; / lists the actions, @ mentions a file or a name.", "information")
        elif len(text) > MOST_CHARACTERS:
            screen.tell(f"That is too long for a request ({len(text):,} characters): mention a file with @.", "warning")
        elif text.startswith("/"):
            self._command(text.strip())
        elif not screen.aiming.aim.is_possible:
            screen.tell("Open a file first (ctrl+f), or raise the slider to directory (alt+=).", "warning")
        elif not self._is_open:
            self._held = text.strip()
            screen.tell("The repository is still being opened; the request goes out when it is.", "information")
        else:
            screen.requesting.send(screen.aiming.aim.request(text.strip()))

    def _command(self, text: str) -> None:
        if self._screen.acting.take_command(text):
            self.remember(text)
            return
        word = text[1:].partition(" ")[0]
        near = difflib.get_close_matches(word, [name for name, _ in self._screen.acting.commands()], n=1)
        hint = f"did you mean /{near[0]}?" if near else "/ alone lists them."
        said = one_line(f"/{word}", _SHOWN)
        self._screen.tell(f"There is no action {said}: {hint} A blank before the slash sends it as it is.", "warning")

    def remember(self, text: str) -> None:
        """Keep what was sent in the history, also for the next start."""
        self._prompt.remember(text)
        if self._is_open:
            self._bridge.in_thread(self._screen.session.desk.typed.add, text, then=lambda _: None)

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

    @property
    def _prompt(self) -> Prompt:
        return self._screen.query_one(Prompt)
