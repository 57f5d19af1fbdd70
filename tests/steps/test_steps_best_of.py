"""Best of n: candidates side by side, ranked by the checks and then by agreement."""

from pathlib import Path

from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.scripted_server import ScriptedServer


def fence(line: str) -> replies.Reply:
    return replies.answer(f"```\n{line}\n```")


async def candidates_of(shop: Path, server: ScriptedServer, home: Path, *lines: str) -> list[str]:
    """The proposed line and its alternatives, best first, when the model answers with these lines."""
    folder = home / ".config" / "copilot-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(f"best_of = {len(lines)}\n")
    server.then(*[fence(line) for line in lines])
    async with Asking(shop, server.base_url, home) as asking:
        ran = await asking.run(request_of("Add the tax.", "shop/cart.py", (9, 9)))
    chosen = ran.after("shop/cart.py").splitlines()[8].strip()
    others = [
        (change.after or b"").splitlines()[8].strip().decode() for one in ran.proposal.alternatives for change in one
    ]
    assert not others or others[0] == chosen, "the chosen one stands first among the alternatives"
    return others or [chosen]


async def test_the_answer_that_most_agree_on_comes_first(shop: Path, server: ScriptedServer, home: Path) -> None:
    ranked = await candidates_of(
        shop, server, home, "        return 1", "        return 2", "        return 2", "        return 3"
    )
    assert ranked[0] == "return 2"
    assert sorted(ranked) == ["return 1", "return 2", "return 3"]


async def test_checks_weigh_more_than_agreement(shop: Path, server: ScriptedServer, home: Path) -> None:
    ranked = await candidates_of(shop, server, home, "        return (2", "        return (2", "        return 3")
    assert ranked == ["return 3", "return (2"]


async def test_all_alike_is_no_choice(shop: Path, server: ScriptedServer, home: Path) -> None:
    assert await candidates_of(shop, server, home, "        return 1", "        return 1") == ["return 1"]


async def test_candidates_differ_in_temperature_and_a_failed_one_is_passed_over(
    shop: Path, server: ScriptedServer, home: Path
) -> None:
    folder = home / ".config" / "copilot-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("best_of = 3\n")
    server.then(replies.error(400, "no"), fence("        return 1"), replies.error(400, "no"))
    async with Asking(shop, server.base_url, home) as asking:
        ran = await asking.run(request_of("Add the tax.", "shop/cart.py", (9, 9)))
    assert "return 1" in ran.after("shop/cart.py")
    temperatures = [request.body.get("temperature") for request in server.requests]
    assert sorted(temperatures, key=str).count(0.8) == 2
