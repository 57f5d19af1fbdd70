"""What a person who comes from another tool presses in a review: each key and click does something, or says why not."""

from dataclasses import replace
from typing import Any

from textual.pilot import Pilot

from copilot_tui.checks.finding import Finding, Severity
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.review import Review
from copilot_tui.tui.files_pane import FilesPane
from copilot_tui.tui.finder import Finder
from copilot_tui.tui.review.hunk_editor import HunkEditor
from copilot_tui.tui.review.one_file import RowKind
from copilot_tui.tui.review.pane import ReviewPane
from copilot_tui.tui.review_files import state_mark
from copilot_tui.tui.sheet import Sheet
from tests.tui.review_samples import linked_review, many_hunks, review_of, shop_review
from tests.tui.test_tui_review_pane import reviewing, states
from tests.tui.test_tui_screen import screen_of, text_of, until

TYPES = b"interface Point {\n\tx: number;\n}\nconst text = 'a';\n"


async def says(pilot: Pilot[Any], sentence: str) -> None:
    await until(pilot, lambda: sentence in text_of(pilot))


async def test_undo_and_redo_go_to_what_they_changed_and_name_a_batch() -> None:
    async with reviewing(many_hunks(1, 6), (120, 60)) as (pilot, pane):
        await pilot.press("y", "y")
        await pilot.press("u")
        assert pane.unit == pane.review.units[1]
        await pilot.press("u", "Z")
        assert pane.unit == pane.review.units[0]
        await pilot.press("space", "u")
        await says(pilot, "Taken back: accept the screen, 5 hunks.")
        await pilot.press("u", "u")
        await says(pilot, "There is no decision to take back.")
        assert set(states(pane).values()) == {"pending"}


async def test_a_key_that_can_do_nothing_here_says_so() -> None:
    async with reviewing(many_hunks(1, 2), (120, 60)) as (pilot, pane):
        for keys, sentence in (
            (("ctrl+r",), "Nothing was taken back."),
            (("full_stop",), "There is no decision on a hunk to repeat yet."),
            (("tab",), "Nothing is flagged or withheld."),
            (("left_square_bracket", "left_square_bracket"), "This is the first file."),
            (("right_square_bracket",), "This is the last file."),
            (("N",), "Type what to look for first: /."),
            (("g", "s"), "A hunk is split before a changed line"),
            (("9",), "No hunk on this screen has the number 9."),
            (("slash", *"nowhere", "enter"), "No hunk fits nowhere."),
            (("y", "y"), "Everything is decided: q finishes."),
        ):
            await pilot.press(*keys)
            await says(pilot, sentence)
        assert list(states(pane).values()) == ["accepted", "accepted"]


async def test_enter_goes_into_a_hunk_line_by_line_and_escape_comes_back() -> None:
    async with reviewing(shop_review(), (120, 60)) as (pilot, pane):
        await pilot.press("enter")
        assert pane.grain.value == "line"
        await pilot.press("d")
        assert states(pane)["shop/cart.py:0"] == "partly"
        assert pane.row is not None
        assert pane.row.changed == 1
        before = pane.review
        while pane.row is not None and (pane.row.changed >= 0 or pane.row.kind is RowKind.ITEM):
            await pilot.press("down")
        await pilot.press("y")
        assert pane.review is before, "between changed lines y only goes on to the next one"
        await pilot.press("escape")
        assert pane.grain.value == "hunk"
        await pilot.press("g", "enter")
        assert pane.view.folded == {"shop/cart.py"}
        await pilot.press("enter")
        assert not pane.view.folded


async def test_both_sides_of_a_line_and_a_range_with_items_are_one_step() -> None:
    texts = {"old.py": (b"a\nb\nc\n", b"A\nB\nc\n"), "empty": (None, b"")}
    async with reviewing(review_of(texts), (120, 40)) as (pilot, pane):
        await pilot.press("t", "enter", "y")
        assert bytes(pane.review.files[0].states) == bytes([1, 0, 1, 0])
        await pilot.press("u")
        assert not any(pane.review.files[0].states), "one key is one step"
        await pilot.press("escape", "g", "v", "G", "x")
        assert states(pane)["empty:0"] == "rejected"
        assert set(pane.review.files[0].states) == {Decision.REJECTED}
        await pilot.press("u")
        assert states(pane)["empty:0"] == "pending"


async def test_lines_are_copied_without_signs_and_numbers() -> None:
    async with reviewing(shop_review(), (120, 60)) as (pilot, _):
        await pilot.press("J", "ctrl+c")
        await says(pilot, "Copied 2 lines.")
        assert pilot.app.clipboard == "    def total(self, tax):\n    def total(self, tax=0):"


def line_of(pane: ReviewPane, wanted: str) -> tuple[int, str]:
    """The first line of the pane with a text, and where it stands."""
    for y in range(pane.size.height):
        text = pane.render_line(y).text
        if wanted in text:
            return y, text
    raise AssertionError(f"{wanted} is not on the screen")


async def test_marks_numbers_headers_and_line_numbers_can_be_clicked() -> None:
    async with reviewing(shop_review(), (120, 60)) as (pilot, pane):
        margin = pane.size.width - 8
        y, _ = line_of(pane, "def total(self, tax):")
        await pilot.click(pane, offset=(margin + 1, y))
        assert states(pane)["shop/cart.py:0"] == "accepted"
        await pilot.click(pane, offset=(margin + 3, y))
        assert states(pane)["shop/cart.py:0"] == "rejected"
        await pilot.click(pane, offset=(margin + 3, y))
        assert states(pane)["shop/cart.py:0"] == "pending"
        y, text = line_of(pane, "shop/offers.py")
        await pilot.click(pane, offset=(text.index("✓"), y))
        assert states(pane)["shop/offers.py:0"] == "accepted"
        y, text = line_of(pane, "▾shop/web/checkout.py")
        await pilot.click(pane, offset=(text.index("✗"), y))
        assert states(pane)["shop/web/checkout.py:0"] == "rejected"
        y, _ = line_of(pane, "self.items = []")
        await pilot.click(pane, offset=(4, y), times=2)
        await until(pilot, lambda: "goes to the model with the next request" in text_of(pilot))
        await pilot.press("escape")
        await pilot.click(pane, offset=(margin - 3, y), times=2)
        await until(pilot, lambda: "accept as edited" in text_of(pilot))


async def test_the_right_button_and_the_summary_open_the_menu_of_actions() -> None:
    async with reviewing(shop_review(), (120, 60)) as (pilot, pane):
        y, _ = line_of(pane, "def total(self, tax):")
        await pilot.click(pane, offset=(30, y), button=3)
        await until(pilot, lambda: isinstance(pilot.app.screen, Finder))
        await pilot.press(*"split", "enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Finder))
        await pilot.click(pane, offset=(30, 0))
        await until(pilot, lambda: isinstance(pilot.app.screen, Finder))


async def test_the_list_of_files_shows_which_one_the_person_is_at_until_they_go_into_the_list() -> None:
    async with reviewing(shop_review(), (120, 40)) as (pilot, pane):
        files = pilot.app.screen.query_one(FilesPane)
        await until(pilot, lambda: files.current_key == pane.review.files[0].path)
        for file in pane.review.files[1:]:
            await pilot.press("]")
            await until(pilot, lambda path=file.path: files.current_key == path)
        await pilot.press("g")
        await until(pilot, lambda: files.current_key == pane.review.files[0].path)
        files.focus()
        await pilot.press("j", "j")
        there = files.current_key
        await pilot.pause()
        assert there == files.current_key != pane.review.files[0].path


async def test_the_files_of_the_review_stand_at_the_left_with_their_states_and_lead_to_it() -> None:
    async with reviewing(shop_review(), (120, 40)) as (pilot, pane):
        files = pilot.app.screen.query_one(FilesPane)
        assert [row.key for row in files.rows if not row.key.endswith("/")] == [
            "shop/web/checkout.py", "shop/cart.py", "shop/offers.py", "tests/test_cart.py",
        ]  # fmt: skip
        await pilot.press("y", "x", "enter", "y")
        wanted = {"shop/cart.py": "✓", "shop/web/checkout.py": "✗", "shop/offers.py": "✓", "tests/test_cart.py": "○"}
        await until(pilot, lambda: {row.key: row.right[0][0] for row in files.rows if row.right} == wanted)
        files.focus()
        await pilot.press("g", "j", "j", "j", "enter")
        await until(pilot, lambda: pane.has_focus)
        assert pane.row is not None
        assert pane.review.files[pane.row.file].path == "shop/cart.py"
        files.focus()
        await pilot.press("g", "enter")
        assert [row.key for row in files.rows] == ["shop/", "tests/", "tests/test_cart.py"], "a folder is closed"
        screen_of(pilot).deciding.close()
        assert "README.md" in [row.key for row in files.rows], "the repository's files again"


def test_the_mark_of_a_file_tells_its_state() -> None:
    file = review_of({"a.py": (b"1\n2\n", b"one\ntwo\n")}).files[0]
    assert state_mark(file) == "○"
    assert state_mark(file.decided(0, 1, Decision.ACCEPTED)) == "◐"
    assert state_mark(file.decided(0, 4, Decision.REJECTED)) == "✗"
    assert state_mark(file.decided(0, 4, Decision.ACCEPTED)) == "✓"
    assert state_mark(file.decided(0, 4, Decision.ACCEPTED).decided(0, 1, Decision.REJECTED)) == "±"


async def test_the_editor_is_coloured_in_any_language_and_begins_at_the_line_of_the_cursor() -> None:
    async with reviewing(review_of({"point.ts": (TYPES.replace(b"x:", b"y:"), TYPES)})) as (pilot, pane):
        await pilot.press("e")
        await until(pilot, lambda: bool(pilot.app.screen.query(HunkEditor)))
        editor = pilot.app.screen.query_one(HunkEditor)
        assert editor.cursor_location == (1, 0)
        kinds = {name for spans in editor._highlights.values() for _, _, name in spans}
        assert {"keyword", "string"} <= kinds
        await pilot.press("tab", *"z: string;", "enter", "ctrl+s")
        await until(pilot, lambda: pane.review.counts.edited == 1)
        assert b"\tz: string;\n" in (pane.review.files[0].change.after or b""), "indented as the file is"


async def test_a_sentence_that_was_read_goes_when_the_person_goes_on() -> None:
    async with reviewing(linked_review(), (120, 40)) as (pilot, _):
        screen = screen_of(pilot)
        screen.tell("Not reviewed: a link.", "warning")
        await pilot.press("j")
        await says(pilot, "Not reviewed: a link.")
        screen._told -= 3.0
        await pilot.press("j")
        await until(pilot, lambda: "Not reviewed" not in text_of(pilot))


async def test_two_keys_that_leave_a_sheet_leave_it_once() -> None:
    async with reviewing(shop_review(), (120, 40)) as (pilot, pane):
        for keys in (("slash", "a", "enter"), ("question_mark", "escape"), ("q", "escape")):
            await pilot.press(*keys[:-1])
            await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
            sheet = pilot.app.screen
            assert isinstance(sheet, Sheet)
            sheet.dismiss(None)
            sheet.dismiss(None)
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        assert pane.is_attached


async def test_the_end_of_a_long_finding_is_read_as_that_of_a_long_line() -> None:
    review = shop_review()
    words = (
        "a finding that says much more than eighty columns have room for, and names at its end what to do: rename it"
    )
    finding = Finding("ruff", "shop/cart.py", None, Severity.WARNING, words)
    proposal = replace(review.proposal, findings=(finding,))
    async with reviewing(Review.of(proposal), (80, 24)) as (pilot, pane):
        assert "rename it" not in text_of(pilot)
        assert "…" in next(line for line in text_of(pilot).splitlines() if "a finding that says" in line)
        for view in ("code as it is", "W"):
            if view == "W":
                await pilot.press("W")
            await pilot.press(*["l"] * 7)
            assert "names at its end what to do: rename it" in text_of(pilot)
            await pilot.press(*["h"] * 7)
            assert "a finding that says" in text_of(pilot)
        assert pane.offset_of_code == 0
