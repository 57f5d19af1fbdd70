"""The sample project, written as a git repository into a temporary folder of its own.

Invariant: nothing outside of that folder is written or removed.
"""

import os
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from copilot_tui.errors import RepositoryError
from copilot_tui.workspace.git import Git

_PREFIX = "copilot-tui-tour-"
PROJECT = "teashop"
_WHO = ("-c", "user.name=Tour", "-c", "user.email=tour@example.invalid", "-c", "commit.gpgSign=false")


def sample_files() -> dict[str, str]:
    """Path to text of each file of the sample project."""
    text = resources.files("copilot_tui.tour").joinpath("sample.toml").read_text(encoding="utf-8")
    return {path: str(content).removeprefix("\n") for path, content in tomllib.loads(text).items()}


def make_sample(environment: Mapping[str, str]) -> Path:
    """A new temporary folder with the project in it; raises `RepositoryError`."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        root = folder / PROJECT
        for path, content in sample_files().items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
    except OSError as error:
        raise RepositoryError(
            f"The sample project cannot be written ({error.strerror}): set TMPDIR to a folder with room."
        ) from error
    git = Git(root, environment)
    for command in (
        ("init", "--quiet", "--template=", "--initial-branch=main"),
        ("add", "--all"),
        (*_WHO, "commit", "--quiet", "--message", "A small tea shop"),
    ):
        done = git.run(*command)
        if done.status:
            raise RepositoryError(f"The sample project is no repository: {done.sentence}")
    return folder


def is_sample(folder: Path) -> bool:
    """Whether `folder` is one that `make_sample` made for this person, still whole."""
    if not folder.name.startswith(_PREFIX) or folder.parent != Path(tempfile.gettempdir()):
        return False
    try:
        owner = folder.lstat().st_uid
    except OSError:
        return False
    return owner == os.getuid() and not folder.is_symlink() and (folder / PROJECT / ".git").is_dir()


def remove_sample(folder: Path) -> None:
    """Take the folder away, if it is one of ours."""
    if is_sample(folder):
        shutil.rmtree(folder, ignore_errors=True)
