"""What the file system says of very many files comes from processes of their own, and is the same as what one asks oneself."""

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.context.file_marks import MISSING, OTHER, FileMarks, look
from copilot_tui.context.listing import Lister

Commit = Callable[[dict[str, str], str], None]


def test_lookers_see_what_the_file_system_says_and_see_it_again(tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / f"file{number}").write_text("x" * number)
    (tmp_path / "link").symlink_to("file1")
    names = [*(f"file{number}" for number in range(7)), "link", "gone"]
    paths = [os.fsencode(tmp_path / name) for name in names]
    marks = FileMarks(paths, 2)
    marks.begin()
    seen = marks.found()
    assert seen == look(paths)
    assert list(seen[2::3]) == [*range(7), OTHER, MISSING]
    assert seen[0] == (tmp_path / "file0").lstat().st_mtime_ns
    (tmp_path / "file3").write_text("another text")
    (tmp_path / "file4").unlink()
    marks.begin()
    assert list(marks.found()[2::3]) == [0, 1, 2, len("another text"), MISSING, 5, 6, OTHER, MISSING]
    marks.close()


def test_a_looker_that_ended_is_noticed(tmp_path: Path) -> None:
    marks = FileMarks([os.fsencode(tmp_path)], 1)
    for looker in marks._lookers:
        looker.kill()
        looker.wait()

    def ask() -> None:
        marks.begin()
        marks.found()

    with pytest.raises(OSError, match=r"ended|[Bb]roken pipe"):
        ask()
    marks.close()


def test_a_listing_is_the_same_whoever_looks(root: Path, commit: Commit) -> None:
    commit({f"file{number}.py": f"x = {number}\n" for number in range(12)}, "Begin")
    alone, helped = Lister(root), Lister(root, many=5)
    for change in (None, "file3.py", "file4.py"):
        if change is not None:
            (root / change).write_text("x = 'changed'\n")
        (root / "file9.py").chmod(stat.S_IRUSR | stat.S_IWUSR)
        for lister in (alone, helped):
            lister.begin()
        listing = helped.listing()
        assert listing == alone.listing()
        assert listing.blobs.get(change or "", "") == ""
        if change == "file3.py":  # one of the lookers dies: the listing does not need it
            assert helped._marks is not None
            helped._marks._lookers[0].kill()
    helped.rest()


def test_whoever_looks_stands_elsewhere(root: Path, commit: Commit, monkeypatch: pytest.MonkeyPatch) -> None:
    commit({f"file{number}.py": f"x = {number}\n" for number in range(12)}, "Begin")
    monkeypatch.chdir(root)
    lister = Lister(Path(), many=5)
    lister.begin()
    assert len(lister.listing().blobs) == 12
    lister.rest()


def test_files_are_looked_at_while_other_things_are_done(root: Path, commit: Commit) -> None:
    commit({f"file{number}.py": f"x = {number}\n" for number in range(12)}, "Begin")
    lister = Lister(root, many=5)
    lister.begin()
    assert lister._marks is not None
    time.sleep(0.3)
    (root / "file5.py").write_text("x = 6\n")
    lister.begin()
    first = lister.listing()
    assert len(first.blobs) == 12
    assert first.blobs["file5.py"] == "", (
        "what was seen for a listing that nobody asked for is not taken for this one's"
    )
    (root / "file3.py").unlink()
    lister.begin()
    assert lister.listing().blobs.keys() == first.blobs.keys() - {"file3.py"}
    lister.rest()


def test_what_git_does_not_find_in_time_is_left_out_and_said(root: Path, commit: Commit) -> None:
    commit({"a.py": "first = 1\n"}, "Begin")
    (root / "new.py").write_text("second = 2\n")
    late, patient = Lister(root, patience=0.0), Lister(root)
    for lister in (late, patient):
        lister.begin()
    listing = late.listing()
    assert listing.blobs.keys() == {"a.py"}
    assert listing.notes == ("git took too long to find the untracked files: they were left out.",)
    assert patient.listing().blobs.keys() == {"a.py", "new.py"}
