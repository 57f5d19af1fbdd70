"""Every reader of foreign bytes, given any bytes and mutations of good ones."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, Target


@st.composite
def mutated(draw: st.DrawFn, target: Target) -> bytes:
    """A good input with pieces cut, doubled, overwritten, or taken from another one."""
    data = bytearray(draw(st.sampled_from(target.seeds)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, max(len(data) - 1, 0)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        kind = draw(st.sampled_from(["cut", "double", "overwrite", "splice"]))
        if kind == "cut":
            del data[start:end]
        elif kind == "double":
            data[end:end] = data[start:end]
        elif kind == "overwrite":
            data[start:end] = draw(st.binary(max_size=12))
        else:
            other = draw(st.sampled_from(target.seeds))
            data[start:start] = other[: draw(st.integers(0, len(other)))]
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_are_read_or_refused(name: str, data: st.DataObject) -> None:
    target = TARGETS[name]
    target.run(data.draw(st.one_of(mutated(target), st.binary(max_size=200))))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "regions",
            b"shapes.py\n<<<<<<< SEARCH\nreturn 6\n=======\n  non\n=======\n [\n>>>>>>>\n",
        ),
        ("sessions", b'{"record": "models", "roles": "r"}\n'),
        ("sessions", b'{"record": "call", "call": {"messages": "text"}}\n'),
    ],
)
def test_what_was_once_found_is_read_or_refused(name: str, data: bytes) -> None:
    TARGETS[name].run(data)


@pytest.mark.parametrize("name", TARGETS)
def test_the_good_inputs_are_read(name: str) -> None:
    for seed in TARGETS[name].seeds:
        TARGETS[name].run(seed)
