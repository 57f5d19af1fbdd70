"""The event log: every call to a model with role, model, tokens, seconds and cost.

Invariant: choosing a call shows its answer as it came.
"""

from typing import ClassVar

from textual import on
from textual.widget import Widget

from copilot_tui.tui.calls import CallLog, CallRecord, CallState
from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import KeyWord, Sheet
from copilot_tui.tui.text_sheet import TextSheet

_MARKS = {
    CallState.RUNNING: ("… ", "accent"),
    CallState.DONE: ("✓ ", "good"),
    CallState.CUT: ("✂ ", "warning"),
    CallState.FAILED: ("✗ ", "bad"),
}


def call_row(record: CallRecord, width: int = 0) -> Row:
    """A call as a row; `width` is that of the longest model's name."""
    tokens = f"{'~' if record.estimated else ''}{record.tokens} tokens"
    seconds = f"{record.seconds:.1f} s" if record.seconds is not None else ""
    cost = f"${record.cost:.4f}" if record.cost is not None else ""
    notes = [record.note, f"kept back: {record.kept_back}" if record.kept_back else ""]
    note = tuple((f"  {one_line(words, 200)}", "warning") for words in notes if words)
    return Row(
        str(record.number),
        (
            _MARKS[record.state],
            (f"{record.role:<10}", "strong"),
            (f"{one_line(record.model, 28):<{min(width, 28)}} ", "marked"),
            *note,
        ),
        ((f"{tokens:>14}{seconds:>9}{cost:>10}", "muted"),),
    )


class CallsSheet(Sheet[None]):
    """The calls, newest first."""

    heading = "calls to models"
    keys: ClassVar[tuple[KeyWord, ...]] = (("enter", "its answer"), ("esc", "back"))

    def __init__(self, log: CallLog) -> None:
        super().__init__()
        self._log_of_calls = log

    def body(self) -> list[Widget]:
        """The list."""
        records = self._log_of_calls.records
        width = max((len(record.model) for record in records), default=0)
        rows = [call_row(record, width) for record in reversed(records)]
        return [RowList(rows, id="calls", empty="no call yet: nothing was sent anywhere")]

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        record = self._log_of_calls.find(int(event.key))
        if record is not None:
            self.app.push_screen(TextSheet(f"answer of call {record.number}, {record.role}", answer_text(record)))


def answer_text(record: CallRecord) -> str:
    """An answer with its reasoning before it."""
    kept = f"[kept back, so not sent]\n{record.kept_back}\n\n" if record.kept_back else ""
    reasoning = f"[reasoning]\n{record.reasoning}\n\n[answer]\n" if record.reasoning else ""
    return kept + reasoning + (record.answer or "(nothing came yet)")
