"""Ten files edited side by side: the edits' wall time beside the slowest call, in one run.

A loopback server takes 0.6 to 1.5 seconds for each answer. Bar: at most 1.3 times the slowest call.
`python -m tests.bench.parallel_edits [RUNS]`; the exit status is 1 if the bar is missed.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from copilot_tui.steps.events import CallFinished, CallStarted
from copilot_tui.steps.recipe import chosen_recipe
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.program import make_repository
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

_FILES = 10
_MOST_RATIO = 1.3


async def _measure(folder: Path) -> tuple[float, float]:
    """(wall time from the first edit call's start to the last one's end, the slowest call), in seconds."""
    paths = [f"part{number}.py" for number in range(_FILES)]
    texts = {path: "".join(f"name{line} = {line}\n" for line in range(200)) for path in paths}
    repository = make_repository(folder / "repository", texts)
    edits = {}
    for number, path in enumerate(paths):
        text = "".join(block(path, f"name{line} = {line}\n", f"word{line} = {line}\n") for line in range(0, 50, 5))
        pieces = len(replies.pieces_of(text)) + 3
        edits[path] = replies.answer(text, every=(0.6 + 0.1 * number) / pieces)
    environment = {**os.environ, "XDG_STATE_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    environment["XDG_CONFIG_HOME"] = str(folder / "none")
    request = request_of("Rename everything.")
    recipe = chosen_recipe(request.level, "plan,edit")
    began, ended, started, slowest = 0.0, 0.0, {}, 0.0
    with ScriptedServer() as server:
        server.otherwise = Team(plan=[(path, "Rename.") for path in paths], edits=edits)
        async with Asking(repository, server.base_url, folder, environment) as asking:
            async for event in asking.session.propose(request, recipe):
                now = time.perf_counter()
                match event:
                    case CallStarted(prompt=prompt) if prompt.name == "edit/step":
                        began = began or now
                        started[event.call] = now
                    case CallFinished() if event.call in started:
                        ended = now
                        slowest = max(slowest, now - started[event.call])
                    case _:
                        pass
            review = asking.session.review
    assert review is not None
    assert len(review.files) == _FILES
    return ended - began, slowest


def main() -> int:
    """Measure and print; 1 if the bar is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for name, value in (("NAME", "Bench"), ("EMAIL", "bench@example.invalid")):
        os.environ |= {f"GIT_AUTHOR_{name}": value, f"GIT_COMMITTER_{name}": value}
    ratios = []
    for _ in range(count):
        with tempfile.TemporaryDirectory() as place:
            whole, slowest = asyncio.run(_measure(Path(place)))
        ratios.append(whole / slowest)
        print(f"{_FILES} files in {whole:.2f} s, the slowest call {slowest:.2f} s: {whole / slowest:.2f} times")  # noqa: T201
    ratio = statistics.median(ratios)
    print(f"median {ratio:.2f} (bar {_MOST_RATIO})")  # noqa: T201
    return 0 if ratio <= _MOST_RATIO else 1


if __name__ == "__main__":
    raise SystemExit(main())
