"""The sections of a file's rows: put together they are its rows, whichever is made first, and few are made for a key."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_tui.diff.change import ChangeSet
from copilot_tui.review.decide import split
from copilot_tui.review.facts import find_facts
from copilot_tui.review.review import Review
from copilot_tui.tui.review.file_view import FileView
from copilot_tui.tui.review.heights import height_of
from copilot_tui.tui.review.one_file import Row, RowKind, rows_of
from copilot_tui.tui.review.rows import Rows, View
from copilot_tui.tui.review.sections import Sections
from tests.tui.review_samples import review_of
from tests.tui.test_tui_review_rows import reviews
from tests.tui.test_tui_review_views import CELLS, VIEWS


@st.composite
def wide_reviews(draw: st.DrawFn) -> Review:
    """Of lines of all kinds and lengths, in one file that may be split."""
    old, new = draw(CELLS), draw(CELLS)
    review = review_of({"a.txt": (b"".join(old), b"".join([*new, b"one more\n"]))})
    return split(review, 0, draw(st.integers(0, 20)))


REVIEWS = st.one_of(reviews(), wide_reviews())
SIZES = st.integers(1, 9)


def with_facts(review: Review, view: FileView) -> FileView:
    return replace(view, facts=find_facts(ChangeSet(tuple(file.change for file in review.files))))


@settings(max_examples=100, deadline=None)
@given(REVIEWS, st.sampled_from(VIEWS), SIZES, st.randoms(use_true_random=False))
def test_sections_made_in_any_order_are_the_rows_of_the_file(
    review: Review, view: FileView, size: int, chance: Random
) -> None:
    view = with_facts(review, view)
    for number in range(len(review.files)):
        rows, sections = rows_of(review, number, view), Sections(review, number, view, size)
        assert len(sections) == len(rows) == height_of(review, number, view)
        places = list(range(len(rows)))
        chance.shuffle(places)
        assert {at: sections[at] for at in places} == dict(enumerate(rows))


@settings(max_examples=100, deadline=None)
@given(REVIEWS, st.sampled_from([*VIEWS, FileView(is_folded=True)]), SIZES)
def test_units_and_changed_lines_stand_in_sections_where_their_rows_are(
    review: Review, view: FileView, size: int
) -> None:
    view = with_facts(review, view)
    for number, file in enumerate(review.files):
        rows, sections = rows_of(review, number, view), Sections(review, number, view, size)
        for unit in review.layout.of_file[number]:
            index = review.layout.index[unit]
            own = [at for at, row in enumerate(rows) if row.unit == index and decides(row)]
            assert sections.ends_of(index) == ((own[0], own[-1]) if own else (0, 0))
            assert sections.place_of(Row(RowKind.NOTE, number, index)) == (own[0] if own else 0)
            for changed in range(unit.first, unit.last):
                shown = [at for at, row in enumerate(rows) if changed in {row.changed, row.changed_right}]
                assert sections.place_of(Row(RowKind.LINE, number, index, changed=changed)) == (shown or own or [0])[0]
        of_other_text = Row(RowKind.LINE, number, len(review.units), changed=len(file.lines))
        assert sections.place_of(of_other_text) == 0


def decides(row: Row) -> bool:
    return row.kind is RowKind.ITEM or row.changed >= 0 or row.changed_right >= 0


def test_of_a_file_of_many_rows_those_are_made_that_are_looked_at() -> None:
    text = b"".join(b"line %d\n" % number for number in range(20_000))
    for before in (None, text.replace(b"7", b"seven")):
        rows = Rows(review_of({"a.txt": (before, text)}), View(side_by_side=before is not None))
        sections = rows._rows_of(0)
        assert len(rows) > 18_000
        for index in (0, len(rows) // 2, len(rows) - 1):
            row = rows[index]
            assert rows.place_of(row) == (index if decides(row) else rows.ends_of(row.unit)[0] if row.unit >= 0 else 0)
        assert sum(map(len, sections._made.values())) < 2_500
