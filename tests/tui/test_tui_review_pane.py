"""The review pane played by keys and mouse over a recorded proposal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Input, TextArea
from textual.widgets._toast import Toast

from copilot_tui.review.changed_file import Decision
from copilot_tui.review.review import Review
from copilot_tui.session.events import ProposalGrew
from copilot_tui.tui.gate import GRACE_SECONDS
from copilot_tui.tui.review.again import request_again, with_new_version
from copilot_tui.tui.review.pane import ReviewPane
from copilot_tui.workspace.receipt import ReceiptFile
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import answered, many_hunks, review_of, shop_review
from tests.tui.test_tui_screen import app_over, open_file, screen_of, text_of, until


@asynccontextmanager
async def reviewing(review: Review, size: tuple[int, int] = (120, 40)) -> AsyncIterator[tuple[Pilot[Any], ReviewPane]]:
    """The pane with this review, after the grace time against stray keys."""
    session = RecordedSession(events=answered(review))
    async with app_over(session).run_test(notifications=True, size=size) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("alt+equals_sign", "escape", *"go", "enter")
        screen = screen_of(pilot)
        await until(pilot, lambda: isinstance(screen.focused, ReviewPane))
        await pilot.pause(GRACE_SECONDS + 0.1)
        pane = screen.deciding.pane
        assert pane is not None
        yield pilot, pane


def states(pane: ReviewPane) -> dict[str, str]:
    found = {}
    for unit in pane.review.units:
        state = pane.review.state(unit)
        found[f"{pane.review.files[unit.file].path}:{unit.first}"] = "partly" if state is None else state.name.lower()
    return found


def counts(pane: ReviewPane) -> tuple[int, int, int]:
    found = pane.review.counts
    return found.accepted, found.rejected, found.pending


async def test_a_pane_that_is_taken_away_is_drawn_blank_until_it_is_gone() -> None:
    async with reviewing(many_hunks(1, 20)) as (_, pane):
        bar, region = pane.vertical_scrollbar, Region(0, 0, 1, 5)
        await pane.remove()
        assert [strip.text for strip in pane.render_lines(region)] == [" "] * 5
        assert [strip.text for strip in bar.render_lines(region)] == [" "] * 5


async def test_y_and_x_decide_and_go_on_n_and_p_only_go() -> None:
    async with reviewing(many_hunks(1, 4)) as (pilot, pane):
        await pilot.press("n", "p", "n", "y", "x")
        assert list(states(pane).values()) == ["pending", "accepted", "rejected", "pending"]
        assert pane.unit == pane.review.units[3]
        await pilot.press("u", "u", "ctrl+r")
        assert list(states(pane).values()) == ["pending", "accepted", "pending", "pending"]


async def test_space_takes_what_is_wholly_seen_and_nothing_that_is_flagged() -> None:
    async with reviewing(shop_review(), (120, 60)) as (pilot, pane):
        await pilot.press("space")
        assert states(pane) == {
            "shop/cart.py:0": "accepted",
            "shop/web/checkout.py:0": "pending",
            "shop/offers.py:0": "accepted",
            "tests/test_cart.py:0": "pending",
        }
        assert pane.unit == pane.review.units[1], "the flagged one waits for a key of its own"


async def test_five_files_with_twenty_hunks_and_four_rejected_take_eleven_keys() -> None:
    keys = []
    async with reviewing(many_hunks(5, 4), (120, 50)) as (pilot, pane):
        for unwanted in (2, 7, 12, 17):
            index = pane.units_on_screen(wholly=False)
            while unwanted not in index:
                keys.append("space")
                await pilot.press("space")
                index = pane.units_on_screen(wholly=False)
            keys.append(str(index.index(unwanted) + 1))
            await pilot.press(keys[-1])
        while pane.review.counts.pending:
            keys.append("space")
            await pilot.press("space")
        assert counts(pane) == (16, 4, 0)
        assert {index for index, unit in enumerate(pane.review.units) if pane.review.state(unit) is Decision.REJECTED} == {
            2, 7, 12, 17,
        }  # fmt: skip
    assert len(keys) <= 11, keys


async def test_a_range_of_lines_is_one_step() -> None:
    review = review_of({"a.txt": (b"1\n2\n3\n4\n", b"one\ntwo\nthree\nfour\n")})
    async with reviewing(review) as (pilot, pane):
        await pilot.press("v", "j", "y")
        assert pane.review.files[0].states == bytes([1, 1, 0, 0, 0, 0, 0, 0])
        await pilot.press("u")
        assert pane.review.files[0].states == bytes(8)
        await pilot.press("v", "j", "escape")
        assert pane.mark is None
        assert len(pilot.app.screen_stack) == 1, "escape left the range, not the review"


async def test_the_unit_can_be_a_line_a_file_or_everything() -> None:
    review = review_of({"a.txt": (b"1\n", b"one\n"), "b.txt": (b"2\n", b"two\n")})
    async with reviewing(review) as (pilot, pane):
        await pilot.press("minus", "y", "x")
        assert pane.review.files[0].states == bytes([1, 2])
        await pilot.press("equals_sign", "equals_sign", "G", "y")
        assert pane.review.files[1].states == bytes([1, 1])


async def test_a_split_makes_two_hunks_each_with_its_own_decision() -> None:
    review = review_of({"a.txt": (b"1\n2\n", b"one\ntwo\n")})
    async with reviewing(review) as (pilot, pane):
        await pilot.press("j", "s", "y")
        assert pane.review.files[0].states == bytes([0, 1, 1, 1])
        assert len(pane.review.units) == 2
        await pilot.press("t")
        assert "one" in text_of(pilot)


async def test_an_edit_in_place_comes_back_accepted_and_marked() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        await pilot.press("e")
        await until(pilot, lambda: bool(pilot.app.screen.query(TextArea)))
        box = pilot.app.screen.query_one(TextArea)
        box.text = box.text.replace("tax=0", "tax=None")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: pane.review.counts.edited == 1)
        assert b"tax=None" in (pane.review.files[0].change.after or b"")
        assert states(pane)["shop/cart.py:0"] == "accepted"
        assert "✎" in text_of(pilot)
        await pilot.press("u")
        assert b"tax=0" in (pane.review.files[0].change.after or b"")


async def test_escape_leaves_the_edit_without_a_trace() -> None:
    review = shop_review()
    async with reviewing(review) as (pilot, pane):
        await pilot.press("e")
        await until(pilot, lambda: bool(pilot.app.screen.query(TextArea)))
        await pilot.press("Q", "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        assert pane.review is review


async def test_a_withheld_hunk_is_neither_accepted_nor_edited() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        await pilot.press("G", "y", "e")
        await pilot.pause(0.1)
        assert states(pane)["tests/test_cart.py:0"] == "pending"
        assert len(pilot.app.screen_stack) == 1


async def test_a_comment_stands_at_its_hunk_and_decides_nothing() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        await pilot.press("c")
        await until(pilot, lambda: bool(pilot.app.screen.query(Input)))
        await pilot.press(*"why", "enter")
        await until(pilot, lambda: "you    why" in text_of(pilot))
        assert counts(pane) == (0, 0, 3)
        assert [text for _, text in pane.review.comments] == ["why"]


async def test_search_goes_to_the_next_hunk_that_fits() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        await pilot.press("slash")
        await until(pilot, lambda: bool(pilot.app.screen.query(Input)))
        await pilot.press(*"offers", "enter")
        await until(pilot, lambda: pane.unit == pane.review.units[2])


async def search_for(pilot: Pilot[Any], words: str) -> None:
    await pilot.press("slash")
    await until(pilot, lambda: bool(pilot.app.screen.query(Input)))
    pilot.app.screen.query_one(Input).value = words
    await pilot.press("enter")
    await until(pilot, lambda: not pilot.app.screen.query(Input))


def found_in(pane: ReviewPane) -> list[str]:
    """What is drawn as found on the screen."""
    strips = [pane.render_line(y) for y in range(pane.size.height)]
    return [part.text for strip in strips for part in strip if part.style is not None and part.style.underline]


async def test_what_was_found_is_marked_and_counted_until_escape() -> None:
    async with reviewing(many_hunks(1, 4)) as (pilot, pane):
        word = text_of_change(pane).split()[0]
        await search_for(pilot, word.upper())
        await until(pilot, lambda: f"/{word.upper()} 2 of 4" in text_of(pilot))
        assert {part.lower() for part in found_in(pane)} == {word.lower()}
        await pilot.press("N")
        await until(pilot, lambda: f"/{word.upper()} 3 of 4" in text_of(pilot))
        await pilot.press("y")
        assert found_in(pane), "a decision leaves it marked"
        await pilot.press("escape")
        assert not found_in(pane)
        assert " of 4" not in text_of(pilot)
        assert len(pilot.app.screen_stack) == 1, "escape took the marks away and no more"
        await pilot.press("N")
        await until(pilot, lambda: "1 of 4" in text_of(pilot))


def text_of_change(pane: ReviewPane) -> str:
    """The first added line of the review."""
    file = pane.review.files[0]
    added = next(line for line in file.lines if line.kind.value == "+")
    return file.new_lines[added.index].decode()


async def test_a_search_by_risk_is_counted_and_marks_no_words() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        await search_for(pilot, "r:high")
        await until(pilot, lambda: "/r:high 1 of 1" in text_of(pilot))
        assert not found_in(pane)
        await search_for(pilot, "nowhere_at_all")
        await until(pilot, lambda: "No hunk fits nowhere_at_all." in text_of(pilot))
        assert "1 of 1" not in text_of(pilot)


async def test_a_hit_far_down_in_a_long_hunk_is_brought_to_the_screen() -> None:
    lines = b"".join(b"value_%d = 1\n" % number for number in range(300))
    async with reviewing(review_of({"long.py": (None, lines)})) as (pilot, pane):
        await search_for(pilot, "VALUE_250")
        await until(pilot, lambda: "1 of 1" in text_of(pilot))
        assert found_in(pane) == ["value_250"]


async def test_a_viewed_file_is_folded_and_decided_by_its_header() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        await pilot.press("V")
        assert "▸shop/cart.py" in text_of(pilot)
        assert "viewed" in text_of(pilot)
        assert pane.row is not None
        assert pane.row.file == 1, "on to the next file"
        await pilot.press("g", "y")
        assert states(pane)["shop/cart.py:0"] == "accepted"
        await pilot.press("g", "V")
        assert "▾shop/cart.py" in text_of(pilot)


async def test_the_mouse_accepts_at_the_margin_and_rejects_at_the_second_click() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        row = pane.row_of(pane.review.units[0]) - pane.top + 1
        await pilot.click(ReviewPane, offset=(pane.size.width - 6, row))
        assert states(pane)["shop/cart.py:0"] == "accepted"
        await pilot.pause(0.6)
        await pilot.click(ReviewPane, offset=(pane.size.width - 6, row))
        assert states(pane)["shop/cart.py:0"] == "rejected"


async def test_the_header_and_the_foot_count_what_is_decided() -> None:
    async with reviewing(shop_review(), (100, 30)) as (pilot, _):
        assert "finish 0/3" in text_of(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "finish 1/3" in text_of(pilot))
        assert "✓ 1" in text_of(pilot)
        assert "withheld 1" in text_of(pilot)
        assert "shop/web/checkout.py  checkout" in text_of(pilot), "the symbol at the cursor"


async def test_what_is_accepted_lands_and_nothing_else() -> None:
    async with reviewing(shop_review()) as (pilot, _):
        session = screen_of(pilot).session
        assert isinstance(session, RecordedSession)
        await pilot.press("y", "x", "q")
        await until(pilot, lambda: "1 accepted" in text_of(pilot))
        assert "What is undecided is not applied." in text_of(pilot)
        await pilot.press("a")
        await until(pilot, lambda: bool(session.landed))
        assert [change.path for change in session.landed[0]] == ["shop/cart.py"]
        await until(pilot, lambda: "Applied to 1 file" in text_of(pilot))
        session.landings.add("go", 0.0, b"", ReceiptFile("shop/cart.py", "edit", 1, 1))
        await pilot.click(Toast)
        await until(pilot, lambda: "Taken back: 1 file as before." in text_of(pilot))


async def test_what_grows_is_shown_and_taken_away_when_nothing_comes_of_it() -> None:
    session = RecordedSession(events=(ProposalGrew(shop_review()),), ends=False)
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"go", "enter")
        await until(pilot, lambda: "shop/web/checkout.py" in text_of(pilot))
        pane = screen.deciding.pane
        assert pane is not None
        await pilot.press("y", "space", "Y")
        assert counts(pane) == (0, 0, 3), "nothing is decided while it grows"
        await pilot.press("escape")
        await until(pilot, lambda: screen.deciding.pane is None)
        assert "def clear" in text_of(pilot)


async def test_another_version_of_one_hunk_leaves_the_others_as_they_were() -> None:
    review = shop_review()
    unit = review.units[0]
    request = request_again(review, unit, "use None")
    assert request.target.path == "shop/cart.py"
    assert "use None" in request.text
    change = review.files[0].change
    assert request.target.lines is not None
    asked = b"".join(change.old_lines[request.target.lines.first - 1 : request.target.lines.last])
    assert asked.startswith(b"    def total(self, tax):")
    fresh = review_of({"shop/cart.py": (change.before, (change.after or b"").replace(b"tax=0", b"tax=None"))})
    merged = with_new_version(review, unit, fresh)
    assert merged is not None
    assert b"tax=None" in (merged.files[0].change.after or b"")
    assert merged.files[1:] == review.files[1:]
    assert merged.undo().files == review.files
    beyond = review_of({"shop/cart.py": (change.before, b"# new\n" + (change.after or b""))})
    assert with_new_version(review, unit, beyond) is None


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 60)])
async def test_the_pane_draws_every_view_at_every_size(size: tuple[int, int]) -> None:
    async with reviewing(shop_review(), size) as (pilot, pane):
        for key in ("t", "i", "o", "o", "z", "z", "right", "left", "G", "g", "pagedown", "f6"):
            await pilot.press(key)
        for y in range(pane.size.height):
            assert pane.render_line(y).cell_length == pane.size.width
