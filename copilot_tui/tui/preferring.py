"""Puts the person's preferences into effect once the settings are read: level, theme, keys, motion, title.

Invariant: what cannot be followed is said and left out; the rest holds.
"""

from typing import TYPE_CHECKING

from textual.binding import BindingsMap

from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.appearance import take_theme
from copilot_tui.tui.key_line import KeyLine
from copilot_tui.tui.key_table import read_keys
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.welcome import Welcome

if TYPE_CHECKING:
    from copilot_tui.session.preferences import Preferences
    from copilot_tui.tui.gate import Gate
    from copilot_tui.tui.main_screen import MainScreen


def take_preferences(screen: "MainScreen", gate: "Gate", preferences: "Preferences") -> tuple[str, ...]:
    """Follow the preferences; gives a sentence for each that cannot be followed."""
    sentences = []
    if not screen.slider_was_moved:
        screen.set_level(preferences.level)
    problem = take_theme(screen.app, preferences.theme)
    if problem:
        sentences.append(problem)
    if not preferences.motion:
        screen.app.animation_level = "none"
        screen.query_one(Prompt).cursor_blink = False
    if preferences.watch:
        screen.watching.begin()
    table, left_out = read_keys(preferences.keys)
    if table.own:
        screen.key_table = table
        gate.moved = table.moved
        # Textual's own keymap takes a key away from every action that shares it, also at other places; so the whole map is made anew.
        screen._bindings = BindingsMap(table.bindings())  # noqa: SLF001
        screen.refresh_bindings()
        if isinstance(screen.app, CopilotApp):
            screen.app.take_keys(table)
        screen.query_one(KeyLine).use(table)
        screen.query_one(Welcome).use(table)
        screen.parts.thread.use(table.shown("fresh"), table.shown("queue"))
    return (*sentences, *left_out)
