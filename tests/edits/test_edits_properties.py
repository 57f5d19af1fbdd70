"""Any bytes as an answer, and any mutation of a good one: nothing is ever applied that was not said, and nothing ever raises."""

from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.edits import HINTS, IncrementalParser, mentioned_paths, parse_answer, resolve
from copilot_tui.edits.text import FileText, fold

FILE = b"""import math


def area(radius):
    # the area of a circle
    return math.pi * radius ** 2


def perimeter(radius):
    return 2 * math.pi * radius


def describe(radius):
    print("area", area(radius))
    print("perimeter", perimeter(radius))
"""
SEARCH_REPLACE = """shapes.py
```python
<<<<<<< SEARCH
def perimeter(radius):
    return 2 * math.pi * radius
=======
def perimeter(radius):
    return math.tau * radius
>>>>>>> REPLACE
```
"""
DIFF = """```diff
--- a/shapes.py
+++ b/shapes.py
@@ -3,5 +3,5 @@

 def area(radius):
-    # the area of a circle
+    # how large a circle is
     return math.pi * radius ** 2

```
"""
PATCH = """*** Begin Patch
*** Update File: shapes.py
@@ def describe(radius):
-    print("area", area(radius))
+    print("size", area(radius))
*** End Patch
"""
JSON = '```json\n[{"path": "shapes.py", "search": "import math\\n", "replace": "import math\\nimport sys\\n"}]\n```\n'
ANSWERS = (SEARCH_REPLACE, DIFF, PATCH, JSON, SEARCH_REPLACE + DIFF + PATCH)
SNAPSHOT = Snapshot({"shapes.py": SnapshotFile(FILE)}, frozenset({"shapes.py", "other/unread.py"}))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good answer with a few of its lines cut, doubled, swapped, shifted or changed."""
    lines = draw(st.sampled_from(ANSWERS)).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["drop", "double", "swap", "shift", "insert", "cut"]))
        if kind == "drop" and len(lines) > 1:
            del lines[at]
        elif kind == "double":
            lines.insert(at, lines[at])
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "shift":
            lines[at] = draw(st.sampled_from(["    ", "\t", " "])) + lines[at]
        elif kind == "insert":
            lines.insert(at, draw(st.text(max_size=12).map(lambda text: text.replace("\n", " "))))
        else:
            lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
    return "\n".join(lines)


def check_explained(answer: str, hint: str) -> None:
    """Each changed file is the original with lines taken out that the edits remove, and put in that they add."""
    parsed = parse_answer(answer, hint)
    assert mentioned_paths(parsed, SNAPSHOT.known_paths) <= SNAPSHOT.known_paths
    resolution = resolve(parsed, SNAPSHOT)
    assert len(resolution.applied) + len(resolution.refused) >= len(parsed.edits)
    assert all(refusal.reason for refusal in resolution.refused)
    blocks = {applied.block for applied in resolution.applied}
    said = {fold(line) for edit in parsed.edits if edit.block in blocks for line in edit.new_side}
    quoted = {fold(line) for edit in parsed.edits if edit.block in blocks for line in edit.old_side}
    for change in resolution.change_set:
        old = [fold(line) for line in FileText(change.before or b"").lines]
        new = [fold(line) for line in FileText(change.after or b"").lines]
        is_whole = any(
            one.kind in {"whole", "delete", "create"} for one in resolution.applied if one.path == change.path
        )
        assert set(new) - set(old) <= said or any(edit.is_text for edit in parsed.edits)
        assert is_whole or set(old) - set(new) <= quoted or any(edit.is_text for edit in parsed.edits)


@settings(max_examples=300, deadline=None)
@given(mutated(), st.sampled_from(HINTS))
def test_mutated_answers_are_applied_as_said_or_refused(answer: str, hint: str) -> None:
    check_explained(answer, hint)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(HINTS))
def test_any_bytes_are_read_without_an_error(data: bytes, hint: str) -> None:
    check_explained(data.decode("utf-8", "surrogateescape"), hint)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([*"\n".join(ANSWERS).split("\n"), "```", "=======", "@@", "{", '"', "..."]), max_size=40),
    st.sampled_from(HINTS),
)
def test_shuffled_lines_of_all_formats_are_applied_as_said_or_refused(lines: list[str], hint: str) -> None:
    check_explained("\n".join(lines), hint)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ANSWERS), st.data())
def test_a_cut_answer_never_changes_a_line_that_the_whole_answer_leaves(answer: str, data: st.DataObject) -> None:
    cut = answer[: data.draw(st.integers(0, len(answer)))]
    whole = {
        line
        for change in resolve(parse_answer(answer), SNAPSHOT).change_set
        for line in (change.after or b"").split(b"\n")
    }
    for change in resolve(parse_answer(cut), SNAPSHOT).change_set:
        assert set((change.after or b"").split(b"\n")) <= whole | set(FILE.split(b"\n"))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ANSWERS), st.integers(1, 30))
def test_a_streamed_answer_gives_only_edits_of_the_whole_answer(answer: str, size: int) -> None:
    parser = IncrementalParser()
    given = [edit for start in range(0, len(answer), size) for edit in parser.feed(answer[start : start + size])]
    whole = parser.finish()
    assert whole == parse_answer(answer)
    said = [(edit.path, edit.operations) for edit in whole.edits]
    assert all((edit.path, edit.operations) in said for edit in given)
