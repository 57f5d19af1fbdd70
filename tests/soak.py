"""One session that asks, decides, lands and takes back over and over: `python -m tests.soak [ROUNDS] [--seed N]`.

Random levels, faults of the endpoint, cancellations, decisions, landings, undos and redos against a scripted server in this very process.
After the warm-up memory may grow by 10% at most; no file, process or thread may be left over; and after every round each byte of the work
tree is what the accepted changes say that it is.
"""

import argparse
import asyncio
import gc
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.bootstrap import open_session
from copilot_tui.errors import LandingError
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.session.events import ProposalReady, RequestFailed
from copilot_tui.session.session import Session
from tests.support import replies
from tests.support.program import make_repository, work_tree
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer
from tests.support.team import block, role_of

FILES = {f"shop/part_{number}.py": "".join(f"value_{row} = {row}\n" for row in range(60)) for number in range(6)}
CONFIG = """\
profile = "scripted"
[profiles.scripted]
base_url = "{base_url}"
model = "scripted"
idle_seconds = 0.3
attempts = 2
max_wait_seconds = 0.2
[caps]
request_calls = 200
"""
FAULTS = (
    replies.error(400, "no"), replies.error(401, "no key"), replies.error(500, "down"), replies.error(429, "slow", {"Retry-After": "9"}),
    replies.cut_by_clean_close(), replies.cut_by_reset(), replies.cut_in_an_event(), replies.stalled_in_body(),
    replies.stalled_before_headers(),
    replies.web_page(), replies.empty(), replies.raw_events(b"data: 5\n\n"), replies.answer("I would rather not."),
    replies.answer("x", finish="length"), replies.answer("", reasoning="hm"), replies.answer("a.py\n```\n<<<<<<< SEARCH\nx\n"),
    replies.answer(block("../outside.py", "x\n", "y\n") + block(".git/config", "x\n", "y\n")),
)  # fmt: skip
MOST_GROWTH = 0.10


@dataclass
class Answers:
    """The scripted model: mostly good answers about the files as they are, now and then a fault."""

    root: Path
    chance: random.Random

    def __call__(self, request: RecordedRequest) -> Reply:
        role = role_of(request)
        if self.chance.random() < 0.12:
            return self.chance.choice(FAULTS)
        if role == "locate":
            return replies.answer('{"files": [1, 2]}')
        if role == "plan":
            paths = self.chance.sample(sorted(FILES), 2)
            steps = ", ".join(f'{{"path": "{path}", "what": "Change a number."}}' for path in paths)
            return replies.answer(f'{{"steps": [{steps}]}}')
        if role == "critique":
            return replies.answer('{"met": true, "gap": "", "hunks": []}')
        if role == "summarize":
            return replies.answer("{}")
        if "You edit one region" in request.prompt:
            return replies.answer(
                f"```python\nvalue_{self.chance.randint(0, 59)} = {self.chance.randint(0, 10**9)}\n```"
            )
        named = re.findall(r"shop/part_\d\.py", request.prompt.rpartition("Your step: ")[2])
        return replies.answer("".join(self._edit(path) for path in (named[:1] or self.chance.sample(sorted(FILES), 2))))

    def _edit(self, path: str) -> str:
        lines = (self.root / path).read_text().splitlines(keepends=True)
        at = self.chance.randrange(len(lines))
        return block(path, lines[at], f"value_{at} = {self.chance.randint(0, 10**9)}\n")


@dataclass
class Soak:
    """The session, what the work tree must hold, and what can be taken back or done again."""

    session: Session
    root: Path
    chance: random.Random
    expected: dict[str, bytes]
    undoable: list[dict[str, tuple[bytes, bytes]]] = field(default_factory=list)
    redoable: list[dict[str, tuple[bytes, bytes]]] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    async def round(self) -> None:
        """One request with what a person may do about it; then every byte is compared."""
        if await self._ask():
            await self._decide_and_land()
        for _ in range(self.chance.choice((0, 0, 0, 1, 1, 2))):
            await self._take_back()
        if self.redoable and self.chance.random() < 0.3:
            await self._do_again()
        found = work_tree(self.root)
        assert found == self.expected, f"bytes that nobody accounts for: {_differing(found, self.expected)}"

    async def _ask(self) -> bool:
        level = self.chance.choice(list(AutonomyLevel))
        path = self.chance.choice(sorted(FILES))
        row = self.chance.randint(1, 50)
        target = {
            AutonomyLevel.LINE: Target(path, LineRange(row, row)),
            AutonomyLevel.BLOCK: Target(path, LineRange(row, row + 3)),
            AutonomyLevel.FILE: Target(path),
            AutonomyLevel.DIRECTORY: Target("shop"),
            AutonomyLevel.REPO: Target(),
        }[level]
        left = self.chance.randint(1, 6) if self.chance.random() < 0.08 else -1
        events = self.session.propose(Request(f"Change number {row}.", target, level))
        how = "cancelled"
        try:
            async for event in events:
                if isinstance(event, ProposalReady):
                    how = "proposed"
                elif isinstance(event, RequestFailed):
                    assert event.exit_status != 70, event.sentence
                    how = "failed"
                left -= 1
                if left == 0 and how == "cancelled":
                    break
        finally:
            await events.aclose()
        self.done[how] += 1
        return how == "proposed"

    async def _decide_and_land(self) -> None:
        review = self.session.review
        assert review is not None
        for unit in review.units:
            if self.chance.random() < 0.8:
                review = decide(
                    review, unit, self.chance.choice((Decision.ACCEPTED, Decision.ACCEPTED, Decision.REJECTED))
                )
        self.session.replace_review(review)
        accepted = review.accepted_change_set()
        if not accepted:
            return
        landed = {change.path: (change.before or b"", change.after or b"") for change in accepted}
        await self.session.land()
        self.expected |= {path: after for path, (_, after) in landed.items()}
        self.undoable.append(landed)
        self.redoable.clear()
        self.done["landed"] += 1

    async def _take_back(self) -> None:
        if not self.undoable:
            return
        await asyncio.to_thread(self.session.landings.take_back)
        gone = self.undoable.pop()
        self.expected |= {path: before for path, (before, _) in gone.items()}
        self.redoable.append(gone)
        self.done["undone"] += 1

    async def _do_again(self) -> None:
        try:
            await asyncio.to_thread(self.session.landings.land_again)
        except LandingError:
            self.redoable.clear()
            return
        again = self.redoable.pop()
        self.expected |= {path: after for path, (_, after) in again.items()}
        self.undoable.append(again)
        self.done["redone"] += 1


def _differing(found: dict[str, bytes], expected: dict[str, bytes]) -> list[str]:
    return sorted(path for path in {*found, *expected} if found.get(path) != expected.get(path))


@dataclass(frozen=True, slots=True)
class Held:
    """What the process holds."""

    memory: int
    files: int
    processes: int
    threads: int

    @classmethod
    def now(cls) -> "Held":
        """What it holds at this moment, after the garbage is collected."""
        gc.collect()
        process = psutil.Process()
        return cls(
            process.memory_info().rss, process.num_fds(), len(process.children(recursive=True)), process.num_threads()
        )


async def soak(rounds: int, seed: int) -> int:
    """Run the rounds and print a table; 0 if all bars were kept."""
    with tempfile.TemporaryDirectory(prefix="soak-") as place, ScriptedServer() as server:
        home, root = Path(place, "home"), Path(place, "repository")
        root.mkdir()  # noqa: ASYNC240  (nothing else waits for it)
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "OPENAI_", "COPILOT_"))
        }
        folder = home / ".config" / "copilot-tui"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text(CONFIG.format(base_url=server.base_url))
        make_repository(root, FILES)
        chance = random.Random(seed)
        server.otherwise = Answers(root, chance)
        session = open_session(root, environment | {"HOME": str(home)}, home)
        await session.open()
        run = Soak(session, root, chance, work_tree(root))
        warm = max(rounds * 3 // 10, min(100, rounds))  # until then caches fill, all of which are bounded
        before, began = Held.now(), time.monotonic()
        for number in range(1, rounds + 1):
            await run.round()
            server.forget()
            if number == warm:
                before = Held.now()
            if number in {warm, rounds} or number % 100 == 0:
                held = Held.now()
                _tell(f"{number:5} {time.monotonic() - began:6.0f} s  {held.memory / 1e6:6.1f} MB  {dict(run.done)}")
        await session.close()
        await asyncio.sleep(0.5)
        after = Held.now()
    return _judge(before, after)


def _tell(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _judge(before: Held, after: Held) -> int:
    growth = after.memory / before.memory - 1
    bars = {
        f"memory grew by {growth:.1%}": growth <= MOST_GROWTH,
        f"open files {before.files} -> {after.files}": after.files <= before.files,
        f"processes {before.processes} -> {after.processes}": after.processes <= before.processes,
        f"threads {before.threads} -> {after.threads}": after.threads <= before.threads + 2,
    }
    for sentence, is_kept in bars.items():
        print(f"{'ok  ' if is_kept else 'FAIL'} {sentence}")  # noqa: T201
    return 0 if all(bars.values()) else 1


def main() -> int:
    """Run what the command line asks for; gives the exit status."""
    parser = argparse.ArgumentParser(prog="soak")
    parser.add_argument("rounds", nargs="?", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(f"{options.rounds} rounds, seed {options.seed}")  # noqa: T201
    return asyncio.run(soak(options.rounds, options.seed))


if __name__ == "__main__":
    sys.exit(main())
