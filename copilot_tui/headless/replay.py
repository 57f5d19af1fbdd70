"""`copilot-tui replay`: a recorded session run again, without a network, a model or the repository.

Invariant: nothing lands, and a request that comes out otherwise than it was recorded is said to.
"""

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path

from copilot_tui.config import Folders
from copilot_tui.diff.change import ChangeSet
from copilot_tui.errors import UsageError
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.headless.propose import print_proposal, tell
from copilot_tui.review.review import Review
from copilot_tui.session.events import ProposalReady, RequestFailed
from copilot_tui.session.replay import RecordedRequest, read_session
from copilot_tui.session.session_file import session_files


def replay(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Run a session again, or list the sessions; gives the exit status."""
    files = session_files(Folders.of(environment, home).state / "sessions")
    if options.list:
        return _list(files, as_json=options.json)
    file = options.file or next(iter(files), None)
    if file is None:
        raise UsageError("No session is recorded yet: `copilot-tui propose` and the interface record theirs.")
    requests = read_session(file)
    if not requests:
        raise UsageError(f"{file} holds no request that came to an end.")
    same = [asyncio.run(_run(recorded, options)) for recorded in requests]
    remark(f"{sum(same)} of {len(same)} requests came out as they were recorded.")
    return 0 if all(same) else 1


def _list(files: list[Path], *, as_json: bool) -> int:
    if as_json:
        say_json({"version": 1, "sessions": [str(file) for file in files]})
    elif not files:
        say("No session is recorded yet.")
    else:
        for file in files:
            say(str(file))
    return 0


async def _run(recorded: RecordedRequest, options: argparse.Namespace) -> bool:
    """Whether the request came out as it was recorded."""
    remark(f"{recorded.request.level.value}: {recorded.request.text}")
    reviews: tuple[Review, ...] = ()
    sentence = ""
    async for event in recorded.run():
        tell(event, as_events=options.events)
        match event:
            case ProposalReady(review, following):
                reviews = (review, *following)
            case RequestFailed(sentence=sentence):
                remark(f"it failed: {sentence}")
    for review in reviews:
        print_proposal(review, options, {})
    if recorded.how == "failed":
        return sentence == recorded.sentence
    whole = ChangeSet(tuple(change for review in reviews for change in review.proposal.change_set))
    return bool(reviews) and recorded.digest in {"", whole.digest}
