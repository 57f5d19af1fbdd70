"""`copilot-tui propose` as a person's script runs it: a real process, a real repository, an endpoint on loopback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import replies
from tests.support.program import (
    CART,
    KEY,
    Ended,
    environment_for,
    hears_ctrl_c,
    make_repository,
    run_program,
    work_tree,
)
from tests.support.replies import Reply
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

FIXED = CART.replace("- tax", "+ tax")
FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")
MISSED = block("shop/cart.py", "        return sum(self.goods) - tax\n", "        return sum(self.goods) + tax\n")
CALL = block("web/checkout.py", "    return cart.total(0)\n", "    return cart.total(tax=0)\n")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


def propose(repository: Path, server: ScriptedServer, *arguments: str) -> Ended:
    return run_program("propose", *arguments, repository=repository, environment=environment_for(server.base_url))


def configure(home: Path, text: str) -> None:
    folder = home / ".config" / "copilot-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(text)


def test_a_line_is_proposed_and_nothing_lands_unasked(repository: Path, server: ScriptedServer) -> None:
    before = work_tree(repository)
    server.then(replies.answer("```python\n        return sum(self.items) + tax\n```"))
    words = "Add the tax to the sum of all items, and take care of whatever else depends on it."
    ended = propose(repository, server, words, "--at", "shop/cart.py:9", "--json")
    assert ended.status == 0
    assert ended.json["title"] == "shop/cart.py: Add the tax to the sum of all items, and take care of …"
    (hunk,) = ended.json["hunks"]
    assert hunk["state"] == "admitted"
    assert "+        return sum(self.items) + tax" in hunk["lines"]
    assert ended.json["spent"]["calls"] == 1
    assert work_tree(repository) == before


def test_a_file_is_repaired_once_with_the_refusal_alone_and_applied(repository: Path, server: ScriptedServer) -> None:
    good = block("shop/cart.py", "        self.items = []\n", "        self.items = list()\n")
    server.otherwise = team = Team(edits={"": good + MISSED}, repairs=[FIX])
    ended = propose(repository, server, "Add the tax.", "--at", "shop/cart.py", "--accept", "all")
    assert ended.status == 0, ended.stderr
    assert (repository / "shop/cart.py").read_text() == FIXED.replace("= []", "= list()")
    assert team.roles == {"edit": 1, "repair": 1, "critique": 1}
    (sent,) = team.prompts["repair"]
    assert "sum(self.goods)" in sent
    assert "list()" not in sent.partition("What could not be used")[2], "what was applied is not sent back"
    undone = run_program("undo", repository=repository, environment=environment_for(server.base_url))
    assert undone.status == 0
    assert (repository / "shop/cart.py").read_text() == CART


def test_a_folder_withholds_what_lies_outside_of_it(repository: Path, server: ScriptedServer) -> None:
    server.otherwise = Team(plan=[("shop/cart.py", "Add the tax.")], edits={"shop/cart.py": FIX + CALL})
    ended = propose(
        repository, server, "Add the tax.", "--at", "shop", "--level", "directory", "--json", "--accept", "all"
    )
    assert ended.status == 0, ended.stderr
    states = {hunk["path"]: (hunk["state"], hunk["admitted_by"]) for hunk in ended.json["hunks"]}
    assert states == {"shop/cart.py": ("admitted", None), "web/checkout.py": ("withheld", "repo")}
    assert "web/checkout.py" not in ended.json["patch"]
    tree = work_tree(repository)
    assert tree["shop/cart.py"] == FIXED.encode()
    assert b"total(0)" in tree["web/checkout.py"], "what is withheld never lands"


def test_a_withheld_hunk_cannot_be_named(repository: Path, server: ScriptedServer) -> None:
    server.otherwise = Team(edits={"": CALL})
    before = work_tree(repository)
    ended = propose(repository, server, "Name the argument.", "--at", "shop/cart.py", "--accept", "1")
    assert ended.status == 64
    assert "withheld" in ended.complaint
    assert work_tree(repository) == before


def test_the_whole_repository_is_planned_edited_side_by_side_and_repaired(
    repository: Path, server: ScriptedServer
) -> None:
    server.otherwise = team = Team(
        locate=[1, 2],
        plan=[("shop/cart.py", "Add the tax."), ("web/checkout.py", "Name the argument.")],
        edits={"shop/cart.py": MISSED, "web/checkout.py": CALL},
        repairs=[FIX],
        critique='{"met": false, "gap": "no test", "hunks": [{"hunk": 1, "why": "adds", "risk": "high", "because": "sign"}]}',
        summarize='{"title": "Add the tax", "hunks": [{"hunk": 2, "why": "names it"}], "commit": "Add the tax\\n\\nWas taken off."}',
    )
    ended = propose(repository, server, "Add the tax instead of taking it off.", "--level", "repo", "--events")
    assert ended.status == 0, ended.stderr
    names = [event["event"] for event in ended.events]
    assert names[-2:] == ["ProposalReady", "result"]
    assert names.index("PlanProposed") < names.index("RepairStarted")
    result = ended.events[-1]
    assert result["title"] == "Add the tax"
    assert result["gap"] == "no test"
    assert result["steps"][1] == {"path": "web/checkout.py", "what": "Name the argument."}
    assert {hunk["path"]: hunk["step"] for hunk in result["hunks"]} == {"shop/cart.py": 1, "web/checkout.py": 2}
    assert result["commit_message"] == "Add the tax\n\nWas taken off."
    assert {hunk["path"]: hunk["risk"] for hunk in result["hunks"]} == {"shop/cart.py": "high", "web/checkout.py": None}
    assert team.roles == {"locate": 1, "plan": 1, "edit": 2, "repair": 1, "critique": 1, "summarize": 1}
    started = [event for event in ended.events if event["event"] == "CallStarted"]
    assert [event["prompt"]["name"] for event in started if event["role"] == "edit"] == ["edit/step"] * 2


def test_a_patch_on_standard_output_is_one_that_git_takes(repository: Path, server: ScriptedServer) -> None:
    server.otherwise = Team(
        plan=[("shop/cart.py", "Add."), ("web/checkout.py", "Name it.")],
        edits={"shop/cart.py": FIX, "web/checkout.py": CALL},
    )
    ended = propose(repository, server, "Add the tax.", "--patch")
    assert ended.status == 0
    subprocess.run(["git", "apply"], cwd=repository, input=ended.stdout.encode(), check=True)
    tree = work_tree(repository)
    assert tree["shop/cart.py"] == FIXED.encode()
    assert b"total(tax=0)" in tree["web/checkout.py"]


FAULTS: dict[str, tuple[list[Reply], int, str]] = {
    "401": ([replies.error(401, "Incorrect API key provided: sk-abc")], 69, "did not accept the key"),
    "404 model": ([replies.error(404, "The model `scripted` does not exist")], 69, "has no model scripted"),
    "429": ([replies.error(429, "Slow down", {"Retry-After": "0"})] * 3, 69, "too many requests"),
    "429 too long": ([replies.error(429, "Slow down", {"Retry-After": "900"})], 69, "asks to wait 900 seconds"),
    "500": ([replies.error(500, "Boom", {"Retry-After": "0"})] * 3, 69, "failed with status 500"),
    "cut": ([replies.cut_by_reset("no edit yet, but")], 1, "not whole"),
    "stalled": ([replies.stalled_in_body("no edit yet, but")], 1, "not whole"),
    "stalled at once": ([replies.stalled_before_headers()], 69, "sent nothing"),
    "empty": ([replies.empty()], 69, "empty answer"),
    "length": ([replies.answer(FIX[:60], finish="length")], 1, "max_tokens"),
    "web page": ([replies.web_page()], 69, ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_the_endpoint_is_one_sentence(
    fault: str, repository: Path, server: ScriptedServer, home: Path
) -> None:
    if "stalled" in fault:  # the others end by themselves: a short limit would only make a slow machine fail them
        configure(home, "[profiles.openai]\nidle_seconds = 2.0\n")
    scripted, status, said = FAULTS[fault]
    server.then(*scripted)
    server.otherwise = lambda _: replies.error(400, "No more is answered here.")
    before = work_tree(repository)
    ended = propose(repository, server, "Add the tax.", "--at", "shop/cart.py", "--accept", "all")
    assert ended.status == status, ended.stderr
    assert said in ended.complaint
    assert KEY not in ended.stdout + ended.stderr
    assert work_tree(repository) == before


def test_a_refused_connection_is_one_sentence(repository: Path, home: Path) -> None:
    with ScriptedServer() as gone:
        pass
    ended = propose(repository, gone, "Add the tax.", "--at", "shop/cart.py:9")
    assert ended.status == 69
    assert "refused" in ended.complaint
    assert "start the server" in ended.complaint


def test_what_is_larger_than_its_budget_comes_in_portions(repository: Path, server: ScriptedServer) -> None:
    server.otherwise = Team(
        plan=[("shop/cart.py", "Add."), ("web/checkout.py", "Name it.")],
        edits={"shop/cart.py": FIX, "web/checkout.py": CALL},
    )
    ended = propose(repository, server, "Add the tax.", "--budget", "2", "--json", "--accept", "all")
    assert ended.status == 0, ended.stderr
    told = ended.json
    assert [hunk["path"] for hunk in told["hunks"]] == ["shop/cart.py"]
    (following,) = told["following"]
    assert [(hunk["path"], hunk["state"]) for hunk in following["hunks"]] == [("web/checkout.py", "admitted")]
    assert told["landed"]
    assert following["landed"]
    tree = work_tree(repository)
    assert tree["shop/cart.py"] == FIXED.encode()
    assert b"total(tax=0)" in tree["web/checkout.py"]


def test_what_is_flagged_is_not_accepted_by_all_and_is_by_its_number(repository: Path, server: ScriptedServer) -> None:
    broken = block("shop/cart.py", "    def total(self, tax):\n", "    def total(self, tax:\n")
    server.otherwise = Team(edits={"": broken})
    before = work_tree(repository)
    options = ("Break it.", "--at", "shop/cart.py", "--steps", "edit,checks", "--accept")
    ended = propose(repository, server, *options, "all")
    assert ended.status == 73
    assert "[1]" in ended.stdout, "the proposal is printed all the same"
    assert "by their numbers" in ended.complaint
    assert work_tree(repository) == before
    assert propose(repository, server, *options, "1").status == 0
    assert b"tax:\n" in work_tree(repository)["shop/cart.py"]


def test_ctrl_c_ends_it_with_nothing_changed_and_the_stream_closed(repository: Path, server: ScriptedServer) -> None:
    server.then(replies.stalled_in_body(FIX[:40]))
    before = work_tree(repository)
    running = subprocess.Popen(
        [sys.executable, "-m", "copilot_tui", "propose", "Add.", "--at", "shop/cart.py", "--repo", str(repository)],
        env=environment_for(server.base_url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hears_ctrl_c,  # noqa: PLW1509  (it is replaced by the program at once)
    )
    (request,) = server.wait_for_requests(1)
    os.kill(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=20)
    assert running.returncode == 130
    assert b"Traceback" not in said
    assert said.decode().splitlines()[-1].startswith("copilot-tui: cancelled")
    assert request.left.wait(5)
    assert work_tree(repository) == before


def test_the_request_may_come_from_standard_input_in_any_bytes(repository: Path, server: ScriptedServer) -> None:
    server.then(replies.answer(FIX))
    done = subprocess.run(
        [sys.executable, "-m", "copilot_tui", "propose", "-", "--at", "shop/cart.py", "--repo", str(repository)],
        env=environment_for(server.base_url),
        input=b"Add the tax \xff\n",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Add the tax \ufffd" in server.requests[0].prompt


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        ("--at none.py:1", 66, "no file"),
        ("--at shop/cart.py:99", 66, "no line 99"),
        ("--at shop --level file", 66, "folder"),
        ("--at shop:1 --level block", 66, "folder"),
        ("--level galaxy", 64, "galaxy"),
        ("--level line", 64, "line"),
        ("--at ../outside.py", 64, "outside"),
        ("--budget 0", 64, "budget"),
        ("--at picture.png:1", 66, "binary"),
    ],
)
def test_what_cannot_be_aimed_at_is_one_sentence_and_no_call(
    options: str, status: int, said: str, repository: Path, server: ScriptedServer
) -> None:
    (repository / "picture.png").write_bytes(b"\x89PNG\0\0")
    ended = propose(repository, server, "Change it.", *options.split())
    assert ended.status == status, ended.stderr
    assert said in ended.complaint
    assert server.requests == []
