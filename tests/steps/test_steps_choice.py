"""A person may choose the steps of one request, and may ask what it would use before any call is made."""

from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.errors import UsageError
from copilot_tui.models.call import Message, Role
from copilot_tui.models.tokens import estimate_prompt_tokens
from copilot_tui.steps.recipe import Step, chosen_recipe
from tests.support import replies
from tests.support.asking import Asking, Ran, request_of
from tests.support.program import environment_for, run_program
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")
DEAR = "[prices.scripted]\ninput = 100.0\noutput = 200.0\n"


def configure(home: Path, text: str) -> None:
    folder = home / ".config" / "copilot-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(text)


def test_the_steps_keep_the_order_of_the_table_and_a_repair_brings_its_checks() -> None:
    recipe = chosen_recipe(AutonomyLevel.FILE, "critique, repair,edit")
    assert recipe.steps == (Step.EDIT, Step.CHECKS, Step.REPAIR, Step.CRITIQUE)
    assert recipe.repair_rounds == 1
    assert chosen_recipe(AutonomyLevel.REPO, "plan,edit").repair_rounds == 0
    assert chosen_recipe(AutonomyLevel.LINE, "edit").second_tries == 0
    line = chosen_recipe(AutonomyLevel.LINE, "edit,repair")
    assert (line.steps, line.repair_rounds, line.second_tries) == ((Step.EDIT, Step.CHECKS), 0, 1)


@pytest.mark.parametrize(
    ("level", "names"),
    [
        (AutonomyLevel.FILE, "edit,pray"),
        (AutonomyLevel.FILE, "checks"),
        (AutonomyLevel.LINE, "edit,plan"),
        (AutonomyLevel.REPO, "locate,edit"),
        (AutonomyLevel.FILE, ""),
    ],
)
def test_steps_that_make_no_recipe_are_refused_in_a_sentence(level: AutonomyLevel, names: str) -> None:
    with pytest.raises(UsageError):
        chosen_recipe(level, names)


async def test_the_chosen_steps_run_and_no_others(asking: Asking, server: ScriptedServer) -> None:
    server.otherwise = team = Team(edits={"": FIX})
    ran = Ran()
    async for event in asking.session.propose(
        request_of("Add the tax."), chosen_recipe(AutonomyLevel.REPO, "edit,summarize")
    ):
        ran.events.append(event)
    assert "+ tax" in ran.after("shop/cart.py")
    assert team.roles == {"edit": 1, "summarize": 1}


async def test_a_line_can_have_a_critique(asking: Asking, server: ScriptedServer) -> None:
    server.otherwise = team = Team(edits={"": "```\n        return sum(self.items) + tax\n```"})
    request = request_of("Add the tax.", "shop/cart.py", (9, 9), AutonomyLevel.LINE)
    async for _ in asking.session.propose(request, chosen_recipe(AutonomyLevel.LINE, "edit,critique")):
        pass
    assert team.roles == {"edit": 1, "critique": 1}


async def test_an_estimate_makes_no_call_and_the_first_call_is_as_it_said(
    asking: Asking, server: ScriptedServer
) -> None:
    request = request_of("Add the tax.", "shop/cart.py")
    estimate = await asking.session.estimate(request)
    assert server.all_requests == []
    assert [(one.role, one.least, one.most) for one in estimate.calls] == [
        (Role.EDIT, 1, 1),
        (Role.REPAIR, 0, 1),
        (Role.CRITIQUE, 1, 1),
    ]
    server.otherwise = Team(edits={"": FIX})
    await asking.run(request)
    messages = tuple(Message(one["role"], one["content"]) for one in server.requests[0].body["messages"])
    assert estimate.calls[0].prompt_tokens == estimate_prompt_tokens(messages)
    assert server.requests[1].prompt.startswith("You check")
    critique = tuple(Message(one["role"], one["content"]) for one in server.requests[1].body["messages"])
    assert estimate_prompt_tokens(critique) <= estimate.calls[2].prompt_tokens


@pytest.mark.parametrize("level", AutonomyLevel)
async def test_every_level_has_an_estimate_that_its_calls_stay_within(
    level: AutonomyLevel, asking: Asking, server: ScriptedServer
) -> None:
    path, lines = {
        "line": ("shop/cart.py", (9, 9)),
        "block": ("shop/cart.py", (8, 9)),
        "file": ("shop/cart.py", None),
    }.get(level.value, ("shop" if level is AutonomyLevel.DIRECTORY else "", None))
    request = request_of("Add the tax.", path, lines, level)
    estimate = await asking.session.estimate(request)
    region = "```\n        return sum(self.items) + tax\n```"
    server.otherwise = Team(plan=[("shop/cart.py", "Add.")], edits={"": region if lines else FIX, "shop/cart.py": FIX})
    await asking.run(request)
    assert asking.session.ledger.request.calls <= sum(one.most for one in estimate.calls)
    assert asking.session.ledger.request.calls >= sum(one.least for one in estimate.calls)


async def test_a_price_gives_dollars_and_none_gives_none(shop: Path, server: ScriptedServer, home: Path) -> None:
    configure(home, DEAR)
    async with Asking(shop, server.base_url, home) as asking:
        estimate = await asking.session.estimate(request_of("Add the tax.", "shop/cart.py", (9, 9), AutonomyLevel.LINE))
    assert estimate.cost == pytest.approx(
        sum(one.prompt_tokens * 100 + one.completion_tokens * 200 for one in estimate.calls) / 1e6
    )


def test_the_command_line_prints_the_estimate_and_takes_steps(shop: Path, server: ScriptedServer, home: Path) -> None:
    configure(home, DEAR)
    environment = environment_for(server.base_url)
    options = ("propose", "Add the tax.", "--at", "shop/cart.py", "--steps", "edit,critique", "--estimate")
    ended = run_program(*options, repository=shop, environment=environment)
    assert ended.status == 0
    assert [line.split()[0] for line in ended.stdout.splitlines()] == ["edit", "critique", "at"]
    assert "no call was made" in ended.stdout
    told = run_program(*options, "--json", repository=shop, environment=environment).json
    assert [call["role"] for call in told["calls"]] == ["edit", "critique"]
    assert told["dollars_at_most"] > 0
    assert server.all_requests == []
    server.then(replies.answer("never asked"))
    wrong = run_program(*options[:4], "--steps", "pray", repository=shop, environment=environment)
    assert (wrong.status, wrong.complaint.partition(":")[0]) == (64, "'pray' is no step")
