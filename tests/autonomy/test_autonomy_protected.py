"""Files that the settings protect: by patterns as in a .gitignore, whatever the level, until a person opens them by name."""

import pytest

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.protected import is_pattern, protected_reason
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile

SNAPSHOT = Snapshot(
    {path: SnapshotFile(b"x = 1\n") for path in ("infra/a.py", "shop/cart.py")},
    frozenset({"infra/a.py", "shop/cart.py"}),
    protected=("infra/", "*.sql"),
)


@pytest.mark.parametrize(
    ("patterns", "path", "is_named"),
    [
        (("infra/**",), "infra/deep/a.py", True),
        (("infra/",), "infra/deep/a.py", True),
        (("infra/",), "other/infra.py", False),
        (("*.sql",), "db/migrate.sql", True),
        (("*.sql",), "DB/MIGRATE.SQL", True),
        (("/setup",), "deep/setup", False),
        (("infra/**", "!infra/a.py"), "infra/a.py", True),
        (("!", "\\", "#a", ""), "a", False),
        ((), "infra/a.py", False),
    ],
)
def test_patterns_name_files(patterns: tuple[str, ...], path: str, is_named: bool) -> None:
    reason = protected_reason(path, Snapshot(protected=patterns))
    assert (reason == f"{path} is protected by the settings") is is_named


@pytest.mark.parametrize("pattern", ["!a", "!", "\\", "", " ", "# words"])
def test_what_is_no_pattern_is_known_as_such(pattern: str) -> None:
    assert not is_pattern(pattern)


@pytest.mark.parametrize("unlocked", [frozenset[str](), frozenset({"infra/a.py"})])
def test_a_protected_file_waits_for_a_decision_of_its_own_unless_it_was_opened(unlocked: frozenset[str]) -> None:
    edits = [FileChange(path, b"x = 1\n", b"x = 2\n") for path in ("infra/a.py", "shop/cart.py")]
    changes = ChangeSet((*edits, FileChange("db/new.sql", None, b"select 1;\n")))
    scope = make_scope(Request("all", Target(), AutonomyLevel.REPO, unlocked=unlocked), SNAPSHOT)
    flagged = {one.path for one in admit(changes, scope, SNAPSHOT).flagged}
    assert flagged == {"infra/a.py", "db/new.sql"} - unlocked


def test_a_file_that_moves_out_of_a_protected_folder_is_flagged_too() -> None:
    move = FileChange("shop/a.py", b"x = 1\n", b"x = 1\n", old_path="infra/a.py")
    scope = make_scope(Request("move", Target(), AutonomyLevel.REPO), SNAPSHOT)
    assert [one.path for one in admit(ChangeSet((move,)), scope, SNAPSHOT).flagged] == ["shop/a.py"]
