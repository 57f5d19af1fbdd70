"""The context command: for a request at a place it shows the pack that the request sends, wishes and all."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.headless.conftest import Copilot
from tests.support import replies
from tests.support.program import KEY, environment_for
from tests.support.pty_run import run_on_terminal
from tests.support.scripted_server import ScriptedServer


def test_the_pack_is_the_one_that_the_request_sends(copilot: Copilot, server: ScriptedServer) -> None:
    shown = copilot("context", "Add the tax.", "--at", "shop/cart.py:8-9", "--json").json
    server.then(replies.answer("        return 1"))
    copilot("propose", "Add the tax.", "--at", "shop/cart.py:8-9", "--json")
    assert shown["text"]
    assert shown["text"].strip() in server.requests[0].prompt
    assert (shown["version"], shown["level"], shown["model"]) == (1, "block", "scripted")
    assert shown["target"] == {"path": "shop/cart.py", "lines": [8, 9]}
    assert shown["tokens"] == sum(shown["shares"].values()) == sum(one["tokens"] for one in shown["items"])
    assert shown["items"][0]["kind"] == "target"
    assert shown["budget"] == 32_000, "what the model is given"
    assert shown["files"][0]["ranges"] == [[1, 9]]


def test_showing_a_pack_makes_no_call_and_says_no_key(copilot: Copilot, server: ScriptedServer) -> None:
    ended = copilot("context", "Add the tax.", "--at", "shop/cart.py:8")
    assert "Target: shop/cart.py" in ended.stdout
    assert server.all_requests == []
    assert KEY not in ended.stdout + ended.stderr


def test_wishes_are_taken(copilot: Copilot) -> None:
    pack = copilot(
        "context", "Add the tax.", "--at", "shop/cart.py:8", "--pin", "README.md", "--drop", "web/checkout.py", "--json"
    ).json  # fmt: skip
    items = {one["path"]: one for one in pack["items"]}
    assert items["README.md"]["pinned"]
    assert items["README.md"]["kind"] == "pinned"
    assert "web/checkout.py" not in items
    assert "web/checkout.py" in {
        one["path"] for one in copilot("context", "Check out.", "--level", "repo", "--json").json["items"]
    }


def test_the_budget_of_the_option_wins(copilot: Copilot) -> None:
    pack = copilot("context", "Add the tax.", "--at", "shop/cart.py", "--budget", "70", "--json").json
    assert pack["budget"] == 70
    assert 0 < pack["tokens"] <= 70


def test_what_is_in_is_explained(copilot: Copilot) -> None:
    printed = copilot("context", "Add the tax.", "--at", "shop/cart.py:8", "--pin", "README.md", "--explain").stdout
    first, second, *_ = printed.splitlines()
    assert "of 32000 tokens as scripted counts: target " in first
    assert ", free 3" in first
    assert second.split()[1:] == ["target", "shop/cart.py", "1-9", "the", "target,", "line", "8"]
    assert "● README.md" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--pin", "nothing.py"], "is no file of the repository"),
        (["--drop", "../../etc/passwd"], "is no file of the repository"),
        (["--at", "shop/cart.py:99"], "9 lines"),
        (["--at", "/etc/passwd"], "lies outside the repository"),
        (["--level", "galaxy"], "is no level"),
        (["--level", "block"], "needs a line"),
        (["--at", "shop/cart.py", "--budget", "0"], "from 1 upwards"),
    ],
)
def test_what_cannot_be_is_one_sentence(copilot: Copilot, arguments: list[str], said: str) -> None:
    ended = copilot("context", "x", *arguments)
    assert ended.status != 0
    assert said in ended.complaint


def test_serving_answers_queries_and_requests(
    copilot: Copilot, shop: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = str(shop)
    orders = [
        {"op": "query", "repo": repo, "query": "the tax", "budget": 500},
        {"op": "query", "repo": repo, "query": "the tax", "budget": 500, "at": "shop/cart.py:8", "pin": ["README.md"]},
        {"op": "query", "repo": repo, "query": "the tax", "budget": 500, "at": "shop/cart.py:8"},
        {"op": "query", "repo": repo, "query": "the tax", "at": "nothing.py:8"},
        {"op": "query", "repo": repo, "query": "the tax", "budget": 500, "level": "repo"},
    ]
    lines = io.TextIOWrapper(io.BytesIO(b"".join(json.dumps(one).encode() + b"\n" for one in orders)))
    monkeypatch.setattr(sys, "stdin", lines)
    answers = [json.loads(line) for line in copilot("context", "--serve").stdout.splitlines()]
    assert "shares" not in answers[0]
    assert [one["path"] for one in answers[1]["items"]][:2] == ["shop/cart.py", "README.md"]
    assert answers[1]["items"][1]["pinned"]
    assert not any(one["pinned"] for one in answers[2]["items"]), "a wish holds for its own order"
    assert "error" in answers[3]
    assert answers[4]["level"] == "repo"
    assert server.requests == []


def test_a_budget_that_is_no_number_is_said(copilot: Copilot) -> None:
    ended = copilot("context", "x", "--budget", "many")
    assert ended.status == 2
    assert "argument --budget: it is a number of tokens from 1 upwards" in ended.stderr


def test_a_single_line_is_one_number_and_a_word_is_as_it_stands_in_the_file(copilot: Copilot, shop: Path) -> None:
    (shop / "levies.py").write_text("LEVIED_PARSING = 1\n")
    printed = copilot("context", "levied parse", "--explain").stdout
    assert "levies.py  1  holds LEVIED_PARSING; named like the request" in printed


def test_a_class_is_named_without_what_stands_behind_its_name(copilot: Copilot) -> None:
    printed = copilot("context", "the total", "--explain").stdout
    assert "shop/cart.py  1-9  defines Cart.total" in printed


def test_a_query_below_the_top_is_one_to_the_whole_repository(
    copilot: Copilot, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = copilot("context", "tax", "--json").json
    monkeypatch.chdir(shop / "shop")
    assert copilot("context", "tax", "--json").json == whole
    assert whole["files"][0]["path"] == "shop/cart.py"


def test_a_folder_that_cannot_be_worked_in_is_said(copilot: Copilot, shop: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
    said = {
        "..": "is not in a git repository",
        ".git": "git's own folder",
        "nowhere": "is no folder",
        "n" * 5_000: "is no folder",
    }
    for folder, words in {**said, str(bare): "bare repository"}.items():
        ended = copilot("context", "tax", "--repo", folder)
        assert (ended.status, ended.stdout) == (65, "")
        assert words in ended.complaint
        assert words in copilot("context", "tax", "--repo", folder, "--level", "repo").complaint


def test_what_a_reader_of_the_text_should_know_is_said_beside_it(copilot: Copilot, shop: Path) -> None:
    (shop / "huge.py").write_bytes(b"tax = 1\n" * 200_000)
    ended = copilot("context", "tax")
    assert "def " in ended.stdout
    assert ended.stderr == "huge.py (1.6 MB) is left out, because it is too large.\n"


def test_of_a_query_without_end_the_beginning_is_read(copilot: Copilot) -> None:
    assert copilot("context", "--query-file", "/dev/zero", "--json").status == 0


@pytest.mark.parametrize(
    "arguments", [["tax"], ["tax", "--json"], ["tax", "--level", "repo", "--explain"], ["--serve"]]
)
def test_an_output_that_is_full_is_said(arguments: list[str], shop: Path, tmp_path: Path) -> None:
    environment = environment_for("http://127.0.0.1:9", {"HOME": str(tmp_path)})
    order = b'{"op": "query", "repo": ".", "query": "tax"}\n'
    command = [sys.executable, "-m", "copilot_tui", "context", *arguments]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            command, cwd=shop, env=environment, input=order, stdout=full, stderr=subprocess.PIPE, check=False
        )
    said = b"copilot-tui: The output cannot be written: No space left on device. See where it goes to.\n"
    assert (ended.returncode, ended.stderr) == (1, said)


def test_what_is_taken_out_is_said_as_the_pane_says_it(copilot: Copilot, shop: Path) -> None:
    hidden = "tax = 1  # \u202e\n"
    (shop / "tax_0.py").write_text(hidden)
    arguments = ("context", "tax", "--at", "shop/cart.py:8", "--json")
    assert copilot(*arguments).json["notes"] == ["tax_0.py holds invisible characters, which are not sent: 1 U+202E."]
    for number in range(1, 5):
        (shop / f"tax_{number}.py").write_text(hidden)
    (said,) = copilot(*arguments).json["notes"]
    assert said.startswith("5 files hold invisible characters, which are not sent: tax_")
    assert said.endswith(" (1 U+202E) and 2 more.")


def test_without_a_model_nobody_counts(copilot: Copilot, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "COPILOT_TUI_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    first, *_ = copilot("context", "tax", "--at", "shop/cart.py:8", "--explain").stdout.splitlines()
    assert "tokens (no local model is installed): target " in first


@pytest.mark.parametrize(("columns", "least", "most"), [(None, 101, 118), ("60", 41, 58), ("many", 61, 78)])
def test_the_help_is_as_wide_as_the_terminal(columns: str | None, least: int, most: int, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    if columns is not None:
        environment["COLUMNS"] = columns
    command = [sys.executable, "-m", "copilot_tui", "context", "--help"]
    status, written = run_on_terminal(command, environment, tmp_path)
    assert status == 0
    assert least <= max(map(len, written.decode().splitlines())) <= most
