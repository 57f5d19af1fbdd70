"""Sizes and times of very many files, looked up by processes of their own: the interface keeps its core, and they share the others.

A looker is this very file run as a script. It gets the paths once and looks at all of them whenever it is asked.
Invariant: no file is opened; a looker that fails is noticed, and ends when the process that started it does.
"""

import os
import stat
import sys
from array import array
from struct import Struct

# (no path of the package is set where this runs as a script: what belongs to the asking side is imported there)

# In the place of a size: no such file, what is no plain file, and what may not be looked at.
MISSING, OTHER, DENIED = -1, -2, -3
_LENGTH = Struct("<q")


class FileMarks:
    """Looks up the files of `paths`, raw and absolute, in so many processes; the same object does it again and again."""

    def __init__(self, paths: "list[bytes]", processes: int) -> None:
        import subprocess  # noqa: PLC0415  (a looker starts none)

        from copilot_tui.standing_behind import WORKING, put_behind  # noqa: PLC0415

        share = -(-len(paths) // max(1, processes))
        self._shares = [paths[start : start + share] for start in range(0, len(paths), share)]
        self._lookers: list[subprocess.Popen[bytes]] = []
        self._asked = 0
        for _ in self._shares:
            self._lookers.append(
                subprocess.Popen(
                    [sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL, cwd="/", process_group=0, bufsize=0,
                )
            )  # fmt: skip
            put_behind(self._lookers[-1].pid, WORKING)

    def begin(self) -> None:
        """Start looking; `found` waits for what is seen. Raises `OSError`."""
        for looker, paths in zip(self._lookers, self._shares, strict=True):
            assert looker.stdin is not None  # noqa: S101  (a pipe was asked for)
            message = b"" if self._asked else b"\0".join(paths)
            _write_all(looker.stdin.fileno(), _LENGTH.pack(len(message)) + message)
        self._asked += 1

    def found(self) -> "array[int]":
        """For each file its times of change and of status change (nanoseconds) and its size; raises `OSError` if a looker failed."""
        found = array("q")
        for looker, paths in zip(self._lookers, self._shares, strict=True):
            assert looker.stdout is not None  # noqa: S101  (a pipe was asked for)
            found.frombytes(_read_all(looker.stdout.fileno(), 24 * len(paths)))
        return found

    def close(self) -> None:
        """End the lookers."""
        for looker in self._lookers:
            looker.kill()
            for pipe in (looker.stdin, looker.stdout):
                if pipe is not None:
                    pipe.close()  # its end also where it is a child of another process, from which this one was forked
            looker.wait()
        self._lookers = []


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _read_all(descriptor: int, size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0:
        part = os.read(descriptor, min(size, 1 << 20))
        if not part:
            raise OSError("a process that looks at files ended")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def look(paths: "list[bytes]") -> "array[int]":
    """Three numbers for each file, as `FileMarks.found` gives them."""
    marks = array("q")
    lstat, is_plain, add = os.lstat, stat.S_ISREG, marks.extend
    for path in paths:
        try:
            found = lstat(path)
        except PermissionError:
            add((0, 0, DENIED))
            continue
        except OSError:
            add((0, 0, MISSING))
            continue
        size = found.st_size if is_plain(found.st_mode) else OTHER
        add((found.st_mtime_ns, found.st_ctime_ns, size))
    return marks


def _serve() -> None:
    paths: list[bytes] = []
    while True:
        try:
            size = _LENGTH.unpack(_read_all(0, _LENGTH.size))[0]
            if size:
                paths = _read_all(0, size).split(b"\0")
            _write_all(1, look(paths).tobytes())
        except OSError:
            return


if __name__ == "__main__":
    _serve()
