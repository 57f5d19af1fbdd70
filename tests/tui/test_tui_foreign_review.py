"""The screen over a review of existing changes: nothing is asked there, so there is no level to set."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.bootstrap import open_session
from copilot_tui.session.review_source import open_review
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.review.hunk_editor import HunkEditor
from copilot_tui.tui.review.pane import ReviewPane
from copilot_tui.tui.slider import Slider
from tests.support.program import make_repository
from tests.tui.test_tui_screen import screen_of, text_of, until


@asynccontextmanager
async def reviewing(
    tmp_path: Path, environment: dict[str, str], home: Path, links: int = 0
) -> AsyncIterator[Pilot[Any]]:
    """The uncommitted change of a repository under review, on a small terminal, beside new links, which are left out."""
    repository = make_repository(tmp_path / "sums", {"sums.py": "def add(a, b):\n    return a + b\n"})
    (repository / "sums.py").write_text("def add(a, b):\n    return b + a\n")
    for number in range(links):
        (repository / f"link{number:02}").symlink_to("sums.py")
    session = open_session(repository, environment, home)

    async def begin() -> tuple[str, ...]:
        return (await open_review(session)).left_out

    app = CopilotApp(session, begins_with=begin, blinks=False)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(screen_of(pilot).focused, ReviewPane))
        yield pilot


async def test_the_line_below_says_what_is_reviewed_and_has_no_slider(
    tmp_path: Path, environment: dict[str, str], home: Path
) -> None:
    async with reviewing(tmp_path, environment, home) as pilot:
        await until(pilot, lambda: "nothing is asked" in text_of(pilot))
        shown = text_of(pilot)
        assert "reviewing uncommitted changes on " in shown
        assert "open a file first" not in shown
        assert not screen_of(pilot).query_one(Slider).region, "there is nothing to set"


async def test_the_slider_is_there_again_where_a_request_is_typed(
    tmp_path: Path, environment: dict[str, str], home: Path
) -> None:
    async with reviewing(tmp_path, environment, home) as pilot:
        screen = screen_of(pilot)
        await pilot.press("a")
        await until(pilot, lambda: "nothing is asked" not in text_of(pilot))
        assert screen.query_one(Slider).region
        await pilot.press("alt+equals_sign")
        assert screen.aiming.aim.level is AutonomyLevel.FILE
        await pilot.press("tab")
        await until(pilot, lambda: "nothing is asked" in text_of(pilot))


async def test_the_keys_of_the_slider_set_nothing_and_say_so(
    tmp_path: Path, environment: dict[str, str], home: Path
) -> None:
    async with reviewing(tmp_path, environment, home) as pilot:
        screen = screen_of(pilot)
        before = screen.session.review
        await pilot.press("alt+equals_sign")
        await until(pilot, lambda: "there is no level to set" in text_of(pilot))
        assert screen.aiming.aim.level is AutonomyLevel.BLOCK
        assert screen.session.review is before


async def test_what_is_rewritten_over_what_the_work_tree_holds_is_written_there(
    tmp_path: Path, environment: dict[str, str], home: Path
) -> None:
    async with reviewing(tmp_path, environment, home) as pilot:
        screen = screen_of(pilot)
        await pilot.press("e")
        await until(pilot, lambda: bool(pilot.app.screen.query(HunkEditor)))
        editor = pilot.app.screen.query_one(HunkEditor)
        editor.text = editor.text.replace("b + a", "a - b")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: screen.session.review is not None and screen.session.review.counts.edited == 1)
        await pilot.press("q")
        await until(pilot, lambda: "a write" in text_of(pilot))
        await pilot.press("a")
        await until(pilot, lambda: "Written to 1 file." in text_of(pilot))
        assert (tmp_path / "sums/sums.py").read_text() == "def add(a, b):\n    return a - b\n"


def said_in(pilot: Pilot[Any]) -> str:
    """The screen's words, also where a notice goes on in its next row."""
    return " ".join(text_of(pilot).replace("▌", " ").split())


async def test_many_files_that_are_left_out_are_few_named_and_a_number_and_do_not_hide_the_review(
    tmp_path: Path, environment: dict[str, str], home: Path
) -> None:
    async with reviewing(tmp_path, environment, home, links=20) as pilot:
        await until(pilot, lambda: "--print names" in said_in(pilot))
        shown = text_of(pilot)
        assert "And 17 more" in said_in(pilot)
        assert len(re.findall(r"link\d\d", shown)) == 3
        assert "return b + a" in shown


async def test_what_the_settings_cannot_have_is_said_beside_what_is_left_out_of_a_review(
    tmp_path: Path, environment: dict[str, str], home: Path
) -> None:
    folder = home / ".config" / "copilot-tui"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text('[keys]\naccept = "j"\n')
    async with reviewing(tmp_path, environment, home, links=1) as pilot:
        await until(pilot, lambda: "Not reviewed: link00" in said_in(pilot))
        assert "give move-down another one. Not reviewed" in said_in(pilot)


async def test_the_finish_offers_what_can_be_done_alone(
    tmp_path: Path, environment: dict[str, str], home: Path
) -> None:
    async with reviewing(tmp_path, environment, home) as pilot:
        await pilot.press("q")
        await until(pilot, lambda: "there is nothing to put back" in text_of(pilot))
        assert "D discard   esc back" in text_of(pilot)
        assert "a put back" not in text_of(pilot)
        assert "x patch" not in text_of(pilot)
        await pilot.press("a")
        await until(pilot, lambda: text_of(pilot).count("othing was rejected") == 2)
        await pilot.press("escape", "x", "q")
        await until(pilot, lambda: "a put back   D discard   esc back" in text_of(pilot))
        await pilot.press("escape", "u", "y", "q")
        await until(pilot, lambda: "t try   s stage   x patch   D discard   esc back" in text_of(pilot))
        assert "a put back" not in text_of(pilot)
