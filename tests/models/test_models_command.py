"""The models commands, the servers that are found on this machine, and where keys come from."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.fail
import pytest

from copilot_tui.config import Folders, Profile, load_settings
from copilot_tui.errors import SettingsError
from copilot_tui.models.command import add_command, local_server, remove_command
from copilot_tui.models.detect import running_servers
from copilot_tui.models.inventory import take_inventory
from copilot_tui.models.keys import key_of, store_key
from copilot_tui.models.trial import ask_once
from tests.support import replies
from tests.support.calls import KEY, endpoints_for, settings_for
from tests.support.scripted_server import ScriptedServer


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring that forgets."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def memory_keyring() -> Iterator[MemoryKeyring]:
    before, backend = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


async def test_running_server_is_found_and_nothing_is_sent_to_it(server: ScriptedServer) -> None:
    server.models = ["qwen2.5-coder:7b", "evil\x1b[2J"]
    profiles = {
        "ollama": Profile(title="Ollama", base_url=server.base_url, key_env="OLLAMA_KEY"),
        "lmstudio": Profile(base_url="http://127.0.0.1:1/v1"),
        "vllm": Profile(base_url="http://192.0.2.1:8000/v1"),
    }
    (found,) = await running_servers(profiles)
    assert (found.profile, found.title) == ("ollama", "Ollama")
    assert found.models == ("qwen2.5-coder:7b", "evil␛[2J")
    assert "authorization" not in server.all_requests[0].headers


async def test_something_else_on_the_port_is_no_model_server(unspeaking: int) -> None:
    profiles = {"ollama": Profile(base_url=f"http://127.0.0.1:{unspeaking}/v1")}
    assert await running_servers(profiles, 0.3) == ()


@pytest.fixture
def unspeaking() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


async def test_list_names_the_default_keys_and_installed_models(
    environment: dict[str, str], home: Path, folders: Folders, tmp_path: Path
) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF....")
    add_command(path, environment, folders)
    environment = {**environment, "OPENAI_API_KEY": KEY}
    found = await take_inventory(load_settings(environment, home), environment, folders)
    rows = {row.name: row for row in found.profiles}
    assert [row.name for row in found.profiles if row.is_default] == ["openai"]
    assert rows["openai"].where == "key from OPENAI_API_KEY"
    assert "no key: set ANTHROPIC_API_KEY" in rows["anthropic"].where
    assert [model.name for model in found.installed] == ["mine"]
    assert [one.is_installed for one in found.fetchable] == [False, False, False]
    assert found.memory > 10**8
    assert KEY not in repr(found)
    assert remove_command("mine", environment, folders).name == "mine"


async def test_a_trial_asks_one_question(server: ScriptedServer) -> None:
    server.then(replies.answer("OK"), replies.answer("O", finish="length"))
    async with endpoints_for(server.base_url) as models:
        trial = await ask_once(models)
        assert (trial.model, trial.profile, trial.answer, trial.is_whole) == ("scripted", "fake", "OK", True)
        assert not (await ask_once(models)).is_whole
    assert trial.sentence().startswith("'OK' after")


def test_local_server_has_room_for_its_budget_and_says_what_is_missing(
    environment: dict[str, str], folders: Folders
) -> None:
    local = local_server(settings_for("http://127.0.0.1:1/v1"), environment, folders)
    assert local.title == "no local model is installed"


def test_key_from_the_environment_comes_first(memory_keyring: MemoryKeyring) -> None:
    profile = Profile(base_url="https://one.example/v1", key_env="ONE_KEY", key_keyring=True)
    store_key(profile.base_url, "from keyring")
    assert key_of(profile, profile.base_url, {"ONE_KEY": " from environment\n"}) == "from environment"
    assert key_of(profile, profile.base_url, {}) == "from keyring"


def test_key_in_the_keyring_belongs_to_its_origin(memory_keyring: MemoryKeyring) -> None:
    store_key("https://one.example/v1", KEY)
    profile = Profile(base_url="https://one.example/v1", key_keyring=True)
    assert key_of(profile, "https://one.example/other", {}) == KEY
    for elsewhere in ("https://two.example/v1", "http://one.example/v1", "https://one.example:8443/v1"):
        assert key_of(profile, elsewhere, {}) == ""
    assert key_of(replace(profile, key_keyring=False), profile.base_url, {}) == ""


class BrokenKeyring(keyring.backend.KeyringBackend):
    """A backend whose service is gone, which says so in its own way."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("the bus is gone")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise ConnectionError("the bus is gone")


@pytest.mark.parametrize("backend", [keyring.backends.fail.Keyring, BrokenKeyring])
def test_keyring_that_fails_is_a_sentence(backend: type[keyring.backend.KeyringBackend]) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(backend())
    try:
        with pytest.raises(SettingsError, match="use key_env instead"):
            store_key("https://one.example/v1", KEY)
        with pytest.raises(SettingsError, match="use key_env instead"):
            key_of(Profile(base_url="https://one.example/v1", key_keyring=True), "https://one.example/v1", {})
    finally:
        keyring.set_keyring(before)
