"""Trying before landing, played by keys over a real session: a real repository, real commands, a real copy."""

import contextlib
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from copilot_tui.bootstrap import open_session
from copilot_tui.review.changed_file import Decision
from copilot_tui.session.review_source import open_review
from copilot_tui.session.session import Session
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.gate import GRACE_SECONDS
from copilot_tui.tui.review.pane import ReviewPane
from tests.support.program import make_repository, work_tree
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import answered, shop_review
from tests.tui.test_tui_screen import open_file, screen_of, text_of, type_blindly, until

SUMS = "def add(a, b):\n    return a + b\n\n\n\n\n\n\n\ndef double(a):\n    return 2 * a\n"
CHECK = "import sums\nprint('checked')\nif sums.double(2) != 4:\n    raise SystemExit('sums.py:11: error: not the double')\n"
FORMAT = "open('new.py', 'w').write('new = 1\\n')\nprint('formatted')\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    makefile = f"lint:\n\t{sys.executable} format.py\ntest:\n\t{sys.executable} check.py\n"
    files = {"sums.py": SUMS, "check.py": CHECK, "format.py": FORMAT, "Makefile": makefile}
    return make_repository(tmp_path / "sums", files)


@pytest.fixture
def patch(repository: Path) -> bytes:
    """Two hunks: the first is good, the second is wrong."""
    (repository / "sums.py").write_text(SUMS.replace("a + b", "b + a").replace("2 * a", "3 * a"))
    made = subprocess.run(["git", "diff"], cwd=repository, check=True, capture_output=True).stdout
    (repository / "sums.py").write_text(SUMS)
    return made


@asynccontextmanager
async def reviewing(
    repository: Path, patch: bytes, environment: dict[str, str], home: Path, clock: Callable[[], float] = lambda: 0.0
) -> AsyncIterator[tuple[Pilot[Any], Session]]:
    """The patch under review with both hunks accepted, and the sheet open."""
    session = open_session(repository, environment, home)

    async def begin() -> tuple[str, ...]:
        return (await open_review(session, "-", patch)).left_out

    app = CopilotApp(session, begins_with=begin, blinks=False, clock=clock)
    async with app.run_test(notifications=True, size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(screen_of(pilot).focused, ReviewPane))
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("y", "y", "T")
        await until(pilot, lambda: "make test" in text_of(pilot))
        yield pilot, session


def key_place(pilot: Pilot[Any], word: str) -> tuple[int, int]:
    """Where the word of a key stands in the line of keys."""
    line = next(line for line in text_of(pilot).splitlines() if word in line)
    return line.index(word) - pilot.app.screen.query_one("#keys").region.x, 0


def copies(home: Path) -> list[Path]:
    return [place for place in home.glob("**/scratch/*") if place.is_dir()]


def running_in(home: Path) -> list[str]:
    """The processes that stand in one of the copies."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            folder = (place / "cwd").readlink()
            found += [place.name] if folder.is_relative_to(home.resolve()) else []
    return found


@pytest.mark.fault("O10")
async def test_nothing_runs_before_all_of_it_was_shown_and_answered_with_yes(
    repository: Path, patch: bytes, environment: dict[str, str], home: Path
) -> None:
    before = work_tree(repository)
    async with reviewing(repository, patch, environment, home) as (pilot, session):
        await pilot.press("y", "down", "enter")
        await until(pilot, lambda: "agree to exactly this" in text_of(pilot))
        assert f"{sys.executable} check.py" in text_of(pilot)
        await pilot.press("enter", "escape")
        await until(pilot, lambda: "Nothing was run." in text_of(pilot))
        assert "checked" not in text_of(pilot)
        await pilot.press("enter", "y")
        for words in ("failed with status", "checked", "stands at 1 hunk"):
            await until(pilot, lambda words=words: words in text_of(pilot))
        review = session.review
        assert review is not None
        assert [bool(review.flags(unit)) for unit in review.units] == [False, True]
        assert [review.state(unit) for unit in review.units] == [Decision.ACCEPTED] * 2
        await pilot.press("escape")
        await until(pilot, lambda: not copies(home))
        assert "not the double" in text_of(pilot)
    assert work_tree(repository) == before


@pytest.mark.fault("O67")
async def test_a_yes_that_was_typed_before_the_question_was_seen_is_none(
    repository: Path, patch: bytes, environment: dict[str, str], home: Path
) -> None:
    # A clock that is ahead: the question counts as unseen until two seconds have passed.
    async with reviewing(repository, patch, environment, home, clock=lambda: time.monotonic() + 2) as (pilot, _):
        await pilot.press("down", "enter")
        await until(pilot, lambda: "agree to exactly this" in text_of(pilot))
        type_blindly(pilot, "y", "y")
        await pilot.pause(0.2)
        assert "agree to exactly this" in text_of(pilot)
        await pilot.pause(2 + GRACE_SECONDS)
        assert "checked" not in text_of(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "checked" in text_of(pilot))


async def test_the_mouse_does_what_the_keys_do(
    repository: Path, patch: bytes, environment: dict[str, str], home: Path
) -> None:
    async with reviewing(repository, patch, environment, home) as (pilot, _):
        await pilot.click("#commands", offset=(4, 1))
        await until(pilot, lambda: "agree to exactly this" in text_of(pilot))
        await pilot.click("#keys", offset=(3, 0))
        await until(pilot, lambda: "make test: failed" in text_of(pilot))
        await pilot.click("#keys", offset=key_place(pilot, "which hunk?"))
        await until(pilot, lambda: "one of 2 hunks makes" in text_of(pilot))
        await pilot.click("#keys", offset=key_place(pilot, "back"))
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


async def test_the_hunk_that_breaks_is_found_and_shown(
    repository: Path, patch: bytes, environment: dict[str, str], home: Path
) -> None:
    async with reviewing(repository, patch, environment, home) as (pilot, session):
        await pilot.press("b")
        assert "hunk that makes" not in text_of(pilot), "before a command has failed there is nothing to search for"
        await pilot.press("down", "enter", "y")
        await until(pilot, lambda: "failed with status" in text_of(pilot))
        await pilot.press("b")
        await until(pilot, lambda: "one of 2 hunks makes make test fail" in text_of(pilot))
        assert "hunk 2: sums.py" in text_of(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        pane, review = screen_of(pilot).deciding.pane, session.review
        assert pane is not None
        assert review is not None
        assert pane.unit == review.units[1]
        assert "test: makes `make test` fail" in review.flags(review.units[1])


async def test_what_a_formatter_changed_waits_as_hunks(
    repository: Path, patch: bytes, environment: dict[str, str], home: Path
) -> None:
    before = work_tree(repository)
    async with reviewing(repository, patch, environment, home) as (pilot, session):
        await pilot.press("enter", "y")
        await until(pilot, lambda: "It changed 1 file" in text_of(pilot))
        await pilot.press("h")
        await until(pilot, lambda: "waits as hunks" in text_of(pilot))
        review = session.review
        assert review is not None
        assert {file.path for file in review.files} == {"sums.py", "new.py"}
        assert review.counts.accepted == 2
        assert review.counts.pending >= 1
        await until(pilot, lambda: "new = 1" in text_of(pilot) and not copies(home))
    assert work_tree(repository) == before


async def test_escape_ends_a_command_that_does_not_end_and_the_program_goes_on(
    repository: Path, patch: bytes, environment: dict[str, str], home: Path
) -> None:
    async with reviewing(repository, patch, environment, home) as (pilot, _):
        sheet = pilot.app.screen
        await pilot.press("t", *"'yes", "enter")
        await until(pilot, lambda: "cannot be understood" in text_of(pilot))
        await pilot.press("t", "home", "delete", "end", *" it", "enter")
        await until(pilot, lambda: text_of(pilot).count(" it ") > 5)
        assert running_in(home)
        await pilot.press("escape")
        await until(pilot, lambda: "Cancelled" in text_of(pilot))
        assert not running_in(home)
        assert pilot.app.screen is sheet
        await pilot.press("home", "enter", "y")
        await until(pilot, lambda: "make lint: passed" in text_of(pilot))


@pytest.mark.parametrize("state", ["chosen", "running"])
async def test_leaving_the_program_leaves_nothing_behind(
    repository: Path, patch: bytes, environment: dict[str, str], home: Path, state: str
) -> None:
    async with reviewing(repository, patch, environment, home) as (pilot, _):
        assert len(copies(home)) == 1
        if state == "running":
            await pilot.press("t")
            pilot.app.screen.query_one(Input).value = "sh -c 'trap \"\" TERM; yes'"
            await pilot.press("enter")
            await until(pilot, lambda: running_in(home))
        await pilot.press("ctrl+q")
    assert not running_in(home)
    assert not copies(home)


async def test_where_no_copy_can_be_made_the_review_stays() -> None:
    app = CopilotApp(RecordedSession(events=answered(shop_review())), blinks=False)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("alt+equals_sign", "alt+equals_sign", "escape", *"go", "enter")
        await until(pilot, lambda: isinstance(screen_of(pilot).focused, ReviewPane))
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("y", "q")
        await pilot.pause()
        await pilot.press("t")
        await until(pilot, lambda: "A recording has no files" in text_of(pilot))
        assert len(pilot.app.screen_stack) == 1
        assert screen_of(pilot).deciding.is_reviewing


async def test_a_command_that_is_typed_without_a_pause_runs_whole_and_what_is_typed_behind_it_decides_nothing(
    repository: Path, patch: bytes, environment: dict[str, str], home: Path
) -> None:
    async with reviewing(repository, patch, environment, home) as (pilot, session):
        review = session.review
        type_blindly(pilot, "t", *"echo one two", "enter", "y", "x", "n", "enter")
        await until(pilot, lambda: "echo one two: passed" in text_of(pilot))
        box = pilot.app.screen.query_one("#typed", Input)
        assert (box.display, box.value) == (False, "echo one two")
        assert len(pilot.app.screen_stack) == 2
        assert session.review is not None
        assert review is not None
        assert [session.review.state(unit) for unit in session.review.units] == [Decision.ACCEPTED] * 2
        assert not session.review.comments
        type_blindly(pilot, "escape", "u")
        await until(pilot, lambda: session.review is not None and session.review.counts.accepted == 1)


async def test_a_command_behind_the_enter_on_another_one_is_typed_and_its_escape_runs_nothing(
    repository: Path, patch: bytes, environment: dict[str, str], home: Path
) -> None:
    async with reviewing(repository, patch, environment, home) as (pilot, _):
        type_blindly(pilot, "end", "enter", *"echo never", "escape", "up")
        box = pilot.app.screen.query_one("#typed", Input)
        await until(pilot, lambda: box.value == "echo never" and not box.display)
        assert len(pilot.app.screen_stack) == 2
        assert "passed" not in text_of(pilot)
        type_blindly(pilot, "t", *"echo not either", "escape", "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        assert box.value == "echo not either", "the text of before is marked, and what is typed takes its place"
