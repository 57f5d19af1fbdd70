"""Which files a repository has, asked of git without running anything of the repository.

Invariant: nothing is written; a call that does not end in time gives what is known without it.
"""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from copilot_tui.autonomy.protected import is_secret
from copilot_tui.context.kinds import is_binary_name
from copilot_tui.errors import RepositoryError

_HARMLESS = (
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "core.untrackedCache=false", "diff.external=",
    "credential.helper=", "protocol.allow=never", "gc.auto=0", "submodule.recurse=false", "core.quotePath=false",
    "log.showSignature=false", "safe.bareRepository=explicit", "core.sshCommand=false",
)  # fmt: skip
_SECONDS = 60
_MOST_UNTRACKED = 20_000


@dataclass(frozen=True, slots=True)
class Listing:
    """`blobs`: path to the content's git id (empty where the file on disk differs from it); `links`: links, submodules."""

    blobs: dict[str, str]
    links: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=())


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


def _without_filters(root: Path) -> dict[str, str]:
    """Variables that take every filter of the configuration away: git runs them even to compare a file with its index.

    In `-c NAME=VALUE` a name could not hold every character that a filter's name may have.
    """
    printed = GitCall(
        root, "config", "--null", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process)$"
    ).output()
    names = {raw.decode("utf-8", "surrogateescape").rpartition(".")[0] for raw in printed.split(b"\0") if raw}
    settings = [
        (f"{name}.{key}", "false" if key == "required" else "")
        for name in sorted(names)
        for key in ("clean", "smudge", "process", "required")
    ]
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


class GitCall:
    """One call of git, begun at once and read later; what git complains about counts as no output."""

    def __init__(
        self, root: Path, *arguments: str, given: bytes = b"", extra: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._given = given
        try:
            self._process = subprocess.Popen(
                _command(root, arguments), cwd=root, env={**_environment(), **extra},
                stdin=subprocess.PIPE if given else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            raise RepositoryError(f"git cannot be run in this folder: {error.strerror}.") from error

    def output(self, seconds: float = _SECONDS) -> bytes:
        """What git printed; nothing if it failed or did not end within `seconds`."""
        try:
            printed, _ = self._process.communicate(self._given or None, timeout=seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            return b""
        return printed if self._process.returncode == 0 else b""


def decode_path(raw: bytes) -> str:
    """A path as git gives it, bytes that are no UTF-8 kept by surrogateescape."""
    return raw.decode("utf-8", "surrogateescape")


class ListingCalls:
    """The calls that list the files, begun at once so that they run beside each other."""

    def __init__(self, root: Path) -> None:
        self._tracked = GitCall(root, "ls-files", "-z", "--stage")
        self._others = GitCall(root, "ls-files", "-z", "--others", "--exclude-standard")
        self._changed = GitCall(
            root,
            "diff-files",
            "--name-only",
            "-z",
            "--no-ext-diff",
            "--ignore-submodules=all",
            extra=_without_filters(root),
        )

    def listing(self) -> Listing:
        """The text files that git tracks, or would track, in the work tree."""
        return _read_listing(self._tracked.output(), self._changed.output(), self._others.output())


def _read_listing(tracked: bytes, changed: bytes, others: bytes) -> Listing:
    blobs: dict[str, str] = {}
    links: set[str] = set()
    secrets: set[str] = set()
    notes: list[str] = []

    def add(path: str, blob: str) -> None:
        if is_secret(path):
            secrets.add(path)
        elif not is_binary_name(path):
            blobs[path] = blob

    for entry in tracked.split(b"\0"):
        if not entry:
            continue
        meta, _, raw = entry.partition(b"\t")
        path = decode_path(raw)
        mode, blob, _stage = meta.split(b" ")
        if mode.startswith(b"100"):
            add(path, blob.decode("ascii"))
        else:
            links.add(path)
    for raw in changed.split(b"\0"):
        path = decode_path(raw)
        if path in blobs:
            blobs[path] = ""
    untracked = [raw for raw in others.split(b"\0") if raw]
    if len(untracked) > _MOST_UNTRACKED:
        notes.append(f"{len(untracked) - _MOST_UNTRACKED} untracked files were left out.")
    for raw in untracked[:_MOST_UNTRACKED]:
        path = decode_path(raw)
        if path.endswith("/"):
            links.add(path.rstrip("/"))
        else:
            add(path, "")
    return Listing(blobs, frozenset(links), frozenset(secrets), tuple(notes))
