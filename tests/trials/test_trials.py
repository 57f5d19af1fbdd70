"""`models test`: speed and small requests, put to a scripted model; judged without running anything."""

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.config import Folders
from copilot_tui.models.speed import measure_speed
from copilot_tui.trials.fixture import Fixture, load_fixtures
from tests.headless.test_headless_schema import complaints
from tests.support import replies
from tests.support.calls import endpoints_for
from tests.support.program import environment_for, run_program
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer

FIXTURES = load_fixtures()


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_a_fixture_refuses_the_unchanged_file_and_takes_every_right_one(fixture: Fixture) -> None:
    assert fixture.judge(fixture.file) == "nothing changed"
    assert fixture.accept
    for right in fixture.accept:
        assert fixture.judge(right) == ""
        assert fixture.judge(f"{right}\n\n# a remark of the model\n") == ""
    assert fixture.judge(fixture.file + "x = 1\n") != ""
    assert fixture.judge("def (") != ""


def test_there_are_a_few_for_each_small_level() -> None:
    assert {fixture.request.level for fixture in FIXTURES} == {
        AutonomyLevel.LINE,
        AutonomyLevel.BLOCK,
        AutonomyLevel.FILE,
    }
    assert 5 <= len(FIXTURES) <= 8


async def test_speed_is_told_apart_into_reading_and_writing(server: ScriptedServer) -> None:
    server.then(replies.answer("1\n2\n3\n4\n5\n6\n7\n8\n" * 3, usage=(600, 41, 100), every=0.02))
    async with endpoints_for(server.base_url) as models:
        speed = await measure_speed(models)
    assert (speed.prompt_tokens, speed.completion_tokens) == (600, 41)
    assert speed.prompt_per_second is not None
    assert speed.completion_per_second is not None
    assert 0 < speed.prompt_per_second < 500 / 0.02
    assert 0 < speed.completion_per_second < 40 / 0.02
    assert len(server.requests[0].prompt) > 1000
    assert "tokens a second" in speed.sentence()


def _answer(request: RecordedRequest) -> Reply:
    """A model that can do one line and nothing else."""
    if "left + right" in request.prompt:
        return replies.answer("```python\n    return left + right\n```")
    return replies.answer("I would change nothing.")


def test_the_command_measures_and_judges_and_leaves_no_trace(
    server: ScriptedServer, environment: dict[str, str], folders: Folders
) -> None:
    server.otherwise = _answer
    given = environment_for(server.base_url, environment)
    done = run_program("models", "test", "--json", repository=None, environment=given)
    assert done.status == 0, done.stderr
    assert complaints("commands", "models test", done.json) == []
    rows = {row["name"]: row for row in done.json["fixtures"]}
    assert set(rows) == {fixture.name for fixture in FIXTURES}
    assert done.json["passed"] == 1
    assert rows["line-operator"]["passed"]
    assert rows["block-rename"]["why"]
    assert done.json["trial"]["model"] == "scripted"
    assert done.json["speed"]["prompt_tokens"] > 0
    assert not (folders.state / "sessions").exists(), "what a trial asks is no session of the person's"
