"""The leash is a proof: the properties of scopes and admissions over arbitrary texts, paths and answers."""

from collections import Counter
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from copilot_tui.autonomy.admit import Admission, admit
from copilot_tui.autonomy.grant import make_grant, verify_grant
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.autonomy.scope import Scope, make_scope
from copilot_tui.diff.change import ChangeKind, ChangeSet, FileChange
from copilot_tui.diff.compose import apply_to_snapshot
from copilot_tui.diff.line import split_raw
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.errors import LandingError
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review
from tests.support.deciding import decide_lines

LINES = st.lists(st.sampled_from([b"a", b"b", b"}", b"", b"x = 1", b"c\r", b"\xff"]), max_size=14)
TEXTS = st.builds(lambda lines, end: b"\n".join(lines) + end, LINES, st.sampled_from([b"", b"\n", b"\r\n"]))
PATHS = ["cart.py", "tax.py", "shop/cart.py", "shop/web/api.py", "shopping.py", "shop.py", "Makefile", ".env"]
HOSTILE = [
    ".git/config",
    "../up.py",
    "/etc/passwd",
    "link/below.py",
    "a//b",
    ".GIT/hooks/x",
    "shop/.git",
    "C:\\x",
    "~/x",
    ".copilot-tui.toml",
]
LEVELS = list(AutonomyLevel)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    paths = draw(st.lists(st.sampled_from(PATHS), min_size=1, unique=True))
    files = {path: SnapshotFile(draw(TEXTS)) for path in paths}
    return Snapshot(files, frozenset(files) | {"link"}, frozenset({"link"}))


@st.composite
def change_sets(draw: st.DrawFn, snapshot: Snapshot) -> ChangeSet:
    """Edits, creates, deletes, renames and changes of mode of a snapshot's files, and attempts to leave it."""
    changes: dict[str, FileChange] = {}
    for path, file in snapshot.files.items():
        after = draw(st.none() | TEXTS)
        mode = draw(st.sampled_from([file.mode, file.mode, file.mode, 0o100755, 0o120000]))
        target = draw(st.sampled_from([path, path, path, path, f"{path}.moved"]))
        if after is None:
            changes[path] = FileChange(path, file.content, None)
        else:
            old = path if target != path else None
            changes[target] = FileChange(target, file.content, after, old, file.mode, mode)
    for path in draw(st.lists(st.sampled_from(["new.py", "shop/new.py", *HOSTILE]), max_size=3, unique=True)):
        changes[path] = FileChange(path, None, draw(TEXTS))
    wanted = draw(st.lists(st.sampled_from(sorted(changes)), min_size=1, unique=True))
    return ChangeSet(tuple(changes[path] for path in wanted if not changes[path].is_empty))


@st.composite
def requests(draw: st.DrawFn, snapshot: Snapshot) -> Request:
    """A line or a block of a file that has lines, at line level."""
    full = [path for path, file in snapshot.files.items() if file.content and b"\0" not in file.content]
    assume(full)
    path = draw(st.sampled_from(sorted(full)))
    count = len(split_raw(snapshot.files[path].content))
    first = draw(st.integers(1, count))
    return Request("", Target(path, LineRange(first, draw(st.integers(first, count)))), AutonomyLevel.BLOCK)


def at_level(request: Request, level: AutonomyLevel) -> Request:
    target = request.target
    if level is AutonomyLevel.LINE and target.lines is not None:
        target = replace(target, lines=LineRange(target.lines.first, target.lines.first))
    return replace(request, level=level, target=target)


def assert_inside(scope: Scope, before: Snapshot, after: Snapshot) -> None:
    """Every byte that the scope does not name is as it was."""
    for path in {*before.files, *after.files}:
        old, new = before.content(path), after.content(path)
        if old == new:
            continue
        assert scope.allows_path(path), path
        assert path not in HOSTILE
        if scope.region is not None:
            assert old is not None
            assert new is not None
            assert new.startswith(old[: scope.region.start])
            assert new.endswith(old[scope.region.end :])


@settings(max_examples=300, deadline=None)
@given(data=st.data(), level=st.sampled_from(LEVELS))
def test_whatever_is_admitted_lies_inside_the_scope(data: st.DataObject, level: AutonomyLevel) -> None:
    snapshot = data.draw(snapshots())
    scope = make_scope(at_level(data.draw(requests(snapshot)), level), snapshot)
    admission = admit(data.draw(change_sets(snapshot)), scope, snapshot)
    assert_inside(scope, snapshot, apply_to_snapshot(snapshot, admission.admitted))
    changed = sum(hunk.added + hunk.removed for change in admission.admitted for hunk in change.hunks)
    assert changed <= scope.budget + (level is AutonomyLevel.LINE)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), answer=st.binary(max_size=60) | TEXTS, level=st.sampled_from(LEVELS[:2]))
def test_any_bytes_as_the_answer_change_the_region_alone(
    data: st.DataObject, answer: bytes, level: AutonomyLevel
) -> None:
    snapshot = data.draw(snapshots())
    scope = make_scope(at_level(data.draw(requests(snapshot)), level), snapshot)
    spliced = ChangeSet((scope.splice(answer, snapshot),))
    assert_inside(scope, snapshot, apply_to_snapshot(snapshot, spliced))
    assert_inside(scope, snapshot, apply_to_snapshot(snapshot, admit(spliced, scope, snapshot).admitted))


def lines_of(change: FileChange) -> "Counter[tuple[str, str, bytes]]":
    return Counter(
        (change.path, line.kind.value, line.text)
        for hunk in change.hunks
        for line in hunk.lines
        if line.kind.value != " "
    )


@settings(max_examples=300, deadline=None)
@given(data=st.data(), level=st.sampled_from(LEVELS))
def test_admitted_and_withheld_are_the_change_set(data: st.DataObject, level: AutonomyLevel) -> None:
    snapshot = data.draw(snapshots())
    change_set = data.draw(change_sets(snapshot))
    admission = admit(change_set, make_scope(at_level(data.draw(requests(snapshot)), level), snapshot), snapshot)
    for change in change_set:
        mine = [one for one in admission.withheld if one.path == change.path]
        whole = [one for one in mine if one.hunk_index is None]
        hunks = [one.hunk_index for one in mine if one.hunk_index is not None]
        part = [one for one in admission.admitted if one.path == change.path]
        assert len(set(hunks)) == len(hunks)
        assert all(one.reason for one in mine)
        if whole:
            assert (len(whole), hunks, part) == (1, [], [])
        elif not hunks:
            assert part == [change]
        else:
            kept = sum((lines_of(one) for one in part), Counter())
            held: Counter[tuple[str, str, bytes]] = Counter()
            for index in hunks:
                assert change.hunks[index] in [one.hunk for one in mine]
                held += lines_of_hunk(change, index)
            # What is admitted may be aligned anew, but it adds and removes the same lines on balance.
            assert balance(kept + held) == balance(lines_of(change))


def lines_of_hunk(change: FileChange, index: int) -> "Counter[tuple[str, str, bytes]]":
    return Counter(
        (change.path, line.kind.value, line.text) for line in change.hunks[index].lines if line.kind.value != " "
    )


def balance(lines: "Counter[tuple[str, str, bytes]]") -> dict[tuple[str, bytes], int]:
    sums: Counter[tuple[str, bytes]] = Counter()
    for (path, sign, text), count in lines.items():
        # A line that had no terminator gets one where it is no longer the last.
        sums[path, text.rstrip(b"\r\n")] += count if sign == "+" else -count
    return {key: count for key, count in sums.items() if count}


def admitted_hunks(admission: Admission) -> set[tuple[str, int | None]]:
    held = {(one.path, one.hunk_index) for one in admission.withheld}
    every: set[tuple[str, int | None]] = set()
    for change in admission.change_set:
        if (change.path, None) not in held:
            every |= {(change.path, index) for index in range(len(change.hunks))} or {(change.path, None)}
    return every - held


@settings(max_examples=300, deadline=None)
@given(data=st.data(), budgets=st.lists(st.integers(1, 40), min_size=5, max_size=5))
def test_a_higher_level_admits_all_that_a_lower_one_admits(data: st.DataObject, budgets: list[int]) -> None:
    snapshot = data.draw(snapshots())
    change_set = data.draw(change_sets(snapshot))
    request = data.draw(requests(snapshot))
    allowed: set[tuple[str, int | None]] = set()
    # Line level counts a replaced line once, so the next level has at least twice its budget.
    for level, budget in zip(LEVELS, [1, *(one + 1 for one in sorted(budgets[1:]))], strict=True):
        scope = make_scope(replace(at_level(request, level), budget=budget), snapshot)
        higher = admitted_hunks(admit(change_set, scope, snapshot))
        assert allowed <= higher
        allowed = higher


@settings(max_examples=300, deadline=None)
@given(data=st.data(), level=st.sampled_from(LEVELS))
def test_whatever_a_person_accepts_of_the_admitted_may_land(data: st.DataObject, level: AutonomyLevel) -> None:
    snapshot = data.draw(snapshots())
    request = at_level(data.draw(requests(snapshot)), level)
    scope = make_scope(request, snapshot)
    change_set = data.draw(change_sets(snapshot))
    review = Review.of(Proposal(request, scope, snapshot, change_set, admit(change_set, scope, snapshot)))
    for number, file in enumerate(review.files):
        first = data.draw(st.integers(0, len(file.states)))
        last = data.draw(st.integers(first, len(file.states)))
        review = decide_lines(review, number, first, last, Decision.ACCEPTED)
    accepted = review.accepted_change_set()
    grant = make_grant(accepted, scope, snapshot)
    verify_grant(accepted, grant)
    assert_inside(scope, snapshot, apply_to_snapshot(snapshot, accepted))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_forged_change_set_gets_no_grant_and_fits_none(data: st.DataObject) -> None:
    snapshot = data.draw(snapshots())
    request = data.draw(requests(snapshot))
    scope = make_scope(request, snapshot)
    new = data.draw(TEXTS)
    spliced = scope.splice(new, snapshot)
    assume(not spliced.is_empty and not admit(ChangeSet((spliced,)), scope, snapshot).withheld)
    honest = ChangeSet((spliced,))
    grant = make_grant(honest, scope, snapshot)
    verify_grant(honest, grant)
    for forged in (
        ChangeSet((*honest.files, FileChange("new.py", None, b"x"))),
        ChangeSet((replace(spliced, after=b"outside\n" + (spliced.after or b"")),)),
        ChangeSet((replace(spliced, before=b"another text\n"),)),
        ChangeSet((replace(spliced, new_mode=0o100755),)),
    ):
        with pytest.raises(LandingError, match=r"[Nn]othing was written"):
            verify_grant(forged, grant)
    for outside in (
        ChangeSet((FileChange(f"{PurePosixPath(request.target.path).parent}/other.py", None, b"x"),)),
        ChangeSet((replace(spliced, before=b"another text\n"),)),
        ChangeSet((replace(spliced, new_mode=0o100755),)),
    ):
        with pytest.raises(LandingError):
            make_grant(outside, scope, snapshot)


@pytest.mark.parametrize("path", HOSTILE)
@pytest.mark.parametrize("kind", [ChangeKind.CREATE, ChangeKind.EDIT, ChangeKind.DELETE, ChangeKind.RENAME])
def test_the_never_list_holds_at_every_level(path: str, kind: ChangeKind) -> None:
    snapshot = Snapshot(
        {path: SnapshotFile(b"a\n"), "ok.py": SnapshotFile(b"a\n")},
        frozenset({path, "ok.py", "link"}),
        frozenset({"link"}),
    )
    change = {
        ChangeKind.CREATE: FileChange(path, None, b"b\n"),
        ChangeKind.EDIT: FileChange(path, b"a\n", b"b\n"),
        ChangeKind.DELETE: FileChange(path, b"a\n", None),
        ChangeKind.RENAME: FileChange("ok.py", b"a\n", b"b\n", old_path=path),
    }[kind]
    for level in (AutonomyLevel.DIRECTORY, AutonomyLevel.REPO):
        admission = admit(ChangeSet((change,)), make_scope(Request("", Target(), level), snapshot), snapshot)
        assert not admission.admitted
        assert [(one.hunk_index, one.admitted_by) for one in admission.withheld] == [(None, None)]
