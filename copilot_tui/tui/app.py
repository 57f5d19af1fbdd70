"""The application: one screen, one theme, one gate against stray keys.

Invariant: nothing that is not needed to paint the first screen is imported here.
"""

import asyncio
import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from rich.console import RenderableType
from rich.text import Text
from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.widgets._toast import Toast

from copilot_tui.tui.action import Place
from copilot_tui.tui.appearance import HIGH_CONTRAST, take_theme
from copilot_tui.tui.escape_parser import tell_escape_from_alt
from copilot_tui.tui.gate import Gate
from copilot_tui.tui.key_order import KeyOrder
from copilot_tui.tui.keyboard import character_of, key_of, teach_alt_keys, word_key
from copilot_tui.tui.main_screen import MainScreen
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.safety import HiddenCharacterFilter
from copilot_tui.tui.terminal_input import accept_any_bytes
from copilot_tui.tui.terminal_watch import watch_terminal
from copilot_tui.tui.typed_ahead import await_sheet, await_text

if TYPE_CHECKING:
    from rich.traceback import Traceback

    from copilot_tui.tui.key_table import KeyTable
    from copilot_tui.tui.port import BeginsWith, SessionPort

# How long a thread that computes (colours, words, moves) keeps a key waiting each time that the interface wants to go on.
_SECONDS_TO_A_KEY = 0.001
_EDITING = frozenset({"backspace", "delete", "left", "right", "home", "end", "ctrl+j"})


class CopilotApp(App[None]):
    """The terminal interface over one session."""

    TITLE = "copilot-tui"
    ENABLE_COMMAND_PALETTE = False  # ours is made from the action table
    BINDINGS: ClassVar[list[BindingType]] = []
    CSS = """
    ToastRack { margin-bottom: 4; }
    Toast { width: auto; max-width: 88vw; padding: 0 1; margin-top: 0; }
    """

    def __init__(
        self,
        session: "SessionPort",
        *,
        begins_with: "BeginsWith | None" = None,
        blinks: bool = True,
        theme: str = "",
        clock: Callable[[], float] = monotonic,
    ) -> None:
        teach_alt_keys()
        accept_any_bytes()
        tell_escape_from_alt()
        super().__init__()
        self.gate = Gate()
        self._order = KeyOrder(self, self.gate.sheets)
        self._session = session
        self._clock = clock
        self._blinks = blinks
        self._begins_with = begins_with
        self._hidden_characters = HiddenCharacterFilter()
        self.register_theme(HIGH_CONTRAST)
        take_theme(self, theme)

    def get_default_screen(self) -> MainScreen:
        """The one screen."""
        return MainScreen(
            self._session, self.gate, begins_with=self._begins_with, blinks=self._blinks, clock=self._clock
        )

    def take_keys(self, table: "KeyTable") -> None:
        """Use these keys from now on, where the application has keys beside those of its screens: this one has none."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and the second wall against characters that drive a terminal."""
        return [*super().get_line_filters(), self._hidden_characters]

    async def on_mount(self) -> None:
        """End as by ctrl+q when the terminal goes away or the program is asked to end."""
        sys.setswitchinterval(_SECONDS_TO_A_KEY)
        loop = self._loop_of_terminal = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with contextlib.suppress(NotImplementedError, RuntimeError):  # not in the main thread: a test
                loop.add_signal_handler(number, self.exit)
        if not self.is_headless and sys.__stdin__ is not None:
            watch_terminal(sys.__stdin__.fileno(), self._lose_terminal)

    def _lose_terminal(self) -> None:
        """Called from another thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: the program is ending already
            self._loop_of_terminal.call_soon_threadsafe(self.exit)

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave; what is under way ends first, so that nothing of it meets a screen that is being taken down."""
        for screen in self.screen_stack:
            if isinstance(screen, MainScreen):
                screen.bridge.close()
                screen.attention.end()
                screen.courtesy.end()
        super().exit(result, return_code, message)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy to the terminal's clipboard and to the desktop's, where there is one; bytes that are no UTF-8 become marks."""
        from copilot_tui.tui.clipboard import copy_to_system  # noqa: PLC0415  (after the first paint)

        text = text.encode("utf-8", "replace").decode("utf-8")
        super().copy_to_clipboard(text)
        if not self.is_headless:
            copy_to_system(text, os.environ)

    def on_click(self, event: events.Click) -> None:
        """A click on the sentence that offers to take a landing back does that."""
        screen = self.screen
        if isinstance(event.widget, Toast) and isinstance(screen, MainScreen):
            notice = event.widget._notification  # noqa: SLF001  (Textual's notices know no action)
            if notice.message == screen.landing.undo_offer:
                screen.landing.undo_offer = ""
                screen.landing.revert()

    async def on_unmount(self) -> None:
        """End what the session has running: a local model, connections, the index."""
        await self._session.close()

    def _fatal_error(self) -> None:
        # Textual would print the traceback with the values of all variables, and those hold files and keys.
        error = sys.exception() if sys.version_info >= (3, 12) else sys.exc_info()[1]
        frames = traceback.extract_tb(error.__traceback__) if error is not None else []
        place = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "an unknown place"
        self._exit_renderables.append(_sentence_of(type(error).__name__, place))
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """End with a sentence; a traceback, as of a fault in reading the terminal, becomes one."""
        from rich.traceback import Traceback  # noqa: PLC0415  (heavy, and hardly ever needed)

        said = [_sentence_of_trace(one) if isinstance(one, Traceback) else one for one in renderables]
        super().panic(*said)

    def _is_stray(self, event: events.Key) -> bool:
        is_in_prompt = isinstance(self.focused, Prompt)
        if is_in_prompt and (event.is_printable or event.key in _EDITING):
            return False  # it is text, whatever comes
        on_sheet = len(self.screen_stack) > 1
        return self.gate.blocks(event.key, event.time, decides_nothing=on_sheet or is_in_prompt)

    def _meant(self, event: events.Key) -> list[events.Key]:
        """What alt with a character means where it is pressed: its own action, or escape and the character, typed at once.

        In the request it is the character alone: what runs goes on. An enter right behind it sends nothing where something has just ended.
        """
        from textual.widgets import Input, TextArea  # noqa: PLC0415  (after the first paint: it needs neither)

        character = character_of(event.key)
        typed = events.Key(key_of(character), character)
        whole = events.Key(event.key, character)
        bound = self.screen.active_bindings.get(event.key)
        if bound is not None and bound.enabled:
            return [whole]
        if isinstance(self.focused, TextArea | Input):
            word = word_key(event.key, is_line=isinstance(self.focused, Input))
            if word:
                return [events.Key(word, None)]
        screen = self.screen
        place = screen.place if isinstance(screen, MainScreen) else None
        if isinstance(self.focused, Prompt):
            self.gate.escaped(event.time)
            return [typed]
        is_escape = place in {Place.CODE, Place.FILES, Place.ANSWERING}
        return [events.Key("escape", "\x1b"), typed] if is_escape else [whole]

    async def _await_earlier(self, event: events.Key | events.Paste) -> None:
        """Wait for the sheet that the key is for, and for the letters before it."""
        for top in self.screen_stack[-1:]:
            await await_sheet(top)
            if isinstance(event, events.Key) and not event.is_printable:
                await await_text(top)

    async def on_event(self, event: events.Event) -> None:
        """Give keys their turn, and stop those that were typed before what they would decide was on the screen."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            if self._order.keeps(event):
                return
            await self._await_earlier(event)
        if not isinstance(event, events.Key) or await self._take(event):
            await super().on_event(event)

    async def _take(self, event: events.Key) -> bool:
        """Take a key; whether it goes on to what has the focus."""
        if event.character is None and character_of(event.key):
            keys = self._meant(event)
            for key in keys:
                key.time = event.time
            await self._order.hand_on(keys)
            return False
        if self._is_stray(event):
            return False
        for screen in self.screen_stack[:1]:
            if isinstance(screen, MainScreen):
                screen.courtesy.give_way()
        if event.key == "escape":
            self.gate.escaped(event.time)
        if not event.is_forwarded:
            self._order.acts(event)
        return True


def _sentence_of(fault: str, place: str) -> Text:
    return Text(
        f"copilot-tui: a fault in copilot-tui ended it ({fault} in {place}); "
        "what was applied is kept, `copilot-tui undo` takes it back; please report this."
    )


def _sentence_of_trace(trace: "Traceback") -> Text:
    stack = trace.trace.stacks[-1]
    frames = stack.frames
    place = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "an unknown place"
    return _sentence_of(stack.exc_type, place)
