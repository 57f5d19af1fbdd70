"""Where the next request goes: the open file, the cursor, the slider, and the light that shows it.

Invariant: what is lit, what the sentence says and what a request holds all come from the same `Aim`.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.widgets import Static

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange
from copilot_tui.errors import TargetError
from copilot_tui.tui.aim import Aim
from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.safety import plain
from copilot_tui.tui.scope_line import ScopeLine
from copilot_tui.tui.welcome import Welcome

if TYPE_CHECKING:
    from copilot_tui.tui.code_document import CodeDocument
    from copilot_tui.tui.code_reader import Surroundings
    from copilot_tui.tui.code_view import CodeView
    from copilot_tui.tui.main_screen import MainScreen


class Aiming:
    """Keeps the aim and shows it on the screen's widgets."""

    def __init__(self, screen: "MainScreen", bridge: Bridge) -> None:
        self.aim = Aim()
        self._screen = screen
        self._bridge = bridge

    def show(self, aim: Aim | None = None) -> None:
        """Take an aim and show it."""
        self.aim = aim = aim or self.aim
        self._screen.query_one(ScopeLine).show(aim)
        self.light()
        self._screen.picturing.follow()

    def light(self) -> None:
        """Light in the code and in the list of files what may change, as far as these are in place."""
        parts, aim = self._screen.parts, self.aim
        if parts.is_complete:
            parts.code.light(aim.lit)
            lit = {AutonomyLevel.REPO: "", AutonomyLevel.DIRECTORY: aim.folder}.get(aim.level, aim.path or None)
            parts.files.light(lit)

    def set_level(self, level: AutonomyLevel) -> None:
        """Move the slider."""
        self.show(self.aim.at(level))

    def set_folder(self, folder: str) -> None:
        """Aim directory level at a folder."""
        self.show(replace(self.aim, folder=folder))

    def grow(self, steps: int) -> None:
        """Grow or shrink the lit block; the slider goes to block."""
        self.show(self.aim.grow(steps).at(AutonomyLevel.BLOCK))
        self._code.mark = None
        self._code.refresh()

    def point(self, line: int, selection: LineRange | None) -> None:
        """Follow the cursor; what encloses it is read in a thread, and until then the known blocks that hold it stay lit."""
        from copilot_tui.tui.code_reader import read_surroundings  # noqa: PLC0415  (after the first paint)

        document = self._code.document
        known = tuple(block for block in self.aim.blocks if block.first <= line <= block.last)
        self.show(replace(self.aim, line=line, selection=selection, grown=0, blocks=known))

        def surrounded(found: "Surroundings") -> None:
            if document is self._code.document and line == self.aim.line:
                self.show(replace(self.aim, blocks=found.blocks, symbols=found.symbols))

        self._bridge.in_thread(read_surroundings, document, line, then=surrounded)

    def colour(self, document: "CodeDocument", lines: LineRange) -> None:
        """Give the code view the colours of some lines."""
        from copilot_tui.tui.code_reader import read_colours  # noqa: PLC0415  (after the first paint)

        self._bridge.in_thread(read_colours, document, lines, then=lambda spans: self._code.colour(document, spans))

    def open_file(self, path: str, line: int = 1, *, focus: bool = True) -> None:
        """Read a file and show it."""
        self._bridge.call(
            self._screen.session.read_file(path),
            lambda data: self._show_file(path, data, line, focus=focus),
            group="file",
        )

    def read_again(self) -> None:
        """Show what the open file holds now; the cursor stays. One that is gone is closed: no error, as what was done may be just that."""
        path = self.aim.path

        async def read() -> bytes | str:
            try:
                return await self._screen.session.read_file(path)
            except TargetError as error:
                return str(error)

        def show(found: bytes | str) -> None:
            if isinstance(found, bytes):
                self._show_file(path, found, self.aim.line, focus=False)
            else:
                self._close_file(found)

        if path:
            self._bridge.call(read(), show, group="file")

    def _close_file(self, why: str) -> None:
        """Show no file, and where its name stood why."""
        from copilot_tui.tui.code_document import CodeDocument  # noqa: PLC0415  (after the first paint)

        screen, had_focus = self._screen, self._code.has_focus
        self._code.open(CodeDocument("", b""))
        self._code.display = False
        screen.query_one(Welcome).display = not screen.deciding.is_reviewing
        screen.query_one("#place", Static).update(plain(why, "bold"))
        self.show(Aim(self.aim.level))
        if had_focus:
            (screen.parts.files if screen.parts.files.display else screen.query_one(Prompt)).focus()

    def _show_file(self, path: str, data: bytes, line: int, *, focus: bool = True) -> None:
        from copilot_tui.tui.code_document import CodeDocument  # noqa: PLC0415  (after the first paint)

        document = CodeDocument(path, data)
        self._screen.session.wishes.look_at(path)
        line = max(1, min(line, document.line_count or 1))
        self._screen.query_one("#place", Static).update(plain(path, "bold"))
        self.show(Aim(self.aim.level, path, path.rpartition("/")[0], line, document.line_count))
        self._code.open(document, line)
        self._screen.parts.files.reveal(path)
        if focus:
            self._screen.folding.fold()
            self._code.focus()

    @property
    def _code(self) -> "CodeView":
        return self._screen.parts.code
