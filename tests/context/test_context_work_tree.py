"""Where the work tree around a folder begins."""

import subprocess
from pathlib import Path

import pytest

from copilot_tui.context.work_tree import top_of
from copilot_tui.errors import RepositoryError


def test_a_folder_within_leads_to_the_top(shop: Path) -> None:
    assert top_of(shop) == shop
    assert top_of(shop / "shop") == shop


def test_a_folder_that_only_looks_like_a_work_tree_is_none(shop: Path) -> None:
    (shop / "shop" / ".git").mkdir()
    assert top_of(shop / "shop") == shop


def test_a_work_tree_beside_others_is_its_own_top(shop: Path, tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    subprocess.run(["git", "worktree", "add", "-q", "--detach", str(beside)], cwd=shop, check=True)
    assert top_of(beside / "shop") == beside


def test_a_work_tree_that_lies_elsewhere_is_not_followed(shop: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "config", "core.worktree", str(tmp_path)], cwd=shop, check=True)
    assert top_of(shop / "shop") == shop / "shop"


@pytest.mark.parametrize("name", ["nowhere", "a" * 5_000, "a\0b", "\ud800", "README.md"])
def test_what_is_no_folder_is_said(shop: Path, name: str) -> None:
    with pytest.raises(RepositoryError, match="is no folder: name one"):
        top_of(shop / name)
