"""The accepted hunks are tried with the project's commands, and what these change comes back as hunks to decide."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.bootstrap import open_parts
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.errors import RepositoryError
from copilot_tui.review.carry import with_edited_text
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.review.proposal import HunkKey, HunkNote, Proposal
from copilot_tui.review.review import Review
from copilot_tui.session.parts import Parts
from copilot_tui.session.review_source import load_review
from copilot_tui.session.trying import CommandEnded, CommandPrinted, CulpritsFound, PartTried, TryEvent, Trying
from copilot_tui.workspace.project_commands import ProjectCommand
from tests.support.program import make_repository, work_tree

CART = "".join(f"price_{number} = {number}\n\n\n\n\n\n\n\n" for number in range(4)).encode()
CHECK = "import cart\nprint('looking')\nif cart.price_2 < 0:\n    raise SystemExit('cart.py:17: error: below zero')\n"
TEST = ProjectCommand("test", (sys.executable, "check.py"), "settings")


def command(script: str) -> ProjectCommand:
    return ProjectCommand("format", (sys.executable, "-c", script), "settings")


@pytest.fixture
def parts(tmp_path: Path, home: Path) -> Parts:
    files = {"cart.py": CART.decode(), "check.py": CHECK, "other.py": "other = 1\n", "web/page.py": "page = 1\n"}
    return open_parts(make_repository(tmp_path / "shop", files), dict(os.environ), home)


@pytest_asyncio.fixture
async def trying(parts: Parts) -> AsyncIterator[Trying]:
    async with Trying(parts) as opened:
        yield opened


def review_of(parts: Parts, prices: Mapping[int, int], level: AutonomyLevel = AutonomyLevel.REPO) -> Review:
    """A review of new prices, nothing decided."""
    after = CART
    for number, price in prices.items():
        after = after.replace(b"price_%d = %d\n" % (number, number), b"price_%d = %d\n" % (number, price))
    snapshot = parts.repository.snapshot(["cart.py", "other.py", "web/page.py"])
    request = Request("new prices", Target("cart.py" if level is AutonomyLevel.FILE else ""), level, budget=100)
    scope = make_scope(request, snapshot)
    change_set = ChangeSet((FileChange("cart.py", CART, after),))
    return Review.of(Proposal(request, scope, snapshot, change_set, admit(change_set, scope, snapshot)))


def accepting(review: Review, *numbers: int) -> Review:
    for number in numbers:
        review = decide(review, review.units[number], Decision.ACCEPTED)
    return review


async def events_of(trying: Trying, one: ProjectCommand, review: Review) -> list[TryEvent]:
    trying.allow(one)
    return [event async for event in trying.run(one, review)]


async def test_lines_come_as_they_are_printed_and_findings_stand_at_the_hunks(parts: Parts, trying: Trying) -> None:
    review = accepting(review_of(parts, {0: 10, 2: -2}), 0, 1)
    *lines, ended = await events_of(trying, TEST, review)
    assert lines[0] == CommandPrinted("looking")
    assert isinstance(ended, CommandEnded)
    assert not ended.trial.result.passed
    (found,) = [finding for finding in ended.findings if finding.path == "cart.py"]
    shown = replace(review, proposal=replace(review.proposal, findings=(found,)))
    assert [bool(shown.findings(unit)) for unit in shown.units] == [False, True]


async def test_findings_stand_at_the_hunks_where_the_person_rewrote_some_lines(parts: Parts, trying: Trying) -> None:
    review = accepting(review_of(parts, {0: 10, 2: -2}), 0, 1)
    text = (review.files[0].change.after or b"").replace(b"price_0 = 10", b"# in cents\nprice_0 = 1000\nvat = 1\n" * 3)
    review = with_edited_text(review, 0, text)
    *_, ended = await events_of(trying, TEST, review)
    assert isinstance(ended, CommandEnded)
    found = [finding for finding in ended.findings if finding.path == "cart.py"]
    assert [one.lines for one in found] == [LineRange(17, 17)], (
        "the line as it was printed, which is that of the review"
    )


async def test_the_search_tells_how_far_it_is(parts: Parts, trying: Trying) -> None:
    trying.allow(TEST)
    review = accepting(review_of(parts, {0: 10, 1: 11, 2: -2, 3: 13}), 0, 1, 2, 3)
    *told, found = [event async for event in trying.bisect(TEST, review)]
    assert told[0] == PartTried(0, 4)
    assert isinstance(found, CulpritsFound)
    assert found.culprits.units == (review.units[2],)
    assert found.culprits.runs == len(told)


async def test_nothing_runs_without_a_yes(parts: Parts, trying: Trying, tmp_path: Path) -> None:
    touch = command(f"open({str(tmp_path / 'canary')!r}, 'w')")
    with pytest.raises(RepositoryError, match="not agreed"):
        [event async for event in trying.run(touch, review_of(parts, {0: 10}))]
    assert not (tmp_path / "canary").exists()


@pytest.mark.fault("O12")
async def test_closing_the_stream_ends_the_command_and_the_loop_is_free_meanwhile(parts: Parts, trying: Trying) -> None:
    endless = command(
        "import signal, time\nsignal.signal(15, signal.SIG_IGN)\nprint('begun', flush=True)\nwhile True: print('x' * 99)"
    )
    trying.allow(endless)
    late = 0.0
    async with aclosing(trying.run(endless, review_of(parts, {0: 10}))) as events:
        async for event in events:
            assert isinstance(event, CommandPrinted)
            break
        for _ in range(20):
            began = time.monotonic()
            await asyncio.sleep(0.01)
            late = max(late, time.monotonic() - began)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert late < 0.5


async def test_a_formatters_work_waits_as_hunks_of_the_proposal(parts: Parts, trying: Trying) -> None:
    review = accepting(review_of(parts, {0: 10, 2: 12}), 0)
    note = HunkNote("prices went up")
    review = replace(review, proposal=replace(review.proposal, notes={HunkKey("cart.py", 1): note}))
    script = (
        "from pathlib import Path\ncart = Path('cart.py')\n"
        "cart.write_text(cart.read_text().replace('price_0 = 10', 'price_0 = 10  # cents').replace('price_1 =', 'price_1  ='))\n"
        "Path('web/new.py').write_text('new\\n')\nPath('other.py').unlink()\n"
    )
    before = work_tree(parts.repository.root)
    await events_of(trying, command(script), review)
    assert {change.path for change in trying.harvested} == {"cart.py", "web/new.py", "other.py"}
    taken, left_out = await trying.take_harvest(review)
    assert left_out == ()
    assert taken.proposal.change_set.digest == taken.proposal.admission.admitted.digest
    proposed = {change.path: change.after for change in taken.proposal.change_set}
    assert proposed["web/new.py"] == b"new\n"
    assert proposed["other.py"] is None
    text = CART.replace(b"price_0 = 0", b"price_0 = 10  # cents").replace(b"price_1 =", b"price_1  =")
    assert proposed["cart.py"] == text.replace(b"price_2 = 2", b"price_2 = 12")
    assert not taken.accepted_change_set(), "the hunk that was accepted reads otherwise now, so it waits again"
    assert [taken.note(unit) for unit in taken.units if taken.note(unit).why] == [note]
    assert work_tree(parts.repository.root) == before


async def test_what_a_command_does_not_touch_stays_decided(parts: Parts, trying: Trying) -> None:
    review = accepting(review_of(parts, {0: 10, 3: 13}), 0, 1)
    await events_of(trying, command("from pathlib import Path\nPath('web/page.py').write_text('page = 2\\n')"), review)
    taken, _ = await trying.take_harvest(review)
    assert taken.accepted_change_set().digest == review.accepted_change_set().digest
    assert [file.path for file in taken.files] == ["cart.py", "web/page.py"]


@pytest.mark.parametrize("touched", ["web/page.py", "cart.py"])
async def test_what_the_person_rewrote_stays_whatever_a_command_changes(
    parts: Parts, trying: Trying, touched: str
) -> None:
    review = accepting(review_of(parts, {0: 10, 3: 13}), 1)
    wanted = CART.replace(b"price_0 = 0", b"price_0 = 100").replace(b"price_3 = 3", b"price_3 = 13")
    review = with_edited_text(review, 0, wanted)
    script = f"from pathlib import Path\nfile = Path({touched!r})\nfile.write_text(file.read_text() + 'more = 1\\n')"
    await events_of(trying, command(script), review)
    taken, left_out = await trying.take_harvest(review)
    assert left_out == ()
    assert (taken.files[0].path, len(taken.files[0].edited)) == ("cart.py", 1)
    assert taken.accepted_change_set().digest == review.accepted_change_set().digest
    added = {file.path: file.change.after or b"" for file in taken.files}[touched]
    assert added.endswith(b"more = 1\n")
    assert taken.undo() is taken


async def test_lines_that_the_person_rewrote_and_a_command_formats_wait_again(parts: Parts, trying: Trying) -> None:
    review = with_edited_text(review_of(parts, {0: 10}), 0, CART.replace(b"price_0 = 0", b"price_0 = 100"))
    script = (
        "from pathlib import Path\nfile = Path('cart.py')\nfile.write_text(file.read_text().replace('= 100', '=  100'))"
    )
    await events_of(trying, command(script), review)
    taken, left_out = await trying.take_harvest(review)
    assert left_out == ()
    assert [taken.state(unit) for unit in taken.units] == [Decision.PENDING]
    assert taken.files[0].change.after == CART.replace(b"price_0 = 0", b"price_0 =  100")


async def test_of_what_the_work_tree_holds_nothing_of_a_command_is_taken(parts: Parts) -> None:
    cart = parts.repository.root / "cart.py"
    cart.write_bytes(CART.replace(b"price_0 = 0", b"price_0 = 10"))
    review = load_review(parts.repository).review
    script = "from pathlib import Path\nPath('new.py').write_text('x = 1\\n')\nPath('cart.py').write_text('y = 1\\n')"
    async with Trying(parts) as trying:
        await events_of(trying, command(script), review)
        taken, left_out = await trying.take_harvest(review)
    assert taken is review
    assert left_out == tuple(
        f"{path}: what is reviewed is in the work tree already, and what a command changed in the copy is not: it is left out."
        for path in ("cart.py", "new.py")
    )


async def test_the_scope_holds_for_a_harvest_too(parts: Parts, trying: Trying) -> None:
    review = accepting(review_of(parts, {0: 10}, AutonomyLevel.FILE), 0)
    script = "from pathlib import Path\nPath('other.py').write_text('other = 2\\n')\nPath('.copilot-tui.toml').write_text('x = 1')"
    await events_of(trying, command(script), review)
    taken, _ = await trying.take_harvest(review)
    withheld = {one.path: one.reason for one in taken.proposal.admission.withheld}
    assert set(withheld) == {"other.py", ".copilot-tui.toml"}
    assert "outside the scope" in withheld["other.py"]
    assert [change.path for change in taken.accepted_change_set()] == ["cart.py"]


async def test_what_cannot_be_told_apart_is_left_out_and_named(parts: Parts, trying: Trying) -> None:
    review = accepting(review_of(parts, {0: 10, 2: 12}), 0)
    script = "from pathlib import Path\ncart = Path('cart.py')\ncart.write_text(cart.read_text().replace('price_2 = 2', 'price_2 = 99'))"
    await events_of(trying, command(script), review)
    taken, left_out = await trying.take_harvest(review)
    assert left_out == ("cart.py: what the command changed there cannot be told apart, so it is left out.",)
    assert taken.proposal.change_set.digest == review.proposal.change_set.digest
    assert taken.accepted_change_set().digest == review.accepted_change_set().digest
