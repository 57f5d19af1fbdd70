"""A process that reads and parses files for the index, so that a grammar that crashes or never ends takes nothing else with it.

It gets lists of files on its input and gives back one answer for each file, in their order, a list at a time.
Invariant: a file that costs more than `SECONDS_PER_FILE` of processor time ends the process; whoever gave it the file goes on with another.
"""

import gc
import marshal
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from copilot_tui.context.disk import Disk
from copilot_tui.context.messages import LENGTH, pack_message
from copilot_tui.context.packed_outline import PackedOutline, pack_outline
from copilot_tui.syntax.outline import Outline
from copilot_tui.syntax.outlined import outlined

SECONDS_PER_FILE = 8.0

# Path, whether its terms are wanted, whether its outline is.
Wanted = tuple[str, bool, bool]
# Terms as a document's fields, the outline, why it cannot be read, and whether another try reads the same.
Answer = tuple[tuple[dict[str, bytes], bytes, int] | None, PackedOutline | None, str, bool]
Outliner = Callable[[str, bytes], Outline]


def answer(disk: Disk, wanted: Wanted, outliner: Outliner) -> Answer:
    """Read one file."""
    path, wants_terms, wants_outline = wanted
    found = disk.read_text(path)
    if not found.is_lasting:
        return None, None, found.reason, False
    document = found.document() if wants_terms else None
    outline = pack_outline(outliner(path, found.data)) if wants_outline else None
    fields = (document.lines, document.sums, document.size) if document is not None else None
    return fields, outline, found.reason, True


def _parse(path: str, data: bytes) -> Outline:
    return outlined(path, data, keep=False)


def work(root: Path, given: BinaryIO, answers: BinaryIO, outliner: Outliner = _parse) -> None:
    """Answer until the input ends."""
    disk = Disk(root)
    while len(head := given.read(LENGTH)) == LENGTH:
        disk.forget()
        done: list[bytes] = []
        for wanted in marshal.loads(given.read(int.from_bytes(head, "big"))):  # noqa: S302  (from the process that started this)
            if hasattr(signal, "setitimer"):
                signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_PER_FILE)  # what it does in the end is end the process
            fields, outline, reason, is_lasting = answer(disk, wanted, outliner)
            packed = tuple(outline) if outline is not None else None
            done.append(pack_message((fields, packed, reason, is_lasting)))
        answers.write(b"".join(done))  # at once: whoever waits for it wakes up once
        answers.flush()


def main() -> None:
    """Work for the process that started this one, and end with it."""
    gc.disable()  # nodes and tuples are many, and no cycles
    with suppress(BrokenPipeError, KeyboardInterrupt):
        work(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
    os._exit(0)


if __name__ == "__main__":
    main()
