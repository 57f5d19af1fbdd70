"""The widgets of the main screen that its first paint does without: put in place when that is over, or when one of them is asked for.

Invariant: whoever asks for one gets it, mounted where it belongs, and nothing is mounted twice. A narrow terminal folds the files away, so
there they come with the rest; a wide one shows them from the first paint on.
"""

from typing import TYPE_CHECKING

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


class _Later:
    """The widgets themselves, made and mounted in one go."""

    def __init__(self, screen: "MainScreen") -> None:
        from copilot_tui.tui.answer_pane import AnswerPane  # noqa: PLC0415  (after the first paint)
        from copilot_tui.tui.code_view import CodeView  # noqa: PLC0415
        from copilot_tui.tui.completion_list import CompletionList  # noqa: PLC0415
        from copilot_tui.tui.progress_line import ProgressLine  # noqa: PLC0415
        from copilot_tui.tui.thread_line import ThreadLine  # noqa: PLC0415

        self.code = CodeView(id="code")
        self.code.display = False
        self.answer = AnswerPane()
        self.completion = CompletionList()
        self.progress = ProgressLine()
        self.thread = ThreadLine()
        screen.query_one("#main").mount(self.code, self.answer, after=screen.query_one(Welcome))
        screen.mount(self.thread, self.progress, after=screen.query_one(ScopeLine))
        screen.mount(self.completion, after="#ask")


class Parts:
    """Gives the widgets that may still have to be made."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen
        self._files: FilesPane | None = None
        self._later: _Later | None = None

    def first_files(self) -> "FilesPane":
        """The list of files, for a terminal that has room for it at once."""
        from copilot_tui.tui.files_pane import FilesPane  # noqa: PLC0415  (a narrow terminal does without at first)

        self._files = self._files or FilesPane()
        return self._files

    def complete(self) -> None:
        """Put in place what is not there yet."""
        if self._later is None:
            with self._screen.app.batch_update():
                self._later = _Later(self._screen)
                if self._files is None:
                    self._screen.query_one("#middle").mount(self.first_files(), before="#main")
                self._screen.folding.place_files()
                self._screen.aiming.light()

    @property
    def is_complete(self) -> bool:
        """Whether all is in place."""
        return self._later is not None

    @property
    def is_completing(self) -> bool:
        """Whether the list of completions is open."""
        return self._later is not None and self._later.completion.is_open

    def is_files(self, widget: "Widget | None") -> bool:
        """Whether a widget is the list of files."""
        return widget is not None and widget is self._files

    def is_code(self, widget: "Widget | None") -> bool:
        """Whether a widget is the code."""
        return self._later is not None and widget is self._later.code

    @property
    def code(self) -> "CodeView":
        """The code view."""
        return self._all.code

    @property
    def answer(self) -> "AnswerPane":
        """The answer while it comes."""
        return self._all.answer

    @property
    def completion(self) -> "CompletionList":
        """The list under the request."""
        return self._all.completion

    @property
    def progress(self) -> "ProgressLine":
        """The line of what runs."""
        return self._all.progress

    @property
    def thread(self) -> "ThreadLine":
        """The line over the request."""
        return self._all.thread

    @property
    def files(self) -> "FilesPane":
        """The list of files."""
        self.complete()
        return self.first_files()

    @property
    def _all(self) -> _Later:
        self.complete()
        if self._later is None:
            raise RuntimeError("asked for before the screen was mounted")
        return self._later
