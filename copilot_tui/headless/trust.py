"""`copilot-tui trust`: what of a repository could run on this machine, and whether it may.

Invariant: without `--yes` nothing is allowed; asking runs nothing.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from copilot_tui.config import Folders
from copilot_tui.headless.printing import say, say_json
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.trust import Trust, what_could_run


def trust(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Allow it, take it back, or say how it stands; gives the exit status."""
    repository = Repository.open(Path(options.repo), environment)
    kept = Trust(Folders.of(environment, home).state, repository)
    if options.yes:
        kept.trust()
    elif options.no:
        kept.distrust()
    found = what_could_run(repository)
    if options.json:
        say_json({"version": 1, "root": str(repository.root), "trusted": kept.is_trusted(), "could_run": list(found)})
        return 0
    for line in found:
        say(f"could run: {line}")
    if not found:
        say("It has neither hooks nor filters.")
    if kept.is_trusted():
        say(f"{repository.root} is trusted: what it has of these runs when you commit. `--no` takes that back.")
    else:
        say(f"{repository.root} is not trusted: nothing of it runs. `--yes` lets it run when you commit.")
    return 0
