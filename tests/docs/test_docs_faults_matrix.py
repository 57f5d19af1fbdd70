"""The matrix of faults is made from the markers, and says what is missing."""

from pathlib import Path

from tests.faults_matrix import Row, complaints, find_tests, make_page, read_rows

ROWS = [Row("O01", "edit", "a file | changes", "refused"), Row("O02", "link", "silence", "said")]
TEST = """\
import pytest
pytestmark = [pytest.mark.slow, pytest.mark.fault("O01")]

@pytest.mark.fault("O02", "O77")
async def test_one(): ...

@pytest.mark.parametrize("what", [pytest.param("a", marks=pytest.mark.fault("O03"))])
def test_two(what): ...

def helper(): ...
"""


def test_markers_of_modules_functions_and_parameters_are_found(tmp_path: Path) -> None:
    (tmp_path / "tests/room").mkdir(parents=True)
    (tmp_path / "tests/room/test_room.py").write_text(TEST)
    found = find_tests(tmp_path / "tests")
    both = ["tests/room/test_room.py::test_one", "tests/room/test_room.py::test_two"]
    assert found == {"O01": both, "O02": both[:1], "O77": both[:1], "O03": both[1:]}


def test_a_row_without_a_test_and_a_marker_without_a_row_are_named() -> None:
    said = complaints(ROWS, {"O01": ["tests/a.py::test_a"], "O99": ["tests/b.py::test_b"]})
    assert said == ["O02 has no test: silence", "tests/b.py::test_b is marked with O99, and there is no such row"]
    assert complaints(ROWS, {"O01": ["tests/a.py::test_a"], "O02": ["tests/a.py::test_a"]}) == []


def test_the_page_names_the_tests_of_each_row() -> None:
    page = make_page(ROWS, {"O01": ["tests/edits/test_a.py::test_a"]})
    assert "`edits/test_a.py::test_a`" in page
    assert "| O02 | silence | said | **no test yet** |" in page


def test_all_rows_are_there() -> None:
    assert [row.name for row in read_rows()] == [f"O{number:02}" for number in range(1, 68)]
