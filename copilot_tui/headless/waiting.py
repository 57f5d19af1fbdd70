"""`copilot-tui waiting`: proposals that agents and `watch` made, shown and decided by a person.

Invariant: nothing lands but what the person's command names, through the same grant as everything else.
"""

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copilot_tui.bootstrap import open_session
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.headless.proposal_json import receipt_json
from copilot_tui.headless.propose import accept_named, print_proposal
from copilot_tui.session.session import Session
from copilot_tui.session.waiting import Waiting, WaitingBox
from copilot_tui.visible import visible


def waiting(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """List, show, accept or reject; gives the exit status."""
    return asyncio.run(_run(options, open_session(Path(options.repo).absolute(), environment, home)))


async def _run(options: argparse.Namespace, session: Session) -> int:
    try:
        for notice in (await session.open()).notices:
            remark(notice)
        box = session.records.waiting
        match options.action:
            case "show":
                print_proposal(await session.take_waiting(options.identity), options, {})
            case "accept":
                await _accept(options, session, box)
            case "reject":
                _say(await session.records.reject_waiting(options.identity), options)
            case _:
                _list(options, box)
    finally:
        await session.close()
    return 0


async def _accept(options: argparse.Namespace, session: Session, box: WaitingBox) -> None:
    session.replace_review(accept_named(await session.take_waiting(options.identity), options.hunks))
    receipt = await session.land()
    decided = box.find(options.identity)
    if options.json:
        say_json({"version": 1, **waiting_json(decided), "landed": receipt_json(receipt)})
    else:
        say(f"Applied: {receipt.describe()}")
        remark("`copilot-tui undo` puts it back.")


def _list(options: argparse.Namespace, box: WaitingBox) -> None:
    found = [one for one in box.every() if options.all or one.state == "waiting"]
    if options.json:
        say_json({"version": 1, "waiting": [waiting_json(one) for one in found]})
    elif not found:
        say("No proposal waits for you here.")
    for one in [] if options.json else found:
        _say(one, options)


def _say(one: Waiting, options: argparse.Namespace) -> None:
    if options.json:
        say_json({"version": 1, **waiting_json(one)})
    else:
        state = "" if one.state == "waiting" else f"  ({one.state})"
        say(
            f"{one.identity}  {one.made}  {one.request.level.value:<9}  {visible(one.title)}  by {visible(one.made_by)}{state}"
        )


def waiting_json(one: Waiting) -> dict[str, Any]:
    """A waiting proposal as JSON, without its patch."""
    return {
        "id": one.identity,
        "state": one.state,
        "title": one.title,
        "request": one.request.text,
        "level": one.request.level.value,
        "made": one.made,
        "made_by": one.made_by,
        "accepted": one.accepted,
        "rejected": one.rejected,
        "landing": one.landing,
        "hunks": [{"number": at, "path": path, "state": state} for at, (path, state) in enumerate(one.hunks, 1)],
        "remarks": [{"path": path, "text": words} for path, words in one.remarks],
    }
