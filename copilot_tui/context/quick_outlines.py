"""The outlines of a few files at once, for a question that does not wait for all of them.

Two children of this process parse, so a grammar that crashes or never ends takes nothing else with it. Invariant: what is not done in
time is left out, and no child is left behind.
"""

import marshal
import os
import select
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from copilot_tui.context.disk import Disk
from copilot_tui.context.messages import LENGTH, pack_message

if TYPE_CHECKING:
    from copilot_tui.syntax.outline import Outline

_CHILDREN = 2
_READ = 1 << 16
_KILL = 9

# The key of a document and its path.
Wanted = tuple[int, str]


def outline_quickly(files: Sequence[Wanted], disk: Disk, seconds: float) -> "dict[int, Outline]":
    """The outlines by the documents' keys: of the first files rather than the last, as many as there is time for."""
    ends = time.monotonic() + seconds
    found: dict[int, Outline] = {}
    children: dict[int, tuple[int, bytearray]] = {}  # by pipe: the child's number and what it has said
    try:
        for place in range(min(_CHILDREN, len(files))):
            gets, gives = os.pipe()
            child = os.fork()
            if not child:
                _outline(gives, files[place::_CHILDREN], disk)
            os.close(gives)
            children[gets] = child, bytearray()
        waiting = set(children)
        while waiting and (left := ends - time.monotonic()) > 0:
            for pipe in select.select([*waiting], [], [], left)[0]:
                more = os.read(pipe, _READ)
                children[pipe][1].extend(more)
                if not more:
                    waiting.discard(pipe)
    finally:
        for pipe, (child, said) in children.items():
            os.close(pipe)
            with suppress(ProcessLookupError):
                os.kill(child, _KILL)
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
            found.update(_messages(said))
    return found


def _messages(said: bytearray) -> "list[tuple[int, Outline]]":
    """The whole messages."""
    found: list[tuple[int, Outline]] = []
    start = 0
    while len(said) - start >= LENGTH:
        stop = start + LENGTH + int.from_bytes(said[start : start + LENGTH], "big")
        if stop > len(said):
            break
        found.append(marshal.loads(memoryview(said)[start + LENGTH : stop]))  # noqa: S302  (from our own child)
        start = stop
    return found


def _outline(pipe: int, files: Sequence[Wanted], disk: Disk) -> None:
    """What a child does: it never returns."""
    try:
        from copilot_tui.syntax.outlined import outlined  # noqa: PLC0415  (a child alone parses)

        for key, path in files:
            data = disk.read_text(path).data
            message = memoryview(pack_message((key, outlined(path, data, keep=False) if data else ([], []))))
            while message:
                message = message[os.write(pipe, message) :]
    finally:
        os._exit(0)
