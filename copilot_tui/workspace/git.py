"""Running git without running anything of the repository.

Invariant: no call runs the user's or the repository's hooks, fsmonitor, filters, text converters, external diffs, pagers, helpers or
aliases, whatever the repository's configuration says; paths are literal; output is bytes. Only calls that are `trusted` run hooks and
filters, as the person's own git would.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from copilot_tui.errors import RepositoryError
from copilot_tui.standing_behind import put_behind_keys
from copilot_tui.visible import decode_visible
from copilot_tui.workspace.environment import environment_for_commands, environment_for_reading, search_path

_SECONDS = 120

# What a repository's own configuration could make git run while it only reads.
_HARMLESS = (
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("core.pager", "cat"),
    ("core.editor", "false"),
    ("core.askPass", ""),
    ("core.sshCommand", "false"),
    ("core.gitProxy", "false"),
    ("core.untrackedCache", "false"),
    ("core.alternateRefsCommand", "false"),
    ("diff.external", ""),
    ("credential.helper", ""),
    ("protocol.allow", "never"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("submodule.recurse", "false"),
    ("log.showSignature", "false"),
    ("commit.gpgSign", "false"),
)
# A folder that only looks like a repository is never taken for one.
_ALWAYS = (("core.quotePath", "false"), ("safe.bareRepository", "explicit"))

_SPLIT_AT_ONCE = 65_536  # bytes
_OF_INDEX = (b"index file", b"bad signature")  # what git complains of an index that is damaged


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
        self._reading = environment_for_reading(environment, folder)
        self._trusted = environment_for_commands(environment, folder)
        self._no_filters: tuple[tuple[str, str], ...] | None = None

    def run(
        self,
        *arguments: str | bytes,
        given: bytes | None = None,
        extra: Mapping[str, str] | None = None,
        trusted: bool = False,
        literal: bool = True,
    ) -> GitResult:
        """Run `git ARGUMENTS`; raises `RepositoryError` only if git does not end.

        `trusted` leaves hooks and filters on; `literal` False is for the few commands that know no literal paths.
        """
        if not trusted and self._no_filters is None:
            self._no_filters = ()  # the call that asks for the filters' names needs none of them off
            self._no_filters = self._filters_off()
        settings = _ALWAYS if trusted else (*_ALWAYS, *_HARMLESS, *(self._no_filters or ()))
        environment = {**(self._trusted if trusted else self._reading), **_as_variables(settings), **(extra or {})}
        command: list[str | bytes] = [self._program, "--no-pager", *(["--literal-pathspecs"] if literal else [])]
        try:
            with subprocess.Popen(
                [*command, *arguments],
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
            ) as process:
                # Git looks at the files of a large work tree in some twenty threads at once.
                if not trusted:
                    put_behind_keys(process.pid)
                try:
                    output, complaint = process.communicate(given or b"", timeout=_SECONDS)
                except BaseException:
                    process.kill()
                    raise
        except subprocess.TimeoutExpired:
            raise RepositoryError(
                f"git did not answer within {_SECONDS} seconds: is another program holding the repository?"
            ) from None
        except OSError as error:
            raise RepositoryError(f"git cannot be run here: {error.strerror}.") from error
        return GitResult(process.returncode, output, complaint)

    def read(self, *arguments: str | bytes, given: bytes | None = None) -> bytes:
        """The output of a call that must succeed; raises `RepositoryError` with git's own complaint."""
        result = self.run(*arguments, given=given)
        if result.status:
            is_index = any(words in result.complaint for words in _OF_INDEX)
            to_do = ": remove its index file and run `git reset` to have it made anew" if is_index else ""
            raise RepositoryError(f"git cannot read this repository: {result.sentence.removesuffix('.')}{to_do}.")
        return result.output

    def filters(self) -> frozenset[str]:
        """The names of all filters that the configuration defines."""
        found = self.run("config", "--null", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process)$")
        names = [decode_path(raw) for raw in split_zero(found.output)]
        return frozenset(name.split(".", 1)[1].rpartition(".")[0] for name in names)

    def _filters_off(self) -> tuple[tuple[str, str], ...]:
        off = (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
        return tuple((f"filter.{name}.{key}", value) for name in sorted(self.filters()) for key, value in off)


def _as_variables(settings: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Settings as variables: in `-c NAME=VALUE` a name could not hold every character that a filter's name may have."""
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables


def find_git(environment: Mapping[str, str], folder: Path) -> str:
    """The absolute path of git: found in absolute folders of PATH that do not lie in the repository; raises `RepositoryError`."""
    for place in search_path(environment, folder).split(os.pathsep):
        program = os.path.join(place, "git")  # noqa: PTH118  (a Path raises for a folder that may not be looked into)
        if place and os.path.isfile(program) and os.access(program, os.X_OK):  # noqa: PTH113
            return program
    raise RepositoryError("git was not found: install it and make sure that it is on the PATH.")


def decode_path(raw: bytes) -> str:
    """A path as git gives it, as we keep it: bytes that are no UTF-8 survive by surrogateescape."""
    return raw.decode("utf-8", "surrogateescape")


def encode_path(path: str) -> bytes:
    """The bytes of a path."""
    return path.encode("utf-8", "surrogateescape")


def split_zero(output: bytes) -> Sequence[bytes]:
    """The entries of a `-z` output.

    Of a large one some at a time: no other thread runs while one call splits megabytes.
    """
    entries: list[bytes] = []
    start = 0
    while start < len(output):
        end = output.find(b"\0", start + _SPLIT_AT_ONCE)
        end = len(output) if end < 0 else end
        entries += [entry for entry in output[start:end].split(b"\0") if entry]
        start = end
    return entries
