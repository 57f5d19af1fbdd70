"""A review put away and taken up again, through the text of a JSON file."""

import json
import random
import zlib
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.grant import make_grant
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.checks.finding import Finding, Severity
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.edits.edit import Refusal, RefusalCode
from copilot_tui.errors import UsageError
from copilot_tui.review.carry import with_edited_text
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide, split
from copilot_tui.review.in_place import foreign_proposal, landing_change_set
from copilot_tui.review.proposal import HunkKey, HunkNote, LevelWish, PlanStep, Proposal, Risk
from copilot_tui.review.review import Review
from copilot_tui.review.saved import content_digest, is_viewed, resumed, review_from_json, unfitting_edits
from copilot_tui.review.saved_steps import chain
from copilot_tui.review.saving import ReviewWriter, review_to_json

OLD = b"".join(b"line %d\n" % number for number in range(40))
NEW = OLD.replace(b"line 3\n", b"line three\nline three and a half\n").replace(b"line 30\n", b"line thirty\r\n")
LATIN = b"caf\xe9 \xff\r\n"
ODD_PATH = "odd \udcff name.txt"


def make_review() -> Review:
    change_set = ChangeSet(
        (
            FileChange("a.py", OLD, NEW),
            FileChange(ODD_PATH, LATIN, LATIN + b"end"),
            FileChange("b.bin", b"\0old", b"\0new", new_mode=0o100755),
            FileChange("new.py", None, b"x = 1\n"),
        )
    )
    files = {change.path: SnapshotFile(change.before) for change in change_set if change.before is not None}
    snapshot = Snapshot(MappingProxyType(files), frozenset(files), frozenset({"link"}))
    request = Request("Make it better.", Target("a.py", LineRange(1, 3)), AutonomyLevel.REPO, budget=100)
    scope = make_scope(request, snapshot)
    return Review.of(
        Proposal(
            request,
            scope,
            snapshot,
            change_set,
            admit(change_set, scope, snapshot),
            refusals=(Refusal("c.py", 2, RefusalCode.NOT_FOUND, "the lines do not stand there", "near"),),
            findings=(Finding("secrets", "a.py", LineRange(4, 4), Severity.WARNING, "looks like a key"),),
            notes=MappingProxyType({HunkKey("a.py", 0): HunkNote("because", Risk.HIGH, ("many callers",))}),
            title="Better",
            gap="the rest",
            offer=LevelWish(AutonomyLevel.REPO, "more room"),
            steps=(PlanStep("a.py", "number the lines"),),
            is_uncommitted=True,
        )
    )


def through_json(review: Review, viewed: Mapping[str, str] = MappingProxyType({})) -> tuple[Review, dict[str, str]]:
    return review_from_json(json.loads(json.dumps(review_to_json(review, viewed), ensure_ascii=True)))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_every_decision_split_and_comment_comes_back(data: st.DataObject) -> None:
    review = make_review()
    review = split(review, 0, data.draw(st.integers(0, 4)))
    for unit in review.units:
        review = decide(review, unit, data.draw(st.sampled_from(list(Decision))))
    review = replace(review, comments=((HunkKey("a.py", 0), "sum them"),))
    back, _ = through_json(review)
    assert (back.files, back.splits, back.comments) == (review.files, review.splits, review.comments)
    assert back.units == review.units
    assert [back.flags(unit) for unit in back.units] == [review.flags(unit) for unit in review.units]
    assert back.accepted_change_set().digest == review.accepted_change_set().digest
    assert replace(back.proposal, snapshot=review.proposal.snapshot) == review.proposal
    accepted = back.accepted_change_set()
    make_grant(accepted, back.proposal.scope, back.proposal.snapshot)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_steps_that_undo_takes_back_come_back_and_one_writer_writes_what_a_fresh_one_does(
    data: st.DataObject,
) -> None:
    writer = ReviewWriter()
    review = make_review()
    for _ in range(data.draw(st.integers(1, 12))):
        match data.draw(st.sampled_from(["decide", "decide", "split", "edit", "undo", "redo"])):
            case "decide":
                unit = data.draw(st.sampled_from(review.units))
                review = decide(review, unit, data.draw(st.sampled_from(list(Decision))))
            case "split":
                review = split(review, 0, data.draw(st.integers(0, 4)))
            case "edit":
                review = with_edited_text(review, 0, NEW + b"more %d\n" % data.draw(st.integers(0, 2)))
            case "undo":
                review = review.undo()
            case _:
                review = review.redo()
        written = "".join(writer.text(review, {}))
        assert written == json.dumps(review_to_json(review), ensure_ascii=True)
        back, _ = review_from_json(json.loads(written))
        for _ in range(3):
            assert steps_of(back) == steps_of(review)
            back, review = data.draw(st.sampled_from([(back.undo(), review.undo()), (back.redo(), review.redo())]))
        assert back.accepted_change_set().digest == review.accepted_change_set().digest


def test_a_text_that_no_step_leads_to_any_more_is_not_written_again() -> None:
    writer, review = ReviewWriter(), make_review()
    for number in range(5):
        review = with_edited_text(review, 0, NEW + b"more %d\n" % number).undo()
        assert len(json.loads("".join(writer.text(review, {})))["edits"]) == 1, (
            "the text of the step that redo makes again"
        )


def test_what_nobody_edited_is_not_written_as_an_edit_where_an_equal_change_was_found_anew() -> None:
    first, second = reviewed(OLD, NEW).units
    review = decide(decide(reviewed(OLD, NEW), first, Decision.ACCEPTED), second, Decision.REJECTED)
    again = resumed(through_json(review)[0], reviewed(OLD, NEW))
    for state in (again, again.undo(), again.undo().redo()):
        written = review_to_json(state)
        assert written["edits"] == []
        assert [file["change"] for file in written["files"]] == [None]


def steps_of(review: Review) -> list[object]:
    """The state of now, and those that undo and redo lead to, with what they are called."""
    found: list[object] = [(review.files, review.splits)]
    for way in (review.past, review.future):
        found += [(step.files, step.splits, step.action) for step in chain(way)]
    return found


def test_steps_are_kept_only_where_the_files_and_what_is_withheld_are_as_they_were() -> None:
    first, second = reviewed(OLD, NEW).units
    review = decide(decide(reviewed(OLD, NEW), first, Decision.ACCEPTED), second, Decision.REJECTED)
    same = resumed(through_json(review)[0], reviewed(OLD, NEW))
    assert same.undo().state(second) is Decision.PENDING
    assert same.undo().undo().files == reviewed(OLD, NEW).files
    changed = resumed(through_json(review)[0], reviewed(OLD, NEW.replace(b"line 12\n", b"line twelve\n")))
    assert changed.undo() is changed


def test_a_review_that_was_saved_before_there_were_steps_is_read() -> None:
    value = review_to_json(make_review())
    for name in ("steps", "is_uncommitted", "edits", "past", "future"):
        del value[name]
    back, _ = review_from_json(json.loads(json.dumps(value)))
    assert (back.proposal.steps, back.proposal.is_uncommitted) == ((), False)


def test_a_hunk_that_the_person_rewrote_comes_back_as_they_wrote_it() -> None:
    review = with_edited_text(make_review(), 0, NEW.replace(b"three and a half", b"3.5"))
    back, _ = through_json(review)
    assert back.files == review.files
    assert b"line 3.5\n" in (back.accepted_change_set().files[0].after or b"")
    assert back.counts.edited == 1


def test_viewed_holds_until_the_content_changes() -> None:
    review = make_review()
    change = review.files[0].change
    _, viewed = through_json(review, {"a.py": content_digest(change)})
    assert is_viewed(change, viewed)
    assert not is_viewed(replace(change, after=NEW + b"more\n"), viewed)
    assert not is_viewed(review.files[1].change, viewed)


def reviewed(before: bytes, after: bytes) -> Review:
    snapshot = Snapshot({"a.py": SnapshotFile(after)}, frozenset({"a.py"}))
    change_set = ChangeSet((FileChange("a.py", before, after),))
    return Review.of(foreign_proposal(change_set, snapshot, "work", is_in_place=True))


def test_decisions_go_over_to_a_file_that_changed_meanwhile_where_their_lines_still_stand() -> None:
    review = reviewed(OLD, NEW)
    first, second = review.units
    review = decide(decide(review, first, Decision.ACCEPTED), second, Decision.REJECTED)
    same = resumed(through_json(review)[0], reviewed(OLD, NEW))
    assert same.files == review.files
    changed = resumed(through_json(review)[0], reviewed(OLD, NEW.replace(b"line 12\n", b"line twelve\n")))
    assert [changed.state(unit) for unit in changed.units] == [Decision.ACCEPTED, Decision.PENDING, Decision.REJECTED]


def test_a_hunk_stays_marked_as_rewritten_where_another_one_goes_before_it() -> None:
    edited = NEW.replace(b"line thirty\r\n", b"line 30.0\n")
    review = with_edited_text(reviewed(OLD, NEW), 0, edited)
    assert review.files[0].edited == frozenset({1})
    review = with_edited_text(review, 0, edited.replace(b"line three\nline three and a half\n", b"line 3\n"))
    assert review.files[0].edited == frozenset({0})


@pytest.mark.parametrize("decision", [Decision.ACCEPTED, Decision.REJECTED])
def test_what_the_person_rewrote_goes_over_to_a_file_that_changed_elsewhere_meanwhile(decision: Decision) -> None:
    review = with_edited_text(reviewed(OLD, NEW), 0, NEW.replace(b"three and a half", b"3.5"))
    review = decide(review, review.units[0], decision)
    now = NEW.replace(b"line 12\n", b"line twelve\n")
    changed = resumed(through_json(review)[0], reviewed(OLD, now))
    assert changed.files[0].change.after == now.replace(b"three and a half", b"3.5")
    assert [changed.state(unit) for unit in changed.units] == [decision, Decision.PENDING, Decision.PENDING]
    assert (changed.counts.edited, unfitting_edits(review, changed)) == (1, ())
    back = landing_change_set(changed).files[0]
    kept = now.replace(b"three and a half", b"3.5")
    gone = now.replace(b"line three\nline three and a half\n", b"line 3\n")
    assert (back.before, back.after) == (now, kept if decision is Decision.ACCEPTED else gone)


def test_what_the_person_rewrote_is_named_where_the_same_lines_changed_meanwhile() -> None:
    review = with_edited_text(reviewed(OLD, NEW), 0, NEW.replace(b"three and a half", b"3.5"))
    now = NEW.replace(b"three and a half", b"3 1/2")
    changed = resumed(through_json(review)[0], reviewed(OLD, now))
    assert changed.files[0].change.after == now
    assert (changed.counts.edited, unfitting_edits(review, changed)) == (0, ("a.py",))
    same = resumed(through_json(review)[0], reviewed(OLD, NEW.replace(b"three and a half", b"3.5")))
    assert (same.counts.edited, unfitting_edits(review, same)) == (0, ()), "the work tree holds it by now"


STATE = {"number": 1, "states": "eJwDAAAAAAE=", "whole": 0, "mode": 0, "edited": [], "edit": -1}


def mangled(value: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**value, "version": 99},
        {**value, "title": 7},
        {**value, "changes": value["changes"][:1]},
        {**value, "scope": {**value["scope"], "level": "galaxy"}},
        {**value, "unknown": 1},
        {key: part for key, part in value.items() if key != "files"},
        {**value, "files": [{**value["files"][0], "states": "!"}, *value["files"][1:]]},
        {**value, "files": [{**value["files"][1]}, *value["files"][1:]]},
        {**value, "past": [{"action": "x", "splits": [], "files": [{**STATE, "number": 9}]}]},
        {**value, "past": [{"action": "x", "splits": [], "files": [{**STATE, "edit": 0}]}]},
    ]


@pytest.mark.parametrize("number", range(10))
def test_a_mangled_file_is_one_sentence(number: int) -> None:
    value = json.loads(json.dumps(review_to_json(make_review())))
    with pytest.raises(UsageError, match="begin the review anew"):
        review_from_json(mangled(value)[number])


def test_anything_else_is_no_saved_review() -> None:
    nothing: list[object] = [None, [], {}, "x"]
    for value in nothing:
        with pytest.raises(UsageError):
            review_from_json(value)


def test_a_proposal_is_written_file_by_file_and_what_stands_twice_is_packed_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, after = (bytes(random.Random(seed).randbytes(20_000)) for seed in range(2))
    changes = ChangeSet(tuple(FileChange(f"{name}.bin", before, after + name.encode()) for name in "abcd"))
    files = {change.path: SnapshotFile(before) for change in changes}
    review = Review.of(foreign_proposal(changes, Snapshot(files, frozenset(files)), "", is_in_place=False))
    packed, pauses = list[int](), list[int]()
    compress = zlib.compress

    def count(data: bytes, *how: int) -> bytes:
        packed.append(len(data))
        return compress(data, *how)

    monkeypatch.setattr(zlib, "compress", count)
    parts = list(ReviewWriter().text(review, {}, lambda: pauses.append(len(packed))))
    assert len([size for size in packed if size >= 20_000]) == 1 + 4, "the text before once, the four after it"
    assert max(map(len, parts)) < 70_000 < len("".join(parts))
    assert {0, 2, 3, 4, 5} <= set(pauses), "a pause before each file"
    assert review_from_json(json.loads("".join(parts)))[0].files == review.files
