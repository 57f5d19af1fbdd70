"""Sending a request and following its answer: progress, streamed text, plan, failures.

Invariant: what the person typed stays in the box until a proposal came of it, and while a request runs no key decides anything.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from textual.timer import Timer

from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.gate import GRACE_SECONDS, Gate
from copilot_tui.tui.header import Header
from copilot_tui.tui.not_sent import NotSent
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.safety import one_line

if TYPE_CHECKING:
    from textual.widget import Widget

    from copilot_tui.autonomy.request import Request
    from copilot_tui.review.review import Review, Unit
    from copilot_tui.steps.asking import QuestionAnswered
    from copilot_tui.steps.events import PlanStep
    from copilot_tui.steps.recipe import Recipe
    from copilot_tui.tui.calls import CallLog
    from copilot_tui.tui.main_screen import MainScreen

_FRAME_SECONDS = 0.1


class Requesting:
    """One request at a time, from enter to its proposal."""

    def __init__(self, screen: "MainScreen", bridge: Bridge, gate: Gate, clock: Callable[[], float]) -> None:
        self._screen = screen
        self._bridge = bridge
        self._gate = gate
        self._clock = clock
        self._began = 0.0
        self._first_call = 0
        self._text = ""
        self._timer: Timer | None = None
        self._review: Review | None = None
        self._question = ""
        self._answered: QuestionAnswered | None = None
        self._again: tuple[Review, Unit] | None = None
        self.refused: list[str] = []
        self._not_sent = NotSent()

    @cached_property
    def log(self) -> "CallLog":
        """The calls of this run."""
        from copilot_tui.tui.calls import CallLog  # noqa: PLC0415  (after the first paint)

        return CallLog()

    def send(
        self,
        request: "Request",
        again: "tuple[Review, Unit] | None" = None,
        recipe: "Recipe | None" = None,
        *,
        text: str = "",
    ) -> None:
        """Send a request, unless one is on its way; `again` is the hunk of a review that it asks another version of.

        `text` is what the person typed for it, which they get back if nothing comes of it.
        """
        if self._bridge.is_busy:
            return
        self._bridge.propose(request, recipe)
        self._follow(text, again)

    def ask(self, request: "Request", text: str) -> None:
        """Ask a question, unless a request is on its way."""
        if self._bridge.is_busy:
            return
        self._bridge.ask(request)
        self._question = request.text
        self._follow(text, None)

    def _follow(self, text: str, again: "tuple[Review, Unit] | None") -> None:
        self._screen.app.clear_notifications()
        self._text = text
        self._again = again
        self._answered = None
        self._began = self._clock()
        self._first_call = len(self.log.records)
        self._review = None
        self.refused = []
        self._not_sent.begin()
        self._gate.shut()
        self._show_answering(answering=True)
        moves = self._screen.app.animation_level != "none"
        self._timer = self._screen.set_interval(_FRAME_SECONDS if moves else 1.0, self.redraw)
        self._screen.attention.working()
        self.redraw()

    @property
    def is_following(self) -> bool:
        """Whether a request is on its way, or has ended and the screen has not taken that in yet."""
        return self._timer is not None

    def cancel(self) -> None:
        """Close the stream; an enter that is typed on behind it sends nothing."""
        self._gate.cancelled(self._clock())
        self._bridge.cancel()

    def toggle_reasoning(self) -> None:
        """Fold or unfold the reasoning."""
        self._screen.parts.answer.toggle_reasoning()

    def redraw(self) -> None:
        """Show the newest numbers and the newest text."""
        calls = self.log.records[self._first_call :]
        running = [call for call in self.log.running if call in calls] or calls[-1:]
        note = next((call.note for call in running if call.note), "")
        self._screen.parts.progress.show(
            running, self._clock() - self._began, note, moves=self._screen.app.animation_level != "none"
        )
        pane = self._screen.parts.answer
        latest = running[-1] if running else None
        pane.display = latest is not None
        pane.show(latest)

    def take(self, event: object) -> None:
        """Follow an event of the session."""
        from copilot_tui.session.events import ProposalGrew, ProposalReady, RequestFailed  # noqa: PLC0415  (after the first paint)
        from copilot_tui.steps.events import (  # noqa: PLC0415
            CallKeptBack,
            ContextPacked,
            EditRefused,
            LevelOffered,
            PlanProposed,
            TextCleaned,
        )
        from copilot_tui.tui.event_record import record_event  # noqa: PLC0415

        if isinstance(event, CallKeptBack) and self._not_sent.keep_back(event):
            self._say_not_sent()
        if record_event(self.log, event) or self._take_answer(event):
            return
        match event:
            case ContextPacked(pack=pack):
                self._screen.query_one(Header).show_context(pack.tokens, pack.budget)
                self._screen.picturing.sent(pack)
                if pack.unmet:
                    self._tell("  ".join(pack.unmet), "warning")
            case TextCleaned(place=place, characters=characters):
                self._not_sent.clean(place, characters)
                self._say_not_sent()
            case PlanProposed(steps=steps, waits=True, beyond=beyond):
                self._show_plan(steps, beyond)
            case LevelOffered(level=level, why=why):
                key = self._screen.key_table.shown("raise")
                self._tell(f"The model asks for more room ({level.value}): {why}. {key} raises the slider.", "warning")
            case EditRefused(refusal=refusal):
                self.refused.append(f"{refusal.path or 'no file'}: {refusal.reason}")
            case RequestFailed(sentence=sentence):
                self._tell(sentence, "error")
            case ProposalGrew(review=review) if self._again is None:
                self._screen.deciding.grow(review)
            case ProposalReady(review=review):
                self._review = review
            case _:
                return

    def _take_answer(self, event: object) -> bool:
        from copilot_tui.steps.asking import QuestionAnswered  # noqa: PLC0415  (after the first paint)

        if isinstance(event, QuestionAnswered):
            self._answered = event
        return self._answered is event

    def _say_not_sent(self) -> None:
        self._tell(self._not_sent.sentence(self._screen.key_table.shown("calls")), "warning")

    def ended(self, *, cancelled: bool) -> "Review | None":
        """The stream is over: show the request again, and give the review if a proposal came."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._show_answering(answering=False)
        has_come = self._review is not None or self._answered is not None
        outcome = (
            "cancelled"
            if cancelled
            else "an answer to read"
            if self._answered is not None
            else "a proposal to review"
            if has_come
            else "no proposal came"
        )
        self._screen.attention.ended(outcome, 0.0 if cancelled else self._clock() - self._began)
        self._screen.sending.show_thread()
        if self._answered is not None:
            self._screen.reading.show(self._question, self._answered, focus=not self.is_typing)
            return None
        if cancelled:
            self._tell(f"Cancelled. Nothing was changed; {self._give_back()}.", "information")
        if self._review is not None and not self._review.files:
            reason = self.refused[0] if self.refused else "the answer changes nothing"
            raw = self._screen.key_table.shown("raw")
            self._tell(
                f"No usable change came: {reason.rstrip('.')}. {raw} shows the answer; {self._give_back()}.", "warning"
            )
            self._review = None
        elif self._review is None and not cancelled:
            self._give_back()
        if self._again is not None:
            return self._with_new_version(*self._again)
        if self._review is None:
            self._screen.sending.queue.pause()
        return self._review

    def _give_back(self) -> str:
        """Put the request back where nothing came of it, and say where it is."""
        is_there = self._text and self._screen.sending.give_back(self._text)
        return "the request is still in the box" if is_there or not self._text else "up brings the request back"

    @property
    def is_typing(self) -> bool:
        """Whether the person types the next request: what comes does not take the line away from under them."""
        prompt = self._screen.query_one(Prompt)
        return prompt.has_focus and bool(prompt.text.strip())

    def _with_new_version(self, review: "Review", unit: "Unit") -> "Review":
        from copilot_tui.tui.review.again import with_new_version  # noqa: PLC0415  (after the first paint)

        fresh = with_new_version(review, unit, self._review) if self._review is not None else None
        if fresh is None and self._review is not None:
            self._tell("No other version came of these lines: the hunk stays as it was.", "warning")
        self._screen.session.replace_review(fresh or review)
        return fresh or review

    def open_gate(self, painted: "Widget", grace: float = GRACE_SECONDS) -> None:
        """Let keys act again when `painted` stands on the screen, and the grace time has passed."""
        self._gate.hold()
        painted.call_after_refresh(lambda: self._gate.open(self._clock(), grace))

    def _show_answering(self, *, answering: bool) -> None:
        self._screen.parts.progress.display = answering
        self._screen.parts.answer.display = False
        nothing_came = self._review is None and self._answered is None
        if self._again is None and (answering or nothing_came):
            self._screen.query_one(Prompt).focus()
        self._screen.show_place()

    def _show_plan(self, steps: "tuple[PlanStep, ...]", beyond: tuple[str, ...]) -> None:
        from copilot_tui.tui.plan_sheet import PlanSheet  # noqa: PLC0415  (after the first paint)

        sheet = PlanSheet(steps, beyond)

        def answer(chosen: "tuple[PlanStep, ...] | None") -> None:
            self._gate.shut()
            self._screen.session.answer_plan(chosen)

        self._screen.app.push_screen(sheet, answer)
        self.open_gate(sheet)

    def _tell(self, sentence: str, severity: str) -> None:
        self._screen.tell(one_line(sentence), severity)
