"""Which tracked files are clean, told by what the file system says of them: of many at once the same as of each."""

import os
import subprocess
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_tui.autonomy.secret_names import _HARMLESS
from copilot_tui.context import listing as listed
from copilot_tui.context.kinds import is_binary_name
from copilot_tui.context.listing import Lister
from copilot_tui.context.tracked import Mark, is_clean, is_settled

SECOND = 1_000_000_000
WRITTEN = 1_700_000_000 * SECOND + 5
TIMES = st.sampled_from(
    [-1, 0, WRITTEN - 2 * SECOND, WRITTEN - SECOND, WRITTEN - SECOND - 1, WRITTEN - 5, WRITTEN - 5 - SECOND, WRITTEN, WRITTEN + 1]
)  # fmt: skip
MARKS = st.lists(st.tuples(TIMES, TIMES, st.sampled_from([0, 7, 2**32 - 1, 2**32, 2**32 + 7])), min_size=1)


@given(MARKS)
def test_files_that_are_settled_together_are_clean_each(marks: list[Mark]) -> None:
    if is_settled(array("q", [number for mark in marks for number in mark]), WRITTEN):
        assert all(is_clean(mark, mark, WRITTEN) for mark in marks)


def test_usual_files_are_settled() -> None:
    assert is_settled(array("q", [WRITTEN - 2 * SECOND, WRITTEN, 7] * 3), WRITTEN)


def test_what_is_no_secret_at_a_glance_is_text() -> None:
    assert not any(is_binary_name("a" + ending) for ending in _HARMLESS)


@pytest.mark.parametrize("together", [1, 3, 500])
def test_a_change_is_seen_among_files_that_are_compared_at_once(
    root: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(listed, "_TOGETHER", together)
    shown = [f"file{number}.py" for number in range(9)]
    for name in (*shown, "picture.png", ".env", "deploy.pem", "many.sql"):
        (root / name).write_text("x = 1\n")
        os.utime(root / name, ns=(1_600_000_000 * SECOND + 7, 1_600_000_000 * SECOND + 7))
    with (root / "many.sql").open("wb") as file:
        file.truncate(50_000_000)
    subprocess.run(["git", "add", "--force", "--all"], cwd=root, check=True)
    lister = Lister(root)
    lister.begin()
    first = lister.listing()
    assert list(first.blobs) == shown
    assert all(first.blobs.values())
    assert any(one.is_settled for one in lister._stretches) is (together < 500), "one is too large for all of them"
    assert (set(first.secrets), list(first.large)) == ({".env", "deploy.pem"}, ["many.sql"])
    assert not first.recorded
    info = (root / "file2.py").stat()
    (root / "file2.py").write_text("x = 2\n")
    os.utime(root / "file2.py", ns=(info.st_atime_ns, info.st_mtime_ns))  # the time of status change tells it
    (root / "file3.py").unlink()
    (root / "file4.py").unlink()
    (root / "file4.py").symlink_to("file5.py")
    (root / "file6.py").write_text("x = 100\n")
    lister.begin()
    second = lister.listing()
    assert list(second.blobs) == [name for name in shown if name not in {"file3.py", "file4.py"}]
    assert [path for path, blob in second.blobs.items() if not blob] == ["file2.py", "file6.py"]
    assert second.recorded == {path: first.blobs[path] for path in ("file2.py", "file6.py")}
    subprocess.run(["git", "checkout", "--quiet", "--", *shown], cwd=root, check=True)
    lister.begin()
    assert list(lister.listing().blobs) == shown
