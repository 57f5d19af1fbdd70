"""Running git without running anything of the repository.

Invariant: no call reads the user's or the repository's hooks, fsmonitor, filters, text converters, external diffs, pagers or
aliases; arguments after `--` are literal paths; output is bytes. Only `commit` in a trusted repository runs hooks.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from copilot_tui.errors import RepositoryError
from copilot_tui.visible import decode_visible

_KEPT_VARIABLES = {"HOME", "LANG", "LC_ALL", "TMPDIR", "USER", "LOGNAME", "XDG_CONFIG_HOME", "SSL_CERT_FILE"}
_IDENTITY = {
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "GIT_AUTHOR_DATE",
    "GIT_COMMITTER_DATE",
}
_SECONDS = 120

# What a repository's own configuration could make git run while it only reads.
_HARMLESS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.editor=false",
    "core.askPass=",
    "core.untrackedCache=false",
    "diff.external=",
    "credential.helper=",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
    "core.quotePath=false",
)


@dataclass(frozen=True, slots=True)
class GitResult:
    """What git said: its exit status and both of its outputs."""

    status: int
    output: bytes
    complaint: bytes

    @property
    def sentence(self) -> str:
        """Git's complaint on one line, safe to show."""
        return (
            " ".join(decode_visible(self.complaint, keep="\n").split())[:400]
            .removeprefix("fatal: ")
            .removeprefix("error: ")
        )


class Git:
    """The system's git in one folder, with a clean environment."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._program = find_git(environment, folder)
        self._environment = clean_environment(environment, folder)

    def run(
        self,
        *arguments: str | bytes,
        given: bytes | None = None,
        extra: Mapping[str, str] | None = None,
        trusted: bool = False,
    ) -> GitResult:
        """Run `git ARGUMENTS`; raises `RepositoryError` only if git does not end. `trusted` leaves hooks and filters on."""
        command: list[str | bytes] = [self._program, "--no-pager", "--literal-pathspecs"]
        for setting in _HARMLESS if not trusted else _HARMLESS[2:3]:
            command += ["-c", setting]
        command += arguments
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                input=given if given is not None else b"",
                capture_output=True,
                env={**self._environment, **(extra or {})},
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RepositoryError(
                f"git did not answer within {_SECONDS} seconds: is another program holding the repository?"
            ) from None
        except OSError as error:
            raise RepositoryError(f"git cannot be run here: {error.strerror}.") from error
        return GitResult(done.returncode, done.stdout, done.stderr)

    def read(self, *arguments: str | bytes, given: bytes | None = None) -> bytes:
        """The output of a call that must succeed; raises `RepositoryError` with git's own complaint."""
        result = self.run(*arguments, given=given)
        if result.status:
            raise RepositoryError(f"git cannot read this repository: {result.sentence}")
        return result.output


def find_git(environment: Mapping[str, str], folder: Path) -> str:
    """The absolute path of git: found in absolute folders of PATH that do not lie in the repository; raises `RepositoryError`."""
    inside = folder.resolve()
    for place in environment.get("PATH", os.defpath).split(os.pathsep):
        if not place or not Path(place).is_absolute() or Path(place).resolve().is_relative_to(inside):
            continue
        program = Path(place) / "git"
        if program.is_file() and os.access(program, os.X_OK):
            return str(program)
    raise RepositoryError("git was not found: install it and make sure that it is on the PATH.")


def clean_environment(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The variables that git gets: none that points it elsewhere or makes it run something."""
    inside = folder.resolve()
    path = [
        place
        for place in environment.get("PATH", os.defpath).split(os.pathsep)
        if place and Path(place).is_absolute() and not Path(place).resolve().is_relative_to(inside)
    ]
    kept = {name: value for name, value in environment.items() if name in _KEPT_VARIABLES | _IDENTITY}
    return {
        **kept,
        "PATH": os.pathsep.join(path),
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C.UTF-8",
    }


def decode_path(raw: bytes) -> str:
    """A path as git gives it, as we keep it: bytes that are no UTF-8 survive by surrogateescape."""
    return raw.decode("utf-8", "surrogateescape")


def encode_path(path: str) -> bytes:
    """The bytes of a path."""
    return path.encode("utf-8", "surrogateescape")


def split_zero(output: bytes) -> Sequence[bytes]:
    """The entries of a `-z` output."""
    return [entry for entry in output.split(b"\0") if entry]
