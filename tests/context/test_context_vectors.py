"""Vectors in the index: kept by content and model, compared by direction, and only with their like."""

import math
from pathlib import Path

import pytest

from copilot_tui.context.database import Database
from copilot_tui.context.vectors import Vectors


def test_vectors_are_kept_by_content_and_model(tmp_path: Path) -> None:
    file = tmp_path / "index.sqlite"
    database = Database(file)
    Vectors(database).add("one", {"a": (3.0, 0.0), "b": (0.0, 2.0)})
    Vectors(database).add("two", {"a": (0.0, 1.0)})
    database.close()
    database = Database(file)
    vectors = Vectors(database)
    assert vectors.known("one") == {"a", "b"}
    assert vectors.likeness("one", (1.0, 0.0), ["a", "b", "c"]) == {"a": pytest.approx(1.0), "b": pytest.approx(0.0)}
    assert vectors.likeness("two", (1.0, 0.0), ["a", "b"]) == {"a": pytest.approx(0.0)}
    assert vectors.likeness("three", (1.0, 0.0), ["a"]) == {}
    database.close()


@pytest.mark.parametrize("vector", [(0.0, 0.0), (math.nan, 1.0), (math.inf, 1.0), ()])
def test_what_has_no_direction_is_no_vector(vector: tuple[float, ...]) -> None:
    vectors = Vectors(Database(None))
    vectors.add("one", {"a": vector, "b": (1.0, 1.0)})
    assert vectors.known("one") == {"b"}
    assert vectors.likeness("one", vector, ["b"]) == {}


def test_a_vector_of_very_large_numbers_has_a_direction() -> None:
    vectors = Vectors(Database(None))
    vectors.add("one", {"a": (1e200, 1e200), "b": (1.0, -1.0)})
    assert vectors.likeness("one", (1e300, 1e300), ["a", "b"]) == pytest.approx({"a": 1.0, "b": 0.0})


def test_vectors_of_another_length_are_left_out() -> None:
    vectors = Vectors(Database(None))
    vectors.add("one", {"a": (1.0, 0.0, 0.0), "b": (1.0, 0.0)})
    assert list(vectors.likeness("one", (1.0, 0.0), ["a", "b"])) == ["b"]


def test_many_contents_are_compared_with_few_questions_to_the_file() -> None:
    vectors = Vectors(Database(None))
    vectors.add("one", {str(number): (float(number), 1.0) for number in range(1_200)})
    found = vectors.likeness("one", (1.0, 0.0), map(str, range(1_200)))
    assert len(found) == 1_200
    assert found["0"] < found["1"] < found["1199"]
