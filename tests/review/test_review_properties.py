"""Decisions, their order, their splits and their undo; and the rebuilt text against `git apply`."""

import random
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.diff.change import ChangeKind, ChangeSet, FileChange
from copilot_tui.diff.line import split_raw
from copilot_tui.diff.snapshot import EXECUTABLE, Snapshot, SnapshotFile
from copilot_tui.diff.unified import format_patch
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide, decide_rest, split
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import ItemKind, Review
from tests.support.deciding import decide_lines

LINES = st.lists(st.sampled_from([b"a", b"b", b"}", b"", b"x = 1", b"c\r", b"\xff"]), max_size=14)
TEXTS = st.builds(lambda lines, end: b"\n".join(lines) + end, LINES, st.sampled_from([b"", b"\n", b"\r\n"]))
BINARIES = st.binary(max_size=20).map(lambda data: b"\0" + data)
DECISIONS = st.sampled_from(list(Decision))


@st.composite
def file_changes(draw: st.DrawFn, path: str) -> FileChange:
    kind = draw(st.sampled_from([ChangeKind.EDIT] * 4 + list(ChangeKind)))
    texts = BINARIES if draw(st.integers(0, 9)) == 0 else TEXTS
    before = None if kind is ChangeKind.CREATE else draw(texts)
    after = None if kind is ChangeKind.DELETE else draw(texts)
    new_mode = EXECUTABLE if after is not None and draw(st.integers(0, 5)) == 0 else 0o100644
    return FileChange(path, before, after, f"{path}.old" if kind is ChangeKind.RENAME else None, new_mode=new_mode)


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    drawn = [draw(file_changes(path)) for path in ("a", "b", "c")[: draw(st.integers(1, 3))]]
    return review_of(ChangeSet(tuple(change for change in drawn if not change.is_empty)))


def review_of(change_set: ChangeSet) -> Review:
    files = {c.source_path: SnapshotFile(c.before, c.old_mode) for c in change_set if c.before is not None}
    snapshot = Snapshot(files, frozenset(files))
    request = Request("", Target(), AutonomyLevel.REPO, budget=10**9)
    scope = make_scope(request, snapshot)
    return Review.of(Proposal(request, scope, snapshot, change_set, admit(change_set, scope, snapshot)))


def decided_everywhere(review: Review, decision: Decision) -> Review:
    for unit in review.units:
        review = decide(review, unit, decision)
    return review


def raw_lines(data: bytes | None) -> "Counter[bytes]":
    return Counter(line.rstrip(b"\r\n") for line in split_raw(data or b""))


@settings(max_examples=200, deadline=None)
@given(reviews())
def test_everything_accepted_is_the_new_text_and_anything_less_of_nothing_is_the_old(review: Review) -> None:
    whole = decided_everywhere(review, Decision.ACCEPTED).accepted_change_set()
    assert whole.digest == review.proposal.change_set.digest
    assert not review.accepted_change_set()
    assert not decided_everywhere(review, Decision.REJECTED).accepted_change_set()


@settings(max_examples=200, deadline=None)
@given(review=reviews(), data=st.data())
def test_the_result_of_any_decisions_holds_old_and_new_lines_alone(review: Review, data: st.DataObject) -> None:
    for unit in review.units:
        if unit.kind is ItemKind.LINES:
            for line in range(unit.first, unit.last):
                review = decide_lines(review, unit.file, line, line + 1, data.draw(DECISIONS))
        else:
            review = decide(review, unit, data.draw(DECISIONS))
    results = {change.source_path: change for change in review.accepted_change_set()}
    for file in review.files:
        result = results.get(file.change.source_path) or results.get(file.change.path)
        if result is None:
            continue
        assert result.before == file.change.before
        if file.change.is_binary:
            assert result.after in {file.change.before, file.change.after}
        else:
            left = raw_lines(result.after) - raw_lines(file.change.before) - raw_lines(file.change.after)
            assert not left
            kept = [line.index for line, state in zip(file.lines, file.states, strict=True)
                    if line.kind.value == "+" and state == Decision.ACCEPTED]  # fmt: skip
            for index in kept:
                assert file.new_lines[index].rstrip(b"\r\n") in raw_lines(result.after)


@settings(max_examples=200, deadline=None)
@given(review=reviews(), data=st.data())
def test_the_order_of_decisions_does_not_matter(review: Review, data: st.DataObject) -> None:
    decisions = [(unit, data.draw(DECISIONS)) for unit in review.units]
    ways = []
    for order in (decisions, data.draw(st.permutations(decisions))):
        way = review
        for unit, decision in order:
            way = decide(way, unit, decision)
        ways.append((way.files, way.accepted_change_set().digest))
    assert ways[0] == ways[1]


@settings(max_examples=200, deadline=None)
@given(review=reviews(), data=st.data())
def test_undo_goes_back_step_by_step_and_redo_forward_again(review: Review, data: st.DataObject) -> None:
    states = [review]
    for _ in range(data.draw(st.integers(1, 8))):
        now = states[-1]
        action = data.draw(st.sampled_from(["unit", "lines", "rest", "split", "undo"]))
        if action == "unit" and now.units:
            now = decide(now, data.draw(st.sampled_from(now.units)), data.draw(DECISIONS))
        elif action == "split" and now.files:
            now = split(now, data.draw(st.integers(0, len(now.files) - 1)), data.draw(st.integers(0, 14)))
        elif action == "rest":
            now = decide_rest(now, None, data.draw(DECISIONS))
        elif action == "lines" and now.files:
            file, first = data.draw(st.integers(0, len(now.files) - 1)), data.draw(st.integers(0, 14))
            now = decide_lines(now, file, first, first + data.draw(st.integers(0, 4)), data.draw(DECISIONS))
        elif action == "undo" and len(states) > 1:
            # Undo and redo in the middle leave no trace.
            assert (now.undo().files, now.undo().splits) == (states[-2].files, states[-2].splits)
            now = replace(now.undo().redo(), past=now.past)
        if now != states[-1]:
            states.append(now)
    now = states[-1]
    for earlier in reversed(states[:-1]):
        now = now.undo()
        assert (now.files, now.splits) == (earlier.files, earlier.splits)
    assert now.undo() is now
    for later in states[1:]:
        now = now.redo()
        assert (now.files, now.splits) == (later.files, later.splits)
    assert now.redo() is now


@settings(max_examples=200, deadline=None)
@given(review=reviews(), data=st.data())
def test_decisions_on_splits_equal_the_same_decisions_on_lines(review: Review, data: st.DataObject) -> None:
    by_units = by_lines = review
    for number, file in enumerate(review.files):
        for cut in data.draw(st.sets(st.integers(0, len(file.states)), max_size=4)):
            by_units = split(by_units, number, cut)
    starts = {(unit.file, unit.first) for unit in by_units.units}
    assert by_units.splits <= starts
    for unit in by_units.units:
        decision = data.draw(DECISIONS)
        by_units = decide(by_units, unit, decision)
        if unit.kind is ItemKind.LINES:
            by_lines = decide_lines(by_lines, unit.file, unit.first, unit.last, decision)
        else:
            by_lines = decide(by_lines, unit, decision)
    assert by_units.files == by_lines.files
    assert [unit for unit in by_units.units if unit.kind is ItemKind.LINES and unit.first >= unit.last] == []


def random_text(chance: random.Random) -> bytes:
    lines = [chance.choice([b"a", b"b", b"}", b"", b"x = 1", b"y", b"  z"]) for _ in range(chance.randrange(30))]
    end = chance.choice([b"\n", b"\n", b"\r\n"])
    return end.join(lines) + chance.choice([b"", end])


def random_edit(chance: random.Random, text: bytes) -> bytes:
    lines = split_raw(text)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(lines) + 1)
        ending = chance.choice([b"\n", b"\n", b"\r\n"])
        lines[at : at + chance.randrange(3)] = [
            chance.choice([b"new", b"a", b"}", b""]) + ending for _ in range(chance.randrange(3))
        ]
    for index in range(len(lines) - 1):
        lines[index] = lines[index] if lines[index].endswith(b"\n") else lines[index] + b"\n"
    text = b"".join(lines)
    return text.removesuffix(b"\n") if chance.random() < 0.2 else text


def random_change(chance: random.Random, number: int) -> FileChange:
    path, before = f"d{number % 40}/{number}", random_text(chance)
    mode = EXECUTABLE if chance.random() < 0.1 else 0o100644
    match chance.randrange(12):
        case 0:
            return FileChange(path, None, random_text(chance), new_mode=mode)
        case 1:
            return FileChange(path, before, None)
        case 2 | 3:
            return FileChange(f"{path} moved", before, random_edit(chance, before), path, new_mode=mode)
        case _:
            return FileChange(path, before, random_edit(chance, before), new_mode=mode)


def decided_at_random(chance: random.Random, changes: list[FileChange]) -> Review:
    review = review_of(ChangeSet(tuple(change for change in changes if not change.is_empty)))
    for unit in review.units:
        if unit.kind is not ItemKind.LINES or chance.random() < 0.3:
            review = decide(review, unit, chance.choice([Decision.ACCEPTED, Decision.REJECTED]))
            continue
        at = unit.first
        while at < unit.last:
            until = min(unit.last, at + chance.randrange(1, 4))
            review = decide_lines(review, unit.file, at, until, chance.choice(list(Decision)))
            at = until
    return review


def test_git_applies_the_exported_patch_to_the_rebuilt_bytes_in_2400_random_cases(tmp_path: Path) -> None:
    chance = random.Random(20_261_123)
    changes = [random_change(chance, number) for number in range(2400)]
    accepted = ChangeSet(
        tuple(
            result
            for start in range(0, len(changes), 100)
            for result in decided_at_random(chance, changes[start : start + 100]).accepted_change_set()
        )
    )
    for change in changes:
        if change.before is not None:
            place = tmp_path / change.source_path
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(change.before)
    assert len(accepted.files) > 1500
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        cwd=tmp_path,
        input=format_patch(accepted),
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
    wanted = {c.source_path: c.before for c in changes if c.before is not None}
    for result in accepted:
        wanted.pop(result.source_path, None)
        if result.after is not None:
            wanted[result.path] = result.after
    found = {str(place.relative_to(tmp_path)): place.read_bytes() for place in tmp_path.rglob("*") if place.is_file()}
    assert found == wanted
    for result in accepted:
        if result.after is not None:
            assert bool((tmp_path / result.path).stat().st_mode & 0o100) is (result.new_mode == EXECUTABLE)
