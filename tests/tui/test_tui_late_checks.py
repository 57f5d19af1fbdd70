"""A review that is there before its checks have ended: nothing is accepted unseen by them, and what they say comes without a jump."""

from dataclasses import replace

from copilot_tui.checks.finding import Finding, Severity
from copilot_tui.diff.line import LineRange
from copilot_tui.review.changed_file import Decision
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
