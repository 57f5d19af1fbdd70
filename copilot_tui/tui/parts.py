"""The widgets of the main screen that its first paint does without: put in place when that is over, or when one of them is asked for.

Invariant: whoever asks for one gets it, mounted where it belongs, and nothing is mounted twice.
"""

from typing import TYPE_CHECKING

from textual.widgets import Static

from copilot_tui.tui.folding import SMALLEST
from copilot_tui.tui.scope_line import ScopeLine
from copilot_tui.tui.welcome import Welcome

if TYPE_CHECKING:
    from textual.widget import Widget

    from copilot_tui.tui.answer_pane import AnswerPane
    from copilot_tui.tui.code_view import CodeView
    from copilot_tui.tui.completion_list import CompletionList
    from copilot_tui.tui.files_pane import FilesPane
    from copilot_tui.tui.main_screen import MainScreen
    from copilot_tui.tui.progress_line import ProgressLine
    from copilot_tui.tui.thread_line import ThreadLine


class _Widgets:
    """All of them, made and mounted in one go."""

    def __init__(self, screen: "MainScreen") -> None:
        from copilot_tui.tui.answer_pane import AnswerPane  # noqa: PLC0415  (after the first paint)
        from copilot_tui.tui.code_view import CodeView  # noqa: PLC0415
        from copilot_tui.tui.completion_list import CompletionList  # noqa: PLC0415
        from copilot_tui.tui.files_pane import FilesPane  # noqa: PLC0415
        from copilot_tui.tui.progress_line import ProgressLine  # noqa: PLC0415
        from copilot_tui.tui.thread_line import ThreadLine  # noqa: PLC0415

        self.files = FilesPane()
        self.code = CodeView(id="code")
        self.code.display = False
        self.answer = AnswerPane()
        self.completion = CompletionList()
        self.progress = ProgressLine()
        self.thread = ThreadLine()
        sentence = f"The terminal is too small: at least {SMALLEST[0]}x{SMALLEST[1]} is needed."
        screen.query_one("#middle").mount(self.files, before="#main")
        screen.query_one("#main").mount(self.code, self.answer, after=screen.query_one(Welcome))
        screen.mount(self.thread, self.progress, after=screen.query_one(ScopeLine))
        screen.mount(self.completion, after="#ask")
        screen.mount(Static(sentence, id="small", markup=False))


class Parts:
    """Gives the widgets that may still have to be made."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen
        self._room: Static | None = None
        self._widgets: _Widgets | None = None

    def make_room_for_files(self) -> Static:
        """What stands in the place of the list of files at first, where that has room: the look of it as long as it is empty."""
        self._room = Static(" reading the files …", id="files-room", markup=False)
        return self._room

    def complete(self) -> None:
        """Put in place what is not there yet."""
        if self._widgets is None:
            with self._screen.app.batch_update():
                self._widgets = _Widgets(self._screen)
                if self._room is not None:
                    self._room.display = False
                    self._room.remove()
                self._screen.folding.place_files()
                self._screen.aiming.light()

    @property
    def is_complete(self) -> bool:
        """Whether all is in place."""
        return self._widgets is not None

    @property
    def is_completing(self) -> bool:
        """Whether the list of completions is open."""
        return self._widgets is not None and self._widgets.completion.is_open

    def is_files(self, widget: "Widget | None") -> bool:
        """Whether a widget is the list of files."""
        return self._widgets is not None and widget is self._widgets.files

    def is_code(self, widget: "Widget | None") -> bool:
        """Whether a widget is the code."""
        return self._widgets is not None and widget is self._widgets.code

    @property
    def files(self) -> "FilesPane":
        """The list of files."""
        return self._made.files

    @property
    def code(self) -> "CodeView":
        """The code view."""
        return self._made.code

    @property
    def answer(self) -> "AnswerPane":
        """The answer while it comes."""
        return self._made.answer

    @property
    def completion(self) -> "CompletionList":
        """The list under the request."""
        return self._made.completion

    @property
    def progress(self) -> "ProgressLine":
        """The line of what runs."""
        return self._made.progress

    @property
    def thread(self) -> "ThreadLine":
        """The line over the request."""
        return self._made.thread

    @property
    def _made(self) -> _Widgets:
        self.complete()
        if self._widgets is None:
            raise RuntimeError("asked for before the screen was mounted")
        return self._widgets
