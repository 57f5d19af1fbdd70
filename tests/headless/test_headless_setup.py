"""`copilot-tui setup`: what can answer is listed, and one way is tested before it is written."""

import io
import json
import os
import stat
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from keyring.core import init_backend

from copilot_tui.cli import main
from copilot_tui.config import Folders
from tests.support import replies
from tests.support.file_keyring import with_keyring
from tests.support.program import KEY, Ended
from tests.support.scripted_server import ScriptedServer
from tests.support.terminal import Terminal


@pytest.fixture
def keyring_file(tmp_path: Path) -> Path:
    return tmp_path / "keyring.json"


@pytest.fixture
def equipped(
    environment: dict[str, str], folders: Folders, keyring_file: Path, server: ScriptedServer
) -> dict[str, str]:
    """A person with a keyring, whose provider is the scripted endpoint."""
    folders.settings_file.parent.mkdir(parents=True)
    folders.settings_file.write_text(
        f'# mine\nlevel = "line"  # careful\n\n[profiles.openrouter]\nbase_url = "{server.base_url}"\nkey_env = "OPENROUTER_API_KEY"\n'
    )
    return with_keyring(environment, keyring_file)


def setup(*words: str, environment: dict[str, str], text: str = "") -> Ended:
    """The command in this process, with this environment and this standard input."""
    output, errors = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", io.StringIO(text))
        init_backend()
        with redirect_stdout(output), redirect_stderr(errors):
            status = main(["setup", *words])
    init_backend()
    return Ended(status, output.getvalue(), errors.getvalue())


def test_a_fresh_home_is_a_first_run_with_the_built_in_model_and_the_providers(environment: dict[str, str]) -> None:
    listed = setup("--json", environment=environment).json
    assert listed["first_run"] is True
    kinds = {way["kind"] for way in listed["ways"]}
    assert kinds >= {"built in", "provider"}
    assert [way["profile"] for way in listed["ways"] if way["kind"] == "provider"] == [
        "openai",
        "anthropic",
        "gemini",
        "openrouter",
    ]
    (built_in,) = [way for way in listed["ways"] if way["kind"] == "built in"]
    assert (built_in["costs"], built_in["needs"], built_in["is_ready"]) == ("free", "98 MB to fetch", False)


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "GEMINI_API_KEY", "COPILOT_TUI_MODELS", "OPENAI_BASE_URL"])
def test_whoever_has_set_something_is_not_asked(environment: dict[str, str], name: str) -> None:
    value = "http://127.0.0.1:1/v1" if name.endswith("URL") else "/somewhere"
    assert setup("--json", environment={**environment, name: value}).json["first_run"] is False


def test_a_key_is_tested_then_kept_in_the_keyring_and_the_choice_is_written(
    equipped: dict[str, str], keyring_file: Path, folders: Folders, server: ScriptedServer
) -> None:
    server.then(replies.answer("OK"))
    done = setup("openrouter", "--key-stdin", "--json", environment=equipped, text=f"{KEY}\n")
    assert done.status == 0, done.stderr
    assert done.json["key"] == "keyring"
    assert done.json["tested"]["answer"] == "OK"
    (request,) = server.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert list(json.loads(keyring_file.read_text()).values()) == [KEY]
    written = folders.settings_file.read_text()
    assert written.startswith('# mine\nlevel = "line"  # careful\n')
    assert 'profile = "openrouter"' in written
    assert "key_keyring = true" in written
    assert KEY not in written + done.stdout + done.stderr
    # The next run finds the key by itself.
    server.then(replies.answer("OK"))
    again = setup("openrouter", "--json", environment=equipped)
    assert again.json["key"] == "set already"
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"


def test_a_wrong_key_is_one_sentence_and_nothing_is_kept(
    equipped: dict[str, str], keyring_file: Path, folders: Folders, server: ScriptedServer
) -> None:
    before = folders.settings_file.read_text()
    server.then(replies.error(401, f"Incorrect API key provided: {KEY}"))
    done = setup("openrouter", "--key-stdin", environment=equipped, text=KEY)
    assert done.status == 69
    assert "did not accept the key" in done.complaint
    assert KEY not in done.stdout + done.stderr
    assert not keyring_file.exists()
    assert folders.settings_file.read_text() == before


def test_without_a_keyring_the_environment_variable_is_offered_and_nothing_is_written(
    equipped: dict[str, str], folders: Folders, server: ScriptedServer
) -> None:
    before = folders.settings_file.read_text()
    bare = {**equipped, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    done = setup("openrouter", "--key-stdin", environment=bare, text=KEY)
    assert done.status == 64
    assert "no keyring" in done.complaint
    assert "OPENROUTER_API_KEY" in done.complaint
    assert folders.settings_file.read_text() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nobody",), "no way nobody"),
        (("ollama",), "does not run here"),
        (("openai",), "--key-stdin"),
        (("openai", "--key-stdin"), "no key"),
    ],
)
def test_what_cannot_be_taken_is_a_sentence_and_nothing_is_asked(
    environment: dict[str, str], words: tuple[str, ...], said: str, folders: Folders
) -> None:
    done = setup(*words, environment=environment)
    assert done.status == 64
    assert said in done.complaint
    assert not folders.settings_file.exists()


def test_a_server_that_runs_here_is_found_and_taken_with_its_model(
    environment: dict[str, str], folders: Folders, server: ScriptedServer
) -> None:
    folders.settings_file.parent.mkdir(parents=True)
    folders.settings_file.write_text(f'[profiles.ollama]\nbase_url = "{server.base_url}"\n')
    server.models = ["qwen2.5-coder:7b", "llama3:8b"]
    found = [way["model"] for way in setup("--json", environment=environment).json["ways"] if way["kind"] == "server"]
    assert found == ["qwen2.5-coder:7b", "llama3:8b"]
    done = setup("ollama", "--model", "llama3:8b", "--json", environment=environment)
    assert (done.json["profile"], done.json["model"]) == ("ollama", "llama3:8b")
    assert 'model = "llama3:8b"' in folders.settings_file.read_text()


def test_a_settings_file_with_a_mistake_or_without_permission_stays_as_it_is(
    environment: dict[str, str], folders: Folders, local_models_folder: Path
) -> None:
    environment = {**environment, "COPILOT_TUI_MODELS": str(local_models_folder)}
    folders.settings_file.parent.mkdir(parents=True)
    folders.settings_file.write_text("level = \n")
    done = setup("local", environment=environment)
    assert done.status == 78
    assert folders.settings_file.read_text() == "level = \n"
    folders.settings_file.unlink()
    real = folders.settings_file.parent / "dotfiles.toml"
    real.write_text("# kept elsewhere\n")
    real.chmod(0o600)
    folders.settings_file.symlink_to(real)
    assert setup("local", environment=environment).status == 0
    assert folders.settings_file.is_symlink()
    assert real.read_text().startswith("# kept elsewhere\n")
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_a_person_at_a_terminal_is_asked_by_number(
    equipped: dict[str, str], server: ScriptedServer, keyring_file: Path, tmp_path: Path
) -> None:
    server.then(replies.error(401, "no such key"), replies.answer("OK"))
    command = [sys.executable, "-m", "copilot_tui", "setup"]
    with Terminal(command, equipped, tmp_path, (120, 30)) as terminal:
        terminal.wait_for("which one answers?")
        number = next(line.split()[0] for line in terminal.text.splitlines() if " openrouter " in line)
        terminal.type(f"{number}\r")
        terminal.wait_for("nothing is shown")
        terminal.type("sk-wrong-key\r")
        terminal.wait_for("did not accept the key")
        terminal.wait_until(lambda: terminal.text.count("nothing is shown") == 2, "the question once more")
        terminal.type(f"{KEY}\r")
        terminal.wait_for("answers from now on")
        assert terminal.end() == 0
        assert KEY not in terminal.text
    assert KEY in keyring_file.read_text()


def test_nothing_of_it_is_needed_by_the_interface_before_its_first_screen() -> None:
    script = "import sys, copilot_tui.tui.app; print([name for name in ('tomlkit', 'keyring', 'huggingface_hub') if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]"


def test_a_server_that_is_named_by_its_address_alone_answers_with_its_first_model(environment: dict[str, str]) -> None:
    named = {**environment, "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}
    shown = setup(environment=named)
    (line,) = [line for line in shown.stdout.splitlines() if " openai " in line]
    assert "its first model" in line
    assert "its price is not known" in line
