"""The states that a git repository can be in: what works there, or one sentence that names what does not."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.errors import LandingError, RepositoryError
from copilot_tui.workspace.commit import commit_landings
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.revert import redo, revert
from tests.workspace.room import POEM, Room, git, git_of, make_repository, tree_of, write

CHANGED = POEM.replace(b"one", b"ONE")


def work_through(room: Room, path: str = "poem.txt") -> None:
    """Read, land, undo, redo and commit one change; git is as before until the commit."""
    before = tree_of(room.root)
    assert room.repository.read(path) == POEM
    assert path in room.repository.list_files().paths
    room.land({path: CHANGED})
    assert room.repository.status()[path] in "MA?"
    revert(room.repository, room.state)
    assert tree_of(room.root) == before
    redo(room.repository, room.state)
    assert room.read(path) == CHANGED
    assert git_of(room.root) == before[1]
    commit_landings(room.repository, room.state, [1], "Shout")
    assert git(room.root, "cat-file", "blob", b"HEAD:" + os.fsencode(path)) == CHANGED
    assert path not in room.repository.status()


def opening(folder: Path, environment: dict[str, str]) -> str:
    """The sentence with which a folder is not opened."""
    with pytest.raises(RepositoryError) as caught:
        Repository.open(folder, environment)
    return str(caught.value)


@pytest.mark.fault("O49")
def test_before_the_first_commit(tmp_path: Path, make_room: Callable[..., Room]) -> None:
    root = tmp_path / "new"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch", "begin")
    write(root, {"poem.txt": POEM})
    room = make_room()
    room = Room(root, room.state, room.environment)
    assert room.repository.branch() == "begin"
    assert not room.repository.has_commit()
    assert room.repository.recent_subjects(3) == ()
    assert room.repository.status() == {"poem.txt": "?"}
    work_through(room)
    assert git(root, "rev-list", "--count", "HEAD").strip() == b"1"


@pytest.mark.fault("O49")
def test_an_empty_repository_gets_its_first_file(tmp_path: Path, make_room: Callable[..., Room]) -> None:
    root = tmp_path / "empty"
    root.mkdir()
    git(root, "init", "--quiet")
    room = Room(root, make_room().state, dict(os.environ))
    assert room.repository.list_files().paths == frozenset()
    room.land({"first.txt": b"first\n"})
    commit_landings(room.repository, room.state, [1], "First")
    assert git(root, "ls-tree", "--name-only", "HEAD") == b"first.txt\n"


@pytest.mark.fault("O49")
def test_on_a_detached_head(room: Room) -> None:
    git(room.root, "checkout", "--quiet", "--detach")
    assert room.repository.branch().startswith("detached at ")
    work_through(room)
    assert room.repository.branch().startswith("detached at ")


@pytest.mark.fault("O49")
def test_in_the_middle_of_a_bisect(room: Room) -> None:
    git(room.root, "bisect", "start")
    assert room.repository.state() == "bisect"
    work_through(room)


def into_conflict(room: Room, how: str) -> None:
    """Two branches that changed the same line, and git in the middle of putting them together."""
    git(room.root, "checkout", "--quiet", "-b", "other")
    write(room.root, {"poem.txt": POEM.replace(b"four", b"vier")})
    git(room.root, "commit", "--quiet", "--all", "--message", "Vier")
    git(room.root, "checkout", "--quiet", "-")
    write(room.root, {"poem.txt": POEM.replace(b"four", b"quatre")})
    git(room.root, "commit", "--quiet", "--all", "--message", "Quatre")
    orders = {"revert": ["revert", "--no-edit", "other"], "rebase": ["rebase", "other"]}
    git(room.root, *orders.get(how, [how, "other"]), check=False)


@pytest.mark.fault("O49")
@pytest.mark.parametrize("how", ["merge", "cherry-pick", "revert", "rebase"])
def test_in_the_middle_of_a_merge_nothing_is_committed(make_room: Callable[..., Room], how: str) -> None:
    room = make_room({"poem.txt": POEM, "free.txt": POEM})
    into_conflict(room, how)
    assert room.repository.state() == how
    assert room.repository.status()["poem.txt"] == "U"
    room.land({"free.txt": CHANGED})
    before = tree_of(room.root)
    with pytest.raises(RepositoryError, match=f"in the middle of a {how}, so nothing was committed"):
        commit_landings(room.repository, room.state, [1], "Shout")
    assert tree_of(room.root) == before
    revert(room.repository, room.state)
    assert room.read("free.txt") == POEM


@pytest.mark.fault("O49")
def test_with_a_conflict_that_no_merge_explains_nothing_is_committed(make_room: Callable[..., Room]) -> None:
    room = make_room({"poem.txt": POEM, "free.txt": POEM})
    write(room.root, {"poem.txt": CHANGED})
    git(room.root, "stash")
    write(room.root, {"poem.txt": POEM.replace(b"one", b"uno")})
    git(room.root, "commit", "--quiet", "--all", "--message", "Uno")
    git(room.root, "stash", "pop", check=False)
    room.land({"free.txt": CHANGED})
    with pytest.raises(RepositoryError, match="have conflicts, so nothing was committed"):
        commit_landings(room.repository, room.state, [1], "Shout")


@pytest.mark.fault("O49")
def test_a_stop_of_an_interactive_rebase_is_named(room: Room) -> None:
    git(room.root, "commit", "--quiet", "--allow-empty", "--message", "Second")
    subprocess.run(
        ["git", "rebase", "--quiet", "--interactive", "HEAD~1"],
        cwd=room.root,
        env={**room.environment, "GIT_SEQUENCE_EDITOR": "sed -i s/^pick/edit/"},
        check=True,
        capture_output=True,
    )
    assert room.repository.state() == "rebase"
    room.land({"poem.txt": CHANGED})
    with pytest.raises(RepositoryError, match="in the middle of a rebase"):
        commit_landings(room.repository, room.state, [1], "Shout")


@pytest.mark.fault("O49")
def test_what_is_no_work_tree_is_refused_in_one_sentence(
    tmp_path: Path, room: Room, environment: dict[str, str]
) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "bare.git")
    assert "bare repository without files" in opening(tmp_path / "bare.git", environment)
    assert "lies in git's own folder" in opening(room.root / ".git", environment)
    assert "lies in git's own folder" in opening(room.root / ".git/refs", environment)
    assert "run `git init` there" in opening(tmp_path, environment)
    assert "is no folder" in opening(tmp_path / "nowhere", environment)
    assert "is no folder" in opening(room.root / "poem.txt", environment)
    (room.root / ".git/HEAD").write_bytes(b"nonsense\n")
    assert "run `git init` there" in opening(room.root, environment)


@pytest.mark.fault("O49")
def test_a_damaged_index_is_said_in_one_sentence(room: Room) -> None:
    (room.root / ".git/index").write_bytes(b"DIRC damaged")
    with pytest.raises(RepositoryError, match="git cannot read this repository: "):
        room.repository.list_files()


@pytest.mark.fault("O50")
@pytest.mark.parametrize("feature", ["index v4", "split index", "sha256", "untracked cache", "many files"])
def test_features_of_the_index(make_room: Callable[..., Room], feature: str) -> None:
    room = make_room(None, *(["--object-format=sha256"] if feature == "sha256" else []))
    if feature == "index v4":
        git(room.root, "update-index", "--index-version", "4")
    elif feature == "split index":
        git(room.root, "update-index", "--split-index")
    elif feature == "untracked cache":
        git(room.root, "update-index", "--force-untracked-cache")
    elif feature == "many files":
        git(room.root, "config", "feature.manyFiles", "true")
        git(room.root, "status")
    work_through(room)
    assert git(room.root, "fsck", "--no-dangling") == b""


@pytest.mark.fault("O50")
def test_in_a_sparse_checkout(make_room: Callable[..., Room]) -> None:
    room = make_room({"in/poem.txt": POEM, "out/poem.txt": POEM, "out/deep/poem.txt": POEM})
    git(room.root, "sparse-checkout", "set", "--cone", "--sparse-index", "in")
    work_through(room, "in/poem.txt")
    before = tree_of(room.root)
    with pytest.raises(LandingError, match=r"out/deep/poem\.txt but leaves it out of this sparse checkout"):
        room.land({"out/deep/poem.txt": CHANGED})
    assert tree_of(room.root) == before
    assert git(room.root, "ls-tree", "-r", "--name-only", "HEAD").split() == [
        b"in/poem.txt",
        b"out/deep/poem.txt",
        b"out/poem.txt",
    ]


@pytest.mark.fault("O50")
def test_in_a_linked_work_tree(room: Room, tmp_path: Path) -> None:
    git(room.root, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    before = tree_of(room.root)
    side = Room(tmp_path / "side", room.state, room.environment)
    assert side.repository.root == tmp_path / "side"
    assert side.repository.branch() == "side"
    work_through(side)
    assert tree_of(room.root)[0] == before[0]
    assert git(room.root, "status", "--porcelain") == b""


@pytest.mark.fault("O50")
def test_in_a_submodule_and_around_it(room: Room, tmp_path: Path) -> None:
    inner = make_repository(tmp_path / "inner", {"poem.txt": POEM})
    git(room.root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "inside")
    git(room.root, "commit", "--quiet", "--message", "Add the submodule")
    assert "inside" in room.repository.list_files().links
    with pytest.raises(Exception, match="inside"):
        room.land({"inside/poem.txt": CHANGED})
    inside = Room(room.root / "inside", room.state, room.environment)
    assert inside.repository.root == room.root / "inside"
    work_through(inside)
    work_through(room)
    assert git(room.root, "ls-tree", "HEAD", "inside").startswith(b"160000 commit")


@pytest.mark.fault("O50")
@pytest.mark.parametrize("options", [["--depth=1"], ["--filter=blob:none"]])
def test_in_a_shallow_and_in_a_partial_clone(
    make_room: Callable[..., Room], tmp_path: Path, options: list[str]
) -> None:
    room = make_room()
    for text in (b"1\n", b"2\n"):
        write(room.root, {"more.txt": text})
        git(room.root, "add", "more.txt")
        git(room.root, "commit", "--quiet", "--message", "More")
    git(room.root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", *options, f"file://{room.root}", "clone")
    (room.root).rename(tmp_path / "gone")  # so that nothing more can be fetched
    work_through(Room(tmp_path / "clone", room.state, room.environment))


@pytest.mark.fault("O52", "O20")
@pytest.mark.parametrize(
    "name",
    [
        b"bad-\xff-utf8",
        b"new\nline",
        b'quo"te',
        b"t\tab",
        "emoji 🙂".encode(),
        b"--output=x",
        b"-rf",
        b":(top)x",
        b"*.py",
    ],
)
def test_names_are_taken_as_they_are(make_room: Callable[..., Room], name: bytes) -> None:
    room = make_room({"other.py": b"other\n", "x": b"x\n", os.fsdecode(name): POEM})
    work_through(room, os.fsdecode(name))
    changed = git(room.root, "diff-tree", "--no-commit-id", "-r", "--name-only", "-z", "HEAD")
    assert changed == name + b"\0"
    assert git(room.root, "status", "--porcelain") == b""


@pytest.mark.fault("O20")
def test_a_branch_that_is_named_like_an_option(room: Room) -> None:
    git(room.root, "update-ref", "refs/heads/--output=x", "HEAD")
    git(room.root, "symbolic-ref", "HEAD", "refs/heads/--output=x")
    assert room.repository.branch() == "--output=x"
    work_through(room)
    assert not (room.root / "x").exists()


@pytest.mark.fault("O51")
def test_landing_and_undo_need_no_lock_of_git(room: Room) -> None:
    (room.root / ".git/index.lock").write_bytes(b"")
    before = git_of(room.root)
    room.land({"poem.txt": CHANGED})
    revert(room.repository, room.state)
    assert room.read("poem.txt") == POEM
    assert git_of(room.root) == before


def test_what_git_ignores_is_known_also_before_it_exists(room: Room) -> None:
    write(room.root, {".gitignore": b"*.log\nbuild/\n", "there.log": b"1\n"})
    snapshot = room.repository.snapshot(["there.log", "later.log", "build/new.txt", "poem.txt", "new.txt"])
    assert snapshot.ignored == {"there.log", "later.log", "build/new.txt"}


def test_a_file_whose_time_alone_changed_is_not_marked(room: Room) -> None:
    os.utime(room.root / "poem.txt", (1, 1))
    assert room.repository.status() == {}
    write(room.root, {"poem.txt": CHANGED})
    assert room.repository.status() == {"poem.txt": "M"}
