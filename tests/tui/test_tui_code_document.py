"""How lines of a file look, and where their characters stand."""

from hypothesis import given
from hypothesis import strategies as st

from copilot_tui.tui.code_document import CodeDocument, show_line
from copilot_tui.visible import HIDDEN


def test_tabs_become_spaces_up_to_the_next_stop() -> None:
    shown = show_line("a\tb")
    assert shown.text == "a   b"
    assert [shown.column(index) for index in range(4)] == [0, 1, 4, 5]


def test_a_hidden_character_becomes_a_mark_and_later_columns_move() -> None:
    shown = show_line("a\u202eb")
    assert shown.text == "a<U+202E>b"
    assert shown.column(2) == 9


def test_line_numbers_agree_with_the_bytes() -> None:
    assert CodeDocument("a", b"one\r\ntwo").line_count == 2
    assert CodeDocument("a", b"one\n").line_count == 1
    assert CodeDocument("a", b"").line_count == 0
    assert CodeDocument("a", b"one\n\n").line_count == 2


def test_a_very_long_line_is_cut_and_counted() -> None:
    shown = show_line("x" * 5_000_000)
    assert shown.text.endswith("4998000 more characters")
    assert len(shown.text) < 2_100


def test_a_binary_file_says_so_and_has_no_lines() -> None:
    document = CodeDocument("logo.png", b"\x89PNG\0")
    assert document.line_count == 0
    assert "binary" in document.problem


@given(st.binary(max_size=300))
def test_no_bytes_can_bring_a_hidden_character_to_the_screen(data: bytes) -> None:
    document = CodeDocument("a", data)
    assert document.problem or document.line_count == data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    for number in range(1, document.line_count + 1):
        assert HIDDEN.search(document.shown(number).text) is None
