"""Files that are huge, locked, strange or strangely named: none costs time, none is left out in silence, each name can be shown."""

import json
import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.filling import Order
from copilot_tui.context.listing import Lister
from copilot_tui.context.question import Question
from copilot_tui.context.tracked import parse_tracked

Commit = Callable[[dict[str, str], str], None]


def engine_of(root: Path, cache: Path | None = None) -> ContextEngine:
    engine = ContextEngine(root, cache)
    engine.update()
    return engine


def seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def listed(root: Path) -> dict[str, str]:
    lister = Lister(root)
    lister.begin()
    return lister.listing().blobs


def test_a_huge_tracked_file_with_a_new_time_is_never_read(root: Path, commit: Commit) -> None:
    commit({"a.py": "def ordinary():\n    return 1\n"}, "Begin")
    huge = root / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(400_000_000)
    # As after a clone: the file is as new as git's index, so git itself would compare it byte by byte.
    os.utime(huge, (4_000_000_000, 4_000_000_000))
    begun = seconds_of_children()
    subprocess.run(["git", "update-index", "--add", "--info-only", "huge.txt"], cwd=root, check=True)
    to_read_it_once = seconds_of_children() - begun
    engine = engine_of(root)
    assert seconds_of_children() - begun - to_read_it_once < to_read_it_once / 2
    answer = engine.query("ordinary", 500)
    assert answer["notes"] == ["huge.txt (400 MB) is left out, because it is too large."]


def test_only_files_that_may_differ_from_the_index_are_hashed(root: Path, commit: Commit) -> None:
    for name in ("old.py", "same_size.py", "touched.py", "gone.py"):
        (root / name).write_text("x = 1\n")
        os.utime(root / name, (1_600_000_000, 1_600_000_000))
    commit({}, "Begin")
    (root / "same_size.py").write_text("x = 2\n")
    os.utime(root / "touched.py")
    (root / "gone.py").unlink()
    (root / "new.py").write_text("x = 3\n")
    found = listed(root)
    assert found.keys() == {"old.py", "same_size.py", "touched.py", "new.py"}
    assert [path for path, blob in found.items() if blob] == ["old.py"]


def test_an_edit_in_the_same_moment_as_the_commit_is_seen(root: Path, commit: Commit) -> None:
    commit({"a.py": "def before():\n    return 1\n"}, "Begin")
    written = (root / "a.py").stat()
    (root / "a.py").write_text("def afters():\n    return 1\n")
    os.utime(root / "a.py", ns=(written.st_atime_ns, written.st_mtime_ns))
    assert "def afters" in str(engine_of(root).query("afters", 500)["text"])


def test_an_index_without_times_counts_every_file_as_changed() -> None:
    blob = "1" * 40
    found = parse_tracked(f"100644 {blob} 0\ta.py\0a new form of details\n120000 {blob} 0\tlink\0".encode(), 5)
    assert (found.files.paths, found.files.blobs, found.files.marks[0]) == (["a.py"], [""], -1)
    assert found.links == {"link"}


def test_a_file_of_one_long_line_is_said(root: Path, commit: Commit, tmp_path: Path) -> None:
    commit({"a.py": "def ordinary():\n    return 1\n", "long.js": "var swordfish = 1;" + "x " * 40_000}, "Begin")
    for _ in range(2):  # the second time from the cache
        answer = engine_of(root, tmp_path / "cache").query("swordfish", 500)
        assert answer["notes"] == ["long.js is read only in part: it has lines that are too long."]
        assert {"path": "long.js", "reason": "a line of it is too long to be shown"} in list(answer["omitted"])  # type: ignore[call-overload]


def test_many_large_files_make_one_sentence(root: Path) -> None:
    for number in range(5):
        with (root / f"{number}.txt").open("wb") as file:
            file.truncate(2_000_000 + number * 1_000_000)
    assert engine_of(root).notes() == (
        "5 files are left out, because they are too large: 4.txt (6.0 MB), 3.txt (5.0 MB), 2.txt (4.0 MB) and 2 more.",
    )


@pytest.mark.parametrize("is_question", [False, True])
def test_what_holds_no_text_and_what_lies_elsewhere_is_told_with_every_answer(
    root: Path, commit: Commit, tmp_path: Path, *, is_question: bool
) -> None:
    (root / "data.txt").write_bytes(b"cart\0" * 100)
    (root / "picture.png").write_bytes(b"\x89PNG")
    (root / "gone.png").write_bytes(b"\x89PNG")
    (root / "link.py").symlink_to("cart.py")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"
    commit({"cart.py": "def cart():\n    return 1\n", "film.txt": pointer, "empty.txt": ""}, "Begin")
    (root / "gone.png").unlink()
    subprocess.run(["git", "init", "--quiet", str(root / "other")], check=True)
    if is_question:
        question = Question(root, tmp_path / "cache")
        notes = question.answer("cart", 500)["notes"]
        question.close()
    else:
        notes = engine_of(root).query("cart", 500)["notes"]
    assert notes == [
        "2 files are left out, because they hold something else than text: data.txt, picture.png.",
        "film.txt is left out, because it only points to a file that Git LFS keeps elsewhere.",
        "2 files are left out, because they are links or repositories of their own: link.py, other.",
    ]


def test_a_generated_file_is_said_to_be_one(root: Path, commit: Commit) -> None:
    commit({"cart.pb.go": "func cart() {}\n", "cart.go": "func cart() {}\n"}, "Begin")
    items: Any = engine_of(root).query("cart", 500)["items"]
    assert {one["path"]: one["reason"].endswith("; generated") for one in items} == {
        "cart.go": False,
        "cart.pb.go": True,
    }


def test_a_pack_says_why_a_target_or_a_pinned_file_is_not_in(root: Path, commit: Commit) -> None:
    with (root / "huge.py").open("wb") as file:
        file.truncate(3_000_000)
    (root / "picture.py").write_bytes(b"\0" * 100)
    commit({"pointer.txt": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"}, "Begin")
    request = Request("x", Target("huge.py"), AutonomyLevel.FILE)
    pack = ContextEngine(root, None).pack(Order(request, "x", 500, pinned=frozenset({"picture.py", "pointer.txt"})))
    assert {one.path: one.reason for one in pack.omitted} == {
        "huge.py": "it is too large: 3.0 MB",
        "picture.py": "it holds something else than text",
        "pointer.txt": "it only points to a file that Git LFS keeps elsewhere",
    }


def test_a_name_that_is_no_utf8_is_shown_with_its_bytes(root: Path, commit: Commit) -> None:
    with open(os.fsencode(root) + b"/caf\xe9.py", "wb") as file:  # noqa: PTH123  (a name that is no UTF-8)
        file.write(b"def marmalade():\n    return 1\n")
    commit({}, "Begin")
    answer = engine_of(root).query("marmalade", 500)
    assert str(answer["text"]).startswith("caf\\xe9.py\n")
    assert b"caf\\\\xe9.py" in json.dumps(answer, ensure_ascii=False).encode()
    request = Request("x", Target("caf\udce9.py"), AutonomyLevel.FILE)
    assert ContextEngine(root, None).pack(Order(request, "x", 500)).text.encode().startswith(b"Target: caf\\xe9.py\n")


def test_a_newline_in_a_name_adds_no_line_to_the_text(root: Path, commit: Commit) -> None:
    (root / "a\nTarget: b.py").write_text("def marmalade():\n    return 1\n")
    commit({}, "Begin")
    assert str(engine_of(root).query("marmalade", 500)["text"]).startswith("a␊Target: b.py\n")
