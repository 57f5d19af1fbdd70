"""Several processes that read and parse files, and what becomes of one that dies or hangs.

Invariant: every file that is given is answered once, or left over when time is up; a file on which a process died is answered as one
that cannot be parsed, and no process outlives `close`.
"""

import marshal
import os
import selectors
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from copilot_tui.context.document import Document
from copilot_tui.context.worker import LENGTH, pack_message
from copilot_tui.syntax.outline import Outline

_AT_ONCE = 12  # files in one message, which fits into an empty pipe
_LEAST_WAITING = 8  # files that a process still has when it gets more
_STUCK_SECONDS = 90.0  # without an answer: the process is ended; where it uses the processor it ends itself long before
_READ = 1 << 20
CRASHED = "it cannot be parsed: the parser broke down on it"


class Job(NamedTuple):
    """A file and what is wanted of it."""

    path: str
    blob: str
    wants_terms: bool
    wants_outline: bool


class Outcome(NamedTuple):
    """What became of a job: `reason` says why there is nothing; `is_lasting`: another try gives the same."""

    job: Job
    document: Document | None
    outline: Outline | None
    reason: str
    is_lasting: bool


@dataclass(slots=True)
class _Worker:
    process: "subprocess.Popen[bytes]"
    jobs: deque[Job] = field(default_factory=deque)
    read: bytearray = field(default_factory=bytearray)
    heard: float = 0.0


class Workers:
    """Up to `count` processes for the repository at `root`; they are started when there is work, and kept."""

    def __init__(self, root: Path, count: int = 0) -> None:
        self._command = [sys.executable, "-m", "copilot_tui.context.worker", str(root.resolve())]
        self._count = count or min(os.cpu_count() or 1, 8)
        self._workers: list[_Worker] = []

    def read(self, jobs: Iterable[Job], ends: float | None = None) -> Iterator[Outcome]:
        """The outcomes in the order in which they come; no new job is begun after `ends` (of the monotonic clock)."""
        waiting = iter(jobs)
        again: deque[Job] = deque()
        while True:
            is_late = ends is not None and time.monotonic() > ends
            if not is_late:
                self._feed(waiting, again)
            busy = [one for one in self._workers if one.jobs]
            if not busy:
                return
            yield from self._listen(busy, again)

    def _feed(self, waiting: Iterator[Job], again: deque[Job]) -> None:
        for place in range(self._count):
            if place < len(self._workers) and len(self._workers[place].jobs) > _LEAST_WAITING:
                continue
            some = [again.popleft() for _ in range(min(len(again), _AT_ONCE))]
            while len(some) < _AT_ONCE and (one := next(waiting, None)) is not None:
                some.append(one)
            if not some:
                return
            if place == len(self._workers) and not self._start():
                again.extend(some)
                return
            self._give(self._workers[place], some, again)

    def _start(self) -> bool:
        try:
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/",
            )  # fmt: skip
        except OSError:
            return False
        self._workers.append(_Worker(process))
        return True

    def _give(self, worker: _Worker, jobs: list[Job], again: deque[Job]) -> None:
        if not worker.jobs:
            worker.heard = time.monotonic()
        worker.jobs.extend(jobs)
        message = pack_message([(one.path, one.wants_terms, one.wants_outline) for one in jobs])
        try:
            assert worker.process.stdin is not None  # noqa: S101  (a pipe was asked for)
            worker.process.stdin.write(message)
            worker.process.stdin.flush()
        except OSError:  # it died between two answers
            again.extend(worker.jobs)
            self._end(worker)

    def _listen(self, busy: list[_Worker], again: deque[Job]) -> list[Outcome]:
        found: list[Outcome] = []
        with selectors.DefaultSelector() as selector:
            for one in busy:
                selector.register(one.process.stdout, selectors.EVENT_READ, one)  # type: ignore[arg-type]
            ready = {id(key.data): key.data for key, _ in selector.select(1.0)}
        now = time.monotonic()
        for one in busy:
            if id(one) in ready:
                assert one.process.stdout is not None  # noqa: S101  (a pipe was asked for)
                data = os.read(one.process.stdout.fileno(), _READ)
                one.read += data
                one.heard = now
                found += _outcomes(one)
                is_dead = not data
            else:
                is_dead = now - one.heard > _STUCK_SECONDS
            if is_dead:
                self._end(one)
                if one.jobs:
                    job = one.jobs.popleft()
                    found.append(Outcome(job, None, None, CRASHED, is_lasting=True))
                    again.extend(one.jobs)
        return found

    def _end(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.communicate()

    def close(self) -> None:
        """End them all."""
        for one in list(self._workers):
            self._end(one)


def _outcomes(worker: _Worker) -> Iterator[Outcome]:
    start = 0
    while len(worker.read) - start >= LENGTH:
        stop = start + LENGTH + int.from_bytes(worker.read[start : start + LENGTH], "big")
        if len(worker.read) < stop:
            break
        fields, outline, reason, is_lasting = marshal.loads(worker.read[start + LENGTH : stop])  # noqa: S302  (from our own process)
        start = stop
        document = Document(*fields) if fields is not None else None
        yield Outcome(worker.jobs.popleft(), document, outline, reason, is_lasting)
    del worker.read[:start]
