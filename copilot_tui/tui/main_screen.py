"""The one screen: files, code or review, slider, request, keys.

Invariant: widgets take values and post messages; this screen alone passes them to the bridge, and decides nothing about text or code.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widgets import Static

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.tui.actions import Place, all_actions, bindings, find_action
from copilot_tui.tui.aim import Aim
from copilot_tui.tui.bridge import Bridge, Failed
from copilot_tui.tui.code_document import CodeDocument
from copilot_tui.tui.code_reader import Surroundings, read_colours, read_surroundings
from copilot_tui.tui.code_view import CodeView
from copilot_tui.tui.files_pane import FilesPane
from copilot_tui.tui.header import Header
from copilot_tui.tui.key_line import KeyLine
from copilot_tui.tui.port import Overview, SessionPort
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.safety import one_line, plain
from copilot_tui.tui.scope_line import ScopeLine
from copilot_tui.tui.slider import Slider

_FILES_BESIDE = 96  # columns from which on the files stand beside the code
_SMALLEST = (60, 16)


class MainScreen(Screen[None]):
    """Asking and reviewing, in one place."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(all_actions())]
    DEFAULT_CSS: ClassVar[str] = """
    MainScreen {
        layers: base over; background: $background;
        & #middle { height: 1fr; layers: base over; }
        & #main { width: 1fr; height: 1fr; layers: base over; }
        & #place { height: 1; width: 1fr; padding: 0 1; color: $foreground 70%; background: $background; text-wrap: nowrap; }
        & CodeView { height: 1fr; }
        & FilesPane { border-right: vkey $foreground 15%; }
        & FilesPane.-over { layer: over; dock: left; border-right: outer $accent 60%; width: 40; max-width: 80%; }
        & AnswerPane { layer: over; dock: bottom; max-height: 50%; }
        & #ask { height: auto; max-height: 8; background: $background; }
        & #sign { width: 3; height: 1; padding: 0 0 0 1; color: $accent; text-style: bold; }
        & #small { display: none; width: 1fr; height: 1fr; content-align: center middle; text-align: center; }
        &.-small > * { display: none; }
        &.-small > #small { display: block; }
    }
    """

    def __init__(self, session: SessionPort, *, blinks: bool = True) -> None:
        super().__init__()
        self.session = session
        self.bridge = Bridge(self, session)
        self.aim = Aim()
        self.marks: Mapping[str, str] = {}
        self._blinks = blinks
        self._wants_files: bool | None = None

    def compose(self) -> ComposeResult:
        """The parts, from top to bottom."""
        yield Header(Overview(self.session.root.name))
        with Horizontal(id="middle"):
            yield FilesPane()
            with Vertical(id="main"):
                yield Static("", id="place", markup=False)
                yield CodeView(id="code")
        yield ScopeLine()
        with Horizontal(id="ask"):
            yield Static(">", id="sign", markup=False)
            yield Prompt(blinks=self._blinks)
        yield KeyLine()
        yield Static(
            f"The terminal is too small: {_SMALLEST[0]}x{_SMALLEST[1]} is the least.", id="small", markup=False
        )

    def on_mount(self) -> None:
        """Start what is slow after the first paint."""
        self.query_one(Prompt).focus()
        self._show_aim()
        self.call_after_refresh(self._open_session)

    def _open_session(self) -> None:
        self.bridge.call(self.session.open(), self._opened)

    def _opened(self, overview: Overview) -> None:
        self.show_overview(overview)
        for notice in overview.notices:
            self.app.notify(one_line(notice), markup=False, timeout=12)
        self.bridge.call(self.session.list_files(), self._listed, group="files")

    def _listed(self, marks: Mapping[str, str]) -> None:
        self.marks = marks
        self.query_one(FilesPane).list_files(marks)

    def show_overview(self, overview: Overview) -> None:
        """Show new facts in the header."""
        self.query_one(Header).show(overview)

    # The size of the terminal

    def on_resize(self, event: events.Resize) -> None:
        """Fold the files on a narrow terminal; say so on a tiny one."""
        self.set_class(event.size.width < _SMALLEST[0] or event.size.height < _SMALLEST[1], "-small")
        self._place_files(event.size.width)

    def _place_files(self, width: int) -> None:
        over = width < _FILES_BESIDE
        files = self.query_one(FilesPane)
        files.set_class(over, "-over")
        files.display = (not over) if self._wants_files is None else self._wants_files

    # Where the person is

    @property
    def place(self) -> Place:
        """Where the person is."""
        if self.bridge.is_busy:
            return Place.ANSWERING
        focused = self.focused
        if isinstance(focused, FilesPane):
            return Place.FILES
        if isinstance(focused, CodeView):
            return Place.CODE
        return Place.PROMPT

    def on_descendant_focus(self) -> None:
        """Show what is possible at the new place."""
        self.show_place()

    def show_place(self) -> None:
        """Show what is possible now."""
        try:
            self.query_one(KeyLine).show(self.place)
        except NoMatches:
            return

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action of the table is possible here."""
        if action != "do":
            return True
        found = find_action(str(parameters[0]))
        return found is not None and self.place in found.places

    async def action_do(self, identifier: str) -> None:
        """Do an action of the table."""
        await self.run_action(f"screen.{identifier.replace('-', '_')}")

    # The aim

    def _aim_at(self, aim: Aim) -> None:
        self.aim = aim
        self._show_aim()

    def _show_aim(self) -> None:
        aim = self.aim
        self.query_one(ScopeLine).show(aim)
        self.query_one(CodeView).light(aim.lit)
        lit = {AutonomyLevel.REPO: "", AutonomyLevel.DIRECTORY: aim.folder}.get(aim.level, aim.path or None)
        self.query_one(FilesPane).light(lit)

    @on(Slider.Moved)
    def _slider_moved(self, event: Slider.Moved) -> None:
        self.set_level(event.level)

    def set_level(self, level: AutonomyLevel) -> None:
        """Move the slider."""
        self._aim_at(self.aim.at(level))

    def action_lower(self) -> None:
        """Move the slider down."""
        self.set_level(self.aim.level.lowered())

    def action_raise(self) -> None:
        """Move the slider up."""
        self.set_level(self.aim.level.raised())

    def action_grow(self) -> None:
        """Grow the lit block."""
        self._grow(1)

    def action_shrink(self) -> None:
        """Shrink the lit block."""
        self._grow(-1)

    def _grow(self, steps: int) -> None:
        self._aim_at(self.aim.grow(steps).at(AutonomyLevel.BLOCK))
        self.query_one(CodeView).anchor = None
        self.query_one(CodeView).refresh()

    @on(CodeView.Aimed)
    def _aimed(self, event: CodeView.Aimed) -> None:
        document = self.query_one(CodeView).document
        self._aim_at(
            replace(self.aim, line=event.line, selection=event.selection, grown=0, blocks=self._blocks_at(event.line))
        )
        self.bridge.in_thread(
            read_surroundings, document, event.line, then=lambda found: self._surrounded(document, event.line, found)
        )

    def _blocks_at(self, line: int) -> tuple:  # type: ignore[type-arg]
        """The known blocks that hold the line, until the thread gives the right ones: the lit region must not flicker."""
        return tuple(block for block in self.aim.blocks if block.first <= line <= block.last)

    def _surrounded(self, document: CodeDocument, line: int, found: Surroundings) -> None:
        if document is self.query_one(CodeView).document and line == self.aim.line:
            self._aim_at(replace(self.aim, blocks=found.blocks, symbols=found.symbols))

    @on(CodeView.ColoursWanted)
    def _colours_wanted(self, event: CodeView.ColoursWanted) -> None:
        self.bridge.in_thread(
            read_colours,
            event.document,
            event.lines,
            then=lambda spans: self.query_one(CodeView).colour(event.document, spans),
        )

    # Files

    @on(FilesPane.FileChosen)
    def _file_chosen(self, event: FilesPane.FileChosen) -> None:
        self.open_file(event.path)

    @on(FilesPane.FolderPointed)
    def _folder_pointed(self, event: FilesPane.FolderPointed) -> None:
        self._aim_at(replace(self.aim, folder=event.path))

    def open_file(self, path: str, line: int = 1) -> None:
        """Read a file and show it."""
        self.bridge.call(self.session.read_file(path), lambda data: self._show_file(path, data, line), group="file")

    def _show_file(self, path: str, data: bytes, line: int) -> None:
        document = CodeDocument(path, data)
        line = max(1, min(line, document.line_count or 1))
        folder = path.rpartition("/")[0]
        self.query_one("#place", Static).update(plain(path, "bold"))
        self._aim_at(Aim(self.aim.level, path, folder, line, document.line_count))
        code = self.query_one(CodeView)
        code.open(document, line)
        files = self.query_one(FilesPane)
        files.reveal(path)
        if files.has_class("-over"):
            self._wants_files = None
            self._place_files(self.size.width)
        code.focus()

    def action_files(self) -> None:
        """Show or hide the files."""
        files = self.query_one(FilesPane)
        self._wants_files = not files.display
        self._place_files(self.size.width)
        (files if files.display else self.query_one(Prompt)).focus()

    def action_switch(self) -> None:
        """Go to the next part."""
        order = [
            widget
            for widget in (self.query_one(Prompt), self.query_one(CodeView), self.query_one(FilesPane))
            if widget.display
        ]
        at = order.index(self.focused) if self.focused in order else -1  # type: ignore[arg-type]
        order[(at + 1) % len(order)].focus()

    def action_focus_prompt(self) -> None:
        """Back to the request."""
        self.query_one(Prompt).focus()
        if self.query_one(FilesPane).has_class("-over"):
            self._wants_files = None
            self._place_files(self.size.width)

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        self.app.notify(one_line(event.sentence), severity="error", markup=False, timeout=10)

    def action_quit(self) -> None:
        """End the program."""
        self.app.exit()
