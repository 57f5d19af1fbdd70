"""Writes the pictures of the documentation: the real program over a real repository, played by Textual's pilot.

`make_screenshots.py [FOLDER]` writes `FOLDER/*.svg` (default: docs/images). A scripted endpoint on this machine stands where a provider
would, so that the pictures come out the same each time; everything else is the program as it runs in a terminal.
"""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from copilot_tui.bootstrap import open_session
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.prompt import Prompt
from tests.docs import sample
from tests.support.program import make_repository
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

_SIZE = (112, 32)
_WEB_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_FRAMES = 600


def isolated_environment(home: Path) -> dict[str, str]:
    """An environment in which no settings of the person who runs this are seen."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LANG") if name in os.environ}
    identity = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "A Person"), ("EMAIL", "person@example.invalid"))
    }
    return {
        **kept,
        **identity,
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }


def make_sample(folder: Path) -> Path:
    """The shop as a repository."""
    return make_repository(folder / "shop", sample.FILES)


def team() -> Team:
    """A model that answers the sample's request well, at any level."""
    return Team(
        plan=[
            ("shop/cart.py", "Give Cart.total the usual rate as its default and add the tax as a share."),
            ("shop/web/checkout.py", "Call Cart.total without a rate."),
            ("tests/test_cart.py", "Test the usual rate."),
        ],
        edits={
            "shop/cart.py": block("shop/cart.py", sample.TOTAL, sample.NEW_TOTAL),
            "shop/web/checkout.py": block("shop/web/checkout.py", sample.CALL, sample.NEW_CALL),
            "tests/test_cart.py": block("tests/test_cart.py", sample.TEST, sample.NEW_TEST),
        },
        critique=(
            '{"met": true, "gap": "", "hunks": [{"hunk": 1, "why": "the tax is a share, and may be left out", "risk": "medium",'
            ' "because": "every caller gets another total"}, {"hunk": 2, "why": "the usual rate is the default", "risk": "low"},'
            ' {"hunk": 3, "why": "holds the default", "risk": "low"}]}'
        ),
        summarize='{"title": "Add the tax as a share of the price", "hunks": [], "commit": "Add the tax as a share"}',
    )


async def _until(pilot: Pilot[Any], condition: Callable[[], bool], what: str) -> None:
    for _ in range(_FRAMES):
        await pilot.pause(0.02)
        if condition():
            await pilot.pause(0.2)
            return
    raise SystemExit(f"the picture could not be taken: {what} did not happen\n{screen_text(pilot.app)}")


def screen_text(app: App[Any]) -> str:
    """The screen as text."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    lines = app.console.render_lines(update, app.console_options) if update is not None else []
    return "\n".join("".join(segment.text for segment in line if not segment.control) for line in lines)


def _shows(pilot: Pilot[Any], words: str) -> Callable[[], bool]:
    return lambda: words in screen_text(pilot.app)


def _take(pilot: Pilot[Any], folder: Path, name: str) -> None:
    picture = _WEB_FONTS.sub("", pilot.app.export_screenshot(title="copilot-tui"))
    lines = "\n".join(line.rstrip() for line in picture.splitlines())
    (folder / f"{name}.svg").write_text(lines + "\n", encoding="utf-8")


async def take_first_run(folder: Path) -> None:
    """Take a picture of what a start asks where there is neither a key nor a setting."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        home.mkdir()
        environment = isolated_environment(home)
        os.environ.clear()
        os.environ.update(environment)
        app = CopilotApp(open_session(make_sample(Path(place)), environment, home), blinks=False)
        async with app.run_test(size=_SIZE, notifications=True) as pilot:
            await _until(pilot, _shows(pilot, "in the program"), "the question who answers")
            await _until(pilot, _shows(pilot, "it runs in this program"), "the words about the first way")
            _take(pilot, folder, "first-run")


async def take_all(folder: Path) -> None:
    """Play a request from the first look to the review, and take a picture of each stage."""
    with tempfile.TemporaryDirectory() as place, ScriptedServer() as server:
        home = Path(place) / "home"
        home.mkdir()
        environment = isolated_environment(home)
        os.environ.clear()
        os.environ.update(environment)
        repository = make_sample(Path(place))
        server.otherwise = team()
        given = {
            **environment,
            "OPENAI_BASE_URL": server.base_url,
            "OPENAI_API_KEY": "not-a-key",
            "OPENAI_MODEL": "gpt-5-mini",
        }
        app = CopilotApp(open_session(repository, given, home), blinks=False)
        async with app.run_test(size=_SIZE, notifications=True) as pilot:
            await _until(pilot, _shows(pilot, "gpt-5-mini"), "opening")
            _take(pilot, folder, "start")
            await pilot.press("ctrl+f", *"cart.py", "enter")
            await _until(pilot, _shows(pilot, "class Cart"), "opening a file")
            await pilot.press(*["down"] * 14, "escape")
            await pilot.press(*["space" if letter == " " else letter for letter in sample.REQUEST])
            await pilot.pause(0.3)
            _take(pilot, folder, "asking")
            await pilot.press("ctrl+o")
            await _until(pilot, _shows(pilot, "the target, lines"), "the context")
            _take(pilot, folder, "context")
            await pilot.press("ctrl+o", "ctrl+o")
            await _until(pilot, lambda: "what the model will see" not in screen_text(app), "closing the context")
            app.screen.query_one(Prompt).focus()
            await pilot.press(*["alt+equals_sign"] * 3, "enter")
            await _until(pilot, _shows(pilot, "nothing is edited yet"), "the plan")
            _take(pilot, folder, "plan")
            await pilot.pause(1.0)  # the gate against stray keys
            await pilot.press("g")
            await _until(pilot, _shows(pilot, "the tax is a share, and"), "the proposal")
            await pilot.pause(1.0)
            await pilot.press("y")
            await pilot.pause(0.5)
            _take(pilot, folder, "reviewing")


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(take_first_run(target))
    asyncio.run(take_all(target))
