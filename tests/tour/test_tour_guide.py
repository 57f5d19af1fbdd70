"""The guide over a recorded session: what it changes on the screen beside its own line."""

from pathlib import Path

from copilot_tui.config import Folders
from copilot_tui.tour.opening import open_tour
from copilot_tui.tour.steps import STEPS, chapter_start
from copilot_tui.tui.guide import Guide
from copilot_tui.tui.plain_overview import PlainOverview
from copilot_tui.tui.tour_app import TourApp
from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_screen import app_over, screen_of, text_of, until


async def test_a_tour_that_is_taken_up_in_a_later_chapter_names_who_answers_there() -> None:
    session = RecordedSession()
    first = chapter_start(len(STEPS) - 1)

    def reach(number: int) -> None:
        """As the session of the tour: from this chapter on others answer."""
        assert number == first
        session._overview = PlainOverview("shop", "main", models=(("edit", "recorded answers"),))

    async with app_over(session).run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "gpt-5-mini" in text_of(pilot))
        Guide(screen_of(pilot), first, lambda _: "recorded answers", reach).begin()
        await until(pilot, lambda: "edit recorded answers" in text_of(pilot))
        assert "gpt-5-mini" not in text_of(pilot)


async def test_a_step_is_left_by_the_key_of_the_settings(
    environment: dict[str, str], home: Path, folders: Folders, tmp_path: Path
) -> None:
    folders.settings_file.parent.mkdir(parents=True)
    folders.settings_file.write_text('[keys]\n"tour.next" = "f12"\n', encoding="utf-8")
    tour = open_tour({**environment, "TMPDIR": str(tmp_path)}, home, recorded=True)
    async with TourApp(tour, blinks=False).run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "f12" in text_of(pilot))
        await pilot.press("f10")
        await pilot.pause(0.4)
        assert "tour 1/" in text_of(pilot)
        await pilot.press("f12")
        await until(pilot, lambda: "tour 2/" in text_of(pilot))
