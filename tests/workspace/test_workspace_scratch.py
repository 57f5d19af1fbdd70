"""The scratch tree is the work tree with the change on top, and nothing that happens in it reaches the repository."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import EXECUTABLE, REGULAR
from copilot_tui.errors import RepositoryError
from copilot_tui.workspace.scratch import ScratchTree
from tests.workspace.hostile import make_hostile, ran
from tests.workspace.room import POEM, Room, files_of, git, tree_of, write

CHANGED = POEM.replace(b"four", b"FOUR")
EDIT = FileChange("poem.txt", POEM, CHANGED)


@pytest.fixture
def room(make_room: Callable[..., Room]) -> Room:
    room = make_room(
        {
            "poem.txt": POEM,
            "run.sh": b"#!/bin/sh\n",
            "deep/er/old.txt": b"old\n",
            ".gitignore": b"node_modules\n*.log\n",
        }
    )
    (room.root / "run.sh").chmod(0o755)
    (room.root / "inside").symlink_to("deep/er")
    (room.root / "outside").symlink_to("../elsewhere")
    git(room.root, "add", "--all")
    git(room.root, "commit", "--quiet", "--message", "Links and modes")
    write(
        room.root,
        {"run.sh": b"#!/bin/sh\nexit\n", "untracked.txt": b"u\n", "a.log": b"log\n", "node_modules/m.js": b"m\n"},
    )
    return room


@pytest.fixture
def scratch(room: Room, tmp_path: Path) -> Iterator[ScratchTree]:
    with ScratchTree(room.repository, tmp_path / "cache", room.environment) as made:
        yield made


def contents(folder: Path) -> dict[str, bytes]:
    """The plain files and the links of a tree."""
    return {path: content for path, (mode, content) in files_of(folder).items() if mode & 0o170000 != 0o040000}


def test_it_holds_what_the_work_tree_holds_and_the_same_commit(room: Room, scratch: ScratchTree) -> None:
    wanted = contents(room.root)
    for path in ("a.log", "outside"):
        del wanted[path]
    assert contents(scratch.folder) == wanted
    assert (scratch.folder / "run.sh").stat().st_mode & 0o111
    assert git(scratch.folder, "rev-parse", "HEAD") == git(room.root, "rev-parse", "HEAD")
    assert git(scratch.folder, "log", "--format=%s") == git(room.root, "log", "--format=%s")
    assert git(scratch.folder, "status", "--porcelain") == b" D outside\n M run.sh\n?? untracked.txt\n"
    assert scratch.changes() == ChangeSet()


def test_a_change_is_put_on_top_and_another_in_its_place(room: Room, scratch: ScratchTree) -> None:
    before = contents(scratch.folder)
    scratch.bring_to(
        ChangeSet(
            (
                EDIT,
                FileChange("new/file.txt", None, b"new\n"),
                FileChange("deep/er/old.txt", b"old\n", None),
                FileChange("moved.txt", b"u\n", b"u2\n", old_path="untracked.txt"),
                FileChange("run.sh", b"#!/bin/sh\nexit\n", b"#!/bin/sh\nexit\n", old_mode=EXECUTABLE, new_mode=REGULAR),
            )
        )
    )
    now = contents(scratch.folder)
    assert now == {
        **{path: content for path, content in before.items() if path not in {"deep/er/old.txt", "untracked.txt"}},
        "poem.txt": CHANGED, "new/file.txt": b"new\n", "moved.txt": b"u2\n",
    }  # fmt: skip
    assert not (scratch.folder / "run.sh").stat().st_mode & 0o111
    assert scratch.changes() == ChangeSet()
    scratch.bring_to(ChangeSet())
    assert contents(scratch.folder) == before
    assert (scratch.folder / "run.sh").stat().st_mode & 0o111


def test_what_a_command_changes_is_found_and_undone(room: Room, scratch: ScratchTree) -> None:
    before = tree_of(room.root)
    scratch.bring_to(ChangeSet((EDIT,)))
    put = contents(scratch.folder)
    script = (
        "echo more >> poem.txt; rm run.sh; mkdir gen; echo g > gen/new.py; chmod +x untracked.txt; echo x > b.log; "
        "rm -rf deep; ln -s /etc deep; git commit -qam Mine; git config core.fsmonitor 'touch canary'"
    )
    subprocess.run(["sh", "-c", script], cwd=scratch.folder, check=True)
    found = {change.path: (change.before, change.after, change.new_mode) for change in scratch.changes()}
    assert found == {
        "poem.txt": (CHANGED, CHANGED + b"more\n", REGULAR),
        "run.sh": (b"#!/bin/sh\nexit\n", None, EXECUTABLE),
        "gen/new.py": (None, b"g\n", REGULAR),
        "untracked.txt": (b"u\n", b"u\n", EXECUTABLE),
        "deep/er/old.txt": (b"old\n", None, REGULAR),
    }
    scratch.bring_to(ChangeSet((EDIT,)))
    assert {**contents(scratch.folder), "b.log": b""} == {**put, "b.log": b""}
    assert tree_of(room.root) == before
    assert not (scratch.folder / "canary").exists()
    assert Path("/etc/passwd").exists()


def test_a_file_that_changed_in_the_repository_meanwhile_is_said(room: Room, scratch: ScratchTree) -> None:
    scratch.bring_to(ChangeSet((EDIT,)))
    write(room.root, {"poem.txt": b"mine\n"})
    with pytest.raises(RepositoryError, match=r"poem\.txt was changed in the repository meanwhile"):
        scratch.bring_to(ChangeSet())


def test_nothing_of_it_stays_also_of_one_that_was_killed(room: Room, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    before = tree_of(room.root)
    child = os.fork()
    if child == 0:
        ScratchTree(room.repository, cache, room.environment).__enter__()
        os._exit(0)
    os.waitpid(child, 0)
    (left,) = [place for place in (cache / "scratch").iterdir() if place.is_dir()]
    (left / "deep").chmod(0o500)
    with ScratchTree(room.repository, cache, room.environment) as running:
        assert {place.name for place in (cache / "scratch").iterdir()} == {
            running.folder.name,
            f"{running.folder.name}.lock",
        }
        assert running.folder.stat().st_mode & 0o777 == 0o700
        with ScratchTree(room.repository, cache, room.environment) as other:
            assert other.folder != running.folder
            assert running.folder.exists()
    assert list((cache / "scratch").iterdir()) == []
    assert tree_of(room.root) == before


@pytest.mark.parametrize("kind", ["unborn", "sha256", "worktree", "shallow", "spaces"])
def test_it_can_be_made_of_any_repository(make_room: Callable[..., Room], tmp_path: Path, kind: str) -> None:
    room = make_room({"poem.txt": POEM}, *(["--object-format=sha256"] if kind == "sha256" else []))
    root = tmp_path / ("a place with spaces\n" if kind == "spaces" else "other")
    if kind == "unborn":
        root.mkdir()
        git(root, "init", "--quiet")
        write(root, {"poem.txt": POEM})
    elif kind == "worktree":
        git(room.root, "worktree", "add", "--quiet", str(root))
    elif kind == "shallow":
        git(room.root, "commit", "--quiet", "--allow-empty", "--message", "More")
        git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{room.root}", str(root))
    elif kind == "spaces":
        room.root.rename(root)
    other = Room(root if root.exists() else room.root, room.state, room.environment)
    with ScratchTree(other.repository, tmp_path / "cache", room.environment) as scratch:
        scratch.bring_to(ChangeSet((EDIT,)))
        assert git(scratch.folder, "status", "--porcelain") in {b" M poem.txt\n", b"?? poem.txt\n"}
        assert git(scratch.folder, "log", "--format=%s", check=False) == git(
            other.root, "log", "--format=%s", check=False
        )


@pytest.mark.fault("O13", "O15", "O16")
def test_making_it_of_a_hostile_repository_runs_nothing(room: Room, tmp_path: Path) -> None:
    hostile = Room(make_hostile(tmp_path / "hostile", tmp_path / "canaries"), room.state, room.environment)
    with ScratchTree(hostile.repository, tmp_path / "cache", room.environment) as scratch:
        scratch.bring_to(ChangeSet((FileChange("racy.txt", b"bbbb\n", b"cccc\n"),)))
        assert scratch.changes() == ChangeSet()
        assert (scratch.folder / "racy.txt").read_bytes() == b"cccc\n"
    assert ran(tmp_path / "canaries") == set()


def test_a_copy_of_installed_packages_may_be_changed(room: Room, tmp_path: Path) -> None:
    large = b"l" * 100_000
    write(
        room.root,
        {
            "node_modules/deep/large.so": large,
            "node_modules/deep/small.cfg": b"small\n",
            "node_modules/gone.js": b"g\n",
        },
    )
    (room.root / "node_modules/link").symlink_to("deep/small.cfg")
    (room.root / "node_modules/deep/large.so").chmod(0o755)
    os.utime(room.root / "node_modules/deep/small.cfg", (1000, 1000))
    before = tree_of(room.root)
    with ScratchTree(room.repository, tmp_path / "cache", room.environment) as scratch:
        copy = scratch.folder / "node_modules"
        assert files_of(copy) == files_of(room.root / "node_modules")
        assert (copy / "deep/small.cfg").stat().st_mtime == 1000
        assert (copy / "deep/large.so").stat().st_ino == (room.root / "node_modules/deep/large.so").stat().st_ino
        with (copy / "deep/small.cfg").open("a") as stream:
            stream.write("more")
        (copy / "link").write_bytes(b"through the link")
        write(scratch.folder, {"node_modules/new.js": b"new\n", "node_modules/deep/large.so.new": b"new\n"})
        (copy / "deep/large.so.new").replace(copy / "deep/large.so")
        (copy / "gone.js").unlink()
        assert scratch.changes() == ChangeSet()
    assert tree_of(room.root) == before


def test_times_say_what_is_outdated(room: Room, scratch: ScratchTree) -> None:
    assert (scratch.folder / "poem.txt").stat().st_mtime_ns == (room.root / "poem.txt").stat().st_mtime_ns
    seconds = []
    for text in (CHANGED, POEM, CHANGED):
        scratch.bring_to(ChangeSet((FileChange("poem.txt", POEM, text),)))
        seconds.append(int((scratch.folder / "poem.txt").stat().st_mtime))
    assert len(set(seconds)) == 3, "a cache that knows a text by its second and its size would take one for another"
