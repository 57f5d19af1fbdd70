"""A pytest plugin that gives every property test `FUZZ_TIMES` times its examples: what `make fuzz` runs."""

import os
from collections.abc import Sequence

import pytest
from hypothesis import settings


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Multiply the examples; the tests themselves stay as they are."""
    times = int(os.environ.get("FUZZ_TIMES", "20"))
    done: set[int] = set()
    for item in items:
        test = getattr(item, "obj", None)
        test = getattr(test, "__func__", test)
        own = getattr(test, "_hypothesis_internal_use_settings", None)
        if isinstance(own, settings) and id(test) not in done:
            done.add(id(test))
            more = settings(own, max_examples=own.max_examples * times)
            test._hypothesis_internal_use_settings = more  # type: ignore[union-attr]
