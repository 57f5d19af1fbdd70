"""A room for each test: a repository, and a state folder outside it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from copilot_tui.config.folders import Folders
from tests.workspace.room import POEM, Room, make_repository


@pytest.fixture
def make_room(tmp_path: Path, environment: dict[str, str], folders: Folders) -> Callable[..., Room]:
    def make(files: Mapping[str, bytes] | None = None, *options: str) -> Room:
        root = make_repository(tmp_path / "repository", {"poem.txt": POEM} if files is None else files, *options)
        return Room(root, folders.state, environment)

    return make


@pytest.fixture
def room(make_room: Callable[..., Room]) -> Room:
    """A repository with one file, `poem.txt`, of seven lines."""
    return make_room()
