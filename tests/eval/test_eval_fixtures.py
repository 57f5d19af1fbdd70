"""The evaluation's machinery: judges that can tell right from wrong, and a run of it on the tiny local model."""

import ast
import asyncio
import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from tests.eval import run as evaluation
from tests.eval.fixture import FOLDER, Fixture, judge, load_fixtures, make_repository, write_files
from tests.support.program import environment_for, work_tree
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

FIXTURES = load_fixtures()


def test_there_are_fixtures_for_every_level() -> None:
    assert len(FIXTURES) >= 12
    assert {fixture.level for fixture in FIXTURES} == {level.value for level in AutonomyLevel}


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_a_judge_refuses_the_unchanged_repository_and_takes_the_solution(fixture: Fixture, tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repository", fixture)
    ast.parse(fixture.judge)
    assert bool(judge(root, fixture)) != fixture.may_change_nothing
    write_files(root, fixture.solution)
    assert judge(root, fixture) == ""
    assert not set(fixture.solution) - set(fixture.files) or fixture.level not in {"line", "block"}


def test_a_judge_has_no_endless_time_and_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-CANARY-0123456789")
    monkeypatch.setattr("tests.eval.fixture._JUDGE_SECONDS", 0.5)
    (first, *_) = FIXTURES
    root = make_repository(tmp_path / "repository", first)
    assert "0 seconds" in judge(root, replace(first, judge="while True: pass"))
    assert judge(root, replace(first, judge="import os\nassert 'OPENAI_API_KEY' not in os.environ")) == ""


async def test_a_good_model_passes_and_a_bad_one_does_not(tmp_path: Path, server: ScriptedServer, home: Path) -> None:
    (fixture,) = load_fixtures(("file-rename",))
    old, new = fixture.files["stack.py"], fixture.solution["stack.py"]
    environment = environment_for(server.base_url)
    server.otherwise = Team(edits={"": block("stack.py", old, new)})
    row = await evaluation.run_fixture(fixture, tmp_path / "good", environment, home)
    assert (row.passed, row.why, row.calls) == (True, "", 2)
    assert row.prompt_tokens > 0
    server.otherwise = Team(edits={"": block("stack.py", "    stack = Stack()\n", "    stack = Stack\n")})
    row = await evaluation.run_fixture(fixture, tmp_path / "bad", environment, home)
    assert not row.passed
    assert "Error" in row.why
    server.otherwise = Team()
    row = await evaluation.run_fixture(fixture, tmp_path / "idle", environment, home)
    assert not row.passed
    assert "no edit" in row.why
    assert row.repairs == 1


def test_an_endpoint_that_is_down_is_a_row_with_a_sentence(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer() as gone:
        pass
    for name, value in environment_for(gone.base_url).items():
        monkeypatch.setenv(name, value)
    assert evaluation.main(["--only", "line-operator"]) == 0
    printed = capsys.readouterr().out
    assert "0/1" in printed
    assert "refused" in printed
    assert evaluation.main(["--only", "nothing"]) == 64


@pytest.mark.xdist_group("local model")
@pytest.mark.parametrize("name", ["line-operator", "block-parameter"])
def test_the_local_model_runs_through_the_machinery(
    name: str, tmp_path: Path, home: Path, local_models_folder: Path
) -> None:
    """Whatever the tiny model says: a region answer is read or refused, and nothing outside of the region changes."""
    (fixture,) = load_fixtures((name,))
    environment = {**os.environ, "COPILOT_TUI_MODELS": str(local_models_folder)}
    row = asyncio.run(evaluation.run_fixture(fixture, tmp_path, environment, home))
    assert row.calls == 1
    assert row.prompt_tokens > 20
    assert row.completion_tokens > 0
    assert row.seconds > 0
    assert row.dollars == 0.0
    assert row.passed or row.why
    after = work_tree(tmp_path / name)
    path, _, place = fixture.at.partition(":")
    first, _, last = place.partition("-")
    before = fixture.files[path].splitlines(keepends=True)
    head, tail = "".join(before[: int(first) - 1]), "".join(before[int(last or first) :])
    text = after.pop(path).decode()
    assert text.startswith(head)
    assert text.endswith(tail)
    assert {other: data.decode() for other, data in after.items()} == {
        other: data for other, data in fixture.files.items() if other != path
    }


def test_every_fixture_is_one_file_of_known_entries() -> None:
    for path in FOLDER.iterdir():
        table = tomllib.loads(path.read_text())
        assert set(table) - {"may_change_nothing"} == {"text", "at", "level", "judge", "files", "solution"}, path.name
