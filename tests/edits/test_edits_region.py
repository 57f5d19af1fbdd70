"""Answers at line and block level, in the wrappings in which models send them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.edits import NeedsLevel, Refusal, Region, RegionAnswer, parse_region_answer

BLOCK = Region(
    b"    total = 0\n    for x in xs:\n        total += x\n",
    b"def f(xs):\n",
    b"    return total\n\n\ndef g():\n    return None\n",
)
NEW = b"    total = 1\n    for x in xs:\n        total += x\n"
LINE = Region(b"    return a\r\n", b"def f(a):\r\n", b"\r\nx = 1\r\n", is_line=True)


@pytest.mark.parametrize(
    "answer",
    [
        NEW.decode(),
        NEW.decode().rstrip(),
        "```python\n" + NEW.decode() + "```",
        "Here is the code:\n```python\n" + NEW.decode() + "```\nIt starts at one now.",
        "total = 1\nfor x in xs:\n    total += x",
        "total = 1\n    for x in xs:\n        total += x",
        "def f(xs):\n" + NEW.decode() + "    return total",
        "<think>\n```python\nwrong\n```\n</think>\n" + NEW.decode(),
        "2|     total = 1\n3|     for x in xs:\n4|         total += x",
        "f.py\n```\n<<<<<<< SEARCH\n    total = 0\n=======\n    total = 1\n>>>>>>> REPLACE\n```",
        NEW.decode().replace("\n", "\r\n"),
    ],
)
def test_the_new_text_of_a_block_is_found(answer: str) -> None:
    assert parse_region_answer(answer, BLOCK) == RegionAnswer(NEW)


@pytest.mark.parametrize(
    "answer", ["return a + 1", "```\nreturn a + 1\n```", "Sure:\n\n    return a + 1\n", "def f(a):\n    return a + 1"]
)
def test_a_line_keeps_its_indentation_and_line_end(answer: str) -> None:
    assert parse_region_answer(answer, LINE) == RegionAnswer(b"    return a + 1\r\n")


@pytest.mark.parametrize(
    "answer", ["", "a = 1\nb = 2", "I am sorry, but I cannot do that.", "```\na = 1\n```\nor\n```\nb = 2\n```"]
)
def test_an_answer_that_is_not_one_line_is_refused(answer: str) -> None:
    assert isinstance(parse_region_answer(answer, LINE), Refusal)


def test_a_cut_answer_is_refused() -> None:
    assert isinstance(parse_region_answer("```python\n    total = 1\n", BLOCK, complete=False), Refusal)


def test_a_model_may_ask_for_more_room() -> None:
    found = parse_region_answer("**needs: directory**, because the caller must change too", BLOCK)
    assert found == NeedsLevel(AutonomyLevel.DIRECTORY, "the caller must change too")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_end_in_a_text_or_a_reason(data: bytes, is_line: bool) -> None:
    region = Region(BLOCK.text, BLOCK.before, BLOCK.after, is_line)
    found = parse_region_answer(data.decode("utf-8", "surrogateescape"), region)
    if isinstance(found, RegionAnswer):
        assert found.text == b"" or found.text.endswith(b"\n")
        assert not is_line or found.text.count(b"\n") <= 1
