"""The sample and the steps, without a screen: they fit each other, and progress is kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.tour.answers import recorded_models, tour_key
from copilot_tui.tour.progress import Progress, keep_progress, read_progress
from copilot_tui.tour.sample import PROJECT, is_sample, make_sample, remove_sample, sample_files
from copilot_tui.tour.steps import (
    BASKET,
    BLOCK_REQUEST,
    LINE_REQUEST,
    PRICE,
    REPO_REQUEST,
    STEPS,
    Seen,
    chapter_start,
    step_named,
)
from tests.support.calls import call_of, outcome_of


def test_every_step_has_a_name_of_its_own_and_is_not_done_at_the_start() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)
    assert [step.name for step in STEPS if step.is_done(Seen(), Seen())] == []
    assert {step.types for step in STEPS if step.types} == {LINE_REQUEST, BLOCK_REQUEST, REPO_REQUEST}


def test_the_places_that_the_guide_names_stand_in_the_sample() -> None:
    files = sample_files()
    assert files[PRICE].splitlines()[8].strip() == "return cents - tax"
    assert files[BASKET].splitlines()[17].strip().startswith("def receipt")
    assert len(files[BASKET].splitlines()) == 28
    assert not any(
        request in text for request in (LINE_REQUEST, BLOCK_REQUEST, REPO_REQUEST) for text in files.values()
    )


def test_a_step_is_done_by_what_is_seen() -> None:
    slider = STEPS[step_named("slider")]
    assert not slider.is_done(Seen(level=AutonomyLevel.BLOCK), Seen())
    assert slider.is_done(Seen(level=AutonomyLevel.LINE), Seen())
    undo = STEPS[step_named("undo")]
    decided = Seen(is_reviewing=True, accepted=1, rejected=1)
    assert not undo.is_done(decided, decided)
    assert undo.is_done(replace(decided, rejected=0), decided)
    assert chapter_start(step_named("reject")) == step_named("open block")
    assert chapter_start(len(STEPS) + 5) == step_named("take back")


def test_progress_is_kept_and_a_damaged_file_begins_anew(tmp_path: Path) -> None:
    assert read_progress(tmp_path) == Progress()
    kept = Progress("reject", "/tmp/somewhere", is_done=False)
    keep_progress(tmp_path / "state", kept)
    assert read_progress(tmp_path / "state") == kept
    (tmp_path / "state" / "tour.json").write_text("[1")
    assert read_progress(tmp_path / "state") == Progress()
    (tmp_path / "file").write_text("")
    keep_progress(tmp_path / "file" / "state", kept)  # cannot be kept, and that is all


def test_only_a_folder_of_ours_is_ever_removed(
    tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = make_sample(environment)
    assert is_sample(folder)
    assert (folder / PROJECT / ".git").is_dir()
    other = tmp_path / "copilot-tui-tour-other"
    other.mkdir()
    (tmp_path / "copilot-tui-tour-link").symlink_to(folder)
    for path in (other, tmp_path / "copilot-tui-tour-link", tmp_path, Path("/")):
        assert not is_sample(path), path
        remove_sample(path)
    assert other.is_dir()
    remove_sample(folder)
    assert not folder.exists()
    assert list(other.iterdir()) == []


async def test_a_recorded_answer_is_found_by_role_request_and_step_and_given_again() -> None:
    models = recorded_models()
    for _ in range(2):
        outcome = await outcome_of(models, call_of(f"any context\nRequest: {LINE_REQUEST}"))
        assert "return cents + tax" in outcome.text
    step = f"Request: {REPO_REQUEST}\nYour step: README.md: Say from when on shipping is free."
    assert "README.md" in (await outcome_of(models, call_of(step))).text
    follows = call_of(f"Asked before: {LINE_REQUEST}\nRequest: {BLOCK_REQUEST}")
    assert "def receipt" in (await outcome_of(models, follows)).text
    assert tour_key(call_of("something else")) == ""
    assert (await outcome_of(models, call_of("something else"))).error is not None
