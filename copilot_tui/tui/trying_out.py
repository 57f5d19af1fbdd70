"""Trying in the interface: the copy of the repository behind the sheet, the commands in it, and what they say put at the hunks.

Invariant: one thing runs at a time; when the sheet is left, what runs is ended and the copy is removed; no decision is made here.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Any

from copilot_tui.errors import CopilotTuiError
from copilot_tui.review.minimise import accepted_units
from copilot_tui.review.tried import rule_of, with_culprits, with_findings
from copilot_tui.session.trying import CommandEnded, CommandPrinted, CulpritsFound, PartTried
from copilot_tui.tui.try_sheet import Offer, TrySheet, TryVerbs
from copilot_tui.workspace.project_commands import typed_command

if TYPE_CHECKING:
    from copilot_tui.review.review import Review, Unit
    from copilot_tui.tui.main_screen import MainScreen
    from copilot_tui.tui.port import TryingPort
    from copilot_tui.workspace.project_commands import ProjectCommand

_LINES_AT_ONCE = 200  # then the screen gets its turn
_TAKEN = "What the commands changed waits as hunks of the proposal: nothing of it is accepted yet."


class TryingOut:
    """One opening of the sheet, from the copy being made until it is removed."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen
        self._orders: asyncio.Queue[Callable[[], Coroutine[Any, Any, None]] | None] = asyncio.Queue()
        self._trying: TryingPort
        self._doing: asyncio.Future[None] | None = None
        self._culprit: Unit | None = None
        count = len(accepted_units(self._review))
        hunks = f"{count} accepted hunk{'s' if count != 1 else ''} on top of your files"
        self._sheet = TrySheet(
            TryVerbs(
                run=lambda command, agreed: self._orders.put_nowait(partial(self._run, command, agreed=agreed)),
                run_typed=lambda line: self._orders.put_nowait(partial(self._run_typed, line)),
                bisect=lambda command: self._orders.put_nowait(partial(self._bisect, command)),
                take=lambda: self._orders.put_nowait(self._take),
                cancel=self._cancel,
                guard=screen.requesting.open_gate,
            ),
            f"{hunks if count else 'nothing is accepted: your files as they are'}; nothing of the repository changes",
        )

    def open(self) -> None:
        """Open the sheet and make the copy."""
        self._screen.app.push_screen(self._sheet, self._left)
        self._screen.bridge.call(self._serve(), group="try")

    @property
    def _review(self) -> "Review":
        review = self._screen.session.review
        assert review is not None  # noqa: S101  (it is opened from a review alone)
        return review

    async def _serve(self) -> None:
        """Do one thing after another in the copy until the person leaves."""
        try:
            self._trying = self._screen.session.trying()
            async with self._trying:
                await self._offer()
                while (order := await self._orders.get()) is not None:
                    await self._do(order)
        except CopilotTuiError:
            if self._sheet.is_current:
                self._sheet.dismiss(None)  # there is no copy to try in: the sentence stands on the screen below
            raise

    async def _do(self, order: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._doing = asyncio.ensure_future(order())
        (outcome,) = await asyncio.gather(self._doing, return_exceptions=True)
        self._doing = None
        if isinstance(outcome, asyncio.CancelledError):
            self._sheet.end("Cancelled: what ran has ended.", "warning")
        elif isinstance(outcome, CopilotTuiError):
            self._sheet.end(str(outcome), "bad")
        elif outcome is not None:
            raise outcome

    def _cancel(self) -> None:
        if self._doing is not None:
            self._doing.cancel()

    def _left(self, _: None) -> None:
        self._cancel()
        self._orders.put_nowait(None)
        pane = self._screen.deciding.pane
        if pane is not None and self._culprit is not None and self._culprit in pane.review.layout.index:
            pane.go_to(pane.row_of(self._culprit), at_top=True)

    async def _offer(self) -> None:
        commands = await self._trying.commands(self._review)

        def offers() -> list[Offer]:
            trying = self._trying
            return [Offer(one, trying.is_allowed(one), trying.agreed_before(one)) for one in commands]

        self._sheet.offer(await asyncio.to_thread(offers))

    async def _run_typed(self, line: str) -> None:
        await self._run(typed_command(line), agreed=True)

    async def _run(self, command: "ProjectCommand", *, agreed: bool) -> None:
        sheet, review = self._sheet, self._review
        if agreed:
            await asyncio.to_thread(self._trying.allow, command)
            sheet.allow(command)
        sheet.begin(command.line)
        lines = 0
        async with aclosing(self._trying.run(command, review)) as events:
            async for event in events:
                if isinstance(event, CommandPrinted):
                    sheet.take_line(event.line)
                    lines += 1
                    if lines % _LINES_AT_ONCE == 0:
                        await asyncio.sleep(0)
                elif isinstance(event, CommandEnded):
                    self._ended(command, event)

    def _ended(self, command: "ProjectCommand", event: CommandEnded) -> None:
        review = with_findings(self._review, command.name, event.findings)
        self._show(review)
        result = event.trial.result
        changed = len(self._trying.harvested.files)
        self._sheet.count_changes(changed)
        has_failed = not result.passed and not result.stopped
        how = result.stopped or ("passed" if result.passed else f"failed with status {result.status}")
        rule = rule_of(command.name)
        marked = sum(any(one.rule == rule for one in review.findings(unit)) for unit in review.units)
        words = [f"{command.line}: {how} after {result.seconds:.1f} s."]
        words += [f"What it says stands at {marked} hunk{'s' if marked != 1 else ''}."] if marked else []
        words += [f"It changed {changed} file{'s' if changed != 1 else ''}."] if changed else []
        tone = "good" if result.passed else "warning" if result.stopped else "bad"
        self._sheet.end(" ".join(words), tone, command=command, failed=has_failed)

    async def _bisect(self, command: "ProjectCommand") -> None:
        sheet, review = self._sheet, self._review
        sheet.report(f"searching for the hunk that makes {command.line} fail …")
        async with aclosing(self._trying.bisect(command, review)) as events:
            async for event in events:
                if isinstance(event, PartTried):
                    part = (
                        f"{event.hunks} hunk{'s' if event.hunks != 1 else ''}" if event.hunks else "none of the hunks"
                    )
                    sheet.report(f"{command.line}: run {event.runs + 1}, with {part} …")
                elif isinstance(event, CulpritsFound):
                    self._found(command, review, event)

    def _found(self, command: "ProjectCommand", review: "Review", event: CulpritsFound) -> None:
        units = event.culprits.units
        self._show(with_culprits(review, command.name, command.line, units))
        self._culprit = units[0] if units else None
        self._sheet.found([_place(review, unit) for unit in units])
        self._sheet.end(event.culprits.sentence, "bad" if units else "warning")

    async def _take(self) -> None:
        before = self._review
        review, left_out = await self._trying.take_harvest(before)
        screen = self._screen
        screen.session.replace_review(review)
        screen.deciding.show(review)
        self._sheet.dismiss(None)
        taken = (_TAKEN,) if review is not before else ()
        screen.tell(" ".join((*taken, *left_out)), "warning" if left_out else "information")
        if screen.deciding.pane is not None:
            screen.deciding.pane.do("next-undecided")

    def _show(self, review: "Review") -> None:
        screen = self._screen
        if review is not screen.session.review:
            screen.session.replace_review(review)
            if screen.deciding.pane is not None:
                screen.deciding.pane.show(review)


def _place(review: "Review", unit: "Unit") -> str:
    change = review.files[unit.file].change
    line = f":{change.hunks[unit.hunk].first_changed}" if unit.hunk is not None else ""
    return f"hunk {review.units.index(unit) + 1}: {change.path}{line}"
