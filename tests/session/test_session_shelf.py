"""Recorded sessions on their shelf: found again, named, written out, and gone on with where a review was left."""

import json
import stat
from pathlib import Path

import pytest

from copilot_tui.config.folders import Folders
from copilot_tui.errors import UsageError
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.session.session_file import MOST_FILES, SessionFile
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.scripted_server import ScriptedServer
from tests.support.team import block

FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")
GONE = 2**22 + 1  # no process has such a number


async def leave_a_review(shop: Path, server: ScriptedServer, home: Path, folders: Folders) -> str:
    """A session that ends with its review undecided, in a process that is no more; gives the session's identity."""
    server.otherwise = lambda _: replies.answer(FIX)
    async with Asking(shop, server.base_url, home) as asking:
        asking.session.asks_about_plans = True  # a person sits there, so the review is kept
        ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
        asking.session.replace_review(decide(ran.review, ran.review.units[0], Decision.ACCEPTED))
        own = asking.session.records.shelf.own
    (file,) = (folders.state / "reviews").rglob("*.json")
    head, _, body = file.read_text().partition("\n")
    process = json.loads(head)["process"]
    file.write_text(json.dumps({**json.loads(head), "process": GONE}) + "\n" + body)
    recorded = folders.state / "sessions" / f"{own}.jsonl"
    moved = recorded.with_name(recorded.name.replace(f"-{process}.", f"-{GONE}."))
    recorded.rename(moved)
    return moved.stem


async def test_a_session_leads_to_the_review_that_it_left(
    shop: Path, server: ScriptedServer, home: Path, folders: Folders
) -> None:
    identity = await leave_a_review(shop, server, home, folders)
    async with Asking(shop, server.base_url, home) as asking:
        shelf = asking.session.records.shelf
        (listed,) = shelf.list()
        assert (listed.identity, listed.requests) == (identity, ("Add the tax.",))
        resumed = asking.session.kept.resume(shelf.unfinished_of(""))
        assert resumed.review.counts.accepted == 1
        with pytest.raises(UsageError, match="left no review unfinished"):
            shelf.unfinished_of("")


async def test_another_process_of_the_same_number_is_another_session(
    shop: Path, server: ScriptedServer, home: Path, folders: Folders
) -> None:
    identity = await leave_a_review(shop, server, home, folders)
    later = folders.state / "sessions" / f"99990101-000000-000000-{GONE}.jsonl"
    later.write_text(
        json.dumps({"record": "session", "version": 1, "begun": "9999-01-01T00:00:00+00:00", "repository": "shop"})
    )
    (folders.state / "sessions" / f"20200101-000000-000000-{GONE}.jsonl").write_text(
        json.dumps({"record": "session", "version": 1, "begun": "no date", "repository": "shop"})
    )
    async with Asking(shop, server.base_url, home) as asking:
        shelf = asking.session.records.shelf
        assert not shelf.unfinished(later.stem)
        assert shelf.unfinished(identity)


async def test_an_export_is_written_for_the_person_alone(
    shop: Path, server: ScriptedServer, home: Path, folders: Folders
) -> None:
    await leave_a_review(shop, server, home, folders)
    async with Asking(shop, server.base_url, home) as asking:
        shelf = asking.session.records.shelf
        (one,) = shelf.list()
        shelf.name(one.identity, "the tax")
        path = await shelf.export(one.identity)
    assert path.read_text().startswith("# the tax\n")
    assert "```diff" in path.read_text()
    assert (stat.S_IMODE(path.stat().st_mode), path.parent) == (0o600, folders.state / "exports")


def test_a_named_session_outlives_the_others(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 3):
        (tmp_path / f"2026-{number:04}.jsonl").write_text("{}")
    (tmp_path / "names.json").write_text('{"2026-0001": "mine"}')
    newest = SessionFile(tmp_path / "2027.jsonl", {})
    newest.write({"record": "request"})
    newest.close()
    left = sorted(path.stem for path in tmp_path.glob("*.jsonl"))
    assert len(left) == MOST_FILES + 1
    assert left[0] == "2026-0001"


async def test_a_conversation_goes_on_in_a_later_session_with_what_was_decided(
    shop: Path, server: ScriptedServer, home: Path, folders: Folders
) -> None:
    server.otherwise = lambda _: replies.answer(FIX)
    async with Asking(shop, server.base_url, home) as asking:
        ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
        asking.session.replace_review(decide(ran.review, ran.review.units[0], Decision.ACCEPTED))
        await asking.session.land()
        first = asking.session.records.shelf.own
    async with Asking(shop, server.base_url, home) as asking:
        later = folders.state / "sessions/99990101-000000-000000-1.jsonl"
        later.write_text(json.dumps({"record": "session", "version": 1, "begun": "9999", "repository": "other"}) + "\n")
        namesake = folders.state / "sessions/99990101-000000-000000-2.jsonl"
        head = {"record": "session", "version": 1, "begun": "9999", "repository": shop.name, "place": "elsewhere"}
        namesake.write_text(json.dumps(head) + "\n")
        assert asking.session.records.go_on("") == (1, ""), "the newest of this repository, not of all"
        with pytest.raises(UsageError, match="of another repository shop"):
            asking.session.records.go_on(namesake.stem)
        with pytest.raises(UsageError, match=f"The session {first} left no review unfinished"):
            asking.session.records.shelf.unfinished_of("")
        assert asking.session.records.go_on(first) == (1, "")
        before = len(server.requests)
        await asking.run(request_of("Round it.", "shop/cart.py"))
        assert "Earlier in this conversation" in server.requests[before].prompt
        assert "Add the tax." in server.requests[before].prompt
        assert ": accepted" in server.requests[before].prompt
        text = await asking.session.records.shelf.markdown(first)
        assert "## What was decided" in text
        with pytest.raises(UsageError, match="There is no session"):
            asking.session.records.go_on("no such one")


async def test_a_session_of_another_repository_is_gone_on_with_there(
    shop: Path, server: ScriptedServer, home: Path, folders: Folders
) -> None:
    (folders.state / "sessions").mkdir(parents=True)
    head = {"record": "session", "version": 1, "begun": "2026-01-01T00:00:00+00:00", "repository": "other"}
    damaged = {"record": "conversation", "turns": [{"request": {}}]}
    lines = [json.dumps(head), json.dumps(damaged)]
    (folders.state / "sessions/20260101-000000-000000-1.jsonl").write_text("\n".join(lines) + "\n")
    async with Asking(shop, server.base_url, home) as asking:
        with pytest.raises(UsageError, match="of the repository other"):
            asking.session.records.go_on("20260101")
        with pytest.raises(UsageError, match="No session of shop is recorded yet"):
            asking.session.records.go_on("")
        assert asking.session.records.shelf.conversation("20260101")[1] == ()
