"""Small before and after pairs, each with the finding that it must give."""

import pytest

from copilot_tui.checks import Finding, run_checks
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import EXECUTABLE, REGULAR, Snapshot, SnapshotFile


def check(path: str, before: bytes | None, after: bytes | None, mode: int = REGULAR) -> list[tuple[str, int]]:
    change = FileChange(path, before, after, None, REGULAR, mode)
    files = {path: SnapshotFile(before)} if before is not None else {}
    found = run_checks(ChangeSet((change,)), Snapshot(files, frozenset(files)), Symbols())
    return [(finding.rule, line_of(finding)) for finding in found]


def line_of(finding: Finding) -> int:
    return finding.lines.first if finding.lines else 0


class Symbols:
    """A repository with one module `shop`, which defines `total`."""

    def has_module(self, dotted: str) -> bool:
        return dotted == "shop"

    def module_names(self, dotted: str) -> frozenset[str] | None:
        return frozenset({"total"}) if dotted == "shop" else None


@pytest.mark.parametrize(
    ("path", "before", "after", "found"),
    [
        ("a.txt", b"x\n", b"x\n<<<<<<< HEAD\n", [("conflict-marker", 2)]),
        ("a.js", b"x()\n", b"x()\n// ... existing code ...\n", [("elision", 2)]),
        ("a.txt", b"x\n", b"x\npassword = 'k3Jd82Hsk29dkL'\n", [("secret", 2)]),
        ("a.txt", b"x\n", b"x\npassword = 'your-password-here'\n", []),
        ("a.txt", b"x\n", b"AKIAIOSFODNN7EXAMPLE\n", [("secret", 1)]),
        ("a.txt", b"x\n", "x\n\u202eok\n".encode(), [("invisible", 2)]),
        ("tests/test_a.py", b"def test_a():\n    assert 1\n", b"def test_a():\n    pass\n", [("test-weakened", 2)]),
        ("tests/test_a.py", b"def test_a():\n    assert 1\n", None, [("test-deleted", 0)]),
        ("a.js", b"x(1)\n", b"x( 1 )\n", [("formatting-only", 1)]),
        ("a.py", b"x = 1\n", b"x = 1\nfoo(x)\n", [("unknown-name", 2)]),
        ("a.py", b"x = 1\n", b"from shop import total, count\n\nx = total(1)\n", [("unknown-name", 1)]),
        ("a.py", b"x = 1\n", b"import os\nimport shop\nimport nowhere\n", [("unknown-name", 3)]),
        ("a.py", b"x = 1\n", b"from foo import *\n\nbar(1)\n", [("unknown-name", 1)]),
        ("a.ts", b"x\n", b"import { y } from './y'\n", [("unknown-name", 1)]),
        ("a.ts", b"x\n", b"import { y } from 'react'\n", []),
    ],
)
def test_each_change_gives_its_finding(
    path: str, before: bytes, after: bytes | None, found: list[tuple[str, int]]
) -> None:
    assert [one for one in check(path, before, after) if one[0] != "syntax"] == found


def test_a_new_executable_bit_is_reported() -> None:
    assert check("run.sh", b"ls\n", b"ls\n", EXECUTABLE) == [("mode", 0)]


def test_new_syntax_errors_are_reported_and_old_ones_are_not() -> None:
    assert "syntax" in [rule for rule, _ in check("a.py", b"x = (1)\n", b"x = (1\n")]
    assert "syntax" not in [rule for rule, _ in check("a.py", b"x = (1\n", b"x = (1\n# more\n")]
