"""What the review pane draws beyond the lines: links, moved code, layout, what a decision broke, and every way to look at a file."""

from dataclasses import replace
from itertools import product
from types import MappingProxyType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.segment import Segment

from copilot_tui.diff.change import ChangeSet
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide, split
from copilot_tui.review.facts import find_facts
from copilot_tui.review.proposal import PlanStep
from copilot_tui.review.review import Review
from copilot_tui.tui.review.cells import part_of, width_of
from copilot_tui.tui.review.change_map import ChangeMap, Spot
from copilot_tui.tui.review.code_text import Mark, cells_left_out, line_segments
from copilot_tui.tui.review.file_view import FileView, WhiteSpace
from copilot_tui.tui.review.heights import height_of
from copilot_tui.tui.review.one_file import RowKind, rows_of
from copilot_tui.tui.review.pane import ReviewPane
from copilot_tui.tui.review.rooms import parts_of, surely_fits
from copilot_tui.tui.review.rows import Order, Rows, View, are_counted
from tests.tui.review_samples import linked_review, many_hunks, review_of, shop_review
from tests.tui.test_tui_review_pane import counts, reviewing, states
from tests.tui.test_tui_review_rows import reviews
from tests.tui.test_tui_screen import text_of, until


async def test_links_moved_code_and_layout_are_told_at_their_hunks() -> None:
    async with reviewing(linked_review(), (130, 60)) as (pilot, pane):
        await until(pilot, lambda: "moved" in text_of(pilot) and "link" in text_of(pilot))
        shown = text_of(pilot)
        assert "uses rounded, which shop/util.py:12 brings in" in shown
        assert "shop/cart.py:2 uses rounded from here" in shown
        assert "5 lines to shop/offers.py:1" in shown
        assert "5 lines from shop/util.py:1" in shown
        assert "only the layout changes, no token of the code" in shown
        moved = [row for _, row in pane.rows.between(0, len(pane.rows)) if row.tone == "moved"]
        assert len(moved) == 10, "both ends are drawn back"


async def test_m_goes_from_one_end_of_moved_code_to_the_other_and_along_links() -> None:
    async with reviewing(linked_review(), (100, 40)) as (pilot, pane):
        await until(pilot, lambda: bool(pane.knowing.facts.moves and pane.knowing.facts.links))
        start = next(at for at, row in pane.rows.between(0, len(pane.rows)) if row.tone == "moved")
        pane.go_to(start)
        assert pane.row is not None
        before = (pane.row.file, pane.row.changed)
        await pilot.press("m")
        assert pane.row is not None
        assert pane.row.file != before[0]
        await pilot.press("m")
        assert (pane.row.file, pane.row.changed) == before
        pane.go_to(pane.row_of(pane.review.units[0]))
        await pilot.press("m")
        assert pane.unit is not None
        assert pane.review.files[pane.unit.file].path == "shop/util.py"


async def test_what_changes_the_layout_alone_is_accepted_with_one_key_and_one_undo() -> None:
    async with reviewing(linked_review()) as (pilot, pane):
        await until(pilot, lambda: bool(pane.knowing.facts.layout_only))
        await pilot.press("L")
        assert [path for path, state in states(pane).items() if state == "accepted"] == ["shop/names.py:0"]
        await pilot.press("u")
        assert counts(pane)[0] == 0


async def test_accepted_lines_that_do_not_parse_are_told_at_their_hunk_until_they_do() -> None:
    old = b"def one(value):\n    return value\n"
    new = b"def one(\n    value,\n    other,\n):\n    return value\n"
    async with reviewing(review_of({"a.py": (old, new)})) as (pilot, _):
        await pilot.press("minus", "y", "y")  # the old head goes, the first line of the new one comes: open bracket
        await until(pilot, lambda: "accepted lines do not parse" in text_of(pilot))
        assert "1 not parsing" in text_of(pilot)
        await pilot.press("equals_sign", "y")
        await until(pilot, lambda: "do not parse" not in text_of(pilot))


async def test_a_rejected_hunk_that_an_accepted_one_needs_is_told_there() -> None:
    async with reviewing(linked_review(), (130, 60)) as (pilot, pane):
        await until(pilot, lambda: bool(pane.knowing.facts.links))
        util = pane.review.units[-1]
        pane.take(decide(decide(pane.review, pane.review.units[0], Decision.ACCEPTED), util, Decision.REJECTED))
        assert pane.knowing.warning(pane.review.units[0]) == "uses rounded, which you rejected"
        await until(pilot, lambda: "⚑ uses rounded, which you rejected" in text_of(pilot))
        pane.go_to(len(pane.rows) - 1)
        await pilot.press("tab")
        assert pane.unit == pane.review.units[0], "a broken link is a flag to go to"


async def test_more_lines_are_shown_up_to_the_whole_file_and_fewer_again() -> None:
    review = many_hunks(2, 3, gap=100)
    async with reviewing(review, (80, 24)) as (pilot, pane):
        heights = [len(pane.rows)]
        unit = pane.unit
        for _ in range(3):
            await pilot.press("greater_than_sign")
            heights.append(len(pane.rows))
            assert pane.unit == unit
        assert heights == sorted(set(heights))
        own = [row for _, row in pane.rows.between(0, len(pane.rows)) if row.file == 0]
        assert [row.old for row in own if row.old] == list(range(1, 401)), "every line of the file, once"
        assert not [row for row in own if row.kind is RowKind.GAP]
        await pilot.press("less_than_sign", "less_than_sign", "less_than_sign", "less_than_sign")
        assert len(pane.rows) == heights[0]


async def test_a_gap_says_how_much_it_hides_and_opens_with_the_mouse() -> None:
    async with reviewing(many_hunks(1, 3, gap=100), (80, 24)) as (pilot, pane):
        at = next(at for at, row in pane.rows.between(0, len(pane.rows)) if row.kind is RowKind.GAP)
        assert "⋯ 93 lines" in text_of(pilot)
        before = len(pane.rows)
        await pilot.click(ReviewPane, offset=(20, at - pane.top + 1))
        assert len(pane.rows) > before


async def test_a_long_line_goes_on_in_the_next_row() -> None:
    words = " ".join(f"word{number}" for number in range(60))
    async with reviewing(review_of({"a.txt": (b"short\n", words.encode() + b"\n")}), (80, 24)) as (pilot, _):
        await pilot.press("W")
        rows = [line[14:72] for line in text_of(pilot).splitlines() if "↪" in line or "+word0" in line]
        assert "word59" in "".join(rows).replace("○ 1", "")
        await pilot.press("W")
        assert "word59" not in text_of(pilot)


@pytest.mark.parametrize("side_by_side", [False, True])
async def test_a_long_line_that_changes_behind_the_cut_begins_where_that_is_seen(*, side_by_side: bool) -> None:
    start = "def priced(" + ", ".join(f"option_{number}: int" for number in range(20))
    old, new = (f"{start}, rounded: {kind} = 0) -> Price:\n" for kind in ("int", "Decimal"))
    async with reviewing(review_of({"a.py": (old.encode(), new.encode())}), (100, 24)) as (pilot, pane):
        if side_by_side:
            await pilot.press("t")
        shown = text_of(pilot)
        assert "rounded: int" in shown
        assert "rounded: Decimal" in shown
        at = {line.index(kind) for line in shown.splitlines() for kind in ("int =", "Decimal =") if kind in line}
        assert side_by_side or len(at) == 1, "what is the same in both stands below each other"
        await pilot.press("right")
        assert "rounded" not in text_of(pilot), "whoever slides it sees the part that was asked for"
        await pilot.press("left")
        assert "rounded: Decimal" in text_of(pilot)
        assert pane.review.files[0].change.new_lines == [new.encode()]


def test_how_much_of_a_line_is_left_out_goes_by_its_first_mark() -> None:
    line: list[tuple[str, str, Mark]] = [
        ("a" * 50, "", ""),
        ("b" * 30, "name", "word"),
        ("c" * 10, "", ""),
        ("d", "", "word"),
    ]
    assert cells_left_out(line, 100) == 0, "all of it is seen"
    assert cells_left_out(line, 60) == 0, "the beginning of the first mark is seen"
    assert cells_left_out(line, 58) == 50 - 58 // 2
    assert cells_left_out(line[:1], 20) == 0, "nothing is marked"
    assert cells_left_out([("好" * 30, "", ""), ("b", "", "found")], 40) == 60 - 40 // 2


async def test_the_long_lines_of_a_large_review_are_counted_beside_the_keys() -> None:
    one, two, three, four = ("".join(f"{'word ' * 12}{sign}{at}\n" for at in range(5_500)).encode() for sign in "abcd")
    async with reviewing(review_of({"a.txt": (one, two), "b.txt": (three, four)}), (100, 30)) as (pilot, pane):
        await pilot.press("t", "t", "M")  # a view that no single key leads to from the first one
        assert len(pane.rows) > 20_000
        pane.wrapping.toggle()
        assert not pane.view.wrap, "what is not counted is not shown yet"
        assert "wrapping …" in "".join(segment.text for segment in pane.render_line(0))
        await until(pilot, lambda: pane.view.wrap > 0)
        assert len(pane.rows) == len(Rows(pane.review, pane.view, pane.knowing.facts)) > 40_000
        assert "wrapping …" not in text_of(pilot)
        pane.wrapping.toggle()
        assert not pane.view.wrap, "to cut them nothing is counted"
        await pilot.press("w")
        pane.wrapping.toggle()
        assert pane.wrapping.waits
        pane.wrapping.toggle()
        await pilot.pause(0.5)
        assert not pane.view.wrap, "what was wished last holds"


def test_links_that_come_later_leave_what_is_counted_as_it_is() -> None:
    review = linked_review()
    facts, view = find_facts(ChangeSet(tuple(file.change for file in review.files))), View(wrap=60)
    Rows(review, view, facts)
    assert are_counted(review, view, facts)
    assert are_counted(review, view, replace(facts, links={}, targets={}))
    assert not are_counted(review, view, replace(facts, quiet={}))


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ab \t漢字é\u0301\u202e🙂"), max_size=120), st.integers(8, 30))
@example("aaaaaaa字字字字\u0301a字", 8)
def test_the_parts_of_a_line_are_the_whole_line(text: str, room: int) -> None:
    raw = text.encode()
    parts = parts_of(raw, room)
    if surely_fits(raw, room):
        assert len(parts) == 1
        return
    assert [one[1] for one in parts[:-1]] == [one[0] for one in parts[1:]]
    assert all(last - first <= room for first, last in parts)
    shown = "".join(piece for piece, _, _ in line_segments(raw, (), ()))
    drawn = [part_of([Segment(shown)], *part) for part in parts]
    assert "".join(segment.text for part in drawn for segment in part) == shown
    assert [width_of(part) for part in drawn] == [last - first for first, last in parts]


async def test_white_space_is_as_it_is_or_drawn_back_or_shown() -> None:
    review = review_of({"a.txt": (b"one two\nx\n", b"one  two\ny\n"), "b.txt": (b"a\tb\r\n", b"a b\n")})
    async with reviewing(review) as (pilot, pane):
        assert "·" not in text_of(pilot)
        await pilot.press("w")
        assert "white space only: 2 lines folded" in text_of(pilot)
        assert pane.row_of(pane.review.units[1]) == len(pane.rows) - 1
        await pilot.press("w")
        shown = text_of(pilot)
        assert "one··two" in shown
        assert "a→  b␍" in shown, "a tab and a carriage return have marks"
        await pilot.press("w")
        assert "·" not in text_of(pilot)


async def test_quiet_hunks_take_one_row_and_are_decided_there() -> None:
    async with reviewing(linked_review(), (100, 60)) as (pilot, pane):
        await until(pilot, lambda: bool(pane.knowing.facts.quiet))
        before = len(pane.rows)
        await pilot.press("M")
        assert len(pane.rows) < before
        shown = text_of(pilot)
        assert "layout only: 2 lines folded" in shown
        assert "moved as it was: 5 lines folded" in shown
        unit = next(one for one in pane.review.units if pane.review.files[one.file].path == "shop/names.py")
        pane.go_to(pane.row_of(unit))
        await pilot.press("y")
        assert states(pane)["shop/names.py:0"] == "accepted"


async def test_what_is_needed_stands_first_in_the_order_of_dependency() -> None:
    async with reviewing(linked_review()) as (pilot, pane):
        await until(pilot, lambda: bool(pane.linking.known))
        await pilot.press("o", "o", "o")
        assert pane.view.order is Order.DEPENDENCY
        order = [pane.review.files[row.file].path for _, row in pane.rows.between(0, 99) if row.kind is RowKind.FILE]
        assert order.index("shop/util.py") < order.index("shop/cart.py")


def planned() -> Review:
    """The shop's change by a plan that begins with the tests; no step names the offers."""
    review = shop_review()
    steps = (
        PlanStep("tests/test_cart.py", "Test the default."),
        PlanStep("shop/cart.py", "Give total a default."),
        PlanStep("shop/web/checkout.py", "Use it."),
    )
    return Review.of(replace(review.proposal, steps=steps))


async def test_files_stand_in_the_order_of_the_plan_and_each_says_its_step() -> None:
    async with reviewing(planned(), (120, 60)) as (pilot, pane):
        assert "step 2 of 3" in text_of(pilot).splitlines()[1], "of the file at the cursor"
        assert "step   2 of 3: Give total a default." in text_of(pilot)
        await pilot.press("o", "o", "o")
        assert pane.view.order is Order.PLAN
        order = [pane.review.files[row.file].path for _, row in pane.rows.between(0, 99) if row.kind is RowKind.FILE]
        assert order == ["tests/test_cart.py", "shop/cart.py", "shop/web/checkout.py", "shop/offers.py"]
        await pilot.press("g")
        assert "order by plan step" in text_of(pilot)
        assert "step 1 of 3" in text_of(pilot).splitlines()[1]
        await pilot.press("G")
        assert "of 3" not in text_of(pilot).splitlines()[1], "no step names the last file"


async def test_without_a_plan_there_is_no_order_by_its_steps() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        seen = set()
        for _ in Order:
            await pilot.press("o")
            seen.add(pane.view.order)
        assert seen == set(Order) - {Order.PLAN}


def test_the_map_shows_what_most_needs_a_look_and_follows_decisions() -> None:
    review = shop_review()
    rows, chart = Rows(review), ChangeMap()
    assert {Spot.PENDING, Spot.FLAGGED, Spot.WITHHELD} <= set(chart.cells(rows, 18))
    assert chart.cells(rows, 1) == [Spot.FLAGGED]
    assert ChangeMap().cells(rows, 100)[rows.ends_of(0)[0]] is Spot.PENDING, (
        "where all rows are seen, each cell is a row"
    )
    for unit in review.units[:2]:
        review = decide(review, unit, Decision.ACCEPTED)
    rows.review = decide(review, review.units[2], Decision.REJECTED)
    assert list(chart.cells(rows, 1)) == [Spot.BOTH]
    assert Spot.PENDING not in chart.cells(rows, 18)


def test_the_map_of_a_large_review_makes_no_rows() -> None:
    rows = Rows(many_hunks(40, 20))
    assert any(ChangeMap().cells(rows, 40))
    assert rows._sections == {}


async def test_a_click_on_the_map_goes_there() -> None:
    async with reviewing(many_hunks(5, 10), (80, 24)) as (pilot, pane):
        await pilot.click(ReviewPane, offset=(pane.map_column, pane.size.height - 1))
        assert pane.cursor > len(pane.rows) * 3 // 4


VIEWS = [
    FileView(side_by_side=sides, context=context, wrap=wrap, white_space=white, folds_quiet=quiet)
    for sides, context, wrap, white, quiet in product(
        (True, False), (0, 3, 10**9), (0, 40), (WhiteSpace.PLAIN, WhiteSpace.IGNORED), (True, False)
    )
]


@settings(max_examples=60, deadline=None)
@given(reviews(), st.sampled_from(VIEWS))
def test_every_view_has_each_changed_line_or_a_row_that_decides_it(review: Review, view: FileView) -> None:
    view = replace(view, facts=find_facts(ChangeSet(tuple(file.change for file in review.files))))
    for number, file in enumerate(review.files):
        rows = rows_of(review, number, view)
        assert len(rows) == height_of(review, number, view)
        shown = {at for row in rows for at in (row.changed, row.changed_right) if at >= 0}
        for row in rows:
            if row.kind is RowKind.ITEM and row.unit >= 0:
                shown |= set(range(review.units[row.unit].first, review.units[row.unit].last))
        assert shown == set(range(len(file.lines)))
        numbers = [
            row.old for row in rows if row.kind is not RowKind.GAP and row.old and not row.part and row.sign == " "
        ]
        assert numbers == sorted(set(numbers)), "no line of context twice"


@pytest.mark.parametrize("is_split", [False, True])
def test_a_folded_hunk_of_several_runs_is_one_row_for_each_unit(is_split: bool) -> None:
    review = review_of({"a.txt": (b"0\na\nb\nc\nd\n9\n", b"0\n a\nb\nc\n d\n9\n")})
    review = split(review, 0, 2) if is_split else review
    view = FileView(white_space=WhiteSpace.IGNORED)
    assert height_of(review, 0, view) == len(rows_of(review, 0, view)) == 2 + is_split


CELLS = st.lists(
    st.sampled_from([b"short\n", b"x" * 90 + b"\n", b"\t\tx" * 9 + b"\r\n", "ü漢字".encode() * 20 + b"\n", b"\x1b[31m" * 9 + b"\n"]),
    max_size=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(CELLS, CELLS, st.booleans(), st.sampled_from([30, 64]), st.sampled_from(list(WhiteSpace)))
def test_lines_of_every_kind_are_continued_in_as_many_rows_as_counted(
    old: list[bytes], new: list[bytes], sides: bool, wrap: int, white_space: WhiteSpace
) -> None:
    if old != new:
        review = review_of({"a.txt": (b"".join(old), b"".join(new))})
        view = FileView(side_by_side=sides, wrap=wrap, white_space=white_space)
        assert len(rows_of(review, 0, view)) == height_of(review, 0, view)


@pytest.mark.parametrize("size", [(60, 16), (200, 60)])
async def test_every_way_to_look_is_drawn_at_every_size(size: tuple[int, int]) -> None:
    async with reviewing(linked_review(), size) as (pilot, pane):
        await until(pilot, lambda: bool(pane.knowing.facts.links))
        for key in ("w", "w", "W", "t", "M", "greater_than_sign", "m", "t"):
            await pilot.press(key)
            for y in range(pane.size.height):
                assert pane.render_line(y).cell_length == pane.size.width


def test_lines_around_are_kept_by_path() -> None:
    review = many_hunks(2, 3, gap=100)
    rows = Rows(review, View(context=MappingProxyType({"part/1.txt": 10})))
    both = [sum(row.file == number for _, row in rows.between(0, len(rows))) for number in (0, 1)]
    assert both[1] > both[0]


async def test_a_change_of_line_ends_alone_can_be_seen() -> None:
    review = review_of(
        {"a.txt": (b"same\r\n", b"same\n"), "b.txt": (b"last\n", b"last"), "c.txt": (b"1\r\n", b"2\r\n")}
    )
    async with reviewing(review) as (pilot, _):
        shown = text_of(pilot)
        assert "-same␍" in shown
        assert "+same " in shown
        assert "+last  (no line feed at the end)" in shown
        assert "-last " in shown
        assert "1␍" not in shown, "where both sides have it, it says nothing"


async def test_the_header_of_a_file_without_lines_counts_its_items() -> None:
    async with reviewing(review_of({"a.bin": (b"\0old", b"\0new")})) as (pilot, _):
        assert "✓0 ✗0 of 1" in text_of(pilot)
        await pilot.press("y")
        assert "✓1 ✗0 of 1" in text_of(pilot)


MOVED = "def charge(cart, rate):\n    total = sum(cart.items)\n    tax = total * rate\n    log(tax)\n    return total + tax\n\n\n"


async def test_moved_code_with_changed_words_is_linked_both_ways_and_its_words_are_marked() -> None:
    stays = "\n".join(f"A{number} = {number}" for number in range(9)) + "\n"
    texts = {
        "a.py": ((MOVED + stays).encode(), stays.encode()),
        "b.py": (b"B = 1\n", (MOVED.replace("tax", "vat") + "B = 1\n").encode()),
    }
    async with reviewing(review_of(texts), (130, 40)) as (pilot, pane):
        await until(pilot, lambda: bool(pane.knowing.facts.moves))
        assert "7 lines to b.py:1 (3 words changed)" in text_of(pilot)
        assert "7 lines from a.py:1 (3 words changed)" in text_of(pilot)
        rows = [row for _, row in pane.rows.between(0, len(pane.rows)) if row.changed >= 0]
        altered = [row for row in rows if row.tone == ""]
        assert [(row.sign, row.old or row.new) for row in altered] == [
            (sign, line) for sign in "-+" for line in (3, 4, 5)
        ]
        assert pane.rows.words(altered[0], altered[0].changed) == [(4, 7)], "`tax` became `vat`"
        assert pane.rows.words(altered[4], altered[4].changed) == [(8, 11)]
        pane.go_to(next(at for at, row in pane.rows.between(0, len(pane.rows)) if row is altered[0]))
        await pilot.press("m")
        assert pane.row is not None
        assert (pane.row.file, pane.row.new) == (1, 3)
