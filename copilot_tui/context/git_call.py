"""Calls of git that run nothing of the repository.

Invariant: nothing is written; a call that fails or does not end in time counts as no output.
"""

import fcntl
import os
import select
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from copilot_tui.errors import RepositoryError
from copilot_tui.standing_behind import put_behind_keys

_HARMLESS = (
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "core.untrackedCache=false", "diff.external=",
    "credential.helper=", "protocol.allow=never", "gc.auto=0", "submodule.recurse=false", "core.quotePath=false",
    "log.showSignature=false", "safe.bareRepository=explicit", "core.sshCommand=false",
)  # fmt: skip
_SECONDS = 60
_READ = 1 << 18
_PIPE = 1 << 20  # bytes that git can print before somebody reads them
_KILL, _BROKEN_PIPE = 9, 13  # signals


def _command(root: Path, arguments: tuple[str, ...]) -> list[str]:
    command = [_find_git(root), "--no-pager", "--literal-pathspecs"]
    for setting in _HARMLESS:
        command += ["-c", setting]
    return [*command, *arguments]


@cache
def _find_git(root: Path) -> str:
    """Git in an absolute folder of PATH that does not lie in the repository."""
    inside = root.resolve()
    for place in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if (
            place.startswith("/")
            and os.access(f"{place}/git", os.X_OK)
            and not Path(place).resolve().is_relative_to(inside)
        ):
            return f"{place}/git"
    raise RepositoryError("git was not found: install it and make sure that it is on the PATH.")


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR", "XDG_CONFIG_HOME") if name in os.environ}
    return {
        **kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none", "LC_ALL": "C.UTF-8",
    }  # fmt: skip


_ahead: "dict[tuple[str, ...], Call]" = {}


def begin_ahead(root: Path, *arguments: str) -> None:
    """Begin a call that is going to be made: the next `GitCall` that is the same takes it over."""
    key = (os.fspath(root), *arguments)
    if key not in _ahead:
        _ahead[key] = _begin(root, arguments)


class GitCall:
    """One call of git, begun at once and read later; what git complains about counts as no output."""

    def __init__(
        self, root: Path, *arguments: str, given: bytes = b"", extra: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        begun = _ahead.pop((os.fspath(root), *arguments), None) if _ahead and not given and not extra else None
        self._call = begun or _begin(root, arguments, given, extra)

    def output(self, seconds: float = _SECONDS) -> bytes:
        """What git printed; nothing if it failed or did not end within `seconds`."""
        return self._call.output(seconds)

    def so_far(self, seconds: float) -> bytes:
        """What git printed within `seconds`, cut off anywhere; nothing if it failed until then."""
        return self._call.output(seconds, takes_part=True)


class Call(Protocol):
    """A process that was begun."""

    def output(self, seconds: float, *, takes_part: bool = False) -> bytes:
        """What it printed; nothing if it failed or took too long, where a part is not taken."""
        ...


def _begin(
    root: Path, arguments: tuple[str, ...], given: bytes = b"", extra: Mapping[str, str] = MappingProxyType({})
) -> Call:
    command, environment = _command(root, arguments), {**_environment(), **extra}
    try:
        if given or not hasattr(os, "posix_spawn"):
            from copilot_tui.context.piped import Piped  # noqa: PLC0415  (most calls are given nothing)

            return Piped(command, root, environment, given)
        return _Spawned(command, root, environment)
    except OSError as error:
        raise RepositoryError(
            f"git cannot be run in this folder ({error.strerror}): see whether it is still there and its permissions let you."
        ) from error


class _Spawned:
    """A process that is given nothing: begun without the standard library's larger means, which load longer than git runs."""

    def __init__(self, command: list[str], root: Path, environment: Mapping[str, str]) -> None:
        os.scandir(
            root
        ).close()  # an error here is the one that the caller expects: no folder, or none that may be read
        self._pipe, gives = os.pipe()
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            with suppress(OSError):  # the person's processes have many pipes
                fcntl.fcntl(gives, fcntl.F_SETPIPE_SZ, _PIPE)
        try:
            self._number = os.posix_spawn(
                command[0],
                [command[0], "-C", os.fspath(root), *command[1:]],
                environment,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, gives, 1),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
                setsigdef=[_BROKEN_PIPE],
            )
        except OSError:
            os.close(self._pipe)
            raise
        finally:
            os.close(gives)
        put_behind_keys(self._number)

    def output(self, seconds: float, *, takes_part: bool = False) -> bytes:
        """What it printed; nothing if it failed or took too long, where a part is not taken."""
        ends = time.monotonic() + seconds
        said: list[bytes] = []
        watched = select.poll()
        watched.register(self._pipe, select.POLLIN | select.POLLHUP)
        while (left := ends - time.monotonic()) > 0:
            if watched.poll(left * 1_000):
                more = os.read(self._pipe, _READ)
                if not more:
                    break
                said.append(more)
        is_late = left <= 0
        return b"".join(said) if self._end(is_late=is_late) == 0 or (is_late and takes_part) else b""

    def _end(self, *, is_late: bool, kill: int = _KILL) -> int:
        """Its status; it is gone then. `kill` is given here because a module's private names are gone first when Python ends."""
        os.close(self._pipe)
        self._pipe = -1
        try:
            if is_late:
                os.kill(self._number, kill)
            return os.waitpid(self._number, 0)[1]
        except (ProcessLookupError, ChildProcessError):
            return -1

    def __del__(self) -> None:
        """Nobody wants to know: it ends."""
        if self.__dict__.get("_pipe", -1) >= 0 and "_number" in self.__dict__:
            self._end(is_late=True)


def decode_path(raw: bytes) -> str:
    """A path as git gives it, bytes that are no UTF-8 kept by surrogateescape."""
    return raw.decode("utf-8", "surrogateescape")
