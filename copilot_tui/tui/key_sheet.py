"""A provider's key: typed hidden, tested by one small call, then kept.

Invariant: the key never stands on the screen; whatever goes wrong is one sentence, and what was typed stays in the box.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from copilot_tui.tui.safety import one_line, plain
from copilot_tui.tui.sheet import KeyWord, Sheet

if TYPE_CHECKING:
    from copilot_tui.models.ways import Way

Test = Callable[[str, Callable[[str], None]], None]
"""Tests a key and calls back with the sentence of what went wrong, empty if it works."""


class KeySheet(Sheet[str]):
    """Gives the tested key (empty: the one that is set already), or None."""

    keys: ClassVar[tuple[KeyWord, ...]] = (("enter", "test and keep"), ("esc", "back"))
    DEFAULT_CSS: ClassVar[str] = """
    KeySheet Input { border: none; height: 1; background: $panel; }
    KeySheet Input:focus { border: none; }
    KeySheet #said { height: auto; width: 1fr; margin-top: 1; }
    """

    def __init__(self, way: "Way", trouble: str, test: Test) -> None:
        super().__init__()
        self.heading = f"the key of {way.title}"
        self._way = way
        self._trouble = trouble
        self._test = test
        self._state: Literal["typing", "testing"] = "typing"

    def body(self) -> list[Widget]:
        """What happens with the key, the box, and what came of the test."""
        way = self._way
        kept = (
            f"It is then kept in the system's keyring, for {way.title} alone."
            if not self._trouble
            else f"It cannot be kept: {one_line(self._trouble)}. A key that works is used until you leave; "
            f"{way.key_env} in the environment keeps it."
        )
        box = Input(password=True, placeholder="paste or type it; nothing is shown", id="key", select_on_focus=False)
        box.cursor_blink = False
        words = f"One small call to {way.model} tests it, for a fraction of a cent. {kept}"
        return [Static(words, classes="words", markup=False), Static(""), box, Static("", id="said", markup=False)]

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()
        if self._way.is_ready:
            self._say(Content("A key is set already: enter on the empty box tests that one."))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        key = event.value.strip()
        if self._state == "testing":
            return
        if not key and not self._way.is_ready:
            self._say(plain("Type the key first.", "$text-warning"))
            return
        self._state = "testing"
        self._say(Content(f"asking {self._way.model} …"))
        self._test(key, lambda fault: self._tested(key, fault))

    def _tested(self, key: str, fault: str) -> None:
        if not self.is_current:
            return
        self._state = "typing"
        if fault:
            self._say(plain(f"✗ {fault}", "$text-error"))
        else:
            self.dismiss(key)

    def _say(self, words: Content) -> None:
        self.query_one("#said", Static).update(words)
