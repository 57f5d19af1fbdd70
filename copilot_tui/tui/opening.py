"""From the first paint to the open session, and from then on what the screen says of the repository.

Invariant: what is slow begins when the first paint is done, one thing after another, so that a key that was typed already is shown
between them.
"""

import gc
from collections.abc import Mapping
from typing import TYPE_CHECKING

from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.gate import Gate
from copilot_tui.tui.header import Header
from copilot_tui.tui.scope_line import ScopeLine
from copilot_tui.tui.slider import Slider
from copilot_tui.tui.welcome import Welcome

if TYPE_CHECKING:
    from copilot_tui.tui.main_screen import MainScreen
    from copilot_tui.tui.port import Overview

_FIRST_KEY_SECONDS = 0.04  # from the first paint on belong to a key that was typed already
_NEXT_KEY_SECONDS = 0.02  # and so does a moment between one slow thing and the next


class Opening:
    """Puts the parts in place, opens the session, and shows what the repository is like."""

    def __init__(self, screen: "MainScreen", bridge: Bridge, gate: Gate) -> None:
        self._screen = screen
        self._bridge = bridge
        self._gate = gate

    def begin(self) -> None:
        """Begin as soon as the first paint is done."""
        # By timers, as call_after_refresh goes astray where a quick key opens a sheet.
        screen = self._screen
        screen.set_timer(0.02, lambda: screen.set_timer(_FIRST_KEY_SECONDS, self._complete))

    def _complete(self) -> None:
        if not self._bridge.is_closed:
            self._screen.parts.complete()
            self._screen.set_timer(_NEXT_KEY_SECONDS, self._open_session)

    def _open_session(self) -> None:
        gc.freeze()
        gc.enable()
        self._bridge.call(self._screen.session.open(), self._opened)

    def _opened(self, overview: "Overview") -> None:
        from copilot_tui.tui.indexing import begin_indexing  # noqa: PLC0415
        from copilot_tui.tui.preferring import take_preferences  # noqa: PLC0415  (after the first paint)
        from copilot_tui.tui.setting_up import offer_setup  # noqa: PLC0415

        screen = self._screen
        preferences = screen.session.preferences
        unfollowed = take_preferences(screen, self._gate, preferences)
        notices = (*overview.notices, *unfollowed)
        self._show_overview(overview)
        if preferences.notify:
            screen.attention.begin(overview.name)
        if notices:  # together: each one by itself would take the place of the last
            screen.tell("  ".join(notices), "warning" if unfollowed else "information")
        self._list_files()
        screen.records.watch()
        begin_indexing(screen)
        if not screen.arriving.load(unfollowed):
            offer_setup(screen)
        screen.sending.opened()

    def _list_files(self) -> None:
        self._bridge.call(self._screen.session.list_files(), self._listed, group="files")

    def _listed(self, marks: Mapping[str, str]) -> None:
        screen = self._screen
        screen.marks = marks
        screen.parts.files.list_files(marks)
        screen.query_one(Welcome).count_files(len(marks))
        screen.sheets.offer_files(marks)

    def _show_overview(self, overview: "Overview") -> None:
        screen = self._screen
        screen.query_one(Header).show(overview)
        screen.query_one(Welcome).show(overview)
        screen.query_one(ScopeLine).know_budget(overview.context_budget)
        screen.query_one(Slider).acceptance = overview.acceptance

    def renew_overview(self) -> None:
        """Show who answers now, what was spent, and what is accepted of each level."""
        self._bridge.call(self._screen.session.overview(), self._show_overview, group="overview")

    def renew(self) -> None:
        """Show what the repository is like now: a landing, an undo or a commit has changed it."""
        self.renew_overview()
        self._list_files()
        self._screen.aiming.read_again()
        self._screen.picturing.renew()
