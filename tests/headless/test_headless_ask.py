"""`copilot-tui ask` as a person runs it: an answer with places, each of them looked up."""

from pathlib import Path

import pytest

from copilot_tui.autonomy.request import LineRange
from copilot_tui.steps.asking import places_in
from tests.headless.conftest import Copilot
from tests.support import replies
from tests.support.program import Ended, environment_for, make_repository, run_program, work_tree
from tests.support.scripted_server import ScriptedServer

ANSWER = (
    "`checkout` calls it (web/checkout.py:4-8), and it takes the tax away: `shop/cart.py:9`.\n"
    "It is also called in shop/orders.py:12 and at cart.py:99, by 10:30 at http://localhost:80.\n"
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


def ask(copilot: Copilot, repository: Path, *arguments: str) -> Ended:
    return copilot("ask", *arguments, "--repo", str(repository))


def test_an_answer_comes_with_its_places_and_unknown_ones_are_marked(
    copilot: Copilot, repository: Path, server: ScriptedServer
) -> None:
    before = work_tree(repository)
    server.then(replies.answer(ANSWER))
    ended = ask(copilot, repository, "Who calls Cart.total?")
    assert ended.status == 0, ended.stderr
    answer, _, places = ended.stdout.partition("\n\n")
    assert answer.strip() == ANSWER.strip()
    assert places.splitlines() == [
        "  web/checkout.py:4-8  def checkout(prices):",
        "  shop/cart.py:9  return sum(self.items) - tax",
        "  shop/orders.py:12  (!) there is no such place",
        "  shop/cart.py:99  (!) there is no such place",
    ]
    assert "2 of 4 places are not in the work tree" in ended.stderr
    assert work_tree(repository) == before


def test_the_model_sees_every_line_under_its_number(copilot: Copilot, repository: Path, server: ScriptedServer) -> None:
    ask(copilot, repository, "Why is the total too low?", "--at", "shop/cart.py:9")
    (request,) = server.requests
    assert "\n9         return sum(self.items) - tax\n" in request.prompt
    assert "The person looks at shop/cart.py:9." in request.prompt
    assert request.prompt.rstrip().endswith("Question: Why is the total too low?")


def test_a_program_gets_one_object_or_lines_of_events(
    copilot: Copilot, repository: Path, server: ScriptedServer
) -> None:
    server.then(replies.answer(ANSWER), replies.answer(ANSWER))
    ended = run_program(
        "ask",
        "-",
        "--json",
        repository=repository,
        environment=environment_for(server.base_url),
        text="Who calls Cart.total?",
    )
    assert [(one["path"], one["first"], one["last"], one["exists"]) for one in ended.json["citations"]] == [
        ("web/checkout.py", 4, 8, True),
        ("shop/cart.py", 9, 9, True),
        ("shop/orders.py", 12, 12, False),
        ("shop/cart.py", 99, 99, False),
    ]
    assert ended.json["spent"]["calls"] == 1
    events = ask(copilot, repository, "Who calls Cart.total?", "--events").events
    assert "".join(event["text"] for event in events if event["event"] == "TextStreamed") == ANSWER
    assert events[-1]["event"] == "result"
    assert events[-1]["answer"] == ANSWER


def test_what_the_model_did_not_see_is_said(copilot: Copilot, tmp_path: Path, server: ScriptedServer) -> None:
    long = "".join(f"value_{number} = {number}\n" for number in range(20_000))
    repository = make_repository(tmp_path / "long", {"long.py": long, "short.py": "a = 1\n"})
    server.then(replies.answer("See long.py:11000."))
    ended = ask(copilot, repository, "What is a?")
    assert "long.py:11000  value_10999 = 10999  (the model did not see it)" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["  "], 64, "Ask something"),
        (["Why?", "--at", "shop/gone.py"], 66, "no file shop/gone.py"),
        (["Why?", "--at", "shop/cart.py:500"], 66, "no line 500"),
        (["Why?", "--at", "../elsewhere.py"], 64, "outside the repository"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_sentence(
    copilot: Copilot, repository: Path, server: ScriptedServer, arguments: list[str], status: int, words: str
) -> None:
    ended = ask(copilot, repository, *arguments)
    assert (ended.status, words in ended.complaint) == (status, True), ended.complaint
    assert not server.requests


def test_a_model_that_fails_ends_it_in_one_sentence(copilot: Copilot, repository: Path, server: ScriptedServer) -> None:
    server.then(replies.empty())
    server.otherwise = lambda _: replies.empty()
    ended = ask(copilot, repository, "Why?")
    assert ended.status == 69
    assert ended.complaint


KNOWN = frozenset({"shop/cart.py", "web/cart.py", "shop/tax.py", "Makefile", "a b.py"})


@pytest.mark.parametrize(
    ("answer", "places"),
    [
        ("shop/cart.py:3", [("shop/cart.py", 3, 3)]),
        ("(./shop/cart.py:3-4).", [("shop/cart.py", 3, 4)]),
        ("tax.py:L2", [("shop/tax.py", 2, 2)]),
        ("cart.py:2 is one of two", [("cart.py", 2, 2)]),
        ("`a b.py:1` and Makefile:7", [("a b.py", 1, 1), ("Makefile", 7, 7)]),
        ("shop/cart.py:3 and `shop/cart.py:3`", [("shop/cart.py", 3, 3)]),
        ("at 12:30, http://host:80/x, 1.2.3:4, a:b:3, std::vector:3, shop/cart.py:9-3, shop/cart.py:0", []),
    ],
)
def test_places_are_found_in_an_answer(answer: str, places: list[tuple[str, int, int]]) -> None:
    expected = [(path, LineRange(first, last)) for path, first, last in places]
    assert places_in(answer, KNOWN) == expected
