"""The plan before the edits start: edit, reorder or strike its steps.

Invariant: what goes on is exactly the steps that stand on the sheet; leaving the sheet starts nothing, and leaving the box of a step
leaves neither the sheet nor the step's words.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from copilot_tui.steps.events import PlanStep
from copilot_tui.tui.key_words import KeyWords
from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace

_BEYOND = "beyond the level"


class PlanSheet(Sheet[tuple[PlanStep, ...]]):
    """Gives the steps to go on with, or None to stop."""

    heading = "plan: nothing is edited yet"
    place = SheetPlace.PLAN
    keys: ClassVar[tuple[KeyWord, ...]] = (
        "plan.go_on",
        "plan.edit",
        "plan.strike",
        "plan.earlier",
        "plan.later",
        ("esc", "stop"),
    )
    _keys_while_editing: ClassVar[tuple[KeyWord, ...]] = (("enter", "keep"), ("esc", "leave as it was"))
    DEFAULT_CSS: ClassVar[str] = """
    PlanSheet Input { display: none; border: none; height: 1; margin-top: 1; background: $panel; }
    PlanSheet Input:focus { border: none; }
    """

    def __init__(self, steps: tuple[PlanStep, ...], beyond: Collection[str] = ()) -> None:
        """`beyond`: the paths of steps whose edits the level would withhold."""
        super().__init__()
        self._beyond = frozenset(beyond)
        self._steps = list(steps)
        self._struck: set[int] = set()  # by identity, so that moving a step keeps it struck

    def body(self) -> list[Widget]:
        """The steps and the box to edit one."""
        return [
            RowList(self._rows(), id="steps", empty="the plan has no step"),
            Input(id="step", select_on_focus=False),
        ]

    def on_mount(self) -> None:
        """Keys act on the steps."""
        self.query_one(RowList).focus()

    def key_line(self) -> tuple[KeyWord, ...]:
        """What is possible now."""
        return self._keys_while_editing if self._is_editing else self.keys

    @property
    def _is_editing(self) -> bool:
        return any(box.display for box in self.query(Input))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """While a step is being edited, letters are letters."""
        return action in {"leave", "app.quit"} or not any(box.has_focus for box in self.query(Input))

    def _rows(self) -> list[Row]:
        rows = []
        for index, step in enumerate(self._steps):
            struck = id(step) in self._struck
            tones = ("muted", "muted") if struck else ("marked", "plain")
            mark = ("✗ ", "bad") if struck else (f"{index + 1} ", "accent")
            parts = (mark, (f"{one_line(step.path, 60)}  ", tones[0]), (one_line(step.what), tones[1]))
            rows.append(Row(str(index), parts, ((_BEYOND, "warning"),) if step.path in self._beyond else ()))
        return rows

    def _redraw(self, cursor: int | None = None) -> None:
        self.query_one(RowList).show(self._rows(), cursor)

    def action_strike(self) -> None:
        """Strike a step, or take it in again."""
        if self._steps:
            self._struck.symmetric_difference_update({id(self._steps[self.query_one(RowList).cursor])})
            self._redraw()

    def action_shift(self, rows: int) -> None:
        """Move a step up or down."""
        at = self.query_one(RowList).cursor
        to = at + rows
        if 0 <= to < len(self._steps):
            self._steps[at], self._steps[to] = self._steps[to], self._steps[at]
            self._redraw(to)

    def action_edit(self) -> None:
        """Edit what a step says."""
        if self._steps:
            box = self.query_one(Input)
            box.display = True
            box.value = self._steps[self.query_one(RowList).cursor].what
            box.focus()
            self.query_one(KeyWords).show(self.words())

    @on(Input.Submitted)
    def _edited(self, event: Input.Submitted) -> None:
        event.stop()
        at = self.query_one(RowList).cursor
        struck = id(self._steps[at]) in self._struck
        self._struck.discard(id(self._steps[at]))
        self._steps[at] = replace(self._steps[at], what=event.value)
        if struck:
            self._struck.add(id(self._steps[at]))
        self._end_editing()
        self._redraw()

    def _end_editing(self) -> None:
        self.query_one(Input).display = False
        self.query_one(RowList).focus()
        self.query_one(KeyWords).show(self.words())

    def action_leave(self) -> None:
        """Leave a step as it was; where none is being edited, stop."""
        if self._is_editing:
            self._end_editing()
        else:
            self.dismiss(None)

    def action_go_on(self) -> None:
        """Start the edits of the steps that were not struck."""
        steps = tuple(step for step in self._steps if id(step) not in self._struck)
        self.dismiss(steps or None)
