"""`copilot-tui doctor`: each thing ok, or what to do about it; `config`: what is in force."""

from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.tui.key_table import read_keys
from tests.support.program import KEY, Ended, environment_for, make_repository, run_program

NAMES = ["git", "repository", "terminal", "settings", "model", "keys", "index", "journal", "sessions"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


def to_do(ended: Ended) -> dict[str, str]:
    """What is asked for, by the name of the check."""
    checks = ended.json["checks"]
    assert [one["name"] for one in checks] == NAMES
    assert all(one["ok"] is (not one["to_do"]) for one in checks)
    return {one["name"]: one["to_do"] for one in checks if not one["ok"]}


def test_with_a_key_all_is_well_and_the_key_is_not_shown(repository: Path) -> None:
    environment = environment_for("http://127.0.0.1:1/v1")
    ended = run_program("doctor", "--json", repository=repository, environment=environment)
    assert (ended.status, to_do(ended)) == (0, {})
    text = run_program("doctor", repository=repository, environment=environment)
    assert "ok  keys        OPENAI_API_KEY" in text.stdout
    assert KEY not in ended.stdout + text.stdout


def test_without_model_and_key_it_says_how_to_get_one(repository: Path, environment: dict[str, str]) -> None:
    ended = run_program("doctor", "--json", repository=repository, environment=environment)
    assert ended.status == 1
    assert list(to_do(ended)) == ["model"]
    assert "copilot-tui models install smollm2" in to_do(ended)["model"]


def test_a_provider_without_its_key(repository: Path, environment: dict[str, str]) -> None:
    chosen = {**environment, "COPILOT_TUI_PROFILE": "anthropic"}
    ended = run_program("doctor", "--json", repository=repository, environment=chosen)
    assert (ended.status, to_do(ended)) == (1, {"keys": "Set ANTHROPIC_API_KEY."})


def test_no_repository_and_broken_settings_do_not_hide_the_rest(
    tmp_path: Path, home: Path, environment: dict[str, str]
) -> None:
    settings = home / ".config" / "copilot-tui" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("level = 7\n")
    ended = run_program("doctor", "--json", repository=tmp_path, environment=environment)
    asked = to_do(ended)
    assert ended.status == 1
    assert {"repository", "settings", "model", "keys"} <= asked.keys()
    assert "git" in asked["repository"]
    assert str(settings) in asked["settings"]


def test_keys_that_the_interface_leaves_out_are_said_as_the_interface_says_them(
    repository: Path, environment: dict[str, str], home: Path
) -> None:
    wishes = {"histroy": "alt+h", "history": "alt+h", "files": "ctrl+o", "history.take_back": "t"}
    file = home / ".config" / "copilot-tui" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[keys]\n" + "".join(f'"{name}" = "{key}"\n' for name, key in wishes.items()))
    said = list(read_keys(wishes)[1])
    assert [sentence.split()[0] for sentence in said] == ["keys.histroy", "keys.files"]
    asked = to_do(run_program("doctor", "--json", repository=repository, environment=environment))
    assert asked["settings"] == "; ".join(said)
    assert (
        run_program("config", "keys", "--json", repository=repository, environment=environment).json["notices"] == said
    )
    shown = run_program("config", "keys", repository=repository, environment=environment)
    assert (shown.status, shown.stderr.splitlines()) == (0, said)
    assert "keys.history.take_back" in shown.stdout


def test_a_budget_that_nobody_set_is_shown_as_the_level_has_it(repository: Path, environment: dict[str, str]) -> None:
    shown = run_program("config", "budgets", "--json", repository=repository, environment=environment).json["settings"]
    assert {one["key"]: one["value"] for one in shown} == {
        f"budgets.{level.value}": level.budget for level in AutonomyLevel
    }
    assert {one["origin"] for one in shown} == {"built in"}
