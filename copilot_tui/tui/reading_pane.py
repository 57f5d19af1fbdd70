"""An answer to a question: its text, and under it the places that it names, each looked up.

Invariant: a place that is not in the work tree is marked wherever it stands, by a sign and in words; nothing is read as markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message

from copilot_tui.steps.asking import Citation, QuestionAnswered, places_in
from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line, plain
from copilot_tui.visible import visible

_MOST_TEXT = 100_000
_MOST_LINE = 90


def sign_of(citation: Citation) -> tuple[str, str]:
    """What marks a place, and its tone: ✓ looked up and shown to the model, ○ there but not shown to it, ✗ not there."""
    if not citation.exists:
        return "✗", "bad"
    return ("✓", "good") if citation.was_shown else ("○", "warning")


def said_of(citation: Citation) -> str:
    """What is known of a place, in words: its first line, or what is wrong with it."""
    if not citation.exists:
        return "there is no such place"
    return one_line(citation.text, _MOST_LINE) + ("" if citation.was_shown else "  (the model did not see it)")


def answer_rows(question: str, answered: QuestionAnswered, width: int) -> list[Row]:
    """The question, the answer wrapped to `width` cells, and the places; a row with a place has its number as its key."""
    known = frozenset(one.path for one in answered.citations)
    numbers = {(one.path, one.lines): number for number, one in enumerate(answered.citations)}
    rows = [Row("", ((f"? {one_line(question, 400)}", "strong"),)), Row("", (("", "plain"),))]
    text = plain(answered.answer.text.strip()[:_MOST_TEXT], keep="\n\t").expand_tabs(4)
    for line in text.wrap(max(20, width - 2)):
        named = [numbers[place] for place in places_in(line.plain, known) if place in numbers]
        wrong = any(not answered.citations[number].exists for number in named)
        mark = (("✗ ", "bad") if wrong else ("→ ", "marked")) if named else ("  ", "plain")
        rows.append(Row(str(named[0]) if named else "", (mark, (line.plain, "plain"))))
    if answered.citations:
        rows += [Row("", (("", "plain"),)), Row("", ((_summary(answered.citations), "muted"),))]
    for number, one in enumerate(answered.citations):
        sign, tone = sign_of(one)
        rows.append(
            Row(str(number), ((f"{sign} ", tone), (visible(one.place), "marked"), (f"  {said_of(one)}", "muted")))
        )
    if not answered.answer.complete:
        rows.append(Row("", ((f"The answer is not whole: {one_line(answered.answer.reason)}", "warning"),)))
    return rows


def _summary(citations: Sequence[Citation]) -> str:
    missing = sum(not one.exists for one in citations)
    if missing:
        return f"{missing} of {len(citations)} places {'is' if missing == 1 else 'are'} not there: do not rely on what is said of them."
    return f"{len(citations)} place{'s' if len(citations) > 1 else ''}, looked up in the work tree:"


class ReadingPane(RowList):
    """The newest answer, under the code."""

    DEFAULT_CSS: ClassVar[str] = """
    ReadingPane {
        height: 50%; width: 1fr; padding: 0 1; background: $surface;
        border-top: solid $accent 60%; border-title-color: $text-accent; border-title-align: left;
    }
    """

    @dataclass
    class Jumped(Message):
        """The person wants to see a place."""

        citation: Citation

    def __init__(self, question: str, answered: QuestionAnswered) -> None:
        super().__init__(id="reading")
        self.picks_words = True
        self.question = question
        self.answered = answered
        self.border_title = "answer"

    def take(self, question: str, answered: QuestionAnswered) -> None:
        """Show another answer."""
        self.question, self.answered = question, answered
        self._lay_out(0)

    def on_resize(self, _: events.Resize) -> None:
        """Wrap anew."""
        self._lay_out(None)

    def _lay_out(self, cursor: int | None) -> None:
        self.show(answer_rows(self.question, self.answered, self.size.width), self.cursor if cursor is None else cursor)

    def action_choose(self) -> None:
        """Go to the place of the row."""
        if self.current_key:
            self.post_message(self.Jumped(self.answered.citations[int(self.current_key)]))

    def next_place(self, step: int) -> None:
        """Put the cursor on the next row with a place, or the one before."""
        at = self.cursor + step
        while 0 <= at < len(self.rows):
            if self.rows[at].key:
                self.go_to(at)
                return
            at += step
