"""Looking for the words of one query finds what the index of the same texts holds of them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_tui.context.disk import Disk
from copilot_tui.context.document import LONG_LINES, make_document
from copilot_tui.context.forking import can_fork, has_cores
from copilot_tui.context.query import read_query
from copilot_tui.context.scanning import scan_files, sums_of
from copilot_tui.context.weights import WEIGHTS

PACKAGE = Path(__file__).parents[2] / "copilot_tui" / "context"
FOREVER = 1e12
PARTS = (
    "def total", "cart", "Cart", "CARTS", "myCart", "my_cart", "cart2", "2carts", "é", "carté", " ", "\n", "\r\n", "_", "(", "c",
    "x" * 2_100, "é" * 1_500, "x" * 1_996 + " carts", "\n" * 30,
)  # fmt: skip


def terms_of(query: str) -> list[str]:
    return [*read_query(query, WEIGHTS).emphasis]


def assert_scanned_as_indexed(folder: Path, files: list[str], wanted: list[str]) -> None:
    disk = Disk(folder)
    disk.forget()
    scan = scan_files([(path, path) for path in files], disk, wanted, FOREVER)
    assert sorted(path for path, _, _, _ in scan.found) == sorted(files)
    for path, _, _, lines in scan.found:
        document = make_document((folder / path).read_text(encoding="utf-8", errors="replace"))
        for term in [*wanted, *(f"={one}" for one in wanted), LONG_LINES]:
            expected = sorted(memoryview(document.lines.get(term, b"")).cast("I"))
            assert sorted(memoryview(lines.get(term, b"")).cast("I")) == expected, (path, term)


@pytest.mark.parametrize(
    "query",
    [
        "ContextEngine answers a query from the index",
        "lines of definitions that `make_document` reads; files, paths and re-used bytes of id 20",
        "nothing_of_the_kind zzz",
    ],
)
def test_it_finds_the_lines_that_the_index_has(query: str) -> None:
    files = sorted(place.name for place in PACKAGE.glob("*.py"))
    assert_scanned_as_indexed(PACKAGE, files, terms_of(query))


@pytest.mark.hypothesis
@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(PARTS),
        max_size=40,
    )
)  # fmt: skip
def test_it_finds_them_in_any_text(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "a.py").write_bytes("".join(parts).encode())
    assert_scanned_as_indexed(folder, ["a.py"], terms_of("the total of MyCart and carts, 2 of them"))


@pytest.mark.parametrize("beside", ["", "\n" * 200], ids=["long on average", "short on average"])
@pytest.mark.parametrize(
    "before",
    ["é" * 1_500, "x" * 1_996, "x" * 2_100, "(" * 1_200 + "é" * 790],
    ids=["more bytes than characters", "the end in a word", "the end before the word", "the end behind the word"],
)
def test_a_line_is_read_to_where_the_index_reads_it(tmp_path: Path, before: str, beside: str) -> None:
    text = f"{before} carts and long lines{beside}\ndef total(cart):\n"
    (tmp_path / "a.py").write_text(text)
    assert_scanned_as_indexed(tmp_path, ["a.py"], terms_of("the total of carts in long lines"))
    indexed = make_document(text)
    assert list(sums_of(text.encode())) == list(memoryview(indexed.sums).cast("I"))


def test_sums_count_the_words_of_the_first_lines() -> None:
    data = b"one two\n\nthree(four_five)\n6"
    assert list(sums_of(data)) == [0, 2, 2, 4, 5]


def test_without_time_every_file_is_left(tmp_path: Path) -> None:
    files = [(f"f{number}.py", str(number)) for number in range(50)]
    halves = [*files[::2], *files[1::2]]
    assert scan_files(files, Disk(tmp_path), ["cart"], 0.0).rest == (halves if can_fork() and has_cores() else files)
