"""Ways in which answers go wrong that no one asked for: each is applied as meant by a rule, or refused, and never applied otherwise."""

import pytest

from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.edits import parse_answer, resolve

FILE = b"""\xef\xbb\xbf\"\"\"Shapes - and areas.\"\"\"\r
import math\r
\r
\r
def area(radius):\r
    # the area of a circle\r
    return math.pi * radius ** 2\r
\r
\r
def tag(shape):\r
    return "<b>" + shape.name + "</b> & more"\r
\r
\r
def first(items):\r
    for item in items:\r
        if item:\r
            return item\r
    return None\r
\r
\r
def second(items):\r
    for item in items:\r
        if item:\r
            return item\r
    return None\r
"""
SNAPSHOT = Snapshot({"geometry/shapes.py": SnapshotFile(FILE)}, frozenset({"geometry/shapes.py"}))
OLD = "    # the area of a circle\n    return math.pi * radius ** 2\n"
NEW = "    # the area of a circle\n    return math.tau * radius ** 2\n"
WANTED = FILE.replace(b"math.pi", b"math.tau")


def block(old: str = OLD, new: str = NEW, path: str = "geometry/shapes.py", fence: str = "```") -> str:
    return f"{path}\n{fence}\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n{fence}\n"


def numbered(text: str, form: str, first: int = 6) -> str:
    return "".join(form.format(number, line) for number, line in enumerate(text.splitlines(), first))


def after(answer: str) -> bytes:
    resolution = resolve(parse_answer(answer), SNAPSHOT, root="/home/me/work")
    changed = {change.path: change.after for change in resolution.change_set}
    assert set(changed) <= {"geometry/shapes.py"}
    return changed.get("geometry/shapes.py") or FILE


HEADER = "--- a/geometry/shapes.py\n+++ b/geometry/shapes.py\n"
DIFF = "@@ -6,2 +6,2 @@\n     # the area of a circle\n-    return math.pi * radius ** 2\n+    return math.tau * radius ** 2\n"
PATCH = (
    "*** Begin Patch\n*** Update File: geometry/shapes.py\n@@ def area(radius):\n"
    + DIFF.partition("\n")[2]
    + "*** End Patch\n"
)


DOTS = "def area(radius):\n    ...\n"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(block(), id="plain"),
        pytest.param(block(numbered(OLD, "{}| {}\n"), numbered(NEW, "{}| {}\n")), id="numbers with bars"),
        pytest.param(block(numbered(OLD, "{:>6}\t{}\n"), numbered(NEW, "{:>6}\t{}\n")), id="numbers with tabs"),
        pytest.param(block(numbered(OLD, "{}: {}\n"), numbered(NEW, "{}: {}\n")), id="numbers with colons"),
        pytest.param(block(numbered(OLD, "{}| {}\n"), NEW), id="numbers on the old side alone"),
        pytest.param(block(fence="~~~"), id="tildes"),
        pytest.param("````markdown\n" + block() + "````\n", id="wrapped in a longer fence"),
        pytest.param(block().replace("```\n", ""), id="without a fence"),
        pytest.param(block().replace("geometry/shapes.py\n```", "```python geometry/shapes.py"), id="path behind the language"),
        pytest.param(block(path="geometry/shapes.py:6"), id="path with a line"),
        pytest.param(block(path="geometry/shapes.py (lines 6-7)"), id="path with lines in brackets"),
        pytest.param(block(path="a/geometry/shapes.py"), id="path of a diff"),
        pytest.param(block(path="./geometry/shapes.py"), id="path with a dot"),
        pytest.param(block(path="/home/me/work/geometry/shapes.py"), id="absolute path"),
        pytest.param(block(path="### `shapes.py`:"), id="heading with the name alone"),
        pytest.param(block().replace("<<<<<<< ", "<<<<<< ").replace(">>>>>>> ", ">>>>>> "), id="short markers"),
        pytest.param(block().replace("SEARCH", "ORIGINAL").replace("REPLACE", "UPDATED"), id="other words"),
        pytest.param(block().replace("\n", "\r\n"), id="carriage returns"),
        pytest.param(block() * 2, id="said twice"),
        pytest.param(block(OLD.replace("    ", "\t"), NEW.replace("    ", "\t")), id="tabs for blanks"),
        pytest.param(block(OLD.replace("    ", ""), NEW.replace("    ", "")), id="no indentation"),
        pytest.param(block(OLD.replace("\n", "   \n"), NEW), id="trailing blanks"),
        pytest.param(block(OLD.replace("of a", "of\u00a0a"), NEW.replace("of a", "of\u00a0a")), id="other spaces"),
        pytest.param(block(OLD.replace("math", "ma\u200bth"), NEW), id="zero-width character"),
        pytest.param(block(DOTS + OLD.partition("\n")[2], DOTS + NEW.partition("\n")[2]), id="dots on both sides"),
        pytest.param(f"```diff\n{HEADER}{DIFF}```\n", id="diff"),
        pytest.param(f"```diff\n{HEADER}" + DIFF.replace("6,2", "99,7", 1) + "```\n", id="diff with wrong counts"),
        pytest.param("--- geometry/shapes.py\t2024-01-01 00:00\n+++ geometry/shapes.py\t2024-01-01 00:00\n" + DIFF, id="diff with times"),
        pytest.param(PATCH, id="patch"),
        pytest.param("```bash\napply_patch <<'EOF'\n" + PATCH + "EOF\n```\n", id="patch in a shell"),
        pytest.param('{"edits": [{"file": "geometry/shapes.py", "old_string": "math.pi", "new_string": "math.tau"}]}', id="json"),
        pytest.param('[{"path": "geometry/shapes.py", "search": "math.pi", "replace": "math.tau",},]', id="json with commas too many"),
    ],
)  # fmt: skip
def test_what_is_meant_is_done(answer: str) -> None:
    assert after(answer) == WANTED


def test_what_was_escaped_for_a_web_page_is_read_as_it_stood() -> None:
    old = "    return &quot;&lt;b&gt;&quot; + shape.name + &quot;&lt;/b&gt; &amp; more&quot;\n"
    wanted = FILE.replace(b"shape.name", b"shape.title")
    assert after(block(old, old.replace("name", "title"))) == wanted


def test_pasted_numbers_decide_between_places_that_are_alike() -> None:
    body = "        if item:\n            return item\n"
    there = FILE[: FILE.rindex(b"if item:")] + b"if item is not None:" + FILE[FILE.rindex(b"if item:") + 8 :]
    new = body.replace("if item:", "if item is not None:")
    assert after(block(numbered(body, "{}| {}\n", 23), numbered(new, "{}| {}\n", 23))) == there


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(block("        if item:\n", "        if item is not None:\n"), id="stands twice"),
        pytest.param(block(OLD.replace("** 2", "** 3")), id="another number"),
        pytest.param(block(numbered(OLD, "{}| {}\n"), "7| x\n    y\n"), id="numbers on some lines"),
        pytest.param(block(numbered(OLD, "1| {1}\n"), NEW), id="numbers that do not count"),
        pytest.param(block().partition(">>>>>>>")[0], id="cut"),
        pytest.param(block(path="geometry/shape.py"), id="no such file"),
        pytest.param(block(path="/home/you/shapes.py"), id="elsewhere"),
        pytest.param(block(path="geometry\\shapes.py"), id="backslash"),
        pytest.param(block(path="../shapes.py"), id="above"),
        pytest.param(
            block(OLD, "    # the area of a circle\n    # ... rest unchanged ...\n"), id="dots on the new side alone"
        ),
        pytest.param(
            "geometry/shapes.py\n```python\nimport math\n\n# ... existing code ...\n```\n", id="file with dots"
        ),
        pytest.param(PATCH.replace("*** End Patch\n", ""), id="patch without an end"),
        pytest.param("<think>\n" + block() + "</think>\nI would leave it.", id="in the reasoning alone"),
        pytest.param('[{"path": "geometry/shapes.py", "search": "math.pi", "repl', id="json that is cut"),
        pytest.param(block("return None\n", "return 0\n"), id="stands at several places"),
        pytest.param(block("", "x = 1\n"), id="no old lines for a file that exists"),
    ],
)
def test_what_cannot_be_sure_changes_nothing_and_says_so(answer: str) -> None:
    assert after(answer) == FILE
    assert resolve(parse_answer(answer), SNAPSHOT).refused
