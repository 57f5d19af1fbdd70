"""A review that is there before its checks have ended: nothing is accepted unseen by them, and what they say comes without a jump."""

from dataclasses import replace
from typing import Any

from copilot_tui.checks.finding import Finding, Severity
from copilot_tui.diff.line import LineRange
from copilot_tui.errors import LandingError
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.tried import with_findings
from copilot_tui.session.resuming import Resumed
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.gate import GRACE_SECONDS
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import many_hunks
from tests.tui.test_tui_screen import screen_of, text_of, until


async def test_what_the_checks_have_not_seen_counts_as_flagged_until_they_end_and_the_cursor_stays() -> None:
    session = RecordedSession()
    review = many_hunks(2, 4)
    review = review.with_proposal(replace(review.proposal, is_unchecked=True))
    first, second, third, *_ = review.units
    hunk = review.files[0].change.hunks[third.hunk or 0]
    lines = LineRange(hunk.new_start, hunk.new_start + hunk.new_count - 1)
    session.found = (Finding("syntax", review.files[0].path, lines, Severity.WARNING, "does not parse"),)

    async def load() -> tuple[str, ...]:
        session.review = review
        return ()

    app = CopilotApp(session, begins_with=load, blinks=False)
    async with app.run_test(notifications=True, size=(120, 50)) as pilot:
        await until(pilot, lambda: screen_of(pilot).deciding.pane is not None)
        pane = screen_of(pilot).deciding.pane
        assert pane is not None
        await until(pilot, lambda: pane.has_focus and "checks are running" in text_of(pilot))
        assert pane.review.counts.flagged == len(review.units)
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("space")
        await until(pilot, lambda: "The checks are still running" in text_of(pilot))
        assert pane.review.counts.pending == len(review.units)
        await pilot.press("y")
        assert pane.review.state(first) is Decision.ACCEPTED
        place = pane.unit, pane.cursor - pane.top
        session.checks_end.set()
        await until(pilot, lambda: "checks are running" not in text_of(pilot))
        assert (pane.unit, pane.cursor - pane.top) == place == (second, place[1])
        assert "does not parse" in text_of(pilot)
        assert pane.review.counts.flagged == 1
        await pilot.press("space")
        assert pane.review.state(second) is Decision.ACCEPTED
        assert pane.review.state(third) is Decision.PENDING, "what the checks flag waits for a decision of its own"
        assert session.review is pane.review


async def test_what_the_checks_say_reaches_a_review_that_a_tried_command_has_marked_meanwhile() -> None:
    session = RecordedSession()
    review = many_hunks(1, 3)
    review = review.with_proposal(replace(review.proposal, is_unchecked=True))
    path = review.files[0].path
    session.found = (Finding("syntax", path, None, Severity.WARNING, "does not parse"),)

    async def load() -> tuple[str, ...]:
        session.review = review
        return ()

    async with CopilotApp(session, begins_with=load, blinks=False).run_test(size=(120, 50)) as pilot:
        await until(pilot, lambda: "checks are running" in text_of(pilot))
        pane = screen_of(pilot).deciding.pane
        assert pane is not None
        marked = with_findings(pane.review, "lint", [Finding("", path, None, Severity.WARNING, "lint: too loud")])
        session.replace_review(marked)
        pane.show(marked)
        session.checks_end.set()
        await until(pilot, lambda: "checks are running" not in text_of(pilot))
        assert [one.message for one in pane.review.proposal.findings] == ["does not parse", "lint: too loud"]
        assert session.review is pane.review


class _ChangedUnderneath(RecordedSession):
    """The files changed when it lands, and the review on the files of now is as unchecked as the first one was."""

    async def land(self) -> Any:
        raise LandingError("Nothing was written: part0.py changed since.")

    async def renew(self) -> Any:
        self.review = many_hunks(1, 2)
        self.review = self.review.with_proposal(replace(self.review.proposal, is_unchecked=True))
        return Resumed(self.review, ("part0.py changed.",))


async def test_a_review_on_the_files_of_now_is_checked_as_well() -> None:
    session = _ChangedUnderneath()
    review = many_hunks(1, 3)

    async def load() -> tuple[str, ...]:
        session.review = review
        return ()

    async with CopilotApp(session, begins_with=load, blinks=False).run_test(size=(120, 50)) as pilot:
        await until(pilot, lambda: screen_of(pilot).deciding.pane is not None)
        pane = screen_of(pilot).deciding.pane
        assert pane is not None
        await until(pilot, lambda: pane.has_focus)
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("y", "q")
        await until(pilot, lambda: "a apply" in text_of(pilot))
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("a")
        await until(pilot, lambda: "checks are running" in text_of(pilot))
        session.checks_end.set()
        await until(pilot, lambda: "checks are running" not in text_of(pilot))
        assert pane.review.counts.flagged == 0
