"""100,000 changed rows over 200 files in the real interface: first paint, pages, decisions, views, and keys while everything is computed.

Run it as `python -m tests.bench.review_speed [KEY...]`. The program's own screen, on a session in a real repository (decisions are kept on
disk as always), is played by keys without a terminal. Milliseconds of the interface's thread, over those of a key that does nothing: other
programs on the machine change them little. Keys while colours, words, moves and links are computed are measured by the clock, from the
key to the paint, because they wait for what computes. It fails where a bar is missed.
"""

from copilot_tui.tui import FRAMES_PER_SECOND  # before Textual, which reads it when it is loaded

# isort: split

import asyncio
import contextlib
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from textual.events import Key
from textual.pilot import Pilot
from textual.screen import UPDATE_PERIOD, Screen
from textual.strip import Strip

from copilot_tui.bootstrap import open_session
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.moved import find_moved
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.review.in_place import foreign_proposal
from copilot_tui.review.review import Review
from copilot_tui.session.session import Session
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.main_screen import MainScreen
from copilot_tui.tui.review.pane import ReviewPane
from tests.support.program import make_repository

FILES = 200
LINES = 1_000  # of a file: 50 hunks of five lines out and five in
SIZE = (160, 50)
ROUNDS = 4

FIRST_PAINT = 150.0
PAGE = DECISION = 25.0
VIEW = BUSY = 50.0
MOVED = 1000.0
MEGABYTES = 400.0

_NO_KEY = "f20"
_LONGEST = 0.5  # seconds that are waited for a paint: a key that changes nothing leads to none
_PAGES = ("pagedown", "pageup", "j", "k", "n", "p")
_DECISIONS = ("y", "x", "u", "ctrl+r", "space", "2", "X", "u", "Y", "u")
_VIEWS = (
    *("t", "t", "w", "w", "w", "M", "M", "W", "W", "greater_than_sign", "less_than_sign", "i", "i", "o", "o", "o", "o", "o"),
    *("z", "z", "V", "right_square_bracket", "left_square_bracket", "G", "g", "minus", "equals_sign", "v", "v", "m", "tab"),
    *("full_stop", "u", "s", "u", "N"),
)  # fmt: skip
_BUSY = ("j", "pagedown", "n", "y", "t", "pagedown", "w", "pageup", "x", "M", "W", "right_square_bracket", "W", "u")


def text_of(file: int, *, is_changed: bool) -> str:
    """A Python file of which five of every twenty lines change; two of a hundred hunks moved to the next file."""
    lines = []
    for number in range(LINES):
        place = number % 20
        line = f"    value_{number} = alpha * {number} + beta - work({number}, 'text {file}')"
        if place == 0:
            line = f"def work_{file}_{number}(alpha, beta):"
        elif place == 19:
            line = f"    return value_{number - 1}"
        elif is_changed and 5 <= place < 10:
            came = number % 1000 < 20
            line = (
                line.replace(f"'text {file}'", f"'text {file + 1}'")
                if came
                else line.replace("alpha", "gamma") + "  # changed"
            )
        lines.append(line)
    return "\n".join(lines) + "\n"


def make_change_set() -> ChangeSet:
    """The change of all files."""
    return ChangeSet(
        tuple(
            FileChange(path_of(file), text_of(file, is_changed=False).encode(), text_of(file, is_changed=True).encode())
            for file in range(FILES)
        )
    )


def path_of(file: int) -> str:
    """Where a file lies."""
    return f"folder{file % 20}/file{file}.py"


@dataclass
class Figures:
    """What was measured, in milliseconds or megabytes, each with its bar."""

    values: dict[str, float] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def add(self, name: str, value: float, bar: float) -> None:
        """Take a figure, which is to be at most `bar`."""
        self.values[name] = round(value, 1)
        if value > bar:
            self.missed.append(f"{name}: {value:.1f} (bar {bar:.0f})")


def _now() -> tuple[float, float]:
    """Seconds of the interface's thread and of the clock."""
    return time.thread_time(), time.perf_counter()


class Watch:
    """When the review was there, and when its first whole screen was drawn."""

    def __init__(self) -> None:
        self.ready = self.painted = (0.0, 0.0)
        self.is_painted = asyncio.Event()
        draw = ReviewPane.render_line

        def draw_and_look(pane: ReviewPane, y: int) -> Strip:
            strip = draw(pane, y)
            if not self.is_painted.is_set() and y == pane.size.height - 1:
                self.painted = _now()
                self.is_painted.set()
            return strip

        ReviewPane.render_line = draw_and_look  # type: ignore[method-assign, assignment]


async def with_review(folder: Path, use: Callable[[Pilot[Any], ReviewPane, Watch], Awaitable[None]]) -> None:
    """Open the interface on the review and use it."""
    change_set = make_change_set()
    repository = make_repository(
        folder / "repository", {change.path: (change.before or b"").decode() for change in change_set}
    )
    environment = {**os.environ, **{f"XDG_{name}_HOME": str(folder / name) for name in ("STATE", "CACHE", "CONFIG")}}
    session = open_session(repository, environment, folder)
    watch = Watch()

    async def load() -> tuple[str, ...]:
        files = {change.path: SnapshotFile(change.before or b"") for change in change_set}
        _put(session, make_review(change_set, Snapshot(files, frozenset(files))))
        watch.ready = _now()
        return ()

    app = CopilotApp(session, begins_with=load, blinks=False)
    async with app.run_test(size=SIZE) as pilot:
        screen = app.screen_stack[0]
        assert isinstance(screen, MainScreen)
        await watch.is_painted.wait()
        assert screen.deciding.pane is not None
        await use(pilot, screen.deciding.pane, watch)


def make_review(change_set: ChangeSet, snapshot: Snapshot) -> Review:
    """The diff of every file, as the review of changes that no request made."""
    review = Review.of(foreign_proposal(change_set, snapshot, "a large change", is_in_place=False))
    assert review.counts.pending == len(review.units)
    return review


def _put(session: Session, review: Review) -> None:
    session.replace_review(review)


async def press(pilot: Pilot[Any], key: str) -> tuple[float, float]:
    """Milliseconds of the interface's thread and of the clock until a key is answered."""
    begun = _now()
    await pilot.press(key)
    ended = _now()
    return (ended[0] - begun[0]) * 1000, (ended[1] - begun[1]) * 1000


class Answers:
    """When keys were taken, and when the review was painted after that."""

    def __init__(self, pilot: Pilot[Any]) -> None:
        self._pilot = pilot
        self._state = ""
        self._ended = _now()
        self._painted = asyncio.Event()
        app, draw, display, run_action = pilot.app, ReviewPane.render_line, pilot.app._display, pilot.app.run_action

        async def take(*args: Any, **options: Any) -> bool:
            is_done = await run_action(*args, **options)
            self._pass("sent", "taken")
            return is_done

        def draw_and_look(pane: ReviewPane, y: int) -> Strip:
            self._pass("taken", "drawn")
            return draw(pane, y)

        def display_and_look(screen: Screen[Any], renderable: RenderableType | None) -> None:
            display(screen, renderable)
            self._pass("drawn", "painted")

        app.run_action = take  # type: ignore[method-assign]
        app._display = display_and_look  # type: ignore[method-assign]
        ReviewPane.render_line = draw_and_look  # type: ignore[method-assign, assignment]

    def _pass(self, before: str, after: str) -> None:
        if self._state == before:
            self._state, self._ended = after, _now()
            if after == "painted":
                self._painted.set()

    async def to(self, key: str) -> tuple[float, float]:
        """Milliseconds of the interface's thread and of the clock from a key, sent as a terminal sends it, to the paint that it leads to.

        `pilot.press` waits until the whole process is at rest, other threads too, which no person waits for. A paint that is not done in
        time counts as long as it was waited for.
        """
        event = Key(key, key if len(key) == 1 else None)
        event.set_sender(self._pilot.app)
        assert self._pilot.app._driver is not None
        begun, self._state, self._painted = _now(), "sent", asyncio.Event()
        self._pilot.app._driver.send_message(event)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._painted.wait(), _LONGEST)
        assert self._state != "sent", key
        if self._state == "drawn":
            self._ended = _now()
        return (self._ended[0] - begun[0]) * 1000, (self._ended[1] - begun[1]) * 1000


async def measure_busy(pilot: Pilot[Any], figures: Figures) -> None:
    """Keys from the first moment on, while colours, words, moves, links and checks are computed: from the key to the paint.

    The median of some rounds, and what 95 of 100 presses of all keys take at most, by the interface's own thread and by the clock.
    """
    found: dict[str, list[tuple[float, float]]] = {}
    answers = Answers(pilot)
    for _ in range(ROUNDS):
        for key in _BUSY:
            found.setdefault(key, []).append(await answers.to(key))
    for key, used in found.items():
        figures.add(f"busy {key}", statistics.median(own for own, _ in used), BUSY)
        figures.add(f"busy {key} by the clock", statistics.median(wall for _, wall in used), BUSY)
        figures.values[f"busy {key} at worst"] = round(max(wall for _, wall in used), 1)
    every = [one for used in found.values() for one in used]
    figures.add("busy 95 of 100", _most_of_95(own for own, _ in every), BUSY)
    figures.add("busy 95 of 100 by the clock", _most_of_95(wall for _, wall in every), BUSY)


def _most_of_95(values: Iterable[float]) -> float:
    """The value that 95 of 100 are at most."""
    ordered = sorted(values)
    return ordered[ceil(len(ordered) * 0.95) - 1]


async def measure_keys(pilot: Pilot[Any], keys: tuple[str, ...], what: str, bar: float, figures: Figures) -> None:
    """Each key some times; its best, over a key that does nothing."""
    idle = min([(await press(pilot, _NO_KEY))[0] for _ in range(7)])
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for key in keys:
            found.setdefault(key, []).append((await press(pilot, key))[0] - idle)
    for key, used in found.items():
        figures.add(f"{what} {key}", statistics.median_low(used), bar)


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return (time.thread_time() - begun) * 1000


async def _all_workers_end(pilot: Pilot[Any]) -> None:
    await pilot.app.workers.wait_for_complete([one for one in pilot.app.workers if one.group.startswith("review-")])


async def measure(folder: Path, figures: Figures) -> None:
    """Everything, in one run of the interface."""

    async def use(pilot: Pilot[Any], pane: ReviewPane, watch: Watch) -> None:
        figures.add("first_paint", (watch.painted[0] - watch.ready[0]) * 1000, FIRST_PAINT)
        figures.add("first_paint_by_the_clock", (watch.painted[1] - watch.ready[1]) * 1000, FIRST_PAINT)
        await pilot.pause()
        await measure_busy(pilot, figures)
        await _all_workers_end(pilot)
        figures.values["rows"] = sum(len(file.states) for file in pane.review.files)
        figures.add("find_moved", _milliseconds(lambda: find_moved(pane.review.proposal.change_set)), MOVED)
        wanted = tuple(sys.argv[1:])
        if wanted:
            await measure_keys(pilot, wanted, "key", VIEW, figures)
        else:
            await measure_keys(pilot, _PAGES, "page", PAGE, figures)
            await measure_keys(pilot, _VIEWS, "view", VIEW, figures)
            await measure_keys(pilot, _DECISIONS, "decision", DECISION, figures)
        figures.add("peak_megabytes", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, MEGABYTES)

    await with_review(folder, use)


def main() -> int:
    """Print one JSON object, and what missed its bar; 1 if anything did."""
    assert UPDATE_PERIOD == 1 / FRAMES_PER_SECOND, "changes are painted at another pace than the program's"
    for name, value in (("NAME", "Bench"), ("EMAIL", "bench@example.invalid")):
        os.environ |= {f"GIT_AUTHOR_{name}": value, f"GIT_COMMITTER_{name}": value}
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), figures))
    sys.stdout.write(json.dumps(figures.values) + "\n")
    sys.stdout.writelines(f"missed: {sentence}\n" for sentence in figures.missed)
    return 1 if figures.missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
