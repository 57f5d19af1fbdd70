"""What the work tree holds already, and what a person rewrote in the review: any decisions, any texts."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from copilot_tui.autonomy.grant import make_grant, verify_grant
from copilot_tui.diff.change import ChangeKind, ChangeSet, FileChange
from copilot_tui.diff.compose import apply_to_snapshot
from copilot_tui.diff.snapshot import EXECUTABLE, Snapshot, SnapshotFile
from copilot_tui.review.carry import with_edited_text
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.review.in_place import foreign_proposal, landing_change_set
from copilot_tui.review.review import ItemKind, Review
from tests.support.deciding import decide_lines

LINES = st.lists(st.sampled_from([b"a", b"b", b"}", b"", b"x = 1", b"c\r", b"\xff"]), max_size=14)
TEXTS = st.builds(lambda lines, end: b"\n".join(lines) + end, LINES, st.sampled_from([b"", b"\n", b"\r\n"]))
BINARIES = st.binary(max_size=20).map(lambda data: b"\0" + data)
DECISIONS = st.sampled_from(list(Decision))


@st.composite
def change_sets(draw: st.DrawFn) -> ChangeSet:
    changes = []
    for path in ("a", "b", "c"):
        kind = draw(st.sampled_from(list(ChangeKind)))
        texts = BINARIES if draw(st.integers(0, 5)) == 0 else TEXTS
        before = None if kind is ChangeKind.CREATE else draw(texts)
        after = None if kind is ChangeKind.DELETE else draw(texts)
        mode = EXECUTABLE if after is not None and draw(st.booleans()) else 0o100644
        changes.append(
            FileChange(path, before, after, f"{path}.old" if kind is ChangeKind.RENAME else None, new_mode=mode)
        )
    return ChangeSet(tuple(change for change in changes if not change.is_empty))


def before_of(change_set: ChangeSet) -> Snapshot:
    files = {c.source_path: SnapshotFile(c.before, c.old_mode) for c in change_set if c.before is not None}
    return Snapshot(files, frozenset(files))


def in_place(change_set: ChangeSet) -> Review:
    after = apply_to_snapshot(before_of(change_set), change_set)
    return Review.of(foreign_proposal(change_set, after, "work", is_in_place=True))


def decided_at_random(review: Review, data: st.DataObject) -> Review:
    for unit in review.units:
        if unit.kind is ItemKind.LINES:
            middle = data.draw(st.integers(unit.first, unit.last))
            review = decide_lines(review, unit.file, unit.first, middle, data.draw(DECISIONS))
            review = decide_lines(review, unit.file, middle, unit.last, data.draw(DECISIONS))
        else:
            review = decide(review, unit, data.draw(DECISIONS))
    return review


@settings(max_examples=250, deadline=None)
@given(change_set=change_sets(), data=st.data())
def test_what_is_put_back_leads_to_what_the_kept_part_would_have_made(
    change_set: ChangeSet, data: st.DataObject
) -> None:
    review = decided_at_random(in_place(change_set), data)
    back = landing_change_set(review)
    landed = apply_to_snapshot(review.proposal.snapshot, back)
    # The same with everything that is undecided accepted, from the old files on.
    kept = review
    for unit in review.units:
        if unit.kind is ItemKind.LINES:
            for line in range(unit.first, unit.last):
                if review.files[unit.file].states[line] == Decision.PENDING:
                    kept = decide_lines(kept, unit.file, line, line + 1, Decision.ACCEPTED)
        elif review.state(unit) is Decision.PENDING:
            kept = decide(kept, unit, Decision.ACCEPTED)
    wanted = apply_to_snapshot(before_of(change_set), kept.accepted_change_set())
    assert dict(landed.files) == dict(wanted.files)
    verify_grant(back, make_grant(back, review.proposal.scope, review.proposal.snapshot))


@settings(max_examples=250, deadline=None)
@given(before=st.none() | TEXTS, after=TEXTS, text=TEXTS, data=st.data())
def test_what_a_person_wrote_over_what_the_work_tree_holds_is_written_there(
    before: bytes | None, after: bytes, text: bytes, data: st.DataObject
) -> None:
    assume(before != after)
    review = in_place(ChangeSet((FileChange("a", before, after), FileChange("b", b"1\n", b"2\n"))))
    edited = with_edited_text(decided_at_random(review, data), 0, text)
    whole, nothing = edited, edited
    for unit in edited.units:
        whole, nothing = decide(whole, unit, Decision.ACCEPTED), decide(nothing, unit, Decision.REJECTED)
    for decided, wanted in ((whole, {"a": text, "b": b"2\n"}), (nothing, {"a": before, "b": b"1\n"})):
        back = landing_change_set(decided)
        landed = apply_to_snapshot(review.proposal.snapshot, back)
        assert {path: file.content for path, file in landed.files.items()} == {
            path: content for path, content in wanted.items() if content is not None
        }
        verify_grant(back, make_grant(back, review.proposal.scope, review.proposal.snapshot))


@settings(max_examples=150, deadline=None)
@given(change_sets())
def test_all_rejected_is_the_old_tree_and_none_rejected_writes_nothing(change_set: ChangeSet) -> None:
    review = in_place(change_set)
    assert not landing_change_set(review)
    for unit in review.units:
        review = decide(review, unit, Decision.REJECTED)
    landed = apply_to_snapshot(review.proposal.snapshot, landing_change_set(review))
    assert dict(landed.files) == dict(before_of(change_set).files)


@settings(max_examples=250, deadline=None)
@given(before=TEXTS, after=TEXTS, text=TEXTS, data=st.data())
def test_what_a_person_wrote_is_what_lands_and_one_undo_takes_it_back(
    before: bytes, after: bytes, text: bytes, data: st.DataObject
) -> None:
    change_set = ChangeSet((FileChange("a", before, after),))
    snapshot = Snapshot({"a": SnapshotFile(before)}, frozenset({"a"}))
    review = Review.of(foreign_proposal(change_set, snapshot, "", is_in_place=False))
    review = decided_at_random(review, data)
    edited = with_edited_text(review, 0, text)
    assert edited is review if text == after else edited.undo().files == review.files
    whole, nothing = edited, edited
    for unit in edited.units:
        whole, nothing = decide(whole, unit, Decision.ACCEPTED), decide(nothing, unit, Decision.REJECTED)
    assert [change.after for change in whole.accepted_change_set()] == ([text] if text != before else [])
    assert not nothing.accepted_change_set()
