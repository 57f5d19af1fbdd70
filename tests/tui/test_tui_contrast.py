"""Text is legible in every theme: on the cursor's row, on added and removed lines, and where it is dimmed."""

from itertools import product

import pytest
from rich.style import Style
from textual.color import Color

from copilot_tui.tui.code_colours import KINDS, CodeColours, RowLook
from copilot_tui.tui.code_view import CodeView
from copilot_tui.tui.contrast import QUIET, TEXT, contrast, legible
from copilot_tui.tui.gate import GRACE_SECONDS
from copilot_tui.tui.review.colours import REVIEW_CLASSES, ReviewColours
from copilot_tui.tui.review.pane import ReviewPane
from copilot_tui.tui.row_list import TONES, RowList
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import answered, shop_review
from tests.tui.test_tui_screen import app_over, open_file, screen_of, until

BACKGROUNDS = (
    "added",
    "removed",
    "added-word",
    "removed-word",
    "cursor",
    "cursor-blurred",
    "selected",
    "file",
    "context",
)


def ratio(style: Style) -> float:
    assert style.color is not None
    assert style.bgcolor is not None
    return contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))


def test_the_ratio_is_that_of_wcag() -> None:
    assert contrast(Color.parse("#ffffff"), Color.parse("#000000")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(4.48, abs=0.01)


def test_a_colour_changes_only_where_it_cannot_be_read() -> None:
    orange, white, black = Color.parse("#fea62b"), Color.parse("#ffffff"), Color.parse("#000000")
    assert legible(orange, black) == orange
    darker = legible(orange, white)
    assert contrast(darker, white) >= TEXT
    assert darker.hsl.h == pytest.approx(orange.hsl.h, abs=0.01)
    grey = Color.parse("#777777")
    assert contrast(legible(grey, Color.parse("#787878"), QUIET), Color.parse("#787878")) >= QUIET


async def test_code_rows_and_reviews_are_legible_in_every_theme() -> None:
    session = RecordedSession(events=answered(shop_review()))
    async with app_over(session).run_test(size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        code = screen.query_one(CodeView)
        await pilot.press("alt+equals_sign", "alt+equals_sign", "escape", *"go", "enter")
        await until(pilot, lambda: isinstance(screen_of(pilot).focused, ReviewPane))
        await pilot.pause(GRACE_SECONDS + 0.1)
        pane = screen.query_one(ReviewPane)
        rows = RowList()
        await screen.mount(rows)
        for theme in set(pilot.app.available_themes) - {"ansi-dark", "ansi-light"}:  # the terminal's own colours
            pilot.app.theme = theme
            await pilot.pause()
            hold_code(code, theme)
            hold_review(pane, theme)
            hold_rows(rows, theme)


def hold_code(code: CodeView, theme: str) -> None:
    colours = CodeColours(code)
    looks = [RowLook(*each) for each in product((True, False), repeat=3)]
    for kind, look in product(("", *KINDS), looks):
        least = TEXT if look.lit and kind not in {"comment", "punctuation"} else QUIET
        assert ratio(colours.style(kind, look)) >= least, (theme, kind, look)


def hold_review(pane: ReviewPane, theme: str) -> None:
    colours = ReviewColours(pane)
    signs = [name for name in REVIEW_CLASSES if pane.get_component_styles(name).has_rule("color")]
    for sign, one, other in product(signs, BACKGROUNDS, BACKGROUNDS):
        assert ratio(colours.style(f"review--{one}", f"review--{other}", sign)) >= QUIET, (theme, sign, one, other)
    for one, other in product(BACKGROUNDS, BACKGROUNDS):
        assert ratio(colours.style(f"review--{one}", f"review--{other}")) >= TEXT, (theme, one, other)


def hold_rows(rows: RowList, theme: str) -> None:
    for tone, on_cursor in product(TONES, (True, False)):
        rows._tone_styles.clear()
        assert ratio(rows._style(tone, on_cursor=on_cursor)) >= (QUIET if tone == "muted" else TEXT), (theme, tone)
