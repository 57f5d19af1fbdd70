"""Themes that are chosen and kept, and what can be copied."""

from pathlib import Path

from copilot_tui.config import load_settings
from copilot_tui.tui.action import Place
from copilot_tui.tui.gate import GRACE_SECONDS
from tests.support.asking import Asking
from tests.support.program import make_repository
from tests.support.scripted_server import ScriptedServer
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import answered, shop_review
from tests.tui.test_tui_screen import app_over, open_file, text_of, until


async def test_a_theme_is_chosen_from_a_list_and_kept() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("escape", *"/themes", "enter")
        await until(pilot, lambda: "which theme?" in text_of(pilot))
        await pilot.press(*"nord", "enter")
        await until(pilot, lambda: session.desk.themes == ["nord"])
        assert pilot.app.theme == "nord"
        await pilot.press(*"/themes nothing", "enter")
        await until(pilot, lambda: "There is no theme" in text_of(pilot))
        assert session.desk.themes == ["nord"]


async def test_the_real_settings_file_keeps_the_theme_and_its_comments(
    tmp_path: Path, server: ScriptedServer, home: Path
) -> None:
    async with Asking(make_repository(tmp_path / "shop"), server.base_url, home) as asking:
        desk = asking.session.desk
        desk.settings_file.parent.mkdir(parents=True, exist_ok=True)
        desk.settings_file.write_text("# mine\nbest_of = 2\n")
        assert "keeps it" in desk.keep_theme("nord")
        assert desk.settings_file.read_text().startswith("# mine\nbest_of = 2\n")
        assert load_settings(asking.session.parts.environment, home, tmp_path).theme == "nord"


async def test_a_hunk_and_a_path_are_copied() -> None:
    session = RecordedSession(events=answered(shop_review()))
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("down", "down", "escape", *"/copy-path", "enter")
        assert pilot.app.clipboard == "shop/cart.py:3"
        await pilot.press(*"go", "enter")
        await until(pilot, lambda: screen.place is Place.REVIEW)
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("a", *"/copy-hunk", "enter")
        assert "-    def total(self, tax):\n+    def total(self, tax=0):\n" in pilot.app.clipboard
        await pilot.press(*"/copy-path", "enter")
        assert pilot.app.clipboard == "shop/cart.py"


async def test_a_sentence_of_any_length_is_shown_to_its_last_word() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        for count in (9, 19, 21, 24, 27, 30):
            screen.tell(f"{'words and '.join([''] * count)}finis", "warning")
            await until(pilot, lambda: "finis" in text_of(pilot))
            screen.app.clear_notifications()
            await until(pilot, lambda: "finis" not in text_of(pilot))
