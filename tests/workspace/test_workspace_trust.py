"""What the person allowed holds for this repository and exactly this text, and is kept where no repository can write it."""

import os
import stat
from pathlib import Path

import pytest

from copilot_tui.errors import RepositoryError
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.trust import Trust
from tests.workspace.room import POEM, Room, git, git_of, make_repository, write


def trust_of(room: Room, root: Path | None = None) -> Trust:
    return Trust(room.state, Repository.open(root or room.root, room.environment))


@pytest.mark.fault("O05")
def test_nothing_is_allowed_at_first_and_trust_stays_outside_the_repository(room: Room) -> None:
    before = git_of(room.root)
    assert not trust_of(room).is_trusted()
    assert not trust_of(room).allows("command test", "make test")
    trust_of(room).trust()
    assert trust_of(room).is_trusted()
    assert git_of(room.root) == before
    assert git(room.root, "status", "--porcelain") == b""
    (kept,) = room.state.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    trust_of(room).distrust()
    assert not trust_of(room).is_trusted()


@pytest.mark.fault("O06", "O10")
def test_consent_is_to_exactly_what_was_shown(room: Room) -> None:
    trust_of(room).allow("command test", "make test")
    assert trust_of(room).allows("command test", "make test")
    for changed in ("make test ", "touch CANARY", "make\ttest", "make test\u200b"):
        assert not trust_of(room).allows("command test", changed)
    assert not trust_of(room).allows("command lint", "make test")
    assert not trust_of(room).is_trusted(), "a command is not the whole repository"
    assert trust_of(room).agreed("command test") == "make test", "the old text, to be shown beside the new one"
    trust_of(room).allow("command test", "make check")
    assert not trust_of(room).allows("command test", "make test")


@pytest.mark.fault("O09")
def test_a_nested_repository_and_a_new_clone_ask_again_and_a_link_leads_to_the_same(room: Room, tmp_path: Path) -> None:
    trust_of(room).trust()
    make_repository(room.root / "nested", {"poem.txt": POEM})
    assert not trust_of(room, room.root / "nested").is_trusted()
    (room.root / "deep").mkdir()
    assert trust_of(room, room.root / "deep").is_trusted(), "a folder of the repository is the repository"
    (tmp_path / "link").symlink_to(room.root)
    assert trust_of(room, tmp_path / "link").is_trusted()
    room.root.rename(tmp_path / "moved")
    assert not trust_of(room, tmp_path / "moved").is_trusted()
    write(room.root, {"poem.txt": b"another beginning\n"})
    git(room.root, "init", "--quiet")
    assert not trust_of(room).is_trusted()
    git(room.root, "add", "--all")
    git(room.root, "commit", "-qm", "Another beginning")
    assert not trust_of(room).is_trusted()


def test_more_commits_change_nothing(room: Room) -> None:
    trust_of(room).trust()
    write(room.root, {"poem.txt": b"more\n"})
    git(room.root, "commit", "-qam", "More")
    assert trust_of(room).is_trusted()


@pytest.mark.fault("O08")
def test_a_repository_cannot_bring_its_own_trust(room: Room) -> None:
    trust_of(room).trust()
    kept = (room.state / "trust.json").read_bytes()
    trust_of(room).distrust()
    for path in ("trust.json", ".copilot-tui/trust.json", ".git/copilot-tui/trust.json"):
        write(room.root, {path: kept})
    assert not trust_of(room).is_trusted()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"version": 1}',
        b'{"version": 9, "repositories": {}}',
        b"\xff\xfe",
        b'{"version":1,"repositories":{"ROOT":1}}',
    ],
)
def test_what_cannot_be_read_counts_as_not_allowed(room: Room, content: bytes) -> None:
    room.state.mkdir(parents=True)
    (room.state / "trust.json").write_bytes(content.replace(b"ROOT", os.fsencode(room.root)))
    assert not trust_of(room).is_trusted()
    assert trust_of(room).agreed("command test") is None
    trust_of(room).trust()
    assert trust_of(room).is_trusted()


def test_what_cannot_be_kept_is_said(room: Room) -> None:
    room.state.parent.mkdir(parents=True, exist_ok=True)
    room.state.write_bytes(b"a file where the folder should be")
    with pytest.raises(RepositoryError, match="nothing is allowed"):
        trust_of(room).trust()
