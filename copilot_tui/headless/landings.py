"""`copilot-tui undo` and `redo`: landings put back, and landed again.

Invariant: an edit that was made since a landing is never lost: it is merged, or that file is refused and named.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from copilot_tui.config import Folders
from copilot_tui.diff.unified import format_patch
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.headless.proposal_json import receipt_json
from copilot_tui.session.log import SessionLog, log_file
from copilot_tui.session.taking_back import logged
from copilot_tui.workspace import landing, revert
from copilot_tui.workspace.receipt import Receipt
from copilot_tui.workspace.repository import Repository


def undo(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Put back the newest landing, or list them, or show one; gives the exit status."""
    repository, state = _open(options, environment, home)
    if options.show is not None:
        patch = format_patch(revert.landed_changes(repository, state, options.show)).decode("utf-8", "surrogateescape")
        if options.json:
            say_json({"version": 1, "number": options.show, "patch": patch})
        else:
            say(patch.removesuffix("\n"))
        return 0
    if options.list:
        receipts = revert.history(repository, state)
        if options.json:
            say_json({"version": 1, "landings": [receipt_json(receipt) for receipt in receipts]})
        elif not receipts:
            say("Nothing has landed in this repository.")
        else:
            for receipt in receipts:
                say(receipt.describe())
        return 0
    return _print(logged(revert.revert, repository, state, _log(repository, state)), "Put back", options)


def redo(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Land again what was last undone; gives the exit status."""
    repository, state = _open(options, environment, home)
    return _print(logged(revert.redo, repository, state, _log(repository, state)), "Landed again", options)


def _log(repository: Repository, state: Path) -> SessionLog:
    return SessionLog(log_file(state), repository.root)


def _open(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> tuple[Repository, Path]:
    repository = Repository.open(Path(options.repo), environment)
    state = Folders.of(environment, home).state
    recovered = landing.recover(repository, state)
    if recovered:
        remark(recovered)
    return repository, state


def _print(receipt: Receipt, done: str, options: argparse.Namespace) -> int:
    if options.json:
        say_json({"version": 1, **receipt_json(receipt)})
    else:
        say(f"{done}: {receipt.describe()}")
    return 0
