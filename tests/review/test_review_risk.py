"""Risk by program, layout-only hunks, and half a change that does not parse."""

import os
import shutil
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.review.accepted_syntax import BROKEN, broken_by_part
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide, decide_rest
from copilot_tui.review.formatting import formatting_only
from copilot_tui.review.in_place import foreign_proposal
from copilot_tui.review.proposal import HunkKey, HunkNote, Risk
from copilot_tui.review.review import Review
from copilot_tui.review.risk import with_computed_risk
from copilot_tui.workspace.callers import CallFinder
from copilot_tui.workspace.repository import Repository
from tests.support.program import make_repository

PLACES = {"price_of": tuple(f"a:{line}" for line in range(1, 8)), "total": ("web/api.py:88",), "unused": ()}


def callers(names: Collection[str]) -> dict[str, tuple[str, ...]]:
    return {name: PLACES.get(name, ()) for name in names}


def review_of(path: str, old: str, new: str) -> Review:
    change_set = ChangeSet((FileChange(path, old.encode(), new.encode()),))
    snapshot = Snapshot({path: SnapshotFile(old.encode())})
    return Review.of(foreign_proposal(change_set, snapshot, "", is_in_place=False))


def note_of(path: str, old: str, new: str) -> HunkNote:
    proposal = with_computed_risk(review_of(path, old, new).proposal, callers)
    return proposal.notes.get(HunkKey(path, 0), HunkNote())


@pytest.mark.parametrize(
    ("path", "old", "new", "risk", "reason"),
    [
        ("a.py", "def price_of(item):\n    pass\n", "def price_of(item, tax):\n    pass\n", Risk.HIGH, "called 7 times: a:1, a:2, a:3, …"),
        ("a.py", "def total(a):\n    pass\n", "def total(a, b):\n    pass\n", Risk.MEDIUM, "total, which is called 1 time: web/api.py:88"),
        ("a.py", "def _own(a):\n    pass\n", "def _own(a, b):\n    pass\n", Risk.LOW, "signature of _own, which nothing calls"),
        ("a.py", "def unused():\n    pass\n\n\nx = 1\n", "x = 1\n", Risk.MEDIUM, "takes out the public unused"),
        ("a.ts", "function total(a: number) {\n}\n", "function total(a: string) {\n}\n", Risk.MEDIUM, "changes the signature"),
        ("a.py", "try:\n    go()\nexcept OSError:\n    stop()\n", "go()\n", Risk.MEDIUM, "takes out error handling"),
        ("a.go", "if err != nil {\n\treturn err\n}\n", "_ = err\n", Risk.MEDIUM, "takes out error handling"),
        ("a.py", "if not verify_token(t):\n    stop()\ngo()\n", "go()\n", Risk.HIGH, "one of security"),
        ("a.py", "@login_required\ndef _page():\n    pass\n", "def _page():\n    pass\n", Risk.HIGH, "one of security"),
        ("a.py", "x = 1\n" * 20, "x = 1\n", Risk.MEDIUM, "deletes 19 lines more"),
        ("tests/test_a.py", "def test_a():\n    assert f() == 1\n", "def test_a():\n    assert f() == 2\n", Risk.MEDIUM, "changes a test"),
    ],
)  # fmt: skip
def test_what_a_hunk_takes_away_is_risk_with_its_reason(path: str, old: str, new: str, risk: Risk, reason: str) -> None:
    note = note_of(path, old, new)
    assert note.risk is risk
    assert any(reason in one for one in note.risk_reasons), note.risk_reasons


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def total(a):\n    return 1\n", "def total(a):\n    return 2\n"),
        ("x = 1\n", "x = 1\ny = 2\n"),
        ("try:\n    go()\nexcept OSError:\n    stop()\n", "try:\n    go()\nexcept ValueError:\n    stop()\n"),
        ("if verify(t):\n    go()\n", "if verify(t, key):\n    go()\n"),
        ("def f():\n    def total(a):\n        go()\n    return total\n", "def f():\n    return go\n"),
    ],
)
def test_a_changed_body_and_what_is_only_added_are_no_risk(old: str, new: str) -> None:
    assert note_of("a.py", old, new) == HunkNote()


def test_what_the_model_said_stays() -> None:
    review = review_of("a.py", "def price_of(item):\n    pass\n", "def price_of(item, tax):\n    pass\n")
    key = HunkKey("a.py", 0)
    spoken = replace(review.proposal, notes=MappingProxyType({key: HunkNote("adds tax", Risk.LOW, ("as asked",))}))
    assert with_computed_risk(spoken, callers).notes[key] == spoken.notes[key]
    silent = replace(review.proposal, notes=MappingProxyType({key: HunkNote("adds tax")}))
    assert with_computed_risk(silent, callers).notes[key].why == "adds tax"


def test_high_risk_waits_for_a_decision_of_its_own() -> None:
    review = review_of("a.py", "def price_of(item):\n    pass\n", "def price_of(item, tax):\n    pass\n")
    risky = Review.of(with_computed_risk(review.proposal, callers))
    assert decide_rest(risky, None, Decision.ACCEPTED).counts.pending == 1
    assert decide_rest(review, None, Decision.ACCEPTED).counts.pending == 0


@pytest.mark.parametrize(
    ("path", "old", "new", "is_layout"),
    [
        ("a.c", "int f(int a, int b) {\nreturn a;\n}\n", "int f(int a,\n      int b)\n{\n    return a;\n}\n", True),
        ("a.py", "x = f( 1,2 )\n", "x = f(1, 2)\n", True),
        ("a.py", "if a:\n    b()\n", "if a:\n        b()\n", False),
        ("a.py", "a\n(b)\n", "a(b)\n", False),
        ("a.js", "return\n1\n", "return 1\n", False),
        ("a.c", 'puts("a b");\n', 'puts("a  b");\n', False),
        ("a.c", "int a;\n", "int b;\n", False),
        ("a.unknown", "a b\n", "a  b\n", False),
    ],
)
def test_layout_alone_is_told_from_change(path: str, old: str, new: str, is_layout: bool) -> None:
    change_set = ChangeSet((FileChange(path, old.encode(), new.encode()),))
    assert formatting_only(change_set) == ({HunkKey(path, 0)} if is_layout else set())


FILLER = "".join(f"filler_{number} = {number}\n" for number in range(9))


def test_half_of_a_change_that_breaks_the_syntax_is_flagged_at_its_hunk() -> None:
    old = f"def f():\n    return 1\n\n\n{FILLER}\n\ndef g():\n    return 2\n"
    new = f"def f(\n    a,\n):\n    return 1\n\n\n{FILLER}\n\ndef g():\n    return 3\n"
    review = review_of("a.py", old, new)
    opening, closing = review.units
    assert broken_by_part(review) == {}
    lines = review.files[0].lines
    assert lines[opening.first + 1].hunk == 0
    # The opening bracket without the closing one.
    half = decide(review, closing, Decision.ACCEPTED)
    file = half.files[0].decided(opening.first, opening.first + 2, Decision.ACCEPTED)
    half = half.stepped((file,), "half")
    assert broken_by_part(half) == {HunkKey("a.py", 0): BROKEN}
    assert broken_by_part(decide(half, opening, Decision.ACCEPTED)) == {}
    assert broken_by_part(decide(half, opening, Decision.REJECTED)) == {}


def test_callers_are_found_with_their_places_and_definitions_are_none(tmp_path: Path) -> None:
    files = {
        "cart.py": "def total(cart):\n    return 1\n",
        "web/api.py": "from cart import total\n\nprint(total(1))\n",
        "strange name.py": "x = total (2)\n",
    }
    repository = Repository.open(make_repository(tmp_path / "shop", files), os.environ)
    (repository.root / "new.py").write_text("total(3)\n")
    found = CallFinder(repository)({"total", "print", "missing", "no name"})
    assert sorted(found["total"]) == ["new.py:1", "strange name.py:1", "web/api.py:3"]
    assert (found["print"], found["missing"], found["no name"]) == (("web/api.py:3",), (), ())


def test_hundreds_of_names_are_looked_for_by_one_search(tmp_path: Path) -> None:
    names = [f"operation_number_{number}" for number in range(400)]
    calls = "".join(f"{name}({number})\n" for number, name in enumerate(names))
    place = make_repository(tmp_path / "shop", {"calls.py": calls})
    programs, calls_of_git = tmp_path / "bin", tmp_path / "calls"
    programs.mkdir()
    (programs / "git").write_text(f'#!/bin/sh\necho "$@" >> {calls_of_git}\nexec {shutil.which("git")} "$@"\n')
    (programs / "git").chmod(0o755)
    repository = Repository.open(place, {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"})
    found = CallFinder(repository)(names)
    assert [found[name] for name in names] == [(f"calls.py:{number + 1}",) for number in range(400)]
    assert sum(" grep " in line for line in calls_of_git.read_text().splitlines()) == 1
