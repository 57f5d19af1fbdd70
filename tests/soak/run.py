"""One session that asks, lands, takes back and answers over and over: what it holds must stay level.

`python -m tests.soak.run [ROUNDS]` (default 300) prints memory, open files, threads and processes every tenth of the way; the exit
status is 1 if, after the first fifth, memory grew by more than 100 kB a round, or if files, threads or processes became more.
"""

import asyncio
import os
import sys
import tempfile
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import psutil

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.bootstrap import open_session
from copilot_tui.session.session import Session
from copilot_tui.steps.events import TextStreamed
from tests.docs.make_screenshots import isolated_environment
from tests.support import replies
from tests.support.program import CART, make_repository
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer

_MOST_GROWTH = 100_000  # bytes a round
_ANSWER = "```python\n        return sum(self.items) + tax\n```"


@dataclass(frozen=True)
class Held:
    """What the process holds."""

    memory: int
    files: int
    threads: int
    processes: int

    def __str__(self) -> str:
        return f"{self.memory / 1e6:7.1f} MB  {self.files} files  {self.threads} threads  {self.processes} processes"


def held() -> Held:
    """Now."""
    me = psutil.Process()
    return Held(me.memory_info().rss, me.num_fds(), me.num_threads(), len(me.children(recursive=True)))


def answer(request: RecordedRequest) -> Reply:
    """A model that is a little slow, so that an answer can be cancelled in its middle."""
    asked = "You answer a question" in request.prompt
    return replies.answer("See shop/cart.py:9." if asked else _ANSWER, every=0.002)


async def one_round(session: Session, repository: Path) -> None:
    """A line proposed, landed and taken back, a question, and a request that is cancelled."""
    request = Request("Add the tax.", Target("shop/cart.py", LineRange(9, 9)), AutonomyLevel.LINE)
    async with aclosing(session.propose(request)) as events:
        async for _ in events:
            pass
    session.accept_all()
    await session.land()
    assert "+ tax" in (repository / "shop/cart.py").read_text()
    await session.undo_landing()
    assert (repository / "shop/cart.py").read_text() == CART
    async with aclosing(session.ask(Request("Why?", Target(""), AutonomyLevel.REPO))) as asked:
        async for _ in asked:
            pass
    async with aclosing(session.propose(request)) as events:
        async for event in events:
            if isinstance(event, TextStreamed):
                break


async def soak(rounds: int, repository: Path, server: ScriptedServer, home: Path) -> bool:
    """Whether everything stayed level."""
    given = {
        **os.environ,
        "OPENAI_BASE_URL": server.base_url,
        "OPENAI_API_KEY": "not-a-key",
        "OPENAI_MODEL": "scripted",
    }
    session = open_session(repository, given, home)
    await session.open()
    warm = max(1, rounds // 5)
    first = held()
    for number in range(1, rounds + 1):
        await one_round(session, repository)
        with server._lock:  # what the test's own server remembers is not the program's
            server._requests.clear()
            server._threads[:] = [thread for thread in server._threads if thread.is_alive()]
        if number == warm:
            first = held()
        if number % max(1, rounds // 10) == 0:
            print(f"{number:6} rounds  {held()}")  # noqa: T201
    await asyncio.sleep(0.5)
    last = held()
    await session.close()
    growth = (last.memory - first.memory) / max(1, rounds - warm)
    print(f"{growth / 1000:.1f} kB a round since round {warm} (at most {_MOST_GROWTH // 1000})")  # noqa: T201
    return (
        growth <= _MOST_GROWTH
        and last.files <= first.files + 4
        and last.threads <= first.threads + 4
        and not last.processes
    )


def main() -> int:
    """Run it in a home of its own."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as place, ScriptedServer() as server:
        home = Path(place) / "home"
        home.mkdir()
        os.environ.update(isolated_environment(home))
        server.otherwise = answer
        repository = make_repository(Path(place) / "shop")
        return 0 if asyncio.run(soak(rounds, repository, server, home)) else 1


if __name__ == "__main__":
    sys.exit(main())
