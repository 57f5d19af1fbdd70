"""The outlines of a few files at once, for a question that does not wait for all of them.

Children of this process parse, so a grammar that crashes or never ends takes nothing else with it. They are begun before it is known which
files are wanted, and load what parses meanwhile. Invariant: what is not done in time is left out, and no child is left behind.
"""

import marshal
import os
import select
import time
from collections.abc import Sequence
from contextlib import suppress

from copilot_tui.context.disk import Disk
from copilot_tui.context.messages import LENGTH, pack_message
from copilot_tui.context.packed_outline import PackedOutline, pack_outline

_CHILDREN = 2
_READ = 1 << 16
_KILL = 9
_MOST_LANGUAGES = 2  # that are made ready

# The key of a document and its path.
Wanted = tuple[int, str]


class _Child:
    """One process: where it is told what to do, where it answers, and what it has said."""

    __slots__ = ("answers", "number", "orders", "said")

    def __init__(self, disk: Disk, endings: Sequence[str]) -> None:
        (get_order, self.orders), (self.answers, give_answer) = os.pipe(), os.pipe()
        self.said = bytearray()
        self.number = os.fork()
        if not self.number:
            os.close(self.orders)
            _work(get_order, give_answer, disk, endings)
        os.close(get_order)
        os.close(give_answer)

    def end(self) -> None:
        for pipe in (self.orders, self.answers):
            with suppress(OSError):
                os.close(pipe)
        with suppress(ProcessLookupError):
            os.kill(self.number, _KILL)
        with suppress(ChildProcessError):
            os.waitpid(self.number, 0)


class QuickOutliner:
    """Children that get ready for the languages of these endings, the most frequent first; they end with `close` at the latest."""

    def __init__(self, disk: Disk, endings: Sequence[str]) -> None:
        self._children = [_Child(disk, endings) for _ in range(_CHILDREN)]

    def close(self) -> None:
        """End them."""
        for child in self._children:
            child.end()
        self._children = []

    def outline(self, files: Sequence[Wanted], seconds: float) -> dict[int, PackedOutline]:
        """The outlines by the documents' keys: of the first files rather than the last, as many as there is time for."""
        ends = time.monotonic() + seconds
        try:
            for place, child in enumerate(self._children):
                with suppress(BrokenPipeError):
                    os.write(child.orders, pack_message(list(files[place::_CHILDREN])))
                os.close(child.orders)
            waiting = {child.answers: child for child in self._children}
            while waiting and (left := ends - time.monotonic()) > 0:
                for pipe in select.select([*waiting], [], [], left)[0]:
                    more = os.read(pipe, _READ)
                    waiting[pipe].said += more
                    if not more:
                        del waiting[pipe]
            return dict(one for child in self._children for one in _messages(child.said))
        finally:
            self.close()


def _messages(said: bytearray) -> list[tuple[int, PackedOutline]]:
    """The whole messages."""
    found: list[tuple[int, PackedOutline]] = []
    start = 0
    while len(said) - start >= LENGTH:
        stop = start + LENGTH + int.from_bytes(said[start : start + LENGTH], "big")
        if stop > len(said):
            break
        key, outline = marshal.loads(memoryview(said)[start + LENGTH : stop])  # noqa: S302  (from our own child)
        found.append((key, PackedOutline(*outline)))
        start = stop
    return found


def _work(orders: int, answers: int, disk: Disk, endings: Sequence[str]) -> None:
    """What a child does: it never returns."""
    try:
        from copilot_tui.syntax.outlined import get_ready, outlined  # noqa: PLC0415  (a child alone parses)

        get_ready(endings, _MOST_LANGUAGES)
        # The end of the pipe would not come: a child that was begun later holds it open as well.
        with os.fdopen(orders, "rb") as given:
            order = given.read(int.from_bytes(given.read(LENGTH), "big"))
        for key, path in marshal.loads(order) if order else ():  # noqa: S302  (from our own parent)
            data = disk.read_text(path).data
            outline = pack_outline(outlined(path, data, keep=False))
            message = memoryview(pack_message((key, tuple(outline))))
            while message:
                message = message[os.write(answers, message) :]
    finally:
        os._exit(0)
