"""Choosing a theme on the screen and keeping it, and copying what stands there.

Invariant: a theme that is chosen by name is kept in the person's settings, and where it cannot be, that is said; the file's other
entries stay as they are.
"""

import asyncio
from typing import TYPE_CHECKING

from copilot_tui.tui.appearance import next_theme, take_theme

if TYPE_CHECKING:
    from copilot_tui.tui.main_screen import MainScreen


class Looks:
    """The theme, and the clipboard."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen

    def next_theme(self) -> None:
        """Try the next theme; it holds for this session."""
        app = self._screen.app
        take_theme(app, next_theme(app.theme))
        self._screen.tell(
            f"The theme is {app.theme} now, until you quit; /themes chooses one and keeps it.", "information"
        )

    def choose_theme(self) -> None:
        """Choose among all themes, and keep the one."""
        from copilot_tui.tui.finder import Finder  # noqa: PLC0415  (after the first paint)
        from copilot_tui.tui.row_list import Row  # noqa: PLC0415

        app = self._screen.app
        kinds = {name: "dark" if theme.dark else "light" for name, theme in sorted(app.available_themes.items())}
        rows = [
            Row(name, ((f"{name:<24}", "plain"), (kind, "muted")), (("now", "marked"),) if name == app.theme else ())
            for name, kind in kinds.items()
        ]
        finder = Finder("which theme?", rows, lambda row: f"{row.key} {kinds[row.key]}")
        app.push_screen(finder, lambda name: self.take_theme(name or ""))

    def take_theme(self, name: str) -> None:
        """Put a theme on and keep it."""
        if not name:
            return
        problem = take_theme(self._screen.app, name)
        if problem:
            self._screen.tell(problem, "warning")
            return
        kept = asyncio.to_thread(self._screen.session.desk.keep_theme, name)
        self._screen.bridge.call(kept, lambda said: self._screen.tell(said, "information"))

    def copy_hunk(self) -> None:
        """Copy the hunk under the cursor as it stands in a patch."""
        pane = self._screen.deciding.pane
        unit = pane.unit if pane is not None else None
        if pane is None or unit is None or unit.hunk is None:
            self._screen.tell("There is no hunk under the cursor.", "information")
            return
        hunk = pane.review.files[unit.file].change.hunks[unit.hunk]
        lines = [line.kind.value + line.text.decode("utf-8", "replace") for line in hunk.lines]
        self._screen.app.copy_to_clipboard("\n".join(lines) + "\n")
        self._screen.tell(f"Copied the hunk: {len(lines)} lines.", "information")

    def copy_path(self) -> None:
        """Copy the path of the file that is shown, with the line under the cursor."""
        pane, aim = self._screen.deciding.pane, self._screen.aiming.aim
        unit = pane.unit if pane is not None else None
        if pane is not None and unit is not None:
            path = pane.review.files[unit.file].path
        elif aim.path:
            path = f"{aim.path}:{aim.line}"
        else:
            self._screen.tell("No file is open.", "information")
            return
        self._screen.app.copy_to_clipboard(path)
        self._screen.tell(f"Copied: {path}", "information")
