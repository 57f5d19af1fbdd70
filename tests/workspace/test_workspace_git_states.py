"""Every state a repository can be in: it is worked in as in any other, or refused in one plain sentence."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.errors import CopilotTuiError, LandingError, RepositoryError, TargetError
from copilot_tui.workspace.commit import commit_landings
from copilot_tui.workspace.git import split_zero
from copilot_tui.workspace.repository import MOST_BYTES, Repository
from copilot_tui.workspace.revert import redo, revert
from tests.workspace.room import POEM, Room, git, make_repository, tree_of, write

CHANGED = POEM.replace(b"four", b"FOUR")
NAMES = [
    b"quote\"'.txt", b"tab\there.txt", b"new\nline.txt", "emoji-🐢.txt".encode(), b"-rf", b"--output=x", b"*.txt",
    b"[a].txt", b"caf\xe9.txt", b"space in.txt", b"\\back.txt"[1:],
]  # fmt: skip


def round_trip(room: Room, path: str = "poem.txt", *, with_commit: bool = True) -> None:
    """Status, landing, undo, redo and commit of one file: what a person does all day."""
    before = tree_of(room.root)
    content = room.read(path)
    assert room.repository.status().get(path, "") == ""
    receipt = room.land({path: content + b"more\n"})
    assert room.repository.status()[path] == "M"
    revert(room.repository, room.state)
    assert tree_of(room.root) == before
    redo(room.repository, room.state)
    assert room.read(path) == content + b"more\n"
    if with_commit:
        commit_landings(room.repository, room.state, [receipt.number], "More")
        assert git(room.root, "cat-file", "blob", b"HEAD:" + os.fsencode(path)) == content + b"more\n"
        assert room.repository.status() == {}


@pytest.mark.fault("O49")
def test_a_branch_without_a_commit(tmp_path: Path, room: Room) -> None:
    root = tmp_path / "unborn"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=trunk")
    unborn = Room(root, room.state, room.environment)
    assert (unborn.repository.branch(), unborn.repository.has_commit()) == ("trunk", False)
    assert unborn.repository.status() == {}
    assert unborn.repository.list_files().paths == frozenset()
    assert unborn.repository.recent_subjects(5) == ()
    write(root, {"poem.txt": POEM})
    assert unborn.repository.status() == {"poem.txt": "?"}
    unborn.land({"poem.txt": CHANGED})
    revert(unborn.repository, unborn.state)
    assert unborn.read("poem.txt") == POEM
    redo(unborn.repository, unborn.state)
    commit_landings(unborn.repository, unborn.state, [1], "Begin")
    assert git(root, "cat-file", "blob", "HEAD:poem.txt") == CHANGED
    assert unborn.repository.status() == {}


@pytest.mark.fault("O49")
def test_a_damaged_index_is_said_in_one_sentence(room: Room) -> None:
    (room.root / ".git/index").write_bytes(b"DIRC damaged")
    with pytest.raises(RepositoryError, match=r"git cannot read this repository: .*run `git reset`.*\.$"):
        room.repository.list_files()


@pytest.mark.fault("O48")
def test_a_file_that_the_person_staged_as_new_is_not_committed_for_them(room: Room) -> None:
    write(room.root, {"new.txt": POEM})
    git(room.root, "add", "new.txt")
    receipt = room.land({"new.txt": CHANGED})
    with pytest.raises(RepositoryError, match=r"new\.txt"):
        commit_landings(room.repository, room.state, [receipt.number], "New")
    assert git(room.root, "status", "--porcelain") == b"AM new.txt\n"


@pytest.mark.fault("O49")
@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda place: place.mkdir(), "is not in a git repository: run `git init`"),
        (lambda place: place.write_bytes(b""), "is no folder"),
        (lambda place: None, "is no folder"),
        (lambda place: subprocess.run(["git", "init", "-q", "--bare", place], check=True), "is a bare repository"),
    ],
    ids=["no repository", "a file", "nothing", "bare"],
)
def test_what_is_no_work_tree_is_refused(
    tmp_path: Path, environment: dict[str, str], make: Callable[[Path], None], sentence: str
) -> None:
    place = tmp_path / "place"
    make(place)
    with pytest.raises(RepositoryError, match=sentence):
        Repository.open(place, environment)


@pytest.mark.fault("O49")
def test_gits_own_folder_is_refused(room: Room) -> None:
    for place in (".git", ".git/objects"):
        with pytest.raises(RepositoryError, match="git's own folder"):
            Repository.open(room.root / place, room.environment)


@pytest.mark.fault("O49")
@pytest.mark.parametrize("state", ["merge", "rebase", "cherry-pick", "revert", "bisect", "am"])
def test_landing_and_undo_in_the_middle_of_something(room: Room, state: str) -> None:
    git(room.root, "checkout", "-q", "-b", "side")
    write(room.root, {"poem.txt": POEM.replace(b"one", b"side")})
    git(room.root, "commit", "-qam", "Side")
    patch = git(room.root, "format-patch", "--stdout", "-1")
    git(room.root, "checkout", "-q", "-")
    write(room.root, {"poem.txt": POEM.replace(b"one", b"main"), "free.txt": POEM})
    git(room.root, "add", "--all")
    git(room.root, "commit", "-qm", "Main")
    if state == "bisect":
        git(room.root, "bisect", "start", "HEAD", "HEAD~1")
    elif state == "am":
        git(room.root, "am", given=patch, check=False)
    else:
        git(room.root, state, "side", check=False)
    assert room.repository.state() == ("rebase" if state == "am" else state)
    if state in {"merge", "cherry-pick", "revert", "rebase"}:
        assert room.repository.status()["poem.txt"] == "U"
    before = tree_of(room.root)
    room.land({"free.txt": CHANGED})
    revert(room.repository, room.state)
    assert tree_of(room.root) == before


@pytest.mark.fault("O50")
@pytest.mark.parametrize(
    "feature",
    [
        "index v4",
        "split index",
        "untracked cache",
        "sha256",
        "linked worktree",
        "shallow",
        "partial",
        "separate git dir",
    ],
)
def test_features_of_git(make_room: Callable[..., Room], tmp_path: Path, feature: str) -> None:
    room = make_room(None, *(["--object-format=sha256"] if feature == "sha256" else []))
    root = tmp_path / "other"
    if feature == "index v4":
        git(room.root, "update-index", "--index-version=4")
    elif feature == "split index":
        git(room.root, "update-index", "--split-index")
        git(room.root, "config", "core.splitIndex", "true")
    elif feature == "untracked cache":
        git(room.root, "update-index", "--force-untracked-cache")
    elif feature == "linked worktree":
        git(room.root, "worktree", "add", "-q", str(root))
    elif feature == "separate git dir":
        git(tmp_path, "clone", "-q", "--separate-git-dir", str(tmp_path / "elsewhere.git"), str(room.root), str(root))
    elif feature in {"shallow", "partial"}:
        git(room.root, "commit", "-q", "--allow-empty", "-m", "Again")
        git(room.root, "config", "uploadpack.allowFilter", "true")
        how = "--depth=1" if feature == "shallow" else "--filter=blob:none"
        git(tmp_path, "clone", "-q", how, f"file://{room.root}", str(root))
    if root.exists():
        room = Room(root, room.state, room.environment)
    round_trip(room)


@pytest.mark.fault("O50")
@pytest.mark.parametrize("index", ["full", "sparse"])
def test_a_sparse_checkout(make_room: Callable[..., Room], index: str) -> None:
    room = make_room({"poem.txt": POEM, "in/a.txt": b"a\n", "out/b.txt": b"b\n", "out/deep/c.txt": b"c\n"})
    git(room.root, "sparse-checkout", "set", "--cone", *(["--sparse-index"] if index == "sparse" else []), "in")
    round_trip(room)
    round_trip(room, "in/a.txt")
    assert git(room.root, "ls-tree", "-r", "--name-only", "HEAD").split() == [
        b"in/a.txt", b"out/b.txt", b"out/deep/c.txt", b"poem.txt"
    ]  # fmt: skip
    assert not (room.root / "out").exists()
    with pytest.raises(LandingError, match=r"leaves it out of this sparse checkout"):
        room.land({"out/b.txt": b"model\n"})


@pytest.mark.fault("O50")
def test_a_submodule_is_never_written_into_and_is_a_repository_of_its_own(room: Room, tmp_path: Path) -> None:
    inner = make_repository(tmp_path / "inner", {"inner.txt": POEM})
    git(room.root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
    git(room.root, "commit", "-qm", "Submodule")
    assert "sub" in room.repository.list_files().links
    with pytest.raises(CopilotTuiError, match="submodule"):
        room.land({"sub/new.txt": b"x\n"})
    assert room.repository.snapshot(["sub/inner.txt"]).files == {}
    round_trip(room)
    round_trip(Room(room.root / "sub", room.state, room.environment), "inner.txt")


@pytest.mark.fault("O52")
@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_unusual_names(make_room: Callable[..., Room], name: bytes) -> None:
    path = os.fsdecode(name)
    room = make_room({path: POEM, "bystander.txt": POEM})
    assert path in room.repository.list_files().paths
    round_trip(room, path)
    assert room.repository.status() == {}
    assert git(room.root, "show", "--name-only", "--format=", "-z", "HEAD") == name + b"\0"


@pytest.mark.fault("O52")
@pytest.mark.parametrize("name", [b"caf\xe9", b"new\nline", b"-dash", b"\xf0\x9f\x90\xa2 turtle"], ids=repr)
def test_a_repository_with_an_unusual_name(tmp_path: Path, room: Room, name: bytes) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    room.root.rename(root)
    round_trip(Room(root, room.state, room.environment))


@pytest.mark.fault("O20")
def test_a_branch_named_like_an_option(room: Room) -> None:
    git(room.root, "update-ref", "refs/heads/--output=x", "HEAD")
    git(room.root, "symbolic-ref", "HEAD", "refs/heads/--output=x")
    round_trip(room)
    assert room.repository.branch() == "--output=x"
    assert not (room.root / "x").exists()


@pytest.mark.fault("O51")
def test_a_held_index_does_not_stop_landing_and_undo(room: Room) -> None:
    (room.root / ".git/index.lock").write_bytes(b"")
    round_trip(room, with_commit=False)
    assert (room.root / ".git/index.lock").exists()


@pytest.mark.fault("O53")
def test_ignored_files_are_known_as_such_whether_they_exist_or_not(make_room: Callable[..., Room]) -> None:
    room = make_room({"poem.txt": POEM, ".gitignore": b"*.log\nbuild/\n", "kept.log": b"tracked\n"}, "--quiet")
    git(room.root, "add", "--force", "kept.log")
    git(room.root, "commit", "-qm", "Keep")
    write(room.root, {"a.log": b"x\n", "build/out.txt": b"x\n", "caf\udce9.log": b"x\n"})
    paths = ["a.log", "build/out.txt", "caf\udce9.log", "kept.log", "poem.txt", "new.log", "new.txt"]
    snapshot = room.repository.snapshot(paths)
    assert snapshot.ignored == {"a.log", "build/out.txt", "caf\udce9.log", "new.log"}
    assert set(room.repository.status()) == set()


@pytest.mark.fault("O44")
def test_a_file_too_large_to_edit_is_refused_by_its_size(room: Room) -> None:
    with (room.root / "large.bin").open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    with pytest.raises(TargetError, match=r"large\.bin has 50 MB"):
        room.repository.snapshot(["large.bin"])
    with pytest.raises(TargetError, match="too large to show"):
        room.repository.read("large.bin")


def test_a_file_without_permission_or_without_being_a_file_is_left_out(room: Room) -> None:
    os.mkfifo(room.root / "pipe")
    (room.root / "folder").mkdir()
    snapshot = room.repository.snapshot(["pipe", "folder", "nothing", "poem.txt"])
    assert set(snapshot.files) == {"poem.txt"}
    for path in ("pipe", "folder", "nothing", ".git/config", "../poem.txt"):
        with pytest.raises(TargetError):
            room.repository.read(path)


@pytest.mark.parametrize("length", [1, 7, 65_534, 65_535, 65_536, 200_000])
def test_entries_are_split_the_same_wherever_a_part_ends(length: int) -> None:
    entries = [b"a" * length, b"b", b"c" * length, b"d" * 70_000, b"e"]
    assert split_zero(b"\0".join(entries) + b"\0") == entries
    assert split_zero(b"\0".join(entries)) == entries
    assert split_zero(b"\0\0".join(entries)) == entries
    assert split_zero(b"") == []


def test_files_are_listed_once_and_in_gits_order(room: Room) -> None:
    write(room.root, {"zebra.txt": POEM, "shop/a b.txt": POEM, "Apple.txt": POEM})
    listed = room.repository.list_files().listed
    tracked = tuple(git(room.root, "ls-files", "-z").decode().split("\0")[:-1])
    assert listed == (*tracked, "Apple.txt", "shop/a b.txt", "zebra.txt")
    assert room.repository.list_files().paths == frozenset(listed)
