"""An accepted change tried before it lands: the project's commands run on it in a scratch tree, and which hunk makes them fail.

Invariant: a command runs only if the person agreed to exactly it and to what stands behind it in the very tree that it runs in; nothing of
the repository changes.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from copilot_tui.autonomy.request import LineRange
from copilot_tui.checks.command_output import find_places, signature
from copilot_tui.checks.finding import Finding
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.merge import carry_lines
from copilot_tui.errors import RepositoryError
from copilot_tui.review.minimise import accepted_only, accepted_units, minimise
from copilot_tui.review.review import Review, Unit
from copilot_tui.workspace.environment import environment_for_commands
from copilot_tui.workspace.project_commands import TYPED, ProjectCommand, find_commands
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.run_command import CommandResult, Watch, run_command
from copilot_tui.workspace.scratch import ScratchTree
from copilot_tui.workspace.trust import Trust


@dataclass(frozen=True, slots=True)
class Trial:
    """One command on one change: how it ended, and what it found in the files of the repository, by the lines of the text it saw."""

    command: ProjectCommand
    result: CommandResult
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Culprits:
    """The outcome of a bisection: the units without any of which the command would not fail so, the runs it took, and a sentence."""

    units: tuple[Unit, ...]
    runs: int
    sentence: str


class TryOut:
    """A scratch tree with a change in it, and the commands that may run there. Blocking; not for several threads at once."""

    def __init__(
        self, scratch: ScratchTree, repository: Repository, trust: Trust, environment: Mapping[str, str]
    ) -> None:
        self._scratch = scratch
        self._repository = repository
        self._trust = trust
        self._environment = environment

    def commands(
        self, change_set: ChangeSet, configured: Mapping[str, str] | None = None
    ) -> tuple[ProjectCommand, ...]:
        """The commands of the project as `change_set` would leave it; the change may redefine them."""
        self._scratch.bring_to(change_set)
        return find_commands(self._scratch.folder, configured)

    def is_allowed(self, command: ProjectCommand) -> bool:
        """Whether the person agreed to exactly this command."""
        return self._trust.allows(f"command {command.name}", command.consent)

    def agreed_before(self, command: ProjectCommand) -> str | None:
        """What the person agreed to under this name, to be shown beside what is asked for now."""
        return self._trust.agreed(f"command {command.name}")

    def allow(self, command: ProjectCommand) -> None:
        """The person's yes to exactly this command, kept for next time."""
        self._trust.allow(f"command {command.name}", command.consent)

    def run(self, command: ProjectCommand, change_set: ChangeSet, watch: Watch | None = None) -> Trial:
        """Run a command on the change; raises `RepositoryError` if it is not allowed, or if the change redefines it into another one."""
        self._scratch.bring_to(change_set)
        self._check(command)
        result = run_command(command.arguments, self._scratch.folder, self._variables(), watch)
        paths = self._repository.list_files().paths | {change.path for change in change_set}
        return Trial(command, result, find_places(result.output, command.name, str(self._scratch.folder), paths))

    def harvest(self) -> ChangeSet:
        """What the last command changed in the tree, against the change that it ran on; ask before the next run."""
        return self._scratch.changes()

    def bisect(
        self, command: ProjectCommand, review: Review, watch: Watch, report: Callable[[int, int], None]
    ) -> Culprits:
        """The smallest set of accepted units that makes the command fail as all of them do, found by delta debugging.

        `report(runs, units)` is called before each run with how many were made and how many units are tried. Raises `RepositoryError`
        as `run` does, and when it is cancelled.
        """
        runs = 0

        def trial(units: tuple[Unit, ...]) -> Trial:
            nonlocal runs
            report(runs, len(units))
            runs += 1
            done = self.run(command, accepted_only(review, units), watch)
            if done.result.stopped == "cancelled":
                raise RepositoryError("The search was cancelled.")
            return done

        units = accepted_units(review)
        whole = trial(units)
        if whole.result.passed:
            return Culprits((), runs, f"{command.line} passes with everything that is accepted.")
        wanted = signature(whole.findings, whole.result.output)

        def fails(part: tuple[Unit, ...]) -> bool:
            # A part alone may break in a way of its own (a call without its function): that is another failure.
            done = trial(part)
            told = signature(done.findings, done.result.output)
            return not done.result.passed and (bool(told & wanted) or not wanted)

        if fails(()):
            return Culprits((), runs, f"{command.line} fails in the same way without the change.")
        found = minimise(units, fails)
        of = f"of {len(units)} hunk{'s' if len(units) != 1 else ''}"
        count = f"one {of} makes" if len(found) == 1 else f"{len(found)} {of} together make"
        return Culprits(found, runs, f"{count} {command.line} fail, found in {runs} runs.")

    def _check(self, command: ProjectCommand) -> None:
        if not self.is_allowed(command):
            raise RepositoryError(f"You have not agreed to `{command.line}`, so it was not run.")
        if command.source in {"settings", TYPED}:
            return
        now = {one.name: one for one in find_commands(self._scratch.folder)}.get(command.name)
        if now is None or now.consent != command.consent:
            raise RepositoryError(
                f"The change redefines `{command.line}` in {command.source}, so it was not run: look at it and agree anew."
            )

    def _variables(self) -> dict[str, str]:
        """The person's own variables without keys; what pointed into the repository points into the scratch tree."""
        environment = environment_for_commands(self._environment, self._repository.root)
        environment["PYTHONDONTWRITEBYTECODE"] = "1"  # byte code beside the sources is no change to be decided on
        root, folder = self._repository.root.resolve(), self._scratch.folder
        inside = [
            str(folder / Path(place).resolve().relative_to(root))
            for place in self._environment.get("PATH", "").split(os.pathsep)
            if Path(place).is_absolute() and Path(place).resolve().is_relative_to(root)
        ]
        # Packages that are installed from the repository in place would be found there: the tree's own come first.
        modules = [str(folder / "src"), str(folder)] if (folder / "src").is_dir() else [str(folder)]
        return {
            **environment,
            "PATH": os.pathsep.join([*inside, environment["PATH"]]),
            "PYTHONPATH": os.pathsep.join([*modules, *filter(None, [environment.get("PYTHONPATH")])]),
            "GIT_CEILING_DIRECTORIES": str(folder.parent),
        }


def at_proposal(findings: tuple[Finding, ...], accepted: ChangeSet, proposed: ChangeSet) -> tuple[Finding, ...]:
    """Findings by the lines of the accepted text, as findings by the lines of the proposed one, where a review shows them.

    A line that the proposal has no more becomes a finding about the file.
    """
    texts = {change.path: change.after for change in proposed}
    moved = []
    for finding in findings:
        mine = next((change.after for change in accepted if change.path == finding.path), None)
        theirs = texts.get(finding.path)
        if finding.lines is None or mine is None or theirs is None or mine == theirs:
            moved.append(finding)
            continue
        carried = carry_lines(mine, theirs, finding.lines.first, finding.lines.last)
        moved.append(replace(finding, lines=LineRange(*carried) if carried else None))
    return tuple(moved)
