"""Puts the small requests to a model, in repositories of their own.

Invariant: whatever the model does there is a row for each request, and nothing of it reaches the person's history.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from copilot_tui.autonomy.request import Request
from copilot_tui.bootstrap import open_session
from copilot_tui.errors import CopilotTuiError, RepositoryError
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.session.events import RequestFailed
from copilot_tui.session.session import Session
from copilot_tui.steps.events import RepairStarted
from copilot_tui.trials.fixture import Fixture, load_fixtures
from copilot_tui.visible import visible
from copilot_tui.workspace.git import Git

_WHO = ("-c", "user.name=Trial", "-c", "user.email=trial@example.invalid", "-c", "commit.gpgSign=false")


@dataclass(frozen=True, slots=True)
class Landed:
    """What came of one request whose every hunk was accepted; `why` says why nothing landed, empty where something did.

    `is_unchanged`: there was a proposal, and nothing in it to land. `refused` blocks could not be used, `withheld` hunks lay outside the
    scope.
    """

    why: str = ""
    repairs: int = 0
    refused: int = 0
    withheld: int = 0
    is_unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One fixture: whether the answer was right, else `why` not; its seconds and tokens."""

    name: str
    level: str
    passed: bool
    why: str
    seconds: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def sentence(self) -> str:
        """The row as a person reads it."""
        result = "right" if self.passed else f"wrong: {visible(self.why)[:60]}"
        return f"{self.name:<16} {self.level:<6} {self.seconds:>6.1f} s {self.completion_tokens:>5} tokens  {result}"


async def land_everything(session: Session, request: Request) -> Landed:
    """Ask, accept every hunk, and land; raises `CopilotTuiError`."""
    repairs = 0
    async for event in session.propose(request):
        match event:
            case RepairStarted():
                repairs += 1
            case RequestFailed(sentence=sentence):
                return Landed(sentence, repairs)
            case _:
                pass
    review = session.review
    if review is None:
        raise AssertionError("a request that did not fail has a proposal")
    done = Landed("", repairs, len(review.proposal.refusals), review.counts.withheld)
    for unit in review.units:
        review = decide(review, unit, Decision.ACCEPTED)
    session.replace_review(review)
    if review.accepted_change_set():
        await session.land()
        return done
    refusals = review.proposal.refusals
    return replace(done, why=refusals[0].reason if refusals else "no change was proposed", is_unchanged=True)


async def run_trials(environment: Mapping[str, str], home: Path) -> AsyncGenerator[Row, None]:
    """A row for each fixture, answered by the model that the settings with this environment name."""
    with tempfile.TemporaryDirectory(prefix="copilot-tui-trial-") as name:
        folder = Path(name)
        own = {**environment, "XDG_STATE_HOME": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache")}
        for fixture in load_fixtures():
            yield await _row(fixture, folder / fixture.name, own, home)


async def _row(fixture: Fixture, root: Path, environment: Mapping[str, str], home: Path) -> Row:
    row = Row(fixture.name, fixture.request.level.value, False, "")
    began = time.perf_counter()
    await asyncio.to_thread(_make_repository, root, fixture, environment)
    session = open_session(root, environment, home)
    try:
        await session.open()
        landed = await land_everything(session, fixture.request)
        why = landed.why or fixture.judge((root / fixture.path).read_text(encoding="utf-8", errors="replace"))
        spent = session.ledger.session
        row = replace(
            row,
            passed=not why,
            why=why,
            prompt_tokens=spent.prompt_tokens,
            completion_tokens=spent.completion_tokens,
        )
    except CopilotTuiError as error:
        row = replace(row, why=str(error))
    finally:
        await session.close()
    return replace(row, seconds=time.perf_counter() - began)


def _make_repository(root: Path, fixture: Fixture, environment: Mapping[str, str]) -> None:
    root.mkdir(parents=True)
    (root / fixture.path).write_text(fixture.file, encoding="utf-8")
    git = Git(root, environment)
    for command in (
        ("init", "--quiet", "--template="),
        ("add", "--all"),
        (*_WHO, "commit", "--quiet", "--message", "Begin"),
    ):
        done = git.run(*command)
        if done.status:
            raise RepositoryError(f"A repository for the trial cannot be made: {done.sentence}")
