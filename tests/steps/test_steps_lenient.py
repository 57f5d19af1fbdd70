"""JSON is found in an answer however it is wrapped, and nothing ever raises."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_tui.steps.lenient import json_object, text_of

VALUE = {"met": True, "hunks": [{"hunk": 1, "why": "a {brace} in a text"}]}


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps(VALUE),
        f"```json\n{json.dumps(VALUE, indent=2)}\n```",
        f"Here it is: {json.dumps(VALUE)} Tell me if {{that}} helps.",
        f"<think>maybe {{not this}}</think>\n{json.dumps(VALUE)}",
        f"{{}}\n{json.dumps(VALUE)}",
    ],
    ids=["bare", "fenced", "in prose", "after reasoning", "after an empty one"],
)
def test_an_object_is_found(answer: str) -> None:
    assert json_object(answer) == VALUE


@pytest.mark.parametrize("answer", ["", "[1, 2]", "{'met': True}", '{"met": tr', "{" * 100_000])
def test_what_is_none_is_none(answer: str) -> None:
    assert json_object(answer) is None


@given(st.text(alphabet='{}[]":,\\ abtrue0\n', max_size=200))
def test_nothing_raises(answer: str) -> None:
    found = json_object(answer)
    assert found is None or isinstance(found, dict)


def test_a_text_is_one_line_and_no_other_type_is_taken() -> None:
    assert text_of(" two\n lines ") == "two lines"
    assert text_of("x" * 500) == "x" * 300
    assert text_of(["no"]) == text_of(None) == text_of(3) == ""
