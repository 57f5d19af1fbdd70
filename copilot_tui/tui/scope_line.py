"""The line under the code: the slider, and in words what may change; or what is reviewed, where that is no answer to the person.

Invariant: on a narrow screen the sentence takes a line of its own; it is never cut in the middle of the budget.
"""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from copilot_tui.autonomy.level import SMALL_CONTEXT
from copilot_tui.tui.aim import Aim
from copilot_tui.tui.safety import plain
from copilot_tui.tui.slider import Slider

if TYPE_CHECKING:
    from copilot_tui.tui.reviewed import Reviewed

_WIDE_ENOUGH = 110
_WARNING = "small model: take line or block · "


class ScopeLine(Container):
    """Slider and sentence side by side, or one above the other."""

    DEFAULT_CSS: ClassVar[str] = """
    ScopeLine {
        height: 1; layout: horizontal; background: $surface;
        & > #scope {
            width: 1fr; height: 1; text-align: right; padding: 0 1; color: $foreground 80%;
            text-overflow: ellipsis; text-wrap: nowrap;
        }
        &.-narrow { height: 2; layout: vertical; }
        &.-narrow > #scope { text-align: left; }
        &.-reviews { height: 1; & > Slider { display: none; } & > #scope { text-align: left; } }
    }
    """

    def compose(self) -> ComposeResult:
        """The two parts."""
        yield Slider(is_short=self.has_class("-narrow"))
        yield Static("", id="scope", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Choose one line or two."""
        self._fit(event.size.width)
        self.query_one(Slider).is_short = self.has_class("-narrow")
        if self._aim is not None:
            self.call_after_refresh(self.show, self._aim)

    def _fit(self, width: int) -> None:
        self._width = width
        self.set_class(width < _WIDE_ENOUGH, "-narrow")

    def __init__(self, width: int) -> None:
        super().__init__()
        self._said = Content("")
        self._fit(width)  # known before the first layout, so that this is right at once
        self._aim: Aim | None = None
        self._budget = 0
        self._reviewed: Reviewed | None = None
        self.advises = True  # false in the tour, where recorded answers do what a small model could not

    def know_budget(self, tokens: int) -> None:
        """Take how many tokens of context the model may have, 0 where that is not known."""
        self._budget = tokens
        if self._aim is not None:
            self.show(self._aim)

    def review(self, reviewed: "Reviewed | None") -> None:
        """Say what is reviewed in the place of slider and sentence; with None, show these again."""
        if reviewed != self._reviewed:
            self._reviewed = reviewed
            self.set_class(reviewed is not None, "-reviews")
            if self._aim is not None:
                self.show(self._aim)

    def show(self, aim: Aim) -> None:
        """Show level and sentence, and before a call is made whether this model is up to the level."""
        self._aim = aim
        self.query_one(Slider).level = aim.level
        if self._reviewed is not None:
            self._say(plain(self._reviewed.sentence(max(1, self._width - 2))))
            return
        is_warned = self.advises and 0 < self._budget < SMALL_CONTEXT and not aim.level.is_region
        warning = _WARNING if is_warned else ""
        beside = 0 if self.has_class("-narrow") else self.query_one(Slider).outer_size.width
        room = max(0, self._width - beside - 2 - len(warning))
        self._say(plain(warning, "$text-warning") + plain(aim.sentence(room)))

    def _say(self, sentence: Content) -> None:
        if sentence != self._said:  # each update lays the whole screen out anew
            self._said = sentence
            self.query_one("#scope", Static).update(sentence)
