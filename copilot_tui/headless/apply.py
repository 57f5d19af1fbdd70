"""`copilot-tui apply`: a model's answer from a file, resolved and landed.

Invariant: standard output with `--json` is one object with `applied` and `refused`; each block of the answer is in one of them.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.grant import make_grant
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.config import Folders, load_settings
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.edits.edit import Applied, Refusal, RefusalCode, Resolution
from copilot_tui.edits.parse import HINTS, parse_answer
from copilot_tui.edits.resolve import mentioned_paths, resolve
from copilot_tui.errors import CopilotTuiError, UsageError
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.workspace.landing import land, recover
from copilot_tui.workspace.repository import Repository

_NO_BUDGET = 10**9
_MOST_BYTES = 50_000_000


def apply(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Apply the answer and say what became of each block; 0 if all was applied, 1 if some was refused, 2 if nothing was applied."""
    if options.format not in HINTS:
        raise UsageError(f"{options.format!r} is no format: the formats are {', '.join(HINTS)}.")
    answer = _read(options.input)
    repository = Repository.open(Path(options.repo), environment)
    repository.protected = load_settings(environment, home, repository.root).protected
    state = Folders.of(environment, home).state
    recovered = recover(repository, state)
    if recovered:
        remark(recovered)
    parsed = parse_answer(answer, options.format)
    root = str(repository.root)
    snapshot = repository.snapshot(sorted(mentioned_paths(parsed, repository.list_files().paths, root)))
    resolution = resolve(parsed, snapshot, root=root)
    applied, refused = list(resolution.applied), list(resolution.refused)
    if resolution.change_set:
        applied, refused = _land(repository, state, snapshot, resolution, options)
    if not applied and not refused:
        refused = [Refusal("", 0, RefusalCode.NO_EDITS, "The answer has no edit in it.")]
    _print(applied, refused, options)
    return 0 if not refused else 1 if applied else 2


def _read(name: str) -> str:
    try:
        data = sys.stdin.buffer.read(_MOST_BYTES + 1) if name == "-" else _head(Path(name))
    except OSError as error:
        raise UsageError(f"The answer {name} cannot be read: {error.strerror or error}.") from error
    if len(data) > _MOST_BYTES:
        raise UsageError(f"The answer {name} is larger than {_MOST_BYTES // 1_000_000} MB: no model wrote that.")
    return data.decode("utf-8", "surrogateescape")


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_MOST_BYTES + 1)


def _land(
    repository: Repository, state: Path, snapshot: Snapshot, resolution: Resolution, options: argparse.Namespace
) -> tuple[list[Applied], list[Refusal]]:
    """Land what the whole repository's scope admits; blocks of files that it does not admit become refusals."""
    unlocked = frozenset(options.unlock)
    request = Request("apply an answer", Target(""), AutonomyLevel.REPO, budget=_NO_BUDGET, unlocked=unlocked)
    scope = make_scope(request, snapshot)
    admission = admit(resolution.change_set, scope, snapshot)
    reasons = {one.path: one.reason for one in admission.withheld}
    # Nobody looks at the hunks here: what waits for a decision of its own lands only if it is named.
    reasons |= {one.path: f"{one.reason}: name it with --unlock to change it" for one in admission.flagged}
    admitted = ChangeSet(tuple(change for change in admission.admitted if change.path not in reasons))
    refused = list(resolution.refused)
    applied: list[Applied] = []
    for one in resolution.applied:
        if one.path in reasons:
            refused.append(Refusal(one.path, one.block, RefusalCode.PROTECTED, reasons[one.path]))
        else:
            applied.append(one)
    if admitted and not options.dry_run:
        try:
            receipt = land(repository, admitted, make_grant(admitted, scope, snapshot), state, request.text)
            for note in receipt.notes:
                remark(note)
        except CopilotTuiError as error:
            refused += [Refusal(one.path, one.block, RefusalCode.CONFLICT, str(error)) for one in applied]
            applied = []
    return applied, refused


def _print(applied: list[Applied], refused: list[Refusal], options: argparse.Namespace) -> None:
    if options.json:
        say_json(
            {
                "version": 1,
                "applied": [
                    {"path": one.path, "op": _operation(one), "block": one.block, "match": one.match} for one in applied
                ],
                "refused": [
                    {"path": one.path, "block": one.block, "code": one.code.value, "reason": one.reason}
                    for one in refused
                ],
            }
        )
        return
    for done in applied:
        say(f"{'would apply' if options.dry_run else 'applied'}: {done.path} ({_operation(done)}, {done.match})")
    for miss in refused:
        say(f"refused: {miss.path or 'an edit without a path'}: {miss.reason}")
        if miss.nearest:
            say("\n".join(f"    {line}" for line in miss.nearest.splitlines()))


def _operation(applied: Applied) -> str:
    return "edit" if applied.kind.value == "whole" else applied.kind.value
