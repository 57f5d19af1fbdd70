"""Memory that the person owns: a rule comes from their decisions, as a diff that they accept, and nothing else is remembered."""

import json
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_tui.config.folders import Folders
from copilot_tui.errors import UsageError
from copilot_tui.review.carry import with_edited_text
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.session.replay import read_session
from copilot_tui.steps.evidence import Evidence, Verdict, from_text, is_enough, to_text
from copilot_tui.steps.recipe import REMEMBERING
from copilot_tui.steps.rules_file import HEADING, clean_rule, rules_file, stands_in, with_rules
from tests.support import replies
from tests.support.asking import Asking, Ran, request_of
from tests.support.deciding import accept_all
from tests.support.program import KEY, work_tree
from tests.support.scripted_server import ScriptedServer
from tests.support.team import block

RULE = "Sum the items once and keep the total exact."
OLD = "        return sum(self.items) - tax\n"


def edit(new: str) -> str:
    return block("shop/cart.py", OLD, f"        {new}\n")


def rules(*entries: tuple[str, Sequence[int]]) -> str:
    return json.dumps({"rules": [{"rule": rule, "evidence": list(numbers)} for rule, numbers in entries]})


async def reject(asking: Asking, server: ScriptedServer, new: str, comment: str = "") -> None:
    """One request whose only hunk the person rejects."""
    server.then(replies.answer(edit(new)))
    server.otherwise = lambda _: replies.answer('{"met": true, "gap": "", "hunks": []}')
    ran = await asking.run(request_of(f"Make it {new}.", "shop/cart.py"))
    (unit,) = ran.review.units
    review = decide(ran.review, unit, Decision.REJECTED)
    asking.session.replace_review(replace(review, comments=((review.key(unit), comment),) if comment else ()))


async def rewrite(asking: Asking, server: ScriptedServer, new: str, own: str) -> None:
    """One request whose only hunk the person rewrites and lands; then it is taken back."""
    server.then(replies.answer(edit(new)))
    ran = await asking.run(request_of(f"Make it {new}.", "shop/cart.py"))
    text = ran.after("shop/cart.py").replace(new, own)
    asking.session.replace_review(with_edited_text(ran.review, 0, text.encode()))
    await asking.session.land()
    asking.session.landings.take_back()


async def remember(asking: Asking, server: ScriptedServer, answer: str, words: str = "") -> Ran:
    server.then(replies.answer(answer))
    ran = Ran()
    async with aclosing(asking.session.propose(asking.session.records.memory.request(words), REMEMBERING)) as events:
        async for event in events:
            ran.events.append(event)
    return ran


async def three_decisions(asking: Asking, server: ScriptedServer) -> None:
    await reject(asking, server, "return round(sum(self.items)) - tax")
    await rewrite(asking, server, "return round(sum(self.items)) + tax", "return sum(self.items) + tax")
    await reject(asking, server, "return int(sum(self.items))", "never round before it is shown")
    await asking.run(replace(request_of(" ", "shop/cart.py")))  # fails at once: the review before it is left


async def test_a_rule_comes_as_a_diff_that_waits_for_its_own_yes(
    asking: Asking, server: ScriptedServer, shop: Path
) -> None:
    await three_decisions(asking, server)
    before = work_tree(shop)
    count = len(server.requests)
    ran = await remember(asking, server, rules((RULE, [1, 3])), "about rounding")
    prompt = server.requests[count].prompt
    for words in (
        "[1] review 1, shop/cart.py",
        "The person rewrote it:",
        "never round before it is shown",
        "about rounding",
    ):
        assert words in prompt
    (unit,) = ran.review.units
    (change,) = ran.proposal.change_set
    assert (change.path, change.before) == ("AGENTS.md", None)
    assert f"{HEADING}\n\n- {RULE}\n".encode() in (change.after or b"")
    assert "gives rules to coding assistants" in " ".join(ran.review.flags(unit)), "no batch key takes it"
    assert accept_all(asking.session).counts.accepted == 0
    assert ran.review.note(unit).why == "you rejected 2 in shop/cart.py"
    assert work_tree(shop) == before, "nothing is remembered that was not accepted"
    asking.session.replace_review(decide(ran.review, unit, Decision.ACCEPTED))
    await asking.session.land()
    assert f"- {RULE}" in (shop / "AGENTS.md").read_text()
    assert asking.session.records.memory.evidence() == (), "it has served its purpose"
    asking.session.landings.take_back()
    assert not (shop / "AGENTS.md").exists()


async def test_a_rejected_rule_is_forgotten_with_its_evidence(
    asking: Asking, server: ScriptedServer, shop: Path
) -> None:
    await three_decisions(asking, server)
    ran = await remember(asking, server, rules((RULE, [1, 2])))
    asking.session.replace_review(decide(ran.review, ran.review.units[0], Decision.REJECTED))
    await asking.session.close()
    assert asking.session.records.memory.evidence() == ()
    assert not (shop / "AGENTS.md").exists()


async def test_a_rule_that_nobody_decided_on_leaves_the_evidence(asking: Asking, server: ScriptedServer) -> None:
    await three_decisions(asking, server)
    await remember(asking, server, rules((RULE, [1, 2])))
    await asking.session.close()
    assert len(asking.session.records.memory.evidence()) == 3


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (rules((RULE, [1])), "two reviews"),
        (rules((RULE, [1, 99])), "two reviews"),
        (rules(("", [1, 2])), "at most 200"),
        (rules(("x" * 500, [1, 2])), "at most 200"),
        (rules(), "finds no rule"),
        ('{"rules": "all"}', "no rules in it"),
        ('{"rules": [7, {"rule": 3, "evidence": "1"}]}', "at most 200"),
        ("I would not know.", "no rules in it"),
    ],
)
async def test_what_is_no_rule_is_refused_with_its_reason(
    asking: Asking, server: ScriptedServer, answer: str, why: str
) -> None:
    await three_decisions(asking, server)
    ran = await remember(asking, server, answer)
    assert not ran.proposal.change_set
    assert why in ran.proposal.refusals[0].reason


async def test_too_little_is_no_evidence(asking: Asking, server: ScriptedServer) -> None:
    with pytest.raises(UsageError, match="0 decisions of yours are kept"):
        asking.session.records.memory.request()
    await reject(asking, server, "return 0", "no")
    await asking.session.close()
    assert len(asking.session.records.memory.evidence()) == 1
    assert not asking.session.records.memory.offer()
    with pytest.raises(UsageError, match="1 decision of yours is kept"):
        asking.session.records.memory.request()


async def test_it_is_offered_once_for_each_new_decision(asking: Asking, server: ScriptedServer) -> None:
    await three_decisions(asking, server)
    assert asking.session.records.memory.offer().startswith("3 of your decisions may make a rule")
    assert not asking.session.records.memory.offer()
    await reject(asking, server, "return 7")
    await asking.session.close()
    assert asking.session.records.memory.offer().startswith("4 of")


async def test_switched_off_nothing_is_kept(
    asking: Asking, server: ScriptedServer, home: Path, shop: Path, folders: Folders
) -> None:
    for name in ("propose_rules", "record_sessions"):
        (shop / ".copilot-tui.toml").write_text(f"{name} = false\n")
        async with Asking(shop, server.base_url, home) as other:
            await three_decisions(other, server)
            assert not other.session.records.memory.evidence()
            with pytest.raises(UsageError, match="is false in the settings"):
                other.session.records.memory.request()
        assert not (folders.state / "evidence").exists()


async def test_it_is_the_persons_alone_and_survives_damage(
    asking: Asking, server: ScriptedServer, folders: Folders, shop: Path, home: Path
) -> None:
    await three_decisions(asking, server)
    (file,) = (folders.state / "evidence").iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    lines = file.read_text().splitlines()
    file.write_text("\n".join(["[]", "{", '{"version": 1}', '{"version": 9}', lines[0], lines[1][:40]]) + "\n")
    async with Asking(shop, server.base_url, home) as other:
        assert len(other.session.records.memory.evidence()) == 1


async def test_the_request_for_a_rule_is_recorded_and_replayed(
    asking: Asking, server: ScriptedServer, folders: Folders
) -> None:
    await three_decisions(asking, server)
    ran = await remember(asking, server, rules((RULE, [1, 2])))
    await asking.session.close()
    (file,) = [one for one in (folders.state / "sessions").iterdir() if one.suffix == ".jsonl"]
    recorded = read_session(file)[-1]
    again = Ran([event async for event in recorded.run()])
    assert again.proposal.change_set.digest == ran.proposal.change_set.digest == recorded.digest


async def test_a_rule_goes_into_the_file_that_is_read(asking: Asking, server: ScriptedServer, shop: Path) -> None:
    """A new AGENTS.md beside CLAUDE.md would put every rule of the latter out of force."""
    (shop / "CLAUDE.md").write_bytes(b"# Rules\r\n\r\n- Be brief.")
    await three_decisions(asking, server)
    ran = await remember(asking, server, rules((RULE, [1, 2])))
    (change,) = ran.proposal.change_set
    assert change.path == "CLAUDE.md"
    assert change.after == b"# Rules\r\n\r\n- Be brief.\r\n\r\n## Learnt in reviews\r\n\r\n- " + RULE.encode() + b"\r\n"


def test_the_text_keeps_every_line_that_was_there() -> None:
    once = with_rules(b"a\n", ["One."])
    assert once == b"a\n\n## Learnt in reviews\n\n- One.\n"
    assert with_rules(once, ["Two."]) == b"a\n\n## Learnt in reviews\n\n- One.\n- Two.\n"
    below = once + b"\n## More\n\nb\n"
    assert with_rules(below, ["Two."]) == b"a\n\n## Learnt in reviews\n\n- One.\n- Two.\n\n## More\n\nb\n"
    assert with_rules(b"## Learnt in reviews", ["One."]) == b"## Learnt in reviews\n\n- One.\n"
    assert with_rules(b"", ["One."]) == b"## Learnt in reviews\n\n- One.\n"


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("- Be brief.", "Be brief."),
        ("# Be\nbrief.", "Be brief."),
        ("1. Be ```brief```.", "Be brief."),
        ("Be \x1b[31m\u202ebrief\u200b.", "Be [31m brief ."),
        ("  ", ""),
        ("x" * 201, ""),
    ],
)
def test_a_rule_is_one_plain_line(said: str, rule: str) -> None:
    assert clean_rule(said) == rule


def test_what_stands_there_already_is_known_in_other_letters() -> None:
    assert stands_in("Be brief.", b"* be  BRIEF\n")
    assert not stands_in("Be brief.", b"Be brief and clear.\n")
    assert rules_file({"a.py", "CLAUDE.md", ".cursorrules"}) == "CLAUDE.md"
    assert rules_file({"a.py", "docs/AGENTS.md"}) == "AGENTS.md"


def test_evidence_is_enough_from_three_decisions_of_two_reviews_on() -> None:
    def piece(review: str, comment: str = "") -> Evidence:
        return Evidence("1" * 12, review, "2026-01-01T00:00:00+00:00", Verdict.REJECTED, "a", "b", "c", "", comment)

    assert not is_enough([piece("a"), piece("a"), piece("a", "why")])
    assert not is_enough([piece("a"), piece("b")])
    assert is_enough([piece("a"), piece("b"), piece("b")])
    assert is_enough([piece("a"), piece("b", "why")])
    assert from_text(to_text([piece("a", "é\udcff")])) == (piece("a", "é\udcff"),)
    assert from_text("no") == from_text('[{"a": 1}]') == from_text("[1]") == ()


async def test_of_a_key_across_the_cut_of_the_title_of_a_rule_nothing_is_left(
    asking: Asking, server: ScriptedServer
) -> None:
    await three_decisions(asking, server)
    rule = f"{'Never write a key such as '.ljust(58, '.')}{KEY} into a file."
    ran = await remember(asking, server, rules((rule, [1, 3])))
    assert ran.proposal.title.endswith("..(key) into a")
    assert KEY.encode() not in (ran.proposal.change_set.files[0].after or b"")
