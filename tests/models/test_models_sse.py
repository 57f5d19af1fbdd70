"""Server-sent events mean the same however their bytes are cut."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from copilot_tui.models.sse import EventDecoder, ServerEvent

SAMPLE = b'\xef\xbb\xbfdata: {"a":1}\n\n: ping\r\nevent: error\rdata:x\rdata: y\r\r\nid: 3\r\n\r\ndata\n\nretry: 5\n\ndata: [DONE]\n\n'
EVENTS = [ServerEvent(b'{"a":1}'), ServerEvent(b"x\ny", "error"), ServerEvent(b""), ServerEvent(b"[DONE]")]


def decoded(pieces: list[bytes]) -> list[ServerEvent]:
    decoder = EventDecoder()
    return [event for piece in pieces for event in decoder.feed(piece)]


def test_the_rules_of_the_standard() -> None:
    assert decoded([SAMPLE]) == EVENTS


@given(st.lists(st.integers(1, len(SAMPLE) - 1)))
def test_where_the_bytes_are_cut_does_not_matter(cuts: list[int]) -> None:
    edges = [0, *sorted(set(cuts)), len(SAMPLE)]
    assert decoded([SAMPLE[start:end] for start, end in pairwise(edges)]) == EVENTS


@given(st.binary(), st.lists(st.integers(0, 200)))
def test_any_bytes_mean_the_same_whole_and_in_pieces(data: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted({min(cut, len(data)) for cut in cuts}), len(data)]
    assert decoded([data[start:end] for start, end in pairwise(edges)]) == decoded([data])


def test_last_event_without_its_empty_line() -> None:
    decoder = EventDecoder()
    assert list(decoder.feed(b"data: a\n\ndata: b")) == [ServerEvent(b"a")]
    assert decoder.rest() == ServerEvent(b"b")
    assert decoder.rest() is None
