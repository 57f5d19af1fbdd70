"""`copilot-tui try`: the project's own commands on a change before it lands.

Invariant: nothing runs that the person has not agreed to in exactly this form, and nothing is written in the repository.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from copilot_tui.checks.finding import Finding
from copilot_tui.config import Folders, load_settings
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.compose import compose
from copilot_tui.diff.unified import format_patch
from copilot_tui.errors import UsageError
from copilot_tui.headless.printing import remark, say, say_json, say_patch
from copilot_tui.headless.propose import accept_named
from copilot_tui.headless.review import read_given
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.review.in_place import landing_change_set
from copilot_tui.review.minimise import accepted_units
from copilot_tui.review.review import Review
from copilot_tui.session.review_source import load_review
from copilot_tui.visible import visible
from copilot_tui.workspace.project_commands import ProjectCommand, typed_command
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.run_command import Watch
from copilot_tui.workspace.scratch import ScratchTree
from copilot_tui.workspace.trust import Trust
from copilot_tui.workspace.try_out import Culprits, Trial, TryOut, at_proposal


def try_out(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Run the commands, or show what would run; 0 if all passed, 1 if one failed or waits for a yes."""
    repository = Repository.open(Path(options.repo), environment)
    folders = Folders.of(environment, home)
    review = _decided(load_review(repository, options.source, read_given(options.source)).review, options.accept)
    with ScratchTree(repository, folders.cache, environment) as scratch:
        trying = TryOut(scratch, repository, Trust(folders.state, repository), environment)
        commands = _commands(trying, review, options, load_settings(environment, home, repository.root).commands)
        waiting = [command for command in commands if not trying.is_allowed(command)]
        if waiting and not options.yes:
            return _ask(trying, waiting, options)
        for command in waiting:
            trying.allow(command)
        return _run(trying, commands, review, options)


def _decided(review: Review, accept: str) -> Review:
    """The named hunks alone; without names all that the scope admits."""
    if accept and accept != "all":
        review = accept_named(review, accept)
    for unit in review.units:
        pending = review.state(unit) is Decision.PENDING
        review = (
            decide(review, unit, Decision.REJECTED if accept and accept != "all" else Decision.ACCEPTED)
            if pending
            else review
        )
    return review


def _commands(
    trying: TryOut, review: Review, options: argparse.Namespace, configured: Mapping[str, str]
) -> list[ProjectCommand]:
    """What was typed, which is a yes to it, or else what the settings and the project's files name."""
    if options.command is None:
        return _chosen(trying.commands(landing_change_set(review), configured), options.only)
    typed = typed_command(options.command)
    trying.allow(typed)
    return [typed]


def _chosen(commands: Sequence[ProjectCommand], names: Sequence[str]) -> list[ProjectCommand]:
    known = [command.name for command in commands]
    for name in names:
        if name not in known:
            raise UsageError(
                f"There is no command {visible(name)} here: there are {', '.join(map(visible, known)) or 'none'}."
            )
    if not commands:
        raise UsageError(
            "No command was found to try the change with: name one in the settings, for example test = 'make test' under [commands]."
        )
    return [command for command in commands if not names or command.name in names]


def _ask(trying: TryOut, waiting: Sequence[ProjectCommand], options: argparse.Namespace) -> int:
    """Show what would run, and what was agreed to before, side by side; nothing runs."""
    if options.json:
        say_json(
            {
                "version": 1,
                "waiting": [
                    {
                        "name": one.name,
                        "command": one.line,
                        "consent": one.consent,
                        "agreed_before": trying.agreed_before(one),
                    }
                    for one in waiting
                ],
            }
        )
        return 1
    for one in waiting:
        say(f"{one.name}: would run, in a copy of the repository: {one.line}")
        say("\n".join(f"    {line}" for line in one.shown.split("\n")[1:]))
        before = trying.agreed_before(one)
        if before is not None:
            say("  where you agreed before to:")
            say("\n".join(f"    {line}" for line in before.split("\n")))
    remark("Nothing was run. `--yes` agrees to exactly this and runs it.")
    return 1


def _run(trying: TryOut, commands: Sequence[ProjectCommand], review: Review, options: argparse.Namespace) -> int:
    change_set = landing_change_set(review)
    is_plain = not (options.json or options.patch)
    watch = Watch(on_line=(lambda line: say(f"  {line}")) if is_plain else remark if options.patch else lambda _: None)
    told: list[dict[str, Any]] = []
    harvest = ChangeSet()
    has_failed = False
    for command in commands:
        if is_plain:
            say(f"{command.name}: {command.line}")
        trial = trying.run(command, change_set, watch)
        harvest = compose(harvest, _only_new(trying.harvest(), harvest))
        has_failed = has_failed or not trial.result.passed
        findings = at_proposal(trial.findings, change_set, review.proposal.change_set)
        culprits = None
        if options.bisect and not trial.result.passed and not trial.result.stopped:
            culprits = trying.bisect(
                command, review, Watch(), lambda runs, units: remark(f"  run {runs + 1}: {units} hunks")
            )
        told.append(_told(trial, findings, review, culprits))
        if is_plain:
            _print(trial, findings, review, culprits)
    if options.json:
        say_json(
            {"version": 1, "passed": not has_failed, "commands": told, "changed": [change.path for change in harvest]}
        )
    elif options.patch:
        say_patch(format_patch(harvest))
    elif harvest:
        say(
            f"The commands changed {', '.join(visible(change.path) for change in harvest)}: `--patch` shows it, to be reviewed."
        )
    return 1 if has_failed else 0


def _only_new(changes: ChangeSet, known: ChangeSet) -> ChangeSet:
    """What no earlier command has changed: each runs on the same tree."""
    paths = {change.path for change in known}
    return ChangeSet(tuple(change for change in changes if change.path not in paths))


def _print(trial: Trial, findings: Sequence[Finding], review: Review, culprits: Culprits | None) -> None:
    result = trial.result
    end = result.stopped or ("passed" if result.passed else f"failed with status {result.status}")
    say(f"{trial.command.name}: {end} after {result.seconds:.1f} s")
    for finding in findings:
        numbers = _hunks(finding, review)
        if numbers:
            place = f"{finding.path}:{finding.lines.first}" if finding.lines else finding.path
            say(f"  hunk {', '.join(map(str, numbers))}: {place}: {finding.message}")
    if culprits is not None:
        numbers = [review.units.index(unit) + 1 for unit in culprits.units]
        say(f"  {culprits.sentence}" + (f" Hunk {', '.join(map(str, numbers))}." if numbers else ""))


def _told(trial: Trial, findings: Sequence[Finding], review: Review, culprits: Culprits | None) -> dict[str, Any]:
    return {
        "name": trial.command.name,
        "command": trial.command.line,
        "status": trial.result.status,
        "stopped": trial.result.stopped,
        "seconds": round(trial.result.seconds, 3),
        "output": trial.result.output,
        "findings": [
            {
                "path": one.path,
                "line": one.lines.first if one.lines else None,
                "severity": one.severity.value,
                "message": one.message,
                "hunks": _hunks(one, review),
            }
            for one in findings
        ],
        "culprits": None
        if culprits is None
        else {
            "hunks": [review.units.index(unit) + 1 for unit in culprits.units],
            "runs": culprits.runs,
            "sentence": culprits.sentence,
        },
    }


def _hunks(finding: Finding, review: Review) -> list[int]:
    """The numbers of the accepted hunks that hold the finding's line."""
    if finding.lines is None:
        return []
    standing = set(accepted_units(review))
    numbers = []
    for number, unit in enumerate(review.units, start=1):
        file = review.files[unit.file]
        if unit in standing and unit.hunk is not None and file.path == finding.path:
            hunk = file.change.hunks[unit.hunk]
            if hunk.new_start <= finding.lines.last and finding.lines.first < hunk.new_start + max(hunk.new_count, 1):
                numbers.append(number)
    return numbers
