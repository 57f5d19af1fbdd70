"""A real repository with a state folder beside it, and all that must not change in it."""

import os
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from copilot_tui.autonomy.grant import Grant, make_grant
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import REGULAR
from copilot_tui.workspace.landing import land
from copilot_tui.workspace.receipt import Receipt
from copilot_tui.workspace.repository import Repository

POEM = b"one\ntwo\nthree\nfour\nfive\nsix\nseven\n"


def git(root: Path, *arguments: str | bytes, given: bytes = b"", check: bool = True) -> bytes:
    """The person's own git."""
    done = subprocess.run(["git", *arguments], cwd=root, input=given, capture_output=True, check=False)
    assert not check or done.returncode == 0, done.stderr.decode()
    return done.stdout


def write(root: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def make_repository(root: Path, files: Mapping[str, bytes], *options: str) -> Path:
    """A repository with these files in one commit."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "--quiet", *options)
    write(root, files)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Begin")
    return root


def files_of(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every file, link and folder of the work tree: its mode and its bytes (of a link: its target)."""
    found: dict[str, tuple[int, bytes]] = {}
    for folder, names, files in os.walk(os.fsencode(root)):
        if folder == os.fsencode(root) and b".git" in names:
            names.remove(b".git")
        for name in [*names, *files]:
            path = folder + b"/" + name
            info = os.lstat(path)
            if stat.S_ISLNK(info.st_mode):
                content = os.readlink(path)  # noqa: PTH115  (a name of bytes)
            elif stat.S_ISREG(info.st_mode):
                with open(path, "rb") as stream:  # noqa: PTH123  (a name of bytes)
                    content = stream.read()
            else:
                content = b""
            found[os.fsdecode(path[len(os.fsencode(root)) + 1 :])] = (info.st_mode, content)
    return found


def git_of(root: Path) -> dict[str, bytes]:
    """What git keeps: index, HEAD, references, stash, and the names of all files of its folder."""
    folder = Path(os.fsdecode(git(root, "rev-parse", "--absolute-git-dir").strip()))
    return {
        "index": git(root, "ls-files", "--stage", "-v", "-z"),
        "head": (folder / "HEAD").read_bytes(),
        "references": git(root, "for-each-ref"),
        "stash": git(root, "stash", "list"),
        "files": b"\n".join(sorted(os.fsencode(path) for path in folder.rglob("*"))),
    }


def tree_of(root: Path) -> tuple[dict[str, tuple[int, bytes]], dict[str, bytes]]:
    return files_of(root), git_of(root)


def temporary_files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.name.startswith(".copilot-tui-")]


@dataclass(frozen=True)
class Room:
    """The repository at `root` as the program opens it."""

    root: Path
    state: Path
    environment: Mapping[str, str]

    @cached_property
    def repository(self) -> Repository:
        return Repository.open(self.root, self.environment)

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def propose(
        self, contents: Mapping[str, bytes | None], new_modes: Mapping[str, int] | None = None
    ) -> tuple[ChangeSet, Grant]:
        """A change set that brings these files to these texts, accepted whole against the files as they are now."""
        snapshot = self.repository.snapshot(contents)
        changes = []
        for path, after in contents.items():
            mode = snapshot.files[path].mode if path in snapshot.files else REGULAR
            new_mode = (new_modes or {}).get(path, mode)
            changes.append(FileChange(path, snapshot.content(path), after, old_mode=mode, new_mode=new_mode))
        return self.grant(ChangeSet(tuple(changes)))

    def grant(self, change_set: ChangeSet) -> tuple[ChangeSet, Grant]:
        paths = {path for change in change_set for path in (change.path, change.source_path)}
        snapshot = self.repository.snapshot(paths)
        scope = make_scope(Request("change", Target(""), AutonomyLevel.REPO, budget=10**6), snapshot)
        return change_set, make_grant(change_set, scope, snapshot)

    def land(
        self,
        contents: Mapping[str, bytes | None],
        new_modes: Mapping[str, int] | None = None,
        request: str = "change",
    ) -> Receipt:
        change_set, grant = self.propose(contents, new_modes)
        return self.land_accepted(change_set, grant, request)

    def land_accepted(self, change_set: ChangeSet, grant: Grant, request: str = "change") -> Receipt:
        return land(self.repository, change_set, grant, self.state, request)
