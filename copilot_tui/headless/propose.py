"""`copilot-tui propose`: one request without the interface.

Invariant: nothing lands unless `--accept` names it, and what is withheld cannot be named.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from copilot_tui.autonomy.request import Request
from copilot_tui.bootstrap import open_session
from copilot_tui.diff.unified import format_patch
from copilot_tui.errors import LandingError, UsageError
from copilot_tui.headless.estimate import tell_estimate
from copilot_tui.headless.printing import remark, say, say_json, say_patch
from copilot_tui.headless.proposal_json import event_json, proposal_json, receipt_json
from copilot_tui.headless.proposal_text import proposal_text
from copilot_tui.headless.target import make_request
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide, decide_rest
from copilot_tui.review.review import Review
from copilot_tui.session.events import Event, RequestFailed
from copilot_tui.session.session import Session
from copilot_tui.steps.events import (
    CallFellBack,
    CallFinished,
    CallKeptBack,
    CallStarted,
    CallWaiting,
    ContextPacked,
    PlanProposed,
    TextCleaned,
)
from copilot_tui.steps.recipe import Recipe, chosen_recipe
from copilot_tui.visible import visible
from copilot_tui.workspace.receipt import Receipt


def propose(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Make the request and print the proposal; gives the exit status."""
    text = sys.stdin.buffer.read().decode("utf-8", "replace") if options.text == "-" else options.text
    here = Path(options.repo).absolute()
    return asyncio.run(_propose(options, text, open_session(here, environment, home), here))


async def _propose(options: argparse.Namespace, text: str, session: Session, here: Path) -> int:
    try:
        for notice in (await session.open()).notices:
            remark(notice)
        if options.after is not None:
            count, _ = await asyncio.to_thread(session.records.go_on, options.after)
            remark(f"It is told of {count} earlier request{'s' if count != 1 else ''}.")
        settings = session.parts.settings
        request = make_request(text, options.at, options.level, settings.level, session.root, here)
        if options.budget is not None:
            if options.budget < 1:
                raise UsageError("The budget is a number of lines from 1 upwards.")
            request = replace(request, budget=options.budget)
        request = replace(request, unlocked=frozenset(options.unlock))
        recipe = chosen_recipe(request.level, options.steps) if options.steps else None
        if options.estimate:
            return tell_estimate(await session.estimate(request, recipe), as_json=options.json)
        return await carry_out(options, session, request, recipe)
    finally:
        await session.close()


async def carry_out(options: argparse.Namespace, session: Session, request: Request, recipe: Recipe | None) -> int:
    """Send the request and print what comes of it, with what `--accept` names landed; gives the exit status."""
    failure: RequestFailed | None = None
    async for event in session.propose(request, recipe):
        tell(event, as_events=options.events)
        if isinstance(event, RequestFailed):
            failure = event
    if failure is not None:
        if options.json:
            say_json({"version": 1, "error": failure.sentence})
        remark(f"copilot-tui: {failure.sentence}")
        return failure.exit_status
    review = session.review
    assert review is not None  # noqa: S101  (a request that did not fail has a proposal)
    return await _finish(options, session, review)


def tell(event: Event, *, as_events: bool) -> None:
    """Tell of an event: as a line of JSON, or what a person wants to know of it beside the result."""
    if as_events:
        say_json(event_json(event))
        return
    match event:
        case CallStarted():
            remark(f"{event.role.value}: asking {event.model} …")
        case CallWaiting():
            remark(f"waiting {event.seconds:.0f} s: {event.reason}")
        case CallFellBack():
            remark(f"falling back to {event.model}: {event.reason}")
        case CallKeptBack():
            where = f" in {', '.join(event.places)}" if event.places else ""
            remark(
                f"kept back from the model: {', '.join(event.secrets)}{where}; name a mark in send_secrets to send it"
            )
        case TextCleaned():
            remark(f"{visible(event.place)} holds invisible characters, which are not sent: {event.characters}")
        case CallFinished():
            cost = f", ${event.cost:.4f}" if event.cost else ""
            tokens = event.usage.prompt_tokens + event.usage.completion_tokens
            remark(f"{event.role.value}: {tokens} tokens, {event.seconds:.1f} s{cost}")
        case ContextPacked():
            for sentence in event.pack.unmet:
                remark(sentence)
        case PlanProposed():
            for number, step in enumerate(event.steps, start=1):
                beyond = " (beyond the level)" if step.path in event.beyond else ""
                remark(f"plan {number}. {step.path}: {step.what}{beyond}")
        case _:
            pass


async def _finish(options: argparse.Namespace, session: Session, review: Review) -> int:
    """Land and print the proposal, and those that follow it where the change was larger than its budget."""
    done = [await _land(session, review, options.accept)]
    # Numbers name the hunks of the first proposal alone; `all` goes for each, within each one's own budget.
    rest = "all" if options.accept == "all" else ""
    while (following := session.next_proposal()) is not None:
        done.append(await _land(session, following, rest))
    if options.json or options.events:
        first, *others = ({**proposal_json(one), "landed": receipt and receipt_json(receipt)} for one, receipt in done)
        event = {"event": "result"} if options.events else {}
        say_json({**event, **first, "spent": spent_json(session), "following": others})
    else:
        for one, _ in done:
            print_proposal(one, options, {"spent": spent_json(session)})
    if len(done) > 1:
        remark(f"The change is larger than its budget: it comes as {len(done)} proposals, one after another.")
    landed = [receipt for _, receipt in done if receipt is not None]
    if landed:
        times = "" if len(landed) == 1 else f", called {len(landed)} times"
        remark(f"Applied. `copilot-tui undo`{times} puts it back.")
    status = _say_what_is_missing(review)
    if options.accept and not landed and not status:
        remark(
            "copilot-tui: nothing was applied: no hunk may be accepted unseen; name the ones you want by their numbers."
        )
        return LandingError.exit_status
    return status


async def _land(session: Session, review: Review, accept: str) -> tuple[Review, Receipt | None]:
    """The review with what is accepted of it, and the receipt if that landed."""
    if not accept or not review.proposal.change_set:
        return review, None
    review = accept_named(review, accept)
    session.replace_review(review)
    if not review.accepted_change_set():
        return review, None
    receipt = await session.land()
    for note in receipt.notes:
        remark(note)
    return review, receipt


def print_proposal(review: Review, options: argparse.Namespace, beside: Mapping[str, Any]) -> None:
    """Print a proposal in the form that the options ask for, with `beside` where it is JSON."""
    if options.json:
        say_json({**proposal_json(review), **beside})
    elif options.patch:
        say_patch(format_patch(review.proposal.admission.admitted))
    elif options.events:
        say_json({"event": "result", **proposal_json(review), **beside})
    else:
        say(proposal_text(review))


def _say_what_is_missing(review: Review) -> int:
    """Say what could not be used of the answers; gives the exit status."""
    refused = [f"{one.path or 'an edit without a path'}: {one.reason}" for one in review.proposal.refusals]
    offer = review.proposal.offer
    if review.proposal.change_set:
        for line in refused:
            remark(f"not used: {line}")
        return 0
    if offer is not None:
        remark(f"copilot-tui: the model asks for more room: --level {offer.level.value}, because {offer.why}")
        return 1
    for line in refused[1:]:
        remark(f"not used: {line}")
    why = refused[0] if refused else "the model proposes no change"
    remark(f"copilot-tui: no usable edit came, and nothing was changed: {why}")
    return 1


def spent_json(session: Session) -> dict[str, Any]:
    """What the session's calls used."""
    spent = session.ledger.session
    return {
        "calls": spent.calls,
        "prompt_tokens": spent.prompt_tokens,
        "cached_tokens": spent.cached_tokens,
        "completion_tokens": spent.completion_tokens,
        "dollars": None if spent.unpriced else spent.dollars,
        "estimated": spent.estimated,
    }


def accept_named(review: Review, names: str) -> Review:
    """The review with the numbered units accepted (`1,3-5`), or with `all`: everything admitted that nothing flags.

    Raises `UsageError` for a number that there is not, and for a withheld unit.
    """
    if names == "all":
        return decide_rest(review, None, Decision.ACCEPTED)
    for number in sorted(hunk_numbers(names)):
        if not 1 <= number <= len(review.units):
            raise UsageError(f"There is no hunk {number}: the proposal has {len(review.units)}.")
        unit = review.units[number - 1]
        reason = review.withheld_reason(unit)
        if reason is not None:
            raise UsageError(f"Hunk {number} is withheld: {reason}")
        review = decide(review, unit, Decision.ACCEPTED)
    return review


def hunk_numbers(names: str) -> set[int]:
    """The numbers in `1,3-5`; raises `UsageError`."""
    numbers: set[int] = set()
    for part in names.split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()) or int(last or first) - int(first) > 100_000:
            raise UsageError(f"{names!r} names no hunks: write numbers such as 1,3-5, or all.")
        numbers |= set(range(int(first), int(last or first) + 1))
    return numbers
