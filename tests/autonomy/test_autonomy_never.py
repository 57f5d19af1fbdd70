"""Paths that no level changes however they are written, and the door: a forged grant lands nothing."""

import os
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.grant import make_grant
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.protected import forbidden_reason
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.config.folders import Folders
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.errors import LandingError
from copilot_tui.workspace.landing import land
from copilot_tui.workspace.repository import Repository
from tests.support.program import CART, make_repository, work_tree

PIECES = st.sampled_from(
    [
        *(
            "shop",
            "cart.py",
            "..",
            ".",
            "",
            "~",
            "C:",
            "con",
            "NUL.txt",
            "aux.py",
            "a\\b",
            "a\nb",
            "e\u0301",
            "\u202egpj.exe",
        ),
        *(".git", ".GIT", ".Git", "git~1", "GIT~12", ".git ", ".git.", ".g\u200cit", "\uff0egit", "link", "LINK"),
        *(".copilot-tui.toml", ".COPILOT-TUI.TOML"),
    ]
)
PATHS = st.builds(
    lambda head, parts: head + "/".join(parts),
    st.sampled_from(["", "", "", "/", "//"]),
    st.lists(PIECES, min_size=1, max_size=4),
)
REPO = Request("", Target(), AutonomyLevel.REPO, budget=10**6)


@settings(max_examples=800, deadline=None)
@given(PATHS)
def test_a_path_that_may_change_is_plain_and_inside(path: str) -> None:
    snapshot = Snapshot({}, frozenset({"link"}), frozenset({"link", "shop/link"}))
    change_set = ChangeSet((FileChange(path, None, b"x\n"),))
    admission = admit(change_set, make_scope(REPO, snapshot), snapshot)
    assert bool(admission.admitted) == (forbidden_reason(path, snapshot) is None)
    if not admission.admitted:
        assert [one.admitted_by for one in admission.withheld] == [None]
        return
    assert os.path.normpath(f"/work tree/{path}") == f"/work tree/{path}"
    for part in path.split("/"):
        folded = unicodedata.normalize("NFKC", part).casefold().rstrip(". ")
        assert folded not in {"", ".git", "con", "nul", "aux"}
        assert not folded.startswith("git~")
        assert part.isprintable()
        assert "\u200c" not in part
    assert not path.startswith(("link", "shop/link"))
    assert path.casefold() != ".copilot-tui.toml"


def test_names_are_compared_as_the_scope_wrote_them() -> None:
    snapshot = Snapshot(
        {"cart.py": SnapshotFile(b"a\n"), "Cart.py": SnapshotFile(b"a\n")}, frozenset({"cart.py", "Cart.py"})
    )
    scope = make_scope(Request("", Target("cart.py"), AutonomyLevel.FILE), snapshot)
    admission = admit(ChangeSet((FileChange("Cart.py", b"a\n", b"b\n"),)), scope, snapshot)
    assert not admission.admitted


@pytest.mark.parametrize("path", ["LINK/below.py", "Link", "SHOP/Link/x.py"])
def test_a_link_is_none_the_less_one_in_other_letters(path: str) -> None:
    # On a file system that ignores case, LINK is the very link.
    snapshot = Snapshot({}, frozenset(), frozenset({"link", "shop/link"}))
    assert forbidden_reason(path, snapshot) is not None


def test_a_real_folder_beside_a_link_of_other_letters_may_change() -> None:
    snapshot = Snapshot({}, frozenset({"docs", "Docs/tour.md"}), frozenset({"docs"}))
    assert forbidden_reason("Docs/tour.md", snapshot) is None
    assert forbidden_reason("docs/tour.md", snapshot) is not None
    assert forbidden_reason("DOCS/tour.md", snapshot) is not None


@pytest.fixture
def repository(tmp_path: Path, environment: dict[str, str]) -> Repository:
    return Repository.open(make_repository(tmp_path / "repository"), environment)


def forgeries(honest: ChangeSet) -> list[ChangeSet]:
    (change,) = honest.files
    return [
        ChangeSet((*honest.files, FileChange("README.md", None, b"x\n"))),
        ChangeSet((replace(change, after=b"# outside\n" + (change.after or b"")),)),
        ChangeSet((replace(change, new_mode=0o100755),)),
        ChangeSet((replace(change, path="web/other.py"),)),
        ChangeSet((replace(change, path="../outside.py"),)),
        ChangeSet((replace(change, path=".git/hooks/pre-commit", before=None),)),
    ]


@pytest.mark.parametrize("number", range(6))
def test_a_forged_change_set_is_refused_whole_and_the_work_tree_is_as_before(
    repository: Repository, folders: Folders, number: int
) -> None:
    snapshot = repository.snapshot(["shop/cart.py"])
    scope = make_scope(Request("", Target("shop/cart.py", LineRange(9, 9)), AutonomyLevel.LINE), snapshot)
    honest = ChangeSet((scope.splice(b"        return sum(self.items) + tax\n", snapshot),))
    grant = make_grant(honest, scope, snapshot)
    forged = forgeries(honest)[number]
    before = work_tree(repository.root)
    hooks = sorted((repository.root / ".git/hooks").iterdir())
    with pytest.raises(LandingError):
        land(repository, forged, grant, folders.state, "forged")
    with pytest.raises(LandingError):
        land(repository, forged, replace(grant, digest=forged.digest), folders.state, "forged with its own digest")
    assert work_tree(repository.root) == before
    assert sorted((repository.root / ".git/hooks").iterdir()) == hooks
    assert not (repository.root.parent / "outside.py").exists()
    land(repository, honest, grant, folders.state, "honest")
    assert (repository.root / "shop/cart.py").read_text() == CART.replace("- tax", "+ tax")


def test_a_grant_for_another_snapshot_is_refused(repository: Repository, folders: Folders) -> None:
    snapshot = repository.snapshot(["shop/cart.py"])
    scope = make_scope(Request("", Target("shop/cart.py", LineRange(9, 9)), AutonomyLevel.LINE), snapshot)
    honest = ChangeSet((scope.splice(b"        return 0\n", snapshot),))
    grant = make_grant(honest, scope, snapshot)
    other = replace(grant, snapshot=Snapshot({"shop/cart.py": SnapshotFile(b"other\n")}, snapshot.known_paths))
    with pytest.raises(LandingError):
        land(repository, honest, other, folders.state, "other snapshot")
    assert (repository.root / "shop/cart.py").read_text() == CART
