"""The context pane in a repository of 3,000 files: what a warm pack costs, and what it costs the keys that are typed meanwhile.

Run it as `python -m tests.bench.context_pane`; milliseconds. `pack_cpu` is processor time of a pack of 32,000 tokens, `pack` its time by
the clock; `key_closed` and `key_open`: 95 of 100 keys are on the screen sooner, on a real pseudo-terminal, without and with the pane, where
packs are made while the person types. Status 1 where a bar is missed: a pack in 100, a key in 50.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.bootstrap import open_session
from copilot_tui.session.session import Session
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.main_screen import MainScreen
from tests.bench.context_scale import make_repository
from tests.bench.typing_speed import type_into

_FILES = 3_000
_TEXT = "make the total of the cart round its prices to whole cents"
_TYPED_SECONDS = 12.0
_PACK_BAR, _KEY_BAR = 100.0, 50.0


def environment(home: Path) -> dict[str, str]:
    """A model with a large window that nobody asks."""
    return {**os.environ, "HOME": str(home), "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "x"}


async def time_packs(session: Session, path: str) -> dict[str, float]:
    """A pack for each word that is typed, warm."""
    words = _TEXT.split()
    found: list[tuple[float, float]] = []
    for number in range(-6, 3 * len(words)):
        text = " ".join(words[: number % len(words) + 1])
        began, used = time.perf_counter(), time.process_time()
        await session.pack_context(Request(text, Target(path, LineRange(3, 3)), AutonomyLevel.BLOCK))
        if number >= 0:
            found.append(((time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000))
    return {"pack": statistics.median(one for one, _ in found), "pack_cpu": statistics.median(one for _, one in found)}


def slow_key(root: Path, home: Path, *, with_pane: bool) -> float:
    """What 95 of 100 letters of a request are faster than."""
    opened = (b"", b"area0/"), (b"\x1b=\x1b=", b"whole folder")  # the files are listed; directory level
    first = (*opened, (b"\x0f", b"what the model will see")) if with_pane else opened
    found = type_into(root, _TYPED_SECONDS, environment(home), first)
    return statistics.quantiles(found.answers, n=20)[-1] * 1000


async def measure(root: Path, home: Path) -> dict[str, float]:
    """Every figure by its name."""
    session = open_session(root, environment(home), home)
    app = CopilotApp(session, blinks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = app.screen
        assert isinstance(screen, MainScreen)
        while not (screen.sending.is_open and screen.marks):
            await pilot.pause(0.05)
        path = next(path for path in screen.marks if path.endswith(".py"))
        screen.open_file(path, 3)
        await pilot.pause(0.5)
        await pilot.press("escape")
        figures = await time_packs(session, path)
    figures["key_closed"] = slow_key(root, home, with_pane=False)
    figures["key_open"] = slow_key(root, home, with_pane=True)
    return {name: round(value, 1) for name, value in figures.items()}


def main() -> int:
    """Print the figures; status 1 where a bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        root, home = Path(folder, "repository"), Path(folder, "home")
        home.mkdir()
        make_repository(root, _FILES)
        subprocess.run(["git", "-C", str(root), "update-index", "--refresh", "-q"], check=False)
        figures = asyncio.run(measure(root, home))
    sys.stdout.write(json.dumps(figures) + "\n")
    return int(figures["pack"] > _PACK_BAR or max(figures["key_closed"], figures["key_open"]) > _KEY_BAR)


if __name__ == "__main__":
    sys.exit(main())
