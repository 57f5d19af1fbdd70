"""Answers to questions on the screen: showing one, going to the places that it names, copying it, asking on.

Invariant: an answer changes nothing, neither the review at hand nor what the next request aims at, until the person goes to a place.
"""

from typing import TYPE_CHECKING

from copilot_tui.tui.prompt import Prompt

if TYPE_CHECKING:
    from copilot_tui.steps.asking import Citation, QuestionAnswered
    from copilot_tui.tui.main_screen import MainScreen
    from copilot_tui.tui.reading_pane import ReadingPane


class Reading:
    """The newest answer."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen
        self.pane: ReadingPane | None = None
        self._newest: tuple[str, QuestionAnswered] | None = None

    def show(self, question: str, answered: "QuestionAnswered", *, focus: bool = True) -> None:
        """Show an answer under the code."""
        from copilot_tui.tui.reading_pane import ReadingPane  # noqa: PLC0415  (after the first paint)

        self._newest = (question, answered)
        if self.pane is None:
            self.pane = ReadingPane(question, answered)
            self._screen.query_one("#main").mount(self.pane)
        else:
            self.pane.take(question, answered)
        if focus:
            self.pane.call_after_refresh(self.pane.focus)

    def again(self) -> None:
        """Show the newest answer again."""
        if self._newest is None:
            self._screen.tell("No question was asked yet: ? and some words ask one.", "information")
        else:
            self.show(*self._newest)

    def close(self) -> None:
        """Take the answer away; it can be shown again."""
        if self.pane is not None:
            pane, self.pane = self.pane, None
            pane.remove()
            (self._screen.deciding.pane or self._screen.query_one(Prompt)).focus()
            self._screen.show_place()

    def go_to(self, citation: "Citation") -> None:
        """Show a place that the answer names; the answer stays."""
        screen = self._screen
        if not citation.exists:
            screen.tell(f"There is no {citation.place} in the work tree: do not rely on what is said of it.", "warning")
        elif screen.deciding.is_reviewing:
            from copilot_tui.tui.peek_sheet import PeekSheet  # noqa: PLC0415  (after the first paint)

            def show(data: bytes) -> None:
                screen.app.push_screen(PeekSheet(citation.path, data, citation.lines))

            screen.bridge.call(screen.session.read_file(citation.path), show, group="peek", opens_sheet=True)
        else:
            screen.open_file(citation.path, citation.lines.first, focus=False)

    def next_place(self, step: int) -> None:
        """Go to the next place in the text, or the one before."""
        if self.pane is not None:
            self.pane.next_place(step)

    def copy(self) -> None:
        """Copy the answer as it came."""
        if self._newest is not None:
            self._screen.app.copy_to_clipboard(self._newest[1].answer.text)
            self._screen.tell("The answer is copied.", "information")

    def follow_up(self) -> None:
        """Type the next question."""
        prompt = self._screen.query_one(Prompt)
        if not prompt.text.strip():
            prompt.put("? ")
        prompt.focus()
