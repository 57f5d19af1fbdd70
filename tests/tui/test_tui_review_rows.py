"""The rows of the review pane: every line once, heights known before the rows are made, whatever the view."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide, split
from copilot_tui.review.facts import Facts
from copilot_tui.review.review import Review
from copilot_tui.tui.review.changing import editable_text, span_of, with_comment, with_hunk_text
from copilot_tui.tui.review.file_view import FileView, WhiteSpace
from copilot_tui.tui.review.heights import height_of
from copilot_tui.tui.review.one_file import RowKind, rows_of
from copilot_tui.tui.review.rows import Order, Rows, View, warm_views
from copilot_tui.tui.review.search import matches, pattern_of
from copilot_tui.tui.review.viewed import Viewed
from tests.tui.review_samples import many_hunks, review_of, shop_review

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\r\n", b"\n", b"x = 1\n", b"\xff\n", b"\tif\n"]), max_size=30)
ENDS = st.sampled_from([b"", b"no end"])
TEXTS = st.builds(lambda lines, end: b"".join(lines) + end, LINES, ENDS)


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    texts: dict[str, tuple[bytes | None, bytes | None]] = {}
    for path in ("a.py", "b.py"):
        before, after = draw(st.one_of(st.none(), TEXTS)), draw(st.one_of(st.none(), TEXTS))
        if before != after:
            texts[path] = (before, after)
    review = review_of(texts)
    for _ in range(draw(st.integers(0, 2))):
        if review.files:
            file = draw(st.integers(0, len(review.files) - 1))
            review = split(review, file, draw(st.integers(0, 20)))
    if draw(st.booleans()) and review.units:
        review = with_comment(review, review.units[0], "why?")
    return review


VIEWS = [FileView(explains, sides, folded) for explains, sides, folded in product((True, False), repeat=3)]


@settings(max_examples=150, deadline=None)
@given(reviews())
def test_each_changed_line_has_one_row_and_heights_are_known_before(review: Review) -> None:
    for number, view in product(range(len(review.files)), VIEWS):
        rows = rows_of(review, number, view)
        assert len(rows) == height_of(review, number, view)
        changed = [at for row in rows for at in (row.changed, row.changed_right) if at >= 0]
        assert sorted(changed) == ([] if view.is_folded else list(range(len(review.files[number].lines))))
        for row in rows:
            for at in (row.changed, row.changed_right):
                if at >= 0:
                    unit = review.units[row.unit]
                    assert unit.first <= at < unit.last, "a row is decided by the unit that its line belongs to"


@settings(max_examples=100, deadline=None)
@given(reviews(), st.booleans())
def test_rows_show_the_bytes_of_their_lines(review: Review, side_by_side: bool) -> None:
    rows = Rows(review, View(side_by_side=side_by_side))
    for _, row in rows.between(0, len(rows)):
        change = review.files[row.file].change
        if row.kind is RowKind.LINE and row.sign == "+":
            shown = rows.raw_text(row, old=False).removesuffix(b"\r")  # it stays where the change is about line ends
            assert shown == change.new_lines[row.new - 1].rstrip(b"\r\n")
        if row.kind is RowKind.PAIR and row.old and row.new and row.changed < 0:
            assert rows.raw_text(row, old=True) == rows.raw_text(row, old=False)


def test_decisions_move_no_row() -> None:
    review = shop_review()
    before = Rows(review)
    after = Rows(decide(review, review.units[0], Decision.ACCEPTED))
    assert [row for _, row in before.between(0, len(before))] == [row for _, row in after.between(0, len(after))]


def test_a_withheld_unit_says_why_and_what_admits_it() -> None:
    rows = Rows(shop_review(), View(raise_key="alt+="))
    notes = [row.text for _, row in rows.between(0, len(rows)) if row.tone == "withheld"]
    assert len(notes) == 1
    assert notes[0].startswith("withheld: tests/test_cart.py is outside the scope")
    assert notes[0].endswith(" · repo admits it (alt+=)"), "the level that would admit it is named"


def test_files_stand_as_proposed_by_path_or_by_risk() -> None:
    review = shop_review()

    def paths(order: Order) -> list[str]:
        rows = Rows(review, View(order=order))
        return [review.files[row.file].path for _, row in rows.between(0, len(rows)) if row.kind is RowKind.FILE]

    assert paths(Order.PROPOSED) == [file.path for file in review.files]
    assert paths(Order.PATH) == sorted(file.path for file in review.files)
    assert paths(Order.RISK)[0] == "shop/web/checkout.py"


def test_rows_of_a_large_review_are_made_only_where_they_are_seen() -> None:
    rows = Rows(many_hunks(40, 20))
    assert list(rows.between(0, 30))
    assert len(rows._sections) == 1


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_edited_hunk_keeps_the_line_ends_of_its_file(end: bytes) -> None:
    before = end.join([b"one", b"two", b"three", b""])
    change = review_of({"a.txt": (before, before.replace(b"two", b"2"))}).files[0].change
    text = editable_text(change, 0)
    assert text == "one\n2\nthree"
    assert with_hunk_text(change, 0, text) == change.after
    assert with_hunk_text(change, 0, "one\nzwei\ndrei\nthree") == end.join([b"one", b"zwei", b"drei", b"three", b""])


def test_a_hunk_at_the_end_of_a_file_without_a_last_line_end_keeps_it_so() -> None:
    change = review_of({"a.txt": (b"one\ntwo", b"one\n2")}).files[0].change
    assert with_hunk_text(change, 0, "one\nzwei") == b"one\nzwei"


@pytest.mark.parametrize("hidden", [b"\x1b[31m", b"\xff", "\u202e".encode(), b"\rback"])
def test_a_hunk_with_what_an_editor_would_lose_is_not_edited_in_place(hidden: bytes) -> None:
    change = review_of({"a.txt": (b"one\n", b"one\n" + hidden + b"\n")}).files[0].change
    assert editable_text(change, 0) is None


def test_the_span_of_a_hunk_has_its_context_and_no_more() -> None:
    before = b"".join(b"%d\n" % number for number in range(20))
    change = review_of({"a.txt": (before, before.replace(b"10\n", b"ten\n"))}).files[0].change
    assert span_of(change, 0) == (7, 14)


def test_search_finds_words_files_risks_and_states() -> None:
    review = shop_review()

    def found(query: str) -> list[str]:
        return [review.files[unit.file].path for unit in review.units if matches(review, unit, query)]

    assert found("r:high") == ["shop/web/checkout.py"]
    assert found("f:offers") == ["shop/offers.py"]
    assert found("TAX=0") == ["shop/cart.py"]
    assert "tests/test_cart.py" not in found("undecided"), "what is withheld waits for no decision"
    assert found("undecided f:cart tax=0") == ["shop/cart.py"]
    assert found("") == []


def test_the_words_of_a_search_are_found_as_they_are_written_and_its_filters_are_no_words() -> None:
    pattern = pattern_of("f:cart A.b undecided a.bc r:high")
    assert pattern is not None
    assert [match.group() for match in pattern.finditer("axb a.B a.BC f:cart undecided")] == ["a.B", "a.BC"]
    assert pattern_of("f:cart r:high flagged") is None


def test_viewed_ends_when_the_content_changes() -> None:
    change = review_of({"a.txt": (b"one\n", b"two\n")}).files[0].change
    other = review_of({"a.txt": (b"one\n", b"three\n")})
    viewed = Viewed()
    assert viewed.toggle(change)
    assert viewed.holds(change)
    assert not viewed.holds(other.files[0].change)
    assert viewed.folded(other, {"a.txt"}) == frozenset()


def test_views_that_were_counted_before_are_as_high_as_they_are_shown() -> None:
    review, facts, pauses = shop_review(), Facts(), 0

    def pause() -> None:
        nonlocal pauses
        pauses += 1

    views = [View(side_by_side=True, wrap=60), View(white_space=WhiteSpace.IGNORED)]
    warm_views(review, views, facts, pause)
    assert pauses == len(views) * len(review.files)
    for view in views:
        assert len(Rows(review, view, facts)) == len(Rows(shop_review(), view, facts))
