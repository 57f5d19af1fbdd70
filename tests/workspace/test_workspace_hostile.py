"""A stranger's repository is opened, read, changed and undone without running anything of it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.config.folders import Folders
from copilot_tui.errors import RepositoryError
from copilot_tui.workspace.commit import commit_landings
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.revert import redo, revert
from tests.support import replies
from tests.support.program import environment_for, run_program
from tests.support.scripted_server import ScriptedServer
from tests.workspace.hostile import make_hostile, ran
from tests.workspace.room import POEM, Room, files_of, git, make_repository, tree_of, write

ANSWER = """\
shop/cart.py
```python
<<<<<<< SEARCH
        return sum(self.items) - tax
=======
        return sum(self.items) + tax
>>>>>>> REPLACE
```
"""


@pytest.fixture
def canaries(tmp_path: Path) -> Path:
    return tmp_path / "canaries"


@pytest.fixture
def hostile(tmp_path: Path, canaries: Path, environment: dict[str, str], folders: Folders) -> Room:
    return Room(make_hostile(tmp_path / "hostile", canaries), folders.state, environment)


@pytest.mark.fault("O13", "O14", "O15", "O16")
def test_the_traps_are_real(hostile: Room, canaries: Path) -> None:
    root = hostile.root
    git(root, "-c", "core.fsmonitor=false", "diff-files", "--raw", check=False)
    assert "clean" in ran(canaries), "git itself runs the filter for a file whose time says nothing"
    git(root, "status", check=False)
    git(root, "diff", "HEAD~0", check=False)
    git(root, "log", "-1", check=False)
    git(root, "interpret-trailers", given=b"Subject\n", check=False)
    git(root, "update-ref", "refs/heads/x", "HEAD")
    assert {"fsmonitor", "clean", "program", "trailer", "hook"} <= ran(canaries)


@pytest.mark.fault("O13", "O14", "O15", "O16")
def test_reading_landing_and_undoing_run_nothing(hostile: Room, canaries: Path) -> None:
    repository = hostile.repository
    assert repository.status()["racy.txt"] == "M"
    assert "shop/cart.py" in repository.list_files().paths
    assert repository.recent_subjects(3) == ("Begin",)
    assert repository.branch()
    assert repository.read("racy.txt") == b"bbbb\n"
    hostile.land({"racy.txt": b"cccc\n", "new.txt": b"new\n", "old.txt": None, "shop/cart.py": b"pass\n"})
    revert(repository, hostile.state)
    redo(repository, hostile.state)
    assert ran(canaries) == set()


@pytest.mark.fault("O15", "O16")
def test_a_commit_runs_nothing_either(hostile: Room, canaries: Path) -> None:
    receipt = hostile.land({"README.md": b"# Shop and more\n"})
    commit_landings(hostile.repository, hostile.state, [receipt.number], "Say more")
    assert git(hostile.root, "cat-file", "blob", "HEAD:README.md") == b"# Shop and more\n"
    filtered = hostile.land({"new.txt": b"new\n"})
    with pytest.raises(RepositoryError, match="filter loud"):
        commit_landings(hostile.repository, hostile.state, [filtered.number], "New")
    assert ran(canaries) == set()


@pytest.mark.fault("O05", "O13", "O14", "O15", "O16", "O21", "O22")
def test_every_command_of_the_program_runs_nothing(
    hostile: Room, canaries: Path, server: ScriptedServer, tmp_path: Path
) -> None:
    victim = make_repository(tmp_path / "victim", {"poem.txt": POEM})
    for name in ("git", "sh", "pytest"):
        (hostile.root / name).write_text(f"#!/bin/sh\ntouch '{canaries}/path'\n")
        (hostile.root / name).chmod(0o755)
    environment = {
        **environment_for(server.base_url, hostile.environment),
        "PATH": os.pathsep.join([".", "", str(hostile.root), os.environ["PATH"]]),
        "GIT_DIR": str(victim / ".git"),
        "GIT_WORK_TREE": str(victim),
        "GIT_INDEX_FILE": str(victim / ".git/index"),
        "GIT_EXTERNAL_DIFF": f"touch '{canaries}/variable'",
    }
    victim_before = tree_of(victim)

    def run(*arguments: str, text: str = "") -> int:
        ended = run_program(*arguments, repository=hostile.root, environment=environment, text=text)
        assert "Traceback" not in ended.stderr
        return ended.status

    run("doctor")
    assert run("context", "the tax of a cart") == 0
    server.then(replies.answer("```python\n        return sum(self.items) + tax\n```"))
    assert run("propose", "Add the tax.", "--at", "shop/cart.py:9", "--accept", "all") == 0
    assert b"+ tax" in hostile.read("shop/cart.py")
    assert run("undo") == 0
    assert run("apply", text=ANSWER) == 0
    assert b"+ tax" in hostile.read("shop/cart.py")
    assert run("undo", "--list") == 0
    assert ran(canaries) == set()
    assert tree_of(victim) == victim_before


@pytest.mark.fault("O13")
def test_a_git_file_that_leads_to_a_planted_folder_runs_nothing(hostile: Room, canaries: Path) -> None:
    (hostile.root / ".git").rename(hostile.root / "planted")
    write(hostile.root, {".git": b"gitdir: planted\n"})
    repository = Repository.open(hostile.root, hostile.environment)
    assert repository.status()["racy.txt"] == "M"
    assert ran(canaries) == set()


@pytest.mark.fault("O18")
@pytest.mark.parametrize("place", ["planted", "planted/objects"])
def test_a_folder_that_looks_like_a_bare_repository_is_refused(
    hostile: Room, canaries: Path, tmp_path: Path, place: str
) -> None:
    outer = make_repository(tmp_path / "outer", {"poem.txt": POEM})
    (hostile.root / ".git").rename(outer / "planted")
    git(outer / "planted", "--git-dir=.", "config", "core.bare", "true")
    with pytest.raises(RepositoryError, match="bare repository"):
        Repository.open(outer / place, hostile.environment)
    assert ran(canaries) == set()


def test_a_configuration_that_claims_a_folder_elsewhere_is_refused(room: Room, tmp_path: Path) -> None:
    write(tmp_path, {"private.txt": b"mine\n"})
    beside = tmp_path / "beside"
    beside.mkdir()
    for elsewhere in (tmp_path, Path("/"), beside):
        git(room.root, "config", "core.worktree", str(elsewhere))
        with pytest.raises(RepositoryError, match=r"core\.worktree"):
            Repository.open(room.root, room.environment)


def test_an_object_that_is_not_here_is_not_fetched(room: Room, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    names = git(room.root, "rev-parse", "HEAD:poem.txt", "HEAD^{tree}").decode().split()
    (tmp_path / "payload").write_text(f"#!/bin/sh\ntouch {canary}\n")
    (tmp_path / "payload").chmod(0o755)
    for key, value in {
        "core.repositoryFormatVersion": "1", "extensions.partialClone": "evil", "remote.evil.promisor": "true",
        "remote.evil.url": f"ext::{tmp_path}/payload", "protocol.ext.allow": "always", "protocol.allow": "always",
    }.items():  # fmt: skip
        git(room.root, "config", key, value)
    canary.unlink(missing_ok=True)
    for name in names:
        (room.root / ".git/objects" / name[:2] / name[2:]).unlink()
        for read in (room.repository.status, room.repository.list_files, lambda: room.repository.recent_subjects(3)):
            try:
                read()
            except RepositoryError as error:
                assert "git cannot read" in str(error)  # noqa: PT017  (some of these reads need the object, some do not)
        assert not canary.exists()
    git(room.root, "status", check=False)
    assert canary.exists(), "the trap is real: git itself fetches"


@pytest.mark.fault("O19")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository to somebody else")
def test_a_repository_of_another_user_is_refused_in_plain_words(room: Room) -> None:
    for place in (room.root, room.root / ".git"):
        os.chown(place, 12345, 12345)
    with pytest.raises(RepositoryError, match=r"belongs to another user.*safe\.directory"):
        Repository.open(room.root, room.environment)
    assert not (Path(room.environment["HOME"]) / ".gitconfig").exists()


@pytest.mark.fault("O24")
@pytest.mark.parametrize("path", ["link/secret.txt", "file.txt"])
def test_what_lies_behind_a_link_is_not_read(room: Room, tmp_path: Path, path: str) -> None:
    write(tmp_path, {"outside/secret.txt": b"secret\n"})
    (room.root / "link").symlink_to(tmp_path / "outside")
    (room.root / "file.txt").symlink_to(tmp_path / "outside/secret.txt")
    snapshot = room.repository.snapshot([path])
    assert snapshot.files == {}
    assert snapshot.passes_link(path)
    assert files_of(tmp_path / "outside") == {"secret.txt": (0o100644, b"secret\n")}


@pytest.mark.fault("O20")
@pytest.mark.parametrize("name", ["--output=x", "-rf", ":(top)x", "*.py", ":!x"])
def test_names_that_look_like_options_or_patterns_are_names(make_room: Callable[..., Room], name: str) -> None:
    room = make_room({"a.py": POEM, "x": POEM})
    write(room.root, {name: POEM})
    git(room.root, "--literal-pathspecs", "add", "--", name)
    git(room.root, "commit", "-qm", "Named")
    receipt = room.land({name: b"changed\n"})
    write(room.root, {"a.py": b"mine\n", "x": b"mine\n"})
    commit_landings(room.repository, room.state, [receipt.number], "Named")
    assert git(room.root, "show", "--name-only", "--format=", "-z", "HEAD") == name.encode() + b"\0"
    revert(room.repository, room.state)
    assert room.read(name) == POEM
    assert (room.read("a.py"), room.read("x")) == (b"mine\n", b"mine\n")
