"""The repair step sends back exactly what could not be used, and only that."""

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.steps.events import CallFailed, RepairStarted
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.program import CART
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

GOOD = block("shop/cart.py", "        self.items = []\n", "        self.items = list()\n")
MISSED = block("shop/cart.py", "        return sum(self.goods) - tax\n", "        return sum(self.goods) + tax\n")
MENDED = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")


async def test_only_the_failed_block_goes_back_with_its_reason_and_the_nearest_lines(
    asking: Asking, server: ScriptedServer
) -> None:
    server.otherwise = team = Team(edits={"": GOOD + MISSED}, repairs=[MENDED])
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert ran.after("shop/cart.py") == CART.replace("[]", "list()").replace("- tax", "+ tax")
    assert ran.proposal.refusals == ()
    (sent,) = team.prompts["repair"]
    problems = sent.partition("What could not be used")[2]
    assert "return sum(self.goods) - tax" in problems, "the block itself"
    assert "return sum(self.items) - tax" in problems, "the nearest lines"
    assert "list()" not in problems, "what was applied is not asked for again"
    assert "self.items = list()" in sent, "the file is shown as it is with what was applied"


async def test_a_repair_that_mends_nothing_leaves_the_refusal_and_what_was_good(
    asking: Asking, server: ScriptedServer
) -> None:
    server.otherwise = team = Team(edits={"": GOOD + MISSED}, repairs=["I cannot."])
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert ran.after("shop/cart.py") == CART.replace("[]", "list()")
    (refusal,) = ran.proposal.refusals
    assert refusal.edit is not None
    assert team.roles["repair"] == 1, "file level has one round"


async def test_a_repair_without_an_answer_costs_nothing(asking: Asking, server: ScriptedServer) -> None:
    server.otherwise = Team(edits={"": GOOD + MISSED}, repairs=[replies.error(400, "no")])
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert ran.after("shop/cart.py") == CART.replace("[]", "list()")
    assert [event.optional for event in ran.of(CallFailed)] == [True]


async def test_a_finding_goes_back_with_its_line(asking: Asking, server: ScriptedServer) -> None:
    broken = block("shop/cart.py", "    def total(self, tax):\n", "    def total(self, tax:\n")
    mended = block("shop/cart.py", "    def total(self, tax:\n", "    def total(self, tax=0):\n")
    server.otherwise = team = Team(edits={"": broken}, repairs=[mended])
    ran = await asking.run(request_of("Give tax a default.", "shop/cart.py"))
    assert ran.after("shop/cart.py") == CART.replace("tax):", "tax=0):")
    assert ran.proposal.findings == ()
    (sent,) = team.prompts["repair"]
    assert "shop/cart.py, line " in sent.partition("What could not be used")[2]


async def test_two_rounds_and_no_more_for_a_folder(asking: Asking, server: ScriptedServer) -> None:
    progress = block("shop/cart.py", "        self.items.append(price)\n", "        self.items += [price]\n")
    server.otherwise = team = Team(
        plan=[("shop/cart.py", "Add the tax.")],
        edits={"shop/cart.py": GOOD + MISSED},
        repairs=[progress + MISSED, MISSED, MENDED],
    )
    ran = await asking.run(request_of("Add the tax.", "shop", level=AutonomyLevel.DIRECTORY))
    assert team.roles["repair"] == 2
    assert [event.round for event in ran.of(RepairStarted)] == [1, 2]
    assert len(ran.proposal.refusals) == 1


async def test_nothing_to_repair_makes_no_call(asking: Asking, server: ScriptedServer) -> None:
    server.otherwise = team = Team(edits={"": GOOD})
    await asking.run(request_of("Use list.", "shop/cart.py"))
    assert team.roles == {"edit": 1, "critique": 1}


async def test_what_the_repair_passes_over_stays_refused(asking: Asking, server: ScriptedServer) -> None:
    elsewhere = block("web/checkout.py", "    return cart.sum(0)\n", "    return cart.total(tax=0)\n")
    server.otherwise = Team(
        plan=[("shop/cart.py", "Add."), ("web/checkout.py", "Name.")],
        edits={"shop/cart.py": MISSED, "web/checkout.py": elsewhere},
        repairs=[MENDED, "Nothing more."],
    )
    ran = await asking.run(request_of("Add the tax."))
    assert [change.path for change in ran.proposal.change_set] == ["shop/cart.py"]
    assert [refusal.path for refusal in ran.proposal.refusals] == ["web/checkout.py"]
