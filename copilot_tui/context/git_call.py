"""Calls of git that run nothing of the repository.

Invariant: nothing is written; a call that fails or does not end in time counts as no output.
"""

import os
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from copilot_tui.errors import RepositoryError

_HARMLESS = (
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "core.untrackedCache=false", "diff.external=",
    "credential.helper=", "protocol.allow=never", "gc.auto=0", "submodule.recurse=false", "core.quotePath=false",
    "log.showSignature=false", "safe.bareRepository=explicit", "core.sshCommand=false",
)  # fmt: skip
_SECONDS = 60


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


_ahead: "dict[tuple[str, ...], subprocess.Popen[bytes]]" = {}


def begin_ahead(root: Path, *arguments: str) -> None:
    """Begin a call that is going to be made: the next `GitCall` that is the same takes it over."""
    _ahead.setdefault((os.fspath(root), *arguments), GitCall(root, *arguments).process)


class GitCall:
    """One call of git, begun at once and read later; what git complains about counts as no output."""

    def __init__(
        self, root: Path, *arguments: str, given: bytes = b"", extra: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._given = given
        begun = _ahead.pop((os.fspath(root), *arguments), None) if _ahead else None
        if begun is not None:
            self.process = begun
            return
        try:
            self.process = subprocess.Popen(
                _command(root, arguments), cwd=root, env={**_environment(), **extra},
                stdin=subprocess.PIPE if given else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            raise RepositoryError(f"git cannot be run in this folder: {error.strerror}.") from error

    def output(self, seconds: float = _SECONDS) -> bytes:
        """What git printed; nothing if it failed or did not end within `seconds`."""
        try:
            printed, _ = self.process.communicate(self._given or None, timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            return b""
        return printed if self.process.returncode == 0 else b""


def decode_path(raw: bytes) -> str:
    """A path as git gives it, bytes that are no UTF-8 kept by surrogateescape."""
    return raw.decode("utf-8", "surrogateescape")
