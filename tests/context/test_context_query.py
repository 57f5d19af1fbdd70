"""A request as weighted terms, and the words that a text and a request share."""

from copilot_tui.context.query import read_query
from copilot_tui.context.weights import WEIGHTS
from copilot_tui.context.words import terms


def test_the_subject_counts_more_than_what_explains_it() -> None:
    query = read_query("Round the total once\n\nThe invoice shows a cent too much.", WEIGHTS)
    assert query.subject == {"round", "total", "once"}
    assert query.emphasis["total"] == 1.0
    assert query.emphasis["invoic"] == WEIGHTS.query_rest


def test_a_long_line_has_its_first_sentence_for_a_subject() -> None:
    query = read_query("Round the total once. The invoice shows a cent too much.", WEIGHTS)
    assert "total" in query.subject
    assert "invoic" not in query.subject


def test_what_reads_like_code_counts_more_than_prose() -> None:
    query = read_query("let `total` and parse_args take the discount", WEIGHTS)
    assert query.emphasis["total"] == query.emphasis["parseargs"] == WEIGHTS.query_code
    assert query.emphasis["discount"] == 1.0


def test_a_word_that_is_repeated_counts_a_little_more() -> None:
    once, twice = read_query("discount", WEIGHTS), read_query("discount discounts", WEIGHTS)
    assert 1 < twice.emphasis["discount"] / once.emphasis["discount"] < 2


def test_an_identifier_is_found_in_every_way_of_writing_it() -> None:
    for written in ("MediaType", "mediaType", "media_type", "MEDIA_TYPE"):
        assert "mediatype" in terms(written)
    assert "mediatype" in read_query("the media-type header", WEIGHTS).emphasis


def test_a_request_for_tests_is_known() -> None:
    assert read_query("add a test of the cart", WEIGHTS).wants_tests
    assert not read_query("add a cart", WEIGHTS).wants_tests


def test_a_request_of_noise_has_no_terms() -> None:
    assert not read_query("", WEIGHTS).emphasis
    assert not read_query("do it, so that they can", WEIGHTS).emphasis
