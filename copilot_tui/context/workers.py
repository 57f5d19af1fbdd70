"""Several processes that read and parse files, and what becomes of one that dies or hangs.

Invariant: every file that is given is answered once, or left over when time is up; a file on which a process died is answered as one
that cannot be parsed, and no process outlives `close`.
"""

import fcntl
import marshal
import os
import selectors
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from copilot_tui.context.document import Document
from copilot_tui.context.jobs import CRASHED, Job, Outcome
from copilot_tui.context.messages import LENGTH, pack_message
from copilot_tui.context.packed_outline import PackedOutline
from copilot_tui.standing_behind import WORKING, put_behind

_AT_ONCE = 16  # files in one message, of which a pipe holds several
_FEW = 4  # files in one of the first messages: where there are not many, all processes are done at the same time
_FIRST = 96  # files that are given so
_AHEAD = 2 / 3  # of them are given at once, and the rest to whoever is done
_PIPE = 1 << 20  # bytes that can be answered before somebody reads them
# Bytes of messages, which fit into any pipe: whoever writes more waits for a process that may be waiting itself.
_MOST_UNREAD = 60_000
_MOST_PROCESSES = 8
_LOOK_SECONDS = 1.0
_STUCK_SECONDS = 90.0  # without an answer: the process is ended; where it uses the processor it ends itself long before
_ENOUGH = 2  # messages that a process has at once
_READ = 1 << 20


@dataclass(slots=True)
class _Message:
    """Jobs that were given together: those that have no answer yet, whether there was but one, and its size in bytes."""

    jobs: deque[Job]
    is_single: bool
    size: int


@dataclass(slots=True)
class _Worker:
    process: "subprocess.Popen[bytes]"
    messages: deque[_Message] = field(default_factory=deque)
    read: bytearray = field(default_factory=bytearray)
    heard: float = 0.0


class Workers:
    """Up to `count` processes for the repository at `root`; they are started when there is work, and kept."""

    def __init__(self, root: Path, count: int = 0) -> None:
        self._command = [sys.executable, "-m", "copilot_tui.context.worker", str(root.resolve())]
        self._count = count or min(os.cpu_count() or 1, _MOST_PROCESSES)
        self._workers: list[_Worker] = []
        self._wanted = 0  # processes
        self._selector = selectors.PollSelector()
        self._first: deque[list[Job]] = deque()  # what is given in small messages, and what a dead process left

    @property
    def are_done(self) -> bool:
        """Whether everything that was taken of the jobs was also given to a process, as far as one can be started."""
        return not self._first or self.is_stuck

    @property
    def is_stuck(self) -> bool:
        """Whether no process can be started."""
        return self._wanted > 0 and not self._workers

    @property
    def are_there(self) -> bool:
        """Whether one is running."""
        return bool(self._workers)

    def read(self, jobs: Iterable[Job], ends: float | None = None) -> Iterator[Outcome]:
        """The outcomes in the order in which they come; no new job is begun after `ends` (of the monotonic clock).

        The first jobs are given at once, before an outcome is asked for.
        """
        waiting = iter(jobs)
        self._first.clear()
        self._wanted = 0
        for one in list(self._workers):
            if one.messages or one.process.poll() is not None:  # nobody waited for its answers, or it died meanwhile
                self._end(one)
        if ends is None or time.monotonic() < ends:
            some = list(islice(waiting, _FIRST))
            self._first.extend(some[start : start + _FEW] for start in range(0, len(some), _FEW))
            self._wanted = self._count if len(some) == _FIRST else min(self._count, -(-len(some) // _AT_ONCE))
            self._start_wanted()
            left = len(self._first) * (1 - _AHEAD) if self._workers else len(self._first)
            while len(self._first) > left and self._give(
                self._workers[len(self._first) % len(self._workers)], self._first.popleft()
            ):
                pass
        return self._outcomes(waiting, ends)

    def _outcomes(self, waiting: Iterator[Job], ends: float | None) -> Iterator[Outcome]:
        while any(one.messages for one in self._workers):
            yield from self._listen()
            if ends is None or time.monotonic() < ends:
                self._feed(waiting)

    def _feed(self, waiting: Iterator[Job]) -> None:
        """Give every process something to go on with; where one has died another is started."""
        self._start_wanted()
        for one in self._workers:
            while len(one.messages) < _ENOUGH:
                some = self._first.popleft() if self._first else list(islice(waiting, _AT_ONCE))
                if not some:
                    return
                if not self._give(one, some):
                    break

    def _start_wanted(self) -> None:
        while len(self._workers) < self._wanted and self._start():
            pass

    def _start(self) -> bool:
        try:
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/",
            )  # fmt: skip
        except OSError:
            return False
        put_behind(process.pid, WORKING)
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            with suppress(OSError):  # the person's processes have many pipes
                fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _PIPE)  # type: ignore[arg-type]
        worker = _Worker(process)
        self._workers.append(worker)
        self._selector.register(process.stdout, selectors.EVENT_READ, worker)  # type: ignore[arg-type]
        return True

    def _give(self, worker: _Worker, jobs: list[Job]) -> bool:
        """Give a process some jobs, if there is room for them in its pipe; else they come next."""
        message = pack_message([(one.path, one.wants_terms, one.wants_outline) for one in jobs])
        if worker.messages and sum(one.size for one in worker.messages) + len(message) > _MOST_UNREAD:
            self._first.appendleft(jobs)
            return False
        if not worker.messages:
            worker.heard = time.monotonic()
        worker.messages.append(_Message(deque(jobs), len(jobs) == 1, len(message)))
        # A process that died between two answers is noticed where it is listened to.
        with suppress(OSError):
            assert worker.process.stdin is not None  # noqa: S101  (a pipe was asked for)
            worker.process.stdin.write(message)
            worker.process.stdin.flush()
        return True

    def _listen(self) -> list[Outcome]:
        found: list[Outcome] = []
        ready = [key.data for key, _ in self._selector.select(_LOOK_SECONDS)]
        now = time.monotonic()
        for one in list(self._workers):
            if one in ready:
                assert one.process.stdout is not None  # noqa: S101  (a pipe was asked for)
                data = os.read(one.process.stdout.fileno(), _READ)
                one.read += data
                one.heard = now
                found += _answers(one)
                is_dead = not data
            else:
                is_dead = bool(one.messages) and now - one.heard > _STUCK_SECONDS
            if is_dead:
                found += self._bury(one)
        return found

    def _bury(self, worker: _Worker) -> list[Outcome]:
        """End a process; of what it had been given, a file that was alone is what it died of, and others are tried alone."""
        self._end(worker)
        found: list[Outcome] = []
        for place, message in enumerate(worker.messages):
            if place == 0 and message.is_single:
                found.append(Outcome(message.jobs[0], None, None, CRASHED, is_lasting=True))
            elif place == 0:
                self._first.extend([job] for job in message.jobs)
            else:
                self._first.append(list(message.jobs))
        return found

    def _end(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        self._selector.unregister(worker.process.stdout)  # type: ignore[arg-type]
        worker.process.kill()
        worker.process.communicate()

    def close(self) -> None:
        """End them all."""
        for one in list(self._workers):
            self._end(one)


def _answers(worker: _Worker) -> Iterator[Outcome]:
    start, read = 0, worker.read
    while len(read) - start >= LENGTH:
        stop = start + LENGTH + int.from_bytes(read[start : start + LENGTH], "big")
        if len(read) < stop:
            break
        fields, outline, reason, is_lasting = marshal.loads(memoryview(read)[start + LENGTH : stop])  # noqa: S302  (from our own process)
        start = stop
        document = Document(*fields) if fields is not None else None
        message = worker.messages[0]
        job = message.jobs.popleft()
        if not message.jobs:
            worker.messages.popleft()
        packed = PackedOutline(*outline) if outline is not None else None
        yield Outcome(job, document, packed, reason, is_lasting)
    if start:
        del read[:start]
