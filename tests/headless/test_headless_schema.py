"""The schema of the JSON: real outputs of every command are held against it, with nothing in them that it does not name."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from copilot_tui.cli.program import build_parser
from copilot_tui.headless.manual import commands_of
from copilot_tui.headless.schema import OUTPUTS, schema_document
from copilot_tui.models.catalogue import find_in_catalogue
from tests.headless.conftest import Copilot
from tests.session.test_session_memory import RULE, rules, three_decisions
from tests.support import replies
from tests.support.asking import Asking
from tests.support.hub_server import HubServer
from tests.support.program import environment_for
from tests.support.scripted_server import RecordedRequest, ScriptedServer

STRICT = schema_document(strict=True)
PATCH = """\
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -9 +9 @@
-        return sum(self.items) - tax
+        return sum(self.items) + tax
"""
LINE = "```python\n        return sum(self.items) + tax\n```"
# What prints no JSON, and why.
WITHOUT = {
    "mcp": "it speaks the Model Context Protocol",
    "completion": "it prints a script for a shell",
    "sessions": "its actions do", "memory": "its actions do", "models": "its actions do", "waiting": "its actions do",
}  # fmt: skip


def answer(request: RecordedRequest) -> replies.Reply:
    if "You answer a question" in request.prompt:
        return replies.answer("In shop/cart.py:9 and nowhere.py:1.")
    if "You find the rule" in request.prompt:
        return replies.answer(rules((RULE, [1, 3])))
    return replies.answer(LINE)


def event_of(shape: dict[str, str]) -> str:
    name: str = STRICT["$defs"][shape["$ref"].rpartition("/")[2]]["properties"]["event"]["const"]
    return name


def complaints(kind: str, name: str, value: Any) -> list[str]:
    """What the schema has against a value; of several shapes, what the nearest one says."""
    found = []
    if kind == "streams":
        shapes = STRICT[kind][name].get("anyOf", [STRICT[kind][name]])
        named = [shape["$ref"] for shape in shapes if event_of(shape) == value["event"]]
        if not named:
            return [f"no event {value['event']}"]
        checked = Draft202012Validator({**STRICT, "$ref": named[0]})
    else:
        checked = Draft202012Validator({**STRICT, "$ref": f"#/{kind}/{name.replace(' ', '%20')}"})
    for error in checked.iter_errors(value):
        deepest = max([error, *(error.context or [])], key=lambda one: len(one.absolute_path))
        found.append(f"{list(deepest.absolute_path)}: {deepest.message[:300]}")
    return found


@pytest.fixture
def busy(copilot: Copilot, server: ScriptedServer) -> Copilot:
    server.otherwise = answer
    return copilot


@pytest.fixture
async def decisions(shop: Path, server: ScriptedServer, home: Path) -> None:
    async with Asking(shop, server.base_url, home) as asking:
        await three_decisions(asking, server)
    server.otherwise = answer


def test_the_schema_is_one_and_names_every_command() -> None:
    Draft202012Validator.check_schema(STRICT)
    json_commands, event_commands = set(), set()
    for command in commands_of(build_parser()):
        forms = {argument.form for argument in command.arguments}
        json_commands |= {command.name} if "--json" in forms else set()
        event_commands |= {f"{command.name} --events"} if "--events" in forms else set()
    streams = {"watch"}  # its JSON is a line for each outcome
    assert json_commands - streams == set(OUTPUTS)
    assert set(STRICT["streams"]) == event_commands | {"watch --json"}


def scenarios() -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Command, its words, and the exit status: each shape that an output can have, in one repository, in this order."""
    at = ("--at", "shop/cart.py:9")
    yield "propose", ("propose", "Add the tax.", *at, "--estimate", "--json"), 0
    yield "propose", ("propose", "Add the tax.", *at, "--json"), 0
    yield "propose", ("propose", "Add the tax.", *at, "--accept", "all", "--json"), 0
    yield "undo", ("undo", "--list", "--json"), 0
    yield "undo", ("undo", "--show", "1", "--json"), 0
    yield "review", ("review", "--json"), 1  # our own settings are in the change, and are never reviewed
    yield "undo", ("undo", "--json"), 0
    yield "redo", ("redo", "--json"), 0
    yield "commit", ("commit", "--message", "Add the tax", "--json"), 0
    yield "undo", ("undo", "--json"), 0
    yield "propose", ("propose", "", *at, "--json"), 64
    yield "apply", ("apply", "--input", "fix.patch", "--dry-run", "--json"), 0
    yield "apply", ("apply", "--input", "bad.patch", "--json"), 2
    yield "review", ("review", "fix.patch", "--json"), 0
    yield "review", ("review", "--unfinished", "--json"), 0
    yield "try", ("try", "fix.patch", "--command", "false", "--bisect", "--json"), 1
    yield "try", ("try", "fix.patch", "--only", "mine", "--json"), 1
    yield "ask", ("ask", "Where is the tax?", "--json"), 0
    yield "context", ("context", "tax", "--json"), 0
    yield "context", ("context", "tax", *at, "--json"), 0
    yield "context", ("context", "tax", "--level", "repo", "--json"), 0
    yield "replay", ("replay", "--list", "--json"), 0
    yield "sessions list", ("sessions", "list", "--json"), 0
    yield "sessions name", ("sessions", "name", "", "mine", "--json"), 0
    yield "sessions export", ("sessions", "export", "mine", "--json"), 0
    for by in ("level", "model", "repository", "week"):
        yield "stats", ("stats", "--by", by, "--json"), 0
    yield "memory list", ("memory", "list", "--json"), 0
    yield "memory propose", ("memory", "propose", "--json"), 0
    yield "memory forget", ("memory", "forget", "--json"), 0
    yield "demo", ("demo", "--json"), 0
    yield "setup", ("setup", "--json"), 0
    yield "models add", ("models", "add", "tiny.gguf", "--name", "tiny", "--json"), 0
    yield "models list", ("models", "list", "--json"), 0
    yield "models remove", ("models", "remove", "tiny", "--json"), 0
    yield "config", ("config", "--all", "--json"), 0
    yield "trust", ("trust", "--json"), 0
    yield "doctor", ("doctor", "--json"), -1
    yield "waiting list", ("waiting", "list", "--json"), 0
    yield "docs", ("docs", "--json"), 0
    yield "docs", ("docs", "levels", "--json"), 0


def test_real_outputs_of_every_command_are_what_the_schema_says(busy: Copilot, decisions: None, shop: Path) -> None:
    (shop / "fix.patch").write_text(PATCH)
    (shop / "tiny.gguf").write_bytes(b"GGUF" + (3).to_bytes(4, "little") + bytes(64))
    (shop / "bad.patch").write_text(PATCH.replace("sum(self", "max(self"))
    (shop / ".copilot-tui.toml").write_text('[commands]\nmine = "true"\n')
    wrong, seen = [], set()
    for command, words, status in scenarios():
        ended = busy(*words)
        if status not in {-1, ended.status}:
            wrong.append(f"{words}: status {ended.status}: {ended.stderr[-300:]}")
            continue
        if not ended.stdout:
            continue
        seen.add(command)
        value = ended.json
        assert value["version"] == 1
        wrong += [f"{words}: {said}" for said in complaints("commands", command, value)]
    assert not wrong
    # Those that follow here, and the one of tests/trials.
    elsewhere = {"sessions resume", "waiting show", "waiting accept", "waiting reject", "models install", "models test"}
    assert set(OUTPUTS) - seen == elsewhere


def test_waiting_proposals_and_watched_comments_are_what_the_schema_says(busy: Copilot, shop: Path) -> None:
    cart = shop / "shop/cart.py"
    text = cart.read_text()
    cart.write_text(text.replace("        return sum", "        # why? AI?\n        # add it AI!\n        return sum"))
    events = busy("watch", "--once", "--level", "line", "--json").events
    assert {event["event"] for event in events} >= {"waiting", "answer"}
    wrong = [said for event in events for said in complaints("streams", "watch --json", event)]
    identity = next(event["id"] for event in events if event["event"] == "waiting")
    for command, words in (
        ("waiting show", ("show", identity)),
        ("waiting list", ("list", "--all")),
        ("waiting accept", ("accept", identity)),
        ("waiting list", ("list", "--all")),
    ):
        ended = busy("waiting", *words, "--json")
        assert ended.status == 0, ended.stderr
        wrong += [f"{words}: {said}" for said in complaints("commands", command, ended.json)]
    cart.write_text(text.replace("        return sum", "        # add it AI!\n        return sum"))
    events = busy("watch", "--once", "--level", "line", "--json").events
    identity = next(event["id"] for event in events if event["event"] == "waiting")
    rejected = busy("waiting", "reject", identity, "--json")
    assert rejected.json["state"] == "rejected"
    wrong += complaints("commands", "waiting reject", rejected.json)
    assert not wrong


def test_the_review_that_a_session_left_is_what_the_schema_says(busy: Copilot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("at shop/cart.py:9\nAdd the tax.\na\nleave\n"))
    assert busy("--plain").status == 0
    resumed = busy("sessions", "resume", "--json").json
    assert complaints("commands", "sessions resume", resumed) == []
    (left,) = busy("review", "--unfinished", "--json").json["unfinished"]
    assert resumed["review"] == left["identity"]


def test_a_model_that_is_fetched_is_what_the_schema_says(copilot: Copilot, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = find_in_catalogue("qwen2.5-coder-1.5b")
    assert wanted is not None
    with HubServer(wanted.repository, wanted.file, b"GGUF" + bytes(100)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        ended = copilot("models", "install", wanted.name, "--anyway", "--json")
    assert ended.status == 0, ended.stderr
    assert complaints("commands", "models install", ended.json) == []
    assert ended.json["model"]["size"] == 104


def test_every_line_of_a_stream_of_events_is_what_the_schema_says(busy: Copilot, decisions: None) -> None:
    wrong = []
    for name, words in (
        ("propose --events", ("propose", "Add the tax.", "--at", "shop/cart.py:9", "--events")),
        ("propose --events", ("propose", "Add the tax.", "--at", "shop/cart.py", "--events")),
        ("ask --events", ("ask", "Where is it?", "--events")),
        ("memory propose --events", ("memory", "propose", "--events")),
        ("replay --events", ("replay", "--events")),
    ):
        for event in busy(*words).events:
            wrong += [f"{name} {event['event']}: {said}" for said in complaints("streams", name, event)]
    assert not wrong


def test_a_field_that_is_not_named_or_of_another_type_is_found() -> None:
    good = {"version": 1, "forgotten": 2}
    assert complaints("commands", "memory forget", good) == []
    assert complaints("commands", "memory forget", {**good, "more": 1})
    assert complaints("commands", "memory forget", {**good, "forgotten": "2"})
    assert complaints("commands", "memory forget", {"version": 2, "forgotten": 2})
    assert Draft202012Validator({**schema_document(), "$ref": "#/commands/memory%20forget"}).is_valid(
        {**good, "more": 1}
    ), "a field may be added within a version"


def test_the_schema_is_printed_as_the_file_holds_it(copilot: Copilot) -> None:
    printed = copilot("docs", "--schema").json
    assert printed == schema_document() == json.loads((Path(__file__).parents[2] / "docs/schema.json").read_text())


@pytest.mark.parametrize("name", sorted(OUTPUTS))
def test_no_command_asks_or_fails_where_standard_input_is_closed(
    name: str, copilot: Copilot, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed standard input is None in Python; whoever asks it something raises."""
    server.otherwise = answer
    monkeypatch.setattr(sys, "stdin", None)
    needed = {
        "propose": ("-",), "ask": ("-",), "waiting show": ("12345678",), "waiting accept": ("12345678",),
        "waiting reject": ("12345678",), "models add": ("none.gguf",), "models remove": ("none",), "models install": ("none",),
        "sessions name": ("", "x"), "review": ("-",), "try": ("-",),
    }  # fmt: skip
    ended = copilot(*name.split(), *needed.get(name, ()), "--json")
    sys.stdin.close()
    assert "Traceback" not in ended.stderr
    assert ended.status in KNOWN_STATUSES, ended.stderr
    if ended.status not in {0, 1, 2}:
        assert ended.complaint


def test_a_really_closed_standard_input_is_an_empty_one(shop: Path, server: ScriptedServer) -> None:
    ended = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m copilot_tui propose - --at shop/cart.py:9 <&-"],
        cwd=shop, env={**environment_for(server.base_url), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 64
    assert "Say in a few words what you want." in ended.stderr


KNOWN_STATUSES = {int(found) for found in re.findall(r"^  (\d+) ", build_parser().epilog or "", re.MULTILINE)}


def test_what_prints_no_json_says_why() -> None:
    leaves = {command.name for command in commands_of(build_parser())}
    assert leaves - set(OUTPUTS) - {"watch"} == set(WITHOUT)


@pytest.mark.parametrize(
    ("command", "field"), [("sessions list", "here"), ("sessions name", ""), ("sessions export", "markdown")]
)
def test_what_a_session_always_has_is_required_and_what_it_never_has_is_not_there(command: str, field: str) -> None:
    defs = STRICT["$defs"]
    shape = defs[OUTPUTS[command][0].__name__]
    if command == "sessions list":
        shape = defs[shape["properties"]["sessions"]["items"]["$ref"].rpartition("/")[2]]
    assert {field} - {""} <= set(shape["required"])
    assert set(shape["properties"]) == set(shape["required"])
    assert {"here", "markdown"} & set(shape["properties"]) == {field} - {""}
