"""A session's file holds everything that its requests asked and were answered, and they can be run again from it alone."""

import json
import os
import shutil
import stat
from pathlib import Path

import keyring
import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.bootstrap import open_session
from copilot_tui.config.folders import Folders
from copilot_tui.errors import UsageError
from copilot_tui.models.keys import store_key
from copilot_tui.session.events import ProposalReady, RequestFailed
from copilot_tui.session.replay import RecordedRequest, read_session
from copilot_tui.session.session_file import MOST_FILES, SessionFile, session_files
from tests.support import replies
from tests.support.asking import Asking, Ran, request_of
from tests.support.file_keyring import FileKeyring
from tests.support.program import KEY, environment_for, make_repository, run_program
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")
MISSED = FIX.replace("self.items", "self.goods")
CALL = block("web/checkout.py", "    return cart.total(0)\n", "    return cart.total(tax=0)\n")
TEAM = Team(
    locate=[1, 2],
    plan=[("shop/cart.py", "Add."), ("web/checkout.py", "Name.")],
    edits={"shop/cart.py": MISSED, "web/checkout.py": CALL, "": MISSED},
    repairs=[FIX, FIX],
    critique='{"met": true, "hunks": [{"hunk": 1, "why": "adds", "risk": "low", "because": "sign"}]}',
)


def the_file(home: Path) -> Path:
    (file,) = session_files(home / ".state" / "copilot-tui" / "sessions")
    return file


async def replayed(recorded: RecordedRequest) -> Ran:
    ran = Ran()
    async for event in recorded.run():
        ran.events.append(event)
    return ran


async def test_a_session_runs_again_exactly_without_endpoint_and_repository(
    shop: Path, server: ScriptedServer, home: Path
) -> None:
    server.otherwise = TEAM
    TEAM.roles.clear()
    async with Asking(shop, server.base_url, home) as asking:
        first = await asking.run(request_of("Add the tax."))
        (shop / "README.md").write_bytes(b"\xff\xfe no text\n")
        second = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    calls = len(server.requests)
    shutil.rmtree(shop)
    recorded = read_session(the_file(home))
    assert [one.request.level for one in recorded] == [AutonomyLevel.REPO, AutonomyLevel.FILE]
    for live, one in zip((first, second), recorded, strict=True):
        again = await replayed(one)
        assert again.proposal.change_set == live.proposal.change_set
        assert again.proposal == live.proposal
        assert one.digest == live.proposal.change_set.digest
        assert [type(event) for event in again.events if isinstance(event, ProposalReady)] == [ProposalReady]
    assert len(server.requests) == calls, "no call was made"


async def test_every_call_is_kept_with_its_prompt_answer_usage_and_time(
    asking: Asking, server: ScriptedServer, home: Path
) -> None:
    server.then(replies.answer(FIX, usage=(321, 45, 100)))
    await asking.run(request_of("Add the tax.", "shop/cart.py"))
    records = [json.loads(line) for line in the_file(home).read_text().splitlines()]
    call = next(record for record in records if record["record"] == "call")
    assert call["call"]["prompt"]["name"] == "edit/blocks"
    assert call["call"]["prompt"]["version"] == 1
    assert len(call["call"]["prompt"]["digest"]) == 64
    assert "Add the tax." in call["call"]["messages"][-1]["content"]
    texts = [part["text"] for part in call["parts"] if part["part"] == "text"]
    assert texts == [FIX]
    finished = call["parts"][-1]
    assert finished["usage"] == {
        "prompt_tokens": 321,
        "completion_tokens": 45,
        "cached_tokens": 100,
        "estimated": False,
    }
    assert finished["seconds"] > 0


async def test_no_key_and_no_header_is_written_whoever_quotes_it(
    shop: Path, server: ScriptedServer, home: Path
) -> None:
    (shop / "shop" / "leak.py").write_text(f'key = "{KEY}"\n')
    server.then(replies.answer(f"```\nkey = '{KEY}!'\n```"), replies.error(401, f"Incorrect key {KEY}"))
    async with Asking(shop, server.base_url, home) as asking:
        await asking.run(request_of(f"Use {KEY}.", "shop/leak.py", (1, 1)))
        await asking.run(request_of("Again.", "shop/leak.py", (1, 1)))
    written = the_file(home).read_text()
    assert KEY not in written
    assert "authorization" not in written.lower()
    assert server.base_url not in written
    assert "(key)" in written
    first, second = read_session(the_file(home))
    assert first.digest == "", "the digest of a change with a key in it is none that a replay can come to"
    assert (await replayed(first)).proposal.change_set
    failed = (await replayed(second)).events[-1]
    assert isinstance(failed, RequestFailed)
    assert failed.sentence == second.sentence


async def test_a_key_from_the_keyring_is_struck_out_of_what_quotes_it(
    shop: Path, server: ScriptedServer, home: Path, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = "kept-in-the-keyring-42"
    folders.settings_file.parent.mkdir(parents=True)
    folders.settings_file.write_text(
        f'[profiles.mine]\nbase_url = "{server.base_url}"\nmodel = "scripted"\nkey_keyring = true\n[roles.edit]\nprofile = "mine"\n'
    )
    monkeypatch.setenv("TEST_KEYRING", str(home / "keyring.json"))
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())
    try:
        store_key(server.base_url, kept)
        server.then(replies.answer(FIX.replace("+ tax", f"+ tax  # {kept}")))
        session = open_session(shop, dict(os.environ), home)
        await session.open()
        session.desk.typed.add(f"Use {kept}.")
        async for _ in session.propose(request_of(f"Use {kept}.", "shop/cart.py")):
            pass
        await session.close()
    finally:
        keyring.set_keyring(before)
    assert kept in server.requests[-1].headers["authorization"]
    assert "+ tax  # (key)" in the_file(home).read_text()
    written = the_file(home)
    assert kept not in written.read_text(), "nor is it in what was written before the keyring was read"
    assert "Use (key)." in written.read_text()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert not list(written.parent.glob("*.new"))
    (recorded,) = read_session(written)
    assert (await replayed(recorded)).proposal.change_set
    assert session.desk.typed.read() == ("Use (key).",)


async def test_the_file_is_for_the_person_alone_and_lies_outside_of_the_repository(
    asking: Asking, server: ScriptedServer, home: Path
) -> None:
    sessions = home / ".state" / "copilot-tui" / "sessions"
    assert not sessions.exists(), "nothing is written before the first request"
    server.otherwise = TEAM
    await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert stat.S_IMODE(the_file(home).stat().st_mode) == 0o600
    assert stat.S_IMODE(sessions.stat().st_mode) == 0o700


async def test_a_file_that_cannot_be_written_disturbs_nothing_and_is_said(
    shop: Path, server: ScriptedServer, home: Path
) -> None:
    (home / ".state" / "copilot-tui").mkdir(parents=True)
    (home / ".state" / "copilot-tui" / "sessions").write_text("in the way")
    server.then(replies.answer(FIX))
    async with Asking(shop, server.base_url, home) as asking:
        ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
        assert ran.proposal.change_set
        notices = (await asking.session.overview()).notices
    assert any("not recorded" in notice for notice in notices)


def test_only_the_newest_files_are_kept(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 5):
        file = SessionFile(tmp_path / f"{number:04}.jsonl", {})
        file.write({"record": "request"})
        file.close()
    kept = [file.name for file in session_files(tmp_path)]
    assert len(kept) == MOST_FILES
    assert kept[0] == f"{MOST_FILES + 4:04}.jsonl"


@pytest.mark.parametrize(
    "text", ["", "no json\n", '{"record": "call"}\n', '{"record": "session", "version": 99}\n'], ids=repr
)
def test_what_is_no_sessions_file_is_said(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(text)
    with pytest.raises(UsageError):
        read_session(tmp_path / "x.jsonl")


async def test_a_record_that_was_changed_ends_in_a_sentence_and_not_in_another_answer(
    asking: Asking, server: ScriptedServer, home: Path
) -> None:
    server.otherwise = TEAM
    await asking.run(request_of("Add the tax.", "shop/cart.py"))
    file = the_file(home)
    changed = file.read_text().replace('"text": "Add the tax."', '"text": "Add it."', 1)
    file.write_text(changed)
    (recorded,) = read_session(file)
    failed = (await replayed(recorded)).events[-1]
    assert isinstance(failed, RequestFailed)
    assert "record holds no answer" in failed.sentence


def test_replay_from_the_command_line(tmp_path: Path, server: ScriptedServer, home: Path) -> None:
    shop = make_repository(tmp_path / "shop")
    environment = environment_for(server.base_url)
    server.then(replies.answer("```\n        return sum(self.items) + tax\n```"))
    options = ("propose", "Add the tax.", "--at", "shop/cart.py:9")
    live = run_program(*options, "--patch", repository=shop, environment=environment)
    shutil.rmtree(shop)
    listed = run_program("replay", "--list", repository=None, environment=environment)
    assert listed.stdout.splitlines() == [str(the_file(home))]
    again = run_program("replay", str(the_file(home)), "--patch", repository=None, environment=environment)
    assert (again.status, again.stdout) == (0, live.stdout)
    assert "1 of 1 requests came out as they were recorded" in again.stderr
    missing = run_program("replay", str(tmp_path / "none"), repository=None, environment=environment)
    assert missing.status == 64
    assert "cannot be read" in missing.complaint


def test_where_the_person_or_the_repository_says_so_nothing_is_recorded(
    shop: Path, server: ScriptedServer, home: Path
) -> None:
    environment = environment_for(server.base_url)
    sessions = home / ".state" / "copilot-tui" / "sessions"
    own = shop / ".copilot-tui.toml"

    def ask() -> None:
        server.otherwise = Team(edits={"": FIX})
        run_program("propose", "Add the tax.", "--at", "shop/cart.py", repository=shop, environment=environment)

    own.write_text("record_sessions = false\n")
    ask()
    assert not sessions.exists()
    settings = home / ".config" / "copilot-tui" / "config.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("record_sessions = false\n")
    own.write_text("record_sessions = true\n")
    ask()
    assert not sessions.exists()
    found = run_program("doctor", "--json", repository=shop, environment=environment).json["checks"]
    told = {one["name"]: one for one in found}
    assert "record_sessions = false: no more come" in told["sessions"]["found"]
    assert "record_sessions is ignored: a repository cannot set it" in told["settings"]["to_do"]
    settings.unlink()
    own.unlink()
    ask()
    assert len(session_files(sessions)) == 1
