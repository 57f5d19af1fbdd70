"""`copilot-tui review`: a change of any origin, hunk by hunk, decided by numbers.

Invariant: without `--accept` and `--reject` nothing is decided, and then nothing is written; with `--patch` nothing is written ever.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from copilot_tui.autonomy.grant import make_grant
from copilot_tui.config import Folders, load_settings
from copilot_tui.diff.unified import format_patch
from copilot_tui.errors import UsageError
from copilot_tui.headless.kept import list_unfinished, load_kept
from copilot_tui.headless.printing import remark, say, say_json, say_patch
from copilot_tui.headless.proposal_json import proposal_json, receipt_json
from copilot_tui.headless.proposal_text import proposal_text
from copilot_tui.headless.review_knowledge import Knowledge
from copilot_tui.headless.review_numbers import decided_by_numbers
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.in_place import is_foreign, landing_change_set, landing_verb
from copilot_tui.review.review import Review
from copilot_tui.session.kept_reviews import KeptReviews
from copilot_tui.session.log import SessionLog, log_file
from copilot_tui.session.review_source import LoadedReview, load_review
from copilot_tui.session.staged import CANNOT_STAGE, can_stage, stage_accepted
from copilot_tui.workspace.landing import land, recover
from copilot_tui.workspace.receipt import Receipt
from copilot_tui.workspace.repository import MOST_BYTES, Repository


def review(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Show the change, take the decisions that the options name, and do what follows from them; 1 if a part could not be reviewed."""
    repository = Repository.open(Path(options.repo), environment)
    repository.protected = load_settings(environment, home, repository.root).protected
    state = Folders.of(environment, home).state
    recover(repository, state)
    kept = KeptReviews(state, repository)
    if options.unfinished:
        return list_unfinished(kept, as_json=options.json)
    if options.resume is None and options.finish:
        raise UsageError("--finish does what was decided before: add --resume.")
    if options.resume is not None:
        loaded = load_kept(repository, kept, options.source, options.resume)
    else:
        loaded = load_review(repository, options.source, read_given(options.source))
    decided = decided_by_numbers(loaded.review, options.accept, options.reject)
    if options.stage and not can_stage(decided):
        raise UsageError(CANNOT_STAGE)
    receipt: Receipt | None = None
    staged: tuple[str, ...] = ()
    is_finished = bool(options.accept or options.reject or options.finish or options.stage) and not options.patch
    if is_finished and not (options.stage and decided.proposal.is_in_place):
        receipt = _land(repository, decided, state, kept.identity_of(loaded.review))
        kept.done(loaded.review)
    if options.stage:
        staged = stage_accepted(repository, decided)
    knowledge = Knowledge(decided)
    warnings = knowledge.warnings(decided)
    if options.json:
        hunks = [knowledge.of_unit(decided, unit) for unit in decided.units]
        _print_json(
            loaded,
            decided,
            hunks,
            {"warnings": warnings, "landed": receipt and receipt_json(receipt), "staged": list(staged)},
        )
    else:
        _print(options, decided)
    for sentence in warnings:
        remark(f"warning: {sentence}")
    for sentence in loaded.left_out:
        remark(f"not reviewed: {sentence}")
    if receipt is not None:
        remark(f"{landing_verb(decided)}. `copilot-tui undo` takes that back.")
    return 1 if loaded.left_out else 0


def read_given(source: str) -> bytes | None:
    """The patch on standard input, if that is what the source names; raises `UsageError` if it is too large."""
    if source != "-":
        return None
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UsageError(f"The patch is larger than {MOST_BYTES // 1_000_000} MB: it is not read.")
    return data


def _land(repository: Repository, decided: Review, state: Path, kept_as: str) -> Receipt | None:
    change_set = landing_change_set(decided)
    if not change_set:
        return None
    grant = make_grant(change_set, decided.proposal.scope, decided.proposal.snapshot)
    receipt = land(repository, change_set, grant, state, f"review of {decided.proposal.title}")
    if not is_foreign(decided.proposal):  # a model's proposal that was taken up again counts like any other
        log = SessionLog(log_file(state), repository.root)
        log.take_up(decided)
        log.land(decided, receipt.number, kept_as)
    return receipt


def _print(options: argparse.Namespace, decided: Review) -> None:
    is_decided = bool(options.accept or options.reject or options.finish or options.resume is not None)
    if options.patch:
        change_set = decided.accepted_change_set() if is_decided else decided.proposal.admission.admitted
        say_patch(format_patch(change_set))
        return
    if not (options.accept or options.reject or options.finish):
        say(proposal_text(decided))
    if is_decided:
        counts = decided.counts
        say(
            f"accepted {counts.accepted}, rejected {counts.rejected}, undecided {counts.pending}, withheld {counts.withheld}"
        )


def _print_json(
    loaded: LoadedReview, decided: Review, knowledge: Sequence[dict[str, Any]], beside: Mapping[str, Any]
) -> None:
    """The proposal's own form with what is known of each hunk, and the decisions."""
    whole = proposal_json(decided)
    hunks = [{**hunk, **more} for hunk, more in zip(whole["hunks"], knowledge, strict=True)]
    say_json({**whole, "hunks": hunks, **_decisions_json(decided), "left_out": list(loaded.left_out), **beside})


def _decisions_json(decided: Review) -> dict[str, Any]:
    """Whether the change is in the work tree already, and the numbers of the hunks by decision."""
    states = [decided.state(unit) for unit in decided.units]
    return {
        "in_place": decided.proposal.is_in_place,
        "accepted": [number for number, state in enumerate(states, start=1) if state is Decision.ACCEPTED],
        "rejected": [number for number, state in enumerate(states, start=1) if state is Decision.REJECTED],
    }
