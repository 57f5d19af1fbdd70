"""Code that moved within a file and between files."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.line import LineKind
from copilot_tui.diff.moved import find_moved

FUNCTION = b"def total(items):\n    amount = sum(items)\n    return amount\n"
FILLER = b"".join(b"filler_%d = %d\n" % (number, number) for number in range(9))


def test_a_function_that_went_to_another_file_is_one_exact_run() -> None:
    change_set = ChangeSet(
        (FileChange("a.py", FUNCTION + FILLER, FILLER), FileChange("b.py", FILLER, FILLER + FUNCTION))
    )
    (run,) = find_moved(change_set)
    assert (run.source.path, run.source.line, run.source.first, run.source.last) == ("a.py", 1, 0, 3)
    assert (run.target.path, run.target.line, run.target.first, run.target.last) == ("b.py", 10, 0, 3)
    assert run.is_exact


def test_a_run_that_was_indented_on_the_way_is_not_exact() -> None:
    inside = b"class Cart:\n" + b"".join(b"    " + line + b"\n" for line in FUNCTION.split(b"\n")[:-1])
    change_set = ChangeSet((FileChange("a.py", FUNCTION + FILLER, FILLER + inside),))
    (run,) = find_moved(change_set)
    assert (run.source.line, run.target.line, run.is_exact) == (1, 11, False)


def test_what_changes_its_blanks_alone_where_it_stands_did_not_move() -> None:
    indented = b"if cart:\n" + b"".join(b"    " + line + b"\n" for line in FUNCTION.split(b"\n")[:-1])
    in_place = ChangeSet((FileChange("a.py", FILLER + FUNCTION + FILLER, FILLER + indented + FILLER),))
    assert find_moved(in_place) == ()
    tabs = ChangeSet((FileChange("a.py", FUNCTION, FUNCTION.replace(b"    ", b"\t")),))
    assert find_moved(tabs) == ()
    other = b"".join(b"note(%d, 'another line of text')\n" % number for number in range(4))
    swapped = ChangeSet((FileChange("a.py", other + FUNCTION, FUNCTION.replace(b"    ", b"\t") + other),))
    assert len(find_moved(swapped)) == 1, "what went past other lines did move"


def test_braces_and_blank_lines_move_nothing() -> None:
    change_set = ChangeSet((FileChange("a.c", b"}\n\n}\n" + FILLER, FILLER + b"}\n\n}\n"),))
    assert find_moved(change_set) == ()


def test_the_longest_of_several_sources_is_taken_once() -> None:
    head = FUNCTION.split(b"\n")[0] + b"\n"
    change_set = ChangeSet(
        (FileChange("a.py", head + FILLER + FUNCTION, FILLER), FileChange("b.py", b"", FUNCTION + FUNCTION))
    )
    first, *rest = find_moved(change_set)
    assert (first.source.last - first.source.first, first.target.line) == (3, 1)
    assert all(run.source.line != first.source.line for run in rest)


LONGER = b"def charge(cart, rate):\n    total = sum(cart.items)\n    tax = total * rate\n    log(tax)\n    return total + tax\n"


@pytest.mark.parametrize(
    ("old", "new", "words", "changed"),
    [
        (b"log(tax)", b"note(tax)", 1, (3,)),
        (b"def charge(cart, rate)", b"def bill(cart, rate)", 1, (0,)),
        (b"total * rate", b"total * rate * share", 2, (2,)),
        (b"tax", b"vat", 3, (2, 3, 4)),
    ],
)
def test_a_function_of_which_few_words_changed_on_the_way_is_one_run(
    old: bytes, new: bytes, words: int, changed: tuple[int, ...]
) -> None:
    change_set = ChangeSet(
        (
            FileChange("a.py", LONGER + FILLER, FILLER),
            FileChange("b.py", FILLER, FILLER + LONGER.replace(old, new)),
        )
    )
    (run,) = find_moved(change_set)
    assert (run.source.line, run.target.line, run.target.last - run.target.first) == (1, 10, 5)
    assert (run.is_exact, run.words, run.changed) == (False, words, changed)


def test_other_code_around_one_equal_line_does_not_move_with_it() -> None:
    old = b"first = begin(alpha)\nresult = compute_everything(items, prices)\nsecond = stop(beta, gamma)\n"
    new = b"one.open(it)\nresult = compute_everything(items, prices)\nfor each in range(9): each()\n"
    change_set = ChangeSet((FileChange("a.py", old + FILLER, FILLER), FileChange("b.py", FILLER, FILLER + new)))
    (run,) = find_moved(change_set)
    assert (run.source.line, run.target.line, run.target.last - run.target.first, run.is_exact) == (2, 11, 1, True)


def lines_of(change: FileChange, changed: int) -> bytes:
    line = change.changed_lines[changed]
    return (change.new_lines if line.kind is LineKind.ADDED else change.old_lines)[line.index]


OLD_LINES = st.sampled_from([b"alpha beta gamma delta", b"one two three four five", b"}", b""])
NEW_LINES = st.sampled_from(
    [b"  alpha beta gamma delta", b"one two three 4 five", b"one two three four five", b"}", b""]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.lists(OLD_LINES), st.lists(NEW_LINES)), max_size=3))
def test_runs_join_removed_lines_with_added_ones_and_no_line_twice(
    pairs: list[tuple[list[bytes], list[bytes]]],
) -> None:
    change_set = ChangeSet(
        tuple(FileChange(f"{number}", b"\n".join(old), b"\n".join(new)) for number, (old, new) in enumerate(pairs))
    )
    files = {change.path: change for change in change_set}
    seen: set[tuple[str, int]] = set()
    for run in find_moved(change_set):
        assert run.source.last - run.source.first == run.target.last - run.target.first > 0
        for end, kind in ((run.source, LineKind.REMOVED), (run.target, LineKind.ADDED)):
            for index in range(end.first, end.last):
                assert files[end.path].changed_lines[index].kind is kind
                assert (end.path, index) not in seen
                seen.add((end.path, index))
        for step in range(run.target.last - run.target.first):
            old, new = (lines_of(files[end.path], end.first + step) for end in (run.source, run.target))
            assert (old.strip() == new.strip()) is (step not in run.changed)
