"""`copilot-tui sessions` and `config`: what was recorded, and what is set."""

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from copilot_tui.config.settings import Settings
from copilot_tui.headless.settings import descriptions, values_of
from tests.headless.conftest import Copilot
from tests.support import replies
from tests.support.program import KEY, make_repository
from tests.support.scripted_server import ScriptedServer

LINE = "        return sum(self.items) + tax"


def propose(copilot: Copilot, server: ScriptedServer) -> None:
    server.then(replies.answer(f"```python\n{LINE}\n```"))
    assert copilot("propose", "Add the tax.", "--at", "shop/cart.py:9").status == 0


def test_sessions_are_listed_named_and_found_by_their_name(copilot: Copilot, server: ScriptedServer) -> None:
    assert "No session" in copilot("sessions").stdout
    propose(copilot, server)
    (session,) = copilot("sessions", "list", "--json").json["sessions"]
    assert (session["repository"], session["requests"], session["name"]) == ("shop", ["Add the tax."], "")
    assert "1 request    Add the tax." in copilot("sessions").stdout
    assert copilot("sessions", "name", "", "the  tax").status == 0
    assert "[the tax]" in copilot("sessions").stdout
    propose(copilot, server)
    assert copilot("sessions", "name", "", "the tax").complaint.startswith("Another session is called the tax")
    exported = copilot("sessions", "export", "the tax")
    assert exported.stdout.startswith("# the tax\n")
    assert copilot("sessions", "export", "no such one").status == 64
    assert "are meant by 20" in copilot("sessions", "export", "20").complaint


def test_an_export_has_requests_diffs_or_questions_but_no_key(
    copilot: Copilot, server: ScriptedServer, home: Path
) -> None:
    propose(copilot, server)
    text = copilot("sessions", "export").stdout
    assert re.search(r", begun \d{4}-\d\d-\d\d \d\d:\d\d UTC\n", text)
    assert "## 1. Add the tax.\n\nLevel line, at `shop/cart.py:9`." in text
    assert "```diff" in text
    assert f"+{LINE}" in text
    server.then(replies.answer("In shop/cart.py:9."))
    copilot("ask", "Where is the tax?")
    exported = copilot("sessions", "export")
    assert exported.status == 0, exported.stderr
    text = exported.stdout
    assert "## Questions\n\n**Where is the tax?**\n\nIn shop/cart.py:9." in text
    assert KEY not in text
    assert "1 question   Where is the tax?" in copilot("sessions").stdout
    (asked,) = [group for group in copilot("stats", "--json").json["groups"] if group["name"] == "ask"]
    assert (asked["questions"], asked["calls"], asked["requests"]) == (1, 1, 0)


def test_the_list_tells_a_repository_of_the_same_name_apart(
    copilot: Copilot, server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose(copilot, server)
    namesake = make_repository(tmp_path / "elsewhere" / "shop")
    listed = copilot("sessions", "list", "--json", "--repo", str(namesake)).json["sessions"]
    assert [(one["repository"], one["here"]) for one in listed] == [("shop", False)]
    assert "  shop elsewhere  " in copilot("sessions", "list", "--repo", str(namesake)).stdout
    assert [one["here"] for one in copilot("sessions", "--json").json["sessions"]] == [True]
    assert "elsewhere" not in copilot("sessions").stdout
    monkeypatch.chdir(tmp_path)
    assert [one["here"] for one in copilot("sessions", "--json").json["sessions"]] == [False], "no repository at all"
    assert "  shop    " in copilot("sessions").stdout


@pytest.mark.parametrize("command", ["sessions", "memory", "waiting", "models"])
def test_a_command_without_its_action_lists_and_takes_the_options_of_the_list(copilot: Copilot, command: str) -> None:
    bare, listed = copilot(command, "--json").json, copilot(command, "list", "--json").json
    for one in (bare, listed):
        one.pop("free_disk", None)  # the models' list names it, and other programs use the disk meanwhile
    assert bare == listed
    assert copilot(command, "--nonsense").status == 2
    assert "ACTION" in copilot(command, "--help").stdout


def test_going_on_without_a_terminal_names_the_review(copilot: Copilot, server: ScriptedServer) -> None:
    propose(copilot, server)
    ended = copilot("sessions", "resume", "--json")
    assert (ended.status, ended.stdout) == (64, "")
    assert "left no review unfinished here" in ended.complaint


@pytest.mark.parametrize("model", ["", "scripted"])
def test_an_endpoint_of_ones_own_needs_no_key(
    copilot: Copilot, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.setenv("OPENAI_MODEL", model)
    propose(copilot, server)
    assert "authorization" not in server.requests[0].headers


def test_every_setting_is_shown_with_its_origin(copilot: Copilot, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = home / ".config" / "copilot-tui" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text('level = "file"\n[caps]\nrequest_calls = 7\n[profiles.openai.headers]\nX-Secret = "hush"\n')
    monkeypatch.setenv("COPILOT_TUI_THEME", "nord")
    found = {one["key"]: (one["value"], one["origin"]) for one in copilot("config", "--json").json["settings"]}
    assert found["level"] == ("file", str(file))
    assert found["caps.request_calls"] == (7, str(file))
    assert found["theme"] == ("nord", "environment variable COPILOT_TUI_THEME")
    assert found["best_of"] == (1, "built in")
    assert "profiles.gemini.model" not in found
    assert "hush" not in copilot("config", "--all").stdout
    one = copilot("config", "caps.request_calls").stdout
    assert one.split() == ["caps.request_calls", "7", str(file)]
    assert copilot("config", "caps.request_cals").status == 64


def test_the_descriptions_are_of_all_settings_that_there_are() -> None:
    named_by_people = {field.name for field in fields(Settings) if isinstance(getattr(Settings(), field.name), Mapping)}
    plain = {one.key for one in descriptions() if one.key.partition(".")[0] not in named_by_people}
    assert plain == {one.key for one in values_of(Settings())}
    assert {one.key.partition(".")[0] for one in descriptions()} >= named_by_people - {"origins"}
    assert all(one.takes for one in descriptions())
