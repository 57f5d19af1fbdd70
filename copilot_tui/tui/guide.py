"""The guide of the tour: one quiet line that says the next step, sees when it is done, and goes on.

Invariant: it only looks and types a request into an empty box; every decision stays the person's.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.tour.answers import RECORDED
from copilot_tui.tour.steps import REQUESTS, STEPS, Seen, TourStep
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.scope_line import ScopeLine

if TYPE_CHECKING:
    from copilot_tui.tui.main_screen import MainScreen

_LOOK_SECONDS = 0.15
_MOST_NAME = 40
_DONE = (
    "That was the tour. ctrl+q leaves; `copilot-tui` in a repository of your own begins, /setup chooses who answers."
)


class GuideLine(Static):
    """Where the guide's words stand: above the slider, or at the foot of a sheet."""

    DEFAULT_CSS: ClassVar[str] = """
    GuideLine { width: 1fr; height: auto; max-height: 3; padding: 0 1; background: $accent 20%; color: $foreground; }
    """


class Guide:
    """Looks at the screen several times a second; `reach` is told of the number of each step that is reached."""

    def __init__(
        self, screen: "MainScreen", first: int, answers: Callable[[str], str], reach: Callable[[int], None]
    ) -> None:
        self._screen = screen
        self._number = first
        self._answers = answers
        self._reach = reach
        self._begun = Seen()
        self._is_begun = False
        self._chapter = STEPS[0].chapter  # whose answerer the header names

    def begin(self) -> None:
        """Start looking."""
        self._screen.query_one(ScopeLine).advises = False
        self._screen.set_interval(_LOOK_SECONDS, self.look)

    @property
    def _next(self) -> str:
        key = self._screen.key_table.shown("tour.next")
        return f"{key}\N{NO-BREAK SPACE}next" if key else ""

    @property
    def step(self) -> TourStep | None:
        """The step that is to be done, None at the end."""
        return STEPS[self._number] if self._number < len(STEPS) else None

    def skip(self) -> None:
        """Go on without this step."""
        if self.step is not None:
            self._go_to(self._number + 1, self.see())

    def look(self) -> None:
        """See what was done, and say what comes next."""
        if not self._screen.marks:
            return  # the repository is still being opened
        now = self.see()
        if not self._is_begun:
            self._is_begun = True
            self._go_to(self._number, now)
        elif self.step is not None and self.step.is_done(now, self._begun):
            self._go_to(self._number + 1, now)
        self._say(now)

    def see(self) -> Seen:
        """What stands on the screen now."""
        screen = self._screen
        aim, deciding, landing = screen.aiming.aim, screen.deciding, screen.landing
        counts = deciding.pane.review.counts if deciding.pane is not None else None
        return Seen(
            path=aim.path,
            line=aim.line,
            lines=(aim.lines.first, aim.lines.last) if aim.lines else (0, 0),
            level=aim.level,
            is_busy=screen.bridge.is_busy,
            has_plan=type(screen.app.screen).__name__ == "PlanSheet",
            is_reviewing=counts is not None,
            accepted=counts.accepted if counts else 0,
            rejected=counts.rejected if counts else 0,
            pending=counts.pending + counts.partly if counts else 0,
            landed=landing.landed_count,
            taken_back=landing.taken_back_count,
        )

    def _go_to(self, number: int, now: Seen) -> None:
        self._number = number
        self._begun = now
        self._reach(number)
        if self.step is not None and self.step.chapter != self._chapter:
            self._chapter = self.step.chapter
            self._screen.opening.renew()  # the header says who answers in this chapter
        prompt = self._screen.query_one(Prompt)
        wanted = self.step.types if self.step is not None else ""
        if prompt.text.strip() in {"", *REQUESTS} and prompt.text != wanted:  # what the person typed stays
            prompt.text = wanted
            prompt.move_cursor(prompt.document.end)

    def _say(self, now: Seen) -> None:
        words = self._words(now)
        for screen in self._screen.app.screen_stack:
            _line_of(screen).update(words)

    def _words(self, now: Seen) -> Content:
        if self.step is None:
            return Content.assemble(("tour ", "bold"), " ", _DONE)
        answers = self._answers(self.step.chapter)
        is_recorded = answers == RECORDED
        name = one_line(answers if is_recorded else f"{answers.partition(' (')[0]} answers", _MOST_NAME)
        whose = (f" · {name}", "$text-warning" if is_recorded else "$text-accent") if answers else ("", "")
        says = self.step.says if is_recorded else self.step.says_live or self.step.says
        if now.is_busy and not now.has_plan:
            says = "an answer is on its way …"
        return Content.assemble(
            (f"tour {self._number + 1}/{len(STEPS)}", "bold"),
            whose,
            "  ",
            says,
            (f"  {self._next}", "$foreground 60%"),
        )


def _line_of(screen: "Screen[object]") -> GuideLine:
    """The guide's line on a screen, put there if it has none."""
    found: list[Widget] = list(screen.query(GuideLine))
    if found and isinstance(found[0], GuideLine):
        return found[0]
    line = GuideLine(markup=False)
    scope, frame = list(screen.query(ScopeLine)), list(screen.query("#sheet"))
    if frame and screen.is_mounted:
        frame[0].mount(line)  # under the sheet's own keys, which it must not cover
    elif screen.is_mounted:
        screen.mount(line, before=scope[0] if scope else None)
    return line
