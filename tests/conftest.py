"""What every test stands on: a home of its own, a git identity of its own, and no network beyond this machine."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copilot_tui.config.folders import Folders
from copilot_tui.models.install import install_model
from copilot_tui.models.library import InstalledModel, models_folder
from tests.support.scripted_server import ScriptedServer

# Taken before any test changes them: the weights of the local model are shared with the person's own installation.
_REAL_ENVIRONMENT = dict(os.environ)
_REAL_HOME = Path.home()

_REMOVED_PREFIXES = (
    "OPENAI_",
    "ANTHROPIC_",
    "GEMINI_",
    "GOOGLE_",
    "OPENROUTER_",
    "COPILOT_TUI_",
    "GIT_",
    "XDG_",
    "LLAMA_",
    "VLLM_",
)
_REMOVED = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "NO_COLOR", "EDITOR", "VISUAL", "PAGER", "COLORTERM")


class BeyondLoopbackError(AssertionError):
    """A test tried to reach another machine."""


@pytest.fixture(scope="session")
def monkeypatch_session() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(autouse=True, scope="session")
def no_network_beyond_loopback(monkeypatch_session: pytest.MonkeyPatch) -> None:
    connect, connect_ex, resolve = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(connection: socket.socket, address: Any) -> None:
        if connection.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
            raise BeyondLoopbackError(f"a test tried to connect to {address}")

    def checked_connect(connection: socket.socket, address: Any) -> None:
        check(connection, address)
        connect(connection, address)

    def checked_connect_ex(connection: socket.socket, address: Any) -> int:
        check(connection, address)
        return connect_ex(connection, address)

    def checked_resolve(host: Any, *arguments: Any, **named: Any) -> Any:
        if host is not None and not _is_loopback(host):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *arguments, **named)

    monkeypatch_session.setattr(socket.socket, "connect", checked_connect)
    monkeypatch_session.setattr(socket.socket, "connect_ex", checked_connect_ex)
    monkeypatch_session.setattr(socket, "getaddrinfo", checked_resolve)


def _is_loopback(host: str | bytes) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name in {"", "localhost"}


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder; HOME points there and nothing of the person's own settings is seen."""
    folder = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(_REMOVED_PREFIXES) or name.upper() in _REMOVED:
            monkeypatch.delenv(name)
    for name in ("config", "data", "cache", "state"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(folder / f".{name}"))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "0")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Test Person")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "person@example.invalid")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return folder


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """The isolated environment, to be given to what takes one."""
    return dict(os.environ)


@pytest.fixture
def folders(environment: dict[str, str], home: Path) -> Folders:
    """The folders that belong to `home`."""
    return Folders.of(environment, home)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A scripted OpenAI-compatible endpoint on loopback."""
    with ScriptedServer() as running:
        yield running


@pytest.fixture(scope="session")
def local_model() -> InstalledModel:
    """The demo model, installed once for all tests in the person's own data folder (or in COPILOT_TUI_MODELS)."""
    folder = models_folder(_REAL_ENVIRONMENT, Folders.of(_REAL_ENVIRONMENT, _REAL_HOME))
    return install_model(folder, "smollm2", _REAL_ENVIRONMENT, if_missing=True)


@pytest.fixture(scope="session")
def local_model_path(local_model: InstalledModel) -> Path:
    """Its weights."""
    return local_model.path


@pytest.fixture(scope="session")
def local_models_folder(local_model: InstalledModel) -> Path:
    """The folder that holds it, to be given to programs as COPILOT_TUI_MODELS."""
    return local_model.path.parent
