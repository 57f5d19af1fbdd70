"""Verbs of the review pane that act on more than the hunk at the cursor: what it needs, its whole file, another version of its file."""

from dataclasses import replace

import pytest
from textual.widgets import Input

from copilot_tui.review.changed_file import Decision
from copilot_tui.review.proposal import HunkKey, HunkNote, Risk
from copilot_tui.review.review import Review
from copilot_tui.session.events import ProposalReady
from copilot_tui.tui.key_table import KeyTable
from copilot_tui.tui.review.again import cannot_ask_for_file, request_again, whole_file, with_new_version
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import review_of, shop_review
from tests.tui.test_tui_review_pane import reviewing, states
from tests.tui.test_tui_screen import screen_of, text_of, until

FILLER = "".join(f"filler_{number} = {number}\n" for number in range(8))
CLI_OLD = f"{FILLER}\ndef main():\n    return old_parse()\n"
CLI_NEW = f"import json\n{FILLER}\ndef main():\n    return parse_args(json.loads('1'))\n"
PARSING_OLD = f"def old_parse():\n    return 1\n\n\n{FILLER}"
PARSING_NEW = f"def old_parse():\n    return 1\n\n\n{FILLER}\n\ndef parse_args(given):\n    return given\n"


def linked(notes: dict[HunkKey, HunkNote] | None = None) -> Review:
    """`cli.py` in its second hunk uses an import of its first one and a function that `parsing.py` brings in."""
    texts = {
        "cli.py": (CLI_OLD.encode(), CLI_NEW.encode()),
        "parsing.py": (PARSING_OLD.encode(), PARSING_NEW.encode()),
        "other.txt": (b"1\n", b"one\n"),
    }
    return review_of(texts, notes=notes)


async def test_a_hunk_is_accepted_with_all_that_it_needs_as_one_step() -> None:
    async with reviewing(linked()) as (pilot, pane):
        await pilot.press("n", "A")
        await until(pilot, lambda: Decision.ACCEPTED in {pane.review.state(unit) for unit in pane.review.units})
        assert states(pane) == {
            "cli.py:0": "accepted",
            "cli.py:1": "accepted",
            "parsing.py:0": "accepted",
            "other.txt:0": "pending",
        }
        await until(pilot, lambda: "Accepted with 2 hunks that it needs." in text_of(pilot))
        await pilot.press("u")
        assert set(states(pane).values()) == {"pending"}
        await pilot.press("ctrl+r")
        assert list(states(pane).values()).count("accepted") == 3


@pytest.mark.parametrize("name", ["VISUAL", "EDITOR"])
async def test_an_editor_that_is_no_command_is_one_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv(name, "vim 'x")
    async with reviewing(linked()) as (pilot, pane):
        before = pane.review
        await pilot.press("E")
        await until(pilot, lambda: f"{name} is no command" in text_of(pilot))
        assert pane.review is before
        await pilot.press("y")
        assert list(states(pane).values()).count("accepted") == 1, "the review goes on"


async def test_what_is_flagged_is_not_accepted_along_and_the_person_is_told() -> None:
    review = linked({HunkKey("parsing.py", 0): HunkNote(risk=Risk.HIGH)})
    async with reviewing(review) as (pilot, pane):
        await pilot.press("n", "A")
        await until(pilot, lambda: "parsing.py:13 is flagged and waits" in text_of(pilot))
        assert states(pane)["parsing.py:0"] == "pending"


async def test_rejecting_what_an_accepted_hunk_uses_is_said_at_once() -> None:
    async with reviewing(linked()) as (pilot, pane):
        await until(pilot, lambda: bool(pane.linking.known))
        await pilot.press("n", "y", "x")
        await until(pilot, lambda: "uses parse_args, which you rejected" in text_of(pilot))
        assert pane.linking.broken(pane.review) == {"cli.py:12 uses parse_args, which you rejected": None}
        await pilot.press("u")
        assert pane.linking.broken(pane.review) == {}


async def test_a_whole_file_is_rejected_with_what_was_accepted_of_it() -> None:
    async with reviewing(linked()) as (pilot, pane):
        await pilot.press("y", "g", "D")
        assert states(pane)["cli.py:0"] == states(pane)["cli.py:1"] == "rejected"
        assert states(pane)["parsing.py:0"] == "pending"
        await pilot.press("u")
        assert (states(pane)["cli.py:0"], states(pane)["cli.py:1"]) == ("accepted", "pending")


async def test_another_version_of_a_file_comes_in_the_place_of_the_old_one() -> None:
    review = linked()
    text = CLI_NEW.replace("'1'", "'2'").encode()
    async with reviewing(review) as (pilot, pane):
        await pilot.press("y")
        session = screen_of(pilot).session
        assert isinstance(session, RecordedSession)
        session.events = (ProposalReady(review_of({"cli.py": (CLI_OLD.encode(), text)})),)
        await pilot.press("g", "R")
        await until(pilot, lambda: bool(pilot.app.screen.query("#line")))
        pilot.app.screen.query_one("#line", Input).value = "use two"
        await pilot.press("enter")
        await until(pilot, lambda: pane.review.files[0].change.after == text)
        sent = session.requests[-1]
        assert (sent.target.path, sent.level.value) == ("cli.py", "file")
        assert "use two" in sent.text
        assert "+import json" in sent.text
        assert states(pane)["cli.py:0"] == "accepted", "the line that stayed the same keeps its decision"


def test_a_file_is_not_asked_for_again_where_its_level_or_its_kind_forbids_it() -> None:
    review = shop_review()
    assert cannot_ask_for_file(review, 0, KeyTable()) == ""
    assert "there already" in cannot_ask_for_file(review, 2, KeyTable()), "a new file has no text to begin from"
    assert "withheld" in cannot_ask_for_file(review, 3, KeyTable())
    scope = replace(review.proposal.scope, level=request_again(review, review.units[0], "x").level)
    line = replace(review, proposal=replace(review.proposal, scope=scope))
    assert "r asks for the hunk" in cannot_ask_for_file(line, 0, KeyTable())


def test_an_answer_on_another_text_changes_nothing() -> None:
    review = linked()
    other = review_of({"cli.py": (b"something else\n", b"new\n")})
    assert with_new_version(review, whole_file(0), other) is None
    same = review_of({"cli.py": (CLI_OLD.encode(), CLI_NEW.encode())})
    assert with_new_version(review, whole_file(0), same) is None
