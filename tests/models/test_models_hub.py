"""Larger models from a hub on loopback: sizes first, resumed, checked, and one sentence where the hub is not there."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_tui.config import Folders, Settings, load_settings
from copilot_tui.errors import InstallError
from copilot_tui.models.call import Role
from copilot_tui.models.catalogue import CATALOGUE, CatalogueModel, find_in_catalogue, fit_of, gigabytes
from copilot_tui.models.command import install_command, local_server
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.models.fitting import fitted
from copilot_tui.models.hub import fetch_from_hub
from copilot_tui.models.library import InstalledModel, find_model, list_models, models_folder, put_model
from copilot_tui.models.machine import free_bytes
from copilot_tui.models.setting_up import SettingUp
from tests.support.hub_server import HubServer

CONTENT = b"GGUF" + bytes(range(256)) * 4000
MODEL = CatalogueModel(
    "larger", "Larger", len(CONTENT), 1, "for tests", "tests/larger", "larger.gguf", budget=4000, answer=1500
)


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(MODEL.repository, MODEL.file, CONTENT) as running:
        yield running


@pytest.fixture
def through(environment: dict[str, str], hub: HubServer) -> dict[str, str]:
    return {**environment, "HF_ENDPOINT": hub.endpoint}


def test_a_model_is_fetched_checked_and_listed_with_what_it_is_up_to(tmp_path: Path, through: dict[str, str]) -> None:
    seen: list[tuple[str, int, int]] = []
    model = fetch_from_hub(tmp_path, MODEL, through, lambda *progress: seen.append(progress))
    assert model.path.read_bytes() == CONTENT
    assert list_models(tmp_path) == (model,)
    assert (model.budget, model.answer) == (4000, 1500)
    assert seen[0] == ("asking the hub", 0, 0)
    assert ("downloading", len(CONTENT), len(CONTENT)) in seen
    assert seen[-1] == ("checking", len(CONTENT), len(CONTENT))
    assert sorted(path.name for path in tmp_path.rglob("*.gguf")) == ["larger.gguf"]


def test_what_was_cut_goes_on_from_where_it_was(tmp_path: Path, environment: dict[str, str]) -> None:
    def stop(what: str, done: int, of: int) -> None:
        if what == "downloading" and done > 5_000_000:
            raise InstallError("stopped")

    content = CONTENT * 25  # a download is written in pieces of 10 MB
    with HubServer(MODEL.repository, MODEL.file, content) as hub:
        through = {**environment, "HF_ENDPOINT": hub.endpoint}
        with pytest.raises(InstallError, match="stopped"):
            fetch_from_hub(tmp_path, MODEL, through, stop)
        assert list_models(tmp_path) == ()
        (part,) = (tmp_path / ".parts").iterdir()
        kept = part.stat().st_size
        assert 5_000_000 < kept < len(content)
        assert fetch_from_hub(tmp_path, MODEL, through).path.read_bytes() == content
        assert hub.starts == [0, kept]
    assert list((tmp_path / ".parts").iterdir()) == []


def test_a_part_of_an_older_file_is_not_gone_on_with(tmp_path: Path, through: dict[str, str], hub: HubServer) -> None:
    (tmp_path / ".parts").mkdir()
    (tmp_path / ".parts" / "larger-0000000000000000.gguf").write_bytes(b"GGUF old")
    fetch_from_hub(tmp_path, MODEL, through)
    assert hub.starts == [0]
    assert list((tmp_path / ".parts").iterdir()) == []


def test_another_hash_than_the_hub_names_is_thrown_away(
    tmp_path: Path, through: dict[str, str], hub: HubServer
) -> None:
    hub.sha256 = "0" * 64
    with pytest.raises(InstallError, match="another SHA-256"):
        fetch_from_hub(tmp_path, MODEL, through)
    assert list_models(tmp_path) == ()
    assert list(tmp_path.rglob("*.gguf")) == []


def test_a_hub_that_cannot_be_reached_is_one_sentence_within_seconds(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    with HubServer(MODEL.repository, MODEL.file, CONTENT) as gone:
        pass
    began = time.monotonic()
    with pytest.raises(InstallError, match=r"hub cannot be reached.*models add PATH"):
        fetch_from_hub(tmp_path, MODEL, {**environment, "HF_ENDPOINT": gone.endpoint})
    with pytest.raises(InstallError, match="hub cannot be reached"):
        fetch_from_hub(tmp_path, MODEL, environment)  # the real one: no test may reach it
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(("status", "said"), [(404, "has no tests/larger"), (500, "has no tests/larger")])
def test_a_hub_that_refuses_is_a_sentence(
    tmp_path: Path, through: dict[str, str], hub: HubServer, status: int, said: str
) -> None:
    hub.status = status
    with pytest.raises(InstallError, match=said):
        fetch_from_hub(tmp_path, MODEL, through)


def test_a_file_that_the_hub_no_longer_has_is_a_sentence(tmp_path: Path, through: dict[str, str]) -> None:
    with pytest.raises(InstallError, match=r"no longer has other\.gguf"):
        fetch_from_hub(tmp_path, replace(MODEL, file="other.gguf"), through)


@pytest.mark.parametrize("field", ["memory", "size"])
def test_a_machine_that_is_too_small_is_said_before_the_hub_is_asked(
    tmp_path: Path, through: dict[str, str], hub: HubServer, field: str
) -> None:
    huge = replace(MODEL, **{field: 10**18})  # type: ignore[arg-type]
    with pytest.raises(InstallError, match="too large for this machine: it needs 1000000000 GB"):
        fetch_from_hub(tmp_path, huge, through)
    assert hub.starts == []
    assert fetch_from_hub(tmp_path, huge, through, anyway=True).path.exists()


def test_if_missing_asks_nobody_where_it_is_there(
    tmp_path: Path, through: dict[str, str], environment: dict[str, str]
) -> None:
    first = fetch_from_hub(tmp_path, MODEL, through)
    assert fetch_from_hub(tmp_path, MODEL, environment, if_missing=True) == first


def test_an_installed_model_is_not_refused_by_a_full_disk_where_only_a_missing_one_is_wanted(
    tmp_path: Path, through: dict[str, str], hub: HubServer
) -> None:
    first = fetch_from_hub(tmp_path, MODEL, through)
    assert fetch_from_hub(tmp_path, replace(MODEL, size=10**18), through, if_missing=True) == first
    with pytest.raises(InstallError, match="too large for this machine"):
        fetch_from_hub(tmp_path, replace(MODEL, size=10**18), through)
    assert len(hub.starts) == 1


def test_what_has_come_already_needs_no_room_on_the_disk_any_more(tmp_path: Path) -> None:
    larger = replace(MODEL, size=free_bytes(tmp_path) + 5 * 10**9)
    assert fit_of(larger, tmp_path).trouble
    (tmp_path / ".parts").mkdir()
    with (tmp_path / ".parts" / "larger-0123456789abcdef.gguf").open("wb") as part:
        part.truncate(10 * 10**9)  # a hole, which takes no room
    assert not fit_of(larger, tmp_path).trouble
    assert "on the disk for the rest" in fit_of(replace(larger, size=10**18), tmp_path).trouble
    assert fit_of(replace(larger, name="larger-still"), tmp_path).trouble, "the part is of another model"


def test_the_catalogue_names_each_model_once_with_sizes_that_make_sense(
    environment: dict[str, str], folders: Folders
) -> None:
    assert len({model.name for model in CATALOGUE}) == len(CATALOGUE)
    assert all(model.memory > model.size for model in CATALOGUE)
    assert find_in_catalogue("qwen2.5-coder-7b") is not None
    assert fit_of(CATALOGUE[0], Path("/")).memory > 0
    assert [gigabytes(number) for number in (98_362_432, 1_117_000_000, 16_400_000_000)] == ["98 MB", "1.1 GB", "16 GB"]
    with pytest.raises(InstallError, match="there is smollm2, qwen"):
        install_command("gpt-5", environment, folders)


def test_a_larger_local_model_is_given_more_to_see_and_to_say(
    tmp_path: Path, environment: dict[str, str], home: Path, folders: Folders
) -> None:
    settings = load_settings(environment, home)
    assert fitted(settings, tmp_path) == settings
    path = tmp_path / "larger.gguf"
    path.write_bytes(b"GGUF")
    put_model(tmp_path, InstalledModel("larger", "Larger", path, 4, 4000, 1500))
    assert find_model(tmp_path).budget == 4000
    local = fitted(settings, tmp_path).profiles["local"]
    assert (local.context_budget, local.max_tokens) == (4000, 1500)
    folders.settings_file.parent.mkdir(parents=True)
    folders.settings_file.write_text("[profiles.local]\ncontext_budget = 900\n")
    assert fitted(load_settings(environment, home), tmp_path).profiles["local"].context_budget == 900


def put_local(folder: Path, name: str, budget: int = 0, answer: int = 0) -> None:
    path = folder / f"{name}.gguf"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"GGUF")
    put_model(folder, InstalledModel(name, name.title(), path, 4, budget, answer))


def test_a_smaller_local_model_that_is_chosen_after_a_larger_one_has_its_own_measures(
    environment: dict[str, str], home: Path, folders: Folders
) -> None:
    place = models_folder(environment, folders)
    put_local(place, "larger", 8000, 3000)
    put_local(place, "smollm2")
    settings = load_settings(environment, home)
    began = fitted(settings, place)
    assert (began.profiles["local"].context_budget, began.profiles["local"].max_tokens) == (8000, 3000)
    taken: list[Settings] = []
    setting_up = SettingUp(began, environment, folders, lambda settings, _: taken.append(settings))
    setting_up.choose("local", local_model="smollm2")
    setting_up.choose("local", local_model="larger")
    assert [one.profiles["local"] for one in taken] == [settings.profiles["local"], began.profiles["local"]]


@pytest.mark.parametrize(("model", "is_tiny"), [("larger", False), ("smollm2", True), ("gone", True)])
@pytest.mark.parametrize(
    "budget", ["", "[profiles.local]\ncontext_budget = 900\n", "[profiles.local]\ncontext_budget = 9000\n"]
)
async def test_whether_a_model_is_tiny_goes_by_what_is_installed_and_not_by_what_it_is_shown(
    environment: dict[str, str], home: Path, folders: Folders, model: str, is_tiny: bool, budget: str
) -> None:
    place = models_folder(environment, folders)
    put_local(place, "larger", 8000, 3000)
    put_local(place, "smollm2")
    folders.settings_file.parent.mkdir(parents=True)
    folders.settings_file.write_text(f'local_model = "{model}"\n{budget}')
    settings = fitted(load_settings(environment, home), place)
    async with Endpoints(settings, environment, local_server(settings, environment, folders)) as endpoints:
        assert endpoints.is_tiny(Role.EDIT) is is_tiny
        endpoints.settings = replace(settings, profile="ollama", model="any")
        assert not endpoints.is_tiny(Role.EDIT)
