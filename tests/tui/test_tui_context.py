"""The context pane: what the next request will send, while it is typed; kept in, kept out, read and opened by keys and mouse."""

import asyncio
from typing import Any

from textual.pilot import Pilot

from copilot_tui.autonomy.request import LineRange, Request
from copilot_tui.context.pack import ContextItem, ContextPack, ItemKind, Omitted
from copilot_tui.errors import TargetError
from copilot_tui.tui.action import Place
from copilot_tui.tui.context_pane import ContextRows
from copilot_tui.tui.context_rows import meter_of, rows_of
from copilot_tui.tui.prompt import Prompt
from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_screen import app_over, open_file, screen_of, text_of, until


class CountingSession(RecordedSession):
    """Remembers for which requests a pack was made, and can be slow at it."""

    def __init__(self) -> None:
        super().__init__()
        self.packed: list[Request] = []
        self.at_once = 0
        self.most_at_once = 0
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def pack_context(self, request: Request) -> ContextPack:
        self.packed.append(request)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.go_on.wait()
            return await super().pack_context(request)
        finally:
            self.at_once -= 1


def pack_of(*items: tuple[str, int, ItemKind], budget: int = 1_000) -> ContextPack:
    made = tuple(ContextItem(path, (LineRange(1, 9),), path, "why", tokens, kind=kind) for path, tokens, kind in items)
    return ContextPack(made, "", sum(one.tokens for one in made), budget, (Omitted("logo.png", "it is no text"),))


def place_of(pilot: Pilot[Any]) -> str:
    return screen_of(pilot).place.value


async def show(pilot: Pilot[Any]) -> ContextRows:
    """Open the pane and go into it."""
    await pilot.press("ctrl+o")
    await until(pilot, lambda: "tokens" in text_of(pilot))
    await pilot.press("ctrl+o")
    await until(pilot, lambda: screen_of(pilot).place is Place.CONTEXT)
    return screen_of(pilot).query_one(ContextRows)


async def test_the_pane_pins_drops_and_adds_and_says_so() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        rows = await show(pilot)
        assert "220 of 1k tokens" in text_of(pilot)
        assert "outline of the file" in text_of(pilot)
        await pilot.press("down", "down", "p")
        await until(pilot, lambda: session.wishes.pinned == {"shop/web/checkout.py"})
        await pilot.press("d")
        await until(pilot, lambda: any("dropped by you" in part for row in rows.rows for part, _ in row.parts))
        assert session.wishes.pinned == set()
        assert session.wishes.dropped == {"shop/web/checkout.py"}
        await pilot.press("a", *"tax", "enter")
        await until(pilot, lambda: session.wishes.pinned == {"shop/tax.py"})
        rows.go_to(next(place for place, row in enumerate(rows.rows) if row.key == "dropped:shop/web/checkout.py"))
        await pilot.press("d")
        await until(pilot, lambda: session.wishes.dropped == set())


async def test_the_target_cannot_be_dropped() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        await show(pilot)
        await pilot.press("d")
        await until(pilot, lambda: "always sent" in text_of(pilot))
        assert session.wishes.dropped == set()


async def test_the_same_key_shows_enters_and_hides_and_escape_leads_back_to_the_request() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", "ctrl+o")
        await until(pilot, lambda: screen.picturing.is_shown)
        assert place_of(pilot) == "typing", "whoever types goes on typing"
        await pilot.press("ctrl+o")
        await until(pilot, lambda: place_of(pilot) == "context")
        await pilot.press("escape")
        assert place_of(pilot) == "typing"
        assert screen.picturing.is_shown
        await pilot.press("tab", "tab", "tab")
        assert place_of(pilot) == "context"
        await pilot.press("ctrl+o")
        await until(pilot, lambda: not screen.picturing.is_shown)
        assert place_of(pilot) == "typing"


async def test_packs_follow_what_is_typed_one_at_a_time_and_the_newest_wins() -> None:
    session = CountingSession()
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", "ctrl+o")
        await until(pilot, lambda: bool(session.packed))
        session.go_on.clear()
        for letter in "make the tax optional":
            await pilot.press("space" if letter == " " else letter)
            await pilot.pause(0.02)
        await pilot.pause(0.3)
        session.go_on.set()
        await until(pilot, lambda: session.packed[-1].text == "make the tax optional")
        assert session.most_at_once == 1
        assert len(session.packed) <= 5, "not one for every letter"
        screen.picturing.hide()
        before = len(session.packed)
        await pilot.press(*"now")
        await pilot.pause(0.4)
        assert len(session.packed) == before, "nothing is packed for a pane that nobody sees"


async def test_a_slow_pack_holds_up_no_key_and_a_hidden_pane_takes_no_late_one() -> None:
    session = CountingSession()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        session.go_on.clear()
        await pilot.press("escape", "ctrl+o")
        await until(pilot, lambda: bool(session.packed))
        await pilot.press(*"tax")
        assert screen.query_one(Prompt).text == "tax"
        assert "packing" in text_of(pilot)
        screen.picturing.hide()
        session.go_on.set()
        await pilot.pause(0.3)
        assert "220 of 1k" not in text_of(pilot)


async def test_a_pack_follows_the_place_and_the_level() -> None:
    session = CountingSession()
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("ctrl+o")
        await until(pilot, lambda: bool(session.packed))
        await pilot.press("down", "down")
        await until(
            pilot, lambda: session.packed[-1].target.lines is not None and session.packed[-1].target.lines.first == 3
        )
        await pilot.press("alt+equals_sign")
        await until(pilot, lambda: session.packed[-1].level.value == "file")


async def test_why_there_is_no_pack_is_said() -> None:
    session = RecordedSession()

    async def refuse(request: Request) -> ContextPack:
        raise TargetError("shop/cart.py is not there any more.")

    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: bool(screen.marks))
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "Open a file first" in text_of(pilot))
        session.pack_context = refuse  # type: ignore[method-assign]
        await open_file(pilot, "cart.py")
        await until(pilot, lambda: "is not there any more" in text_of(pilot))


async def test_an_item_is_read_as_it_is_sent_and_opened_at_its_lines() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "tax.py")
        await show(pilot)
        await pilot.press("v")
        await until(pilot, lambda: "40 tokens: what may change" in text_of(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        await pilot.press("enter")
        await until(pilot, lambda: screen.aiming.aim.path == "shop/cart.py")
        assert screen.aiming.aim.line == 12


async def test_the_mouse_pins_points_and_opens() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "tax.py")
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "220 of 1k tokens" in text_of(pilot))
        await pilot.click(ContextRows, offset=(0, 2))
        await until(pilot, lambda: session.wishes.pinned == {"shop/web/checkout.py"})
        await pilot.click(ContextRows, offset=(20, 1))
        assert screen.query_one(ContextRows).cursor == 1
        assert screen.aiming.aim.path == "shop/tax.py", "the first click only points"
        await pilot.click(ContextRows, offset=(20, 1))
        await until(pilot, lambda: screen.aiming.aim.path == "shop/cart.py")


async def test_files_are_pinned_and_dropped_by_their_names_too() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        await open_file(pilot, "cart.py")
        screen_of(pilot).acting.take_command("/pin tax.py")
        assert session.wishes.pinned == {"shop/tax.py"}
        screen_of(pilot).acting.take_command("/drop shop/tax.py")
        assert (session.wishes.pinned, session.wishes.dropped) == (set(), {"shop/tax.py"})
        screen_of(pilot).acting.take_command("/pin nothing.py")
        await until(pilot, lambda: "there is no file nothing.py" in text_of(pilot))


async def test_what_the_person_looks_at_is_told_to_the_session() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        await open_file(pilot, "tax.py")
        await open_file(pilot, "cart.py")
        await until(pilot, lambda: session.wishes.opened == ("shop/cart.py", "shop/tax.py"))


def test_the_meter_is_the_whole_window_in_any_width() -> None:
    pack = pack_of(("a.py", 600, ItemKind.TARGET), ("AGENTS.md", 1, ItemKind.RULES), ("b.py", 300, ItemKind.RANKED))
    for width in range(40, 200, 7):
        lines = meter_of(pack, width).plain.split("\n")
        cells = lines[0].count("▮"), lines[0].count("▯")
        assert sum(cells) >= 10
        assert cells[1] >= 1, "what is free is seen"
        assert abs(cells[0] / sum(cells) - 0.9) < 0.15
        assert "901 of 1k tokens" in lines[0]
        assert "target 600  rules 1  ranked 300  free 99" in lines[-1]
        assert len(lines) == 1 or width < 110


def test_every_item_and_every_dropped_file_has_a_row() -> None:
    pack = pack_of(("a" * 90 + ".py", 600, ItemKind.TARGET), ("b\x1b[2J.py", 300, ItemKind.RANKED))
    for width in (60, 80, 160):
        rows = rows_of(pack, {"dropped.py"}, width, "d")
        assert [row.key for row in rows] == ["item:0", "item:1", "dropped:dropped.py", "omitted:0"]
        assert "\x1b" not in "".join(text for row in rows for text, _ in row.parts)
