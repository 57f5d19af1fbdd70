"""`copilot-tui memory`: the decisions that a rule may be drawn from, and the rule as a proposal.

Invariant: nothing is written to the rules file but hunks that the person names.
"""

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copilot_tui.bootstrap import open_session
from copilot_tui.errors import UsageError
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.headless.propose import carry_out
from copilot_tui.session.memory import Memory
from copilot_tui.session.session import Session
from copilot_tui.steps.evidence import Evidence
from copilot_tui.steps.recipe import REMEMBERING
from copilot_tui.visible import visible


def memory(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """List, propose or forget; gives the exit status."""
    return asyncio.run(_run(options, open_session(Path(options.repo).absolute(), environment, home)))


async def _run(options: argparse.Namespace, session: Session) -> int:
    try:
        for notice in (await session.open()).notices:
            remark(notice)
        kept = session.records.memory
        match options.action:
            case "propose":
                request = await asyncio.to_thread(kept.request, options.text)
                return await carry_out(options, session, request, REMEMBERING)
            case "forget":
                _forget(options, kept)
            case _:
                _list(options, kept)
    finally:
        await session.close()
    return 0


def _forget(options: argparse.Namespace, kept: Memory) -> None:
    known = {one.identity for one in kept.evidence()}
    wanted = set(options.identity) or known
    if unknown := sorted(wanted - known):
        raise UsageError(f"No decision {visible(unknown[0])} is kept here: `copilot-tui memory` lists them.")
    gone = kept.forget(wanted)
    if options.json:
        say_json({"version": 1, "forgotten": gone})
    else:
        say(f"{gone} kept decision{'s are' if gone != 1 else ' is'} gone.")


def _list(options: argparse.Namespace, kept: Memory) -> None:
    found = kept.evidence()
    if options.json:
        decisions = [decision_json(one) for one in found]
        say_json({"version": 1, "on": kept.is_on, "enough": kept.is_enough, "decisions": decisions})
        return
    if not kept.is_on:
        say("Nothing is kept: propose_rules or record_sessions is false in the settings.")
    elif not found:
        say("No rejected or rewritten hunk is kept here.")
    for one in found:
        words = f"  “{visible(' '.join(one.comment.split()))}”" if one.comment else ""
        say(f"{one.identity}  {one.made}  {one.verdict.value:<8}  {one.path}{words}")
    if kept.is_enough:
        remark("There is enough for a rule: `copilot-tui memory propose` shows one.")


def decision_json(one: Evidence) -> dict[str, Any]:
    """A kept decision as JSON."""
    return {
        "id": one.identity,
        "review": one.review,
        "made": one.made,
        "verdict": one.verdict.value,
        "path": one.path,
        "request": one.request,
        "proposed": one.proposed,
        "written": one.written,
        "comment": one.comment,
    }
