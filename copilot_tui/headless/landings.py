"""`copilot-tui undo` and `redo`: landings put back, and landed again.

Invariant: an edit that was made since a landing is never lost: it is merged, or that file is refused and named.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from copilot_tui.config import Folders
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.headless.proposal_json import receipt_json
from copilot_tui.session.landings import Landings
from copilot_tui.session.log import SessionLog, log_file
from copilot_tui.workspace import landing
from copilot_tui.workspace.receipt import Receipt
from copilot_tui.workspace.repository import Repository


def undo(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Put back the newest landing or a chosen one, or list them, or show one; gives the exit status."""
    landings = _open(options, environment, home)
    if options.show is not None:
        patch = landings.patch(options.show).decode("utf-8", "surrogateescape")
        if options.json:
            say_json({"version": 1, "number": options.show, "patch": patch})
        else:
            say(patch.removesuffix("\n"))
        return 0
    if options.list:
        receipts = landings.list()
        if options.json:
            say_json({"version": 1, "landings": [receipt_json(receipt) for receipt in receipts]})
        elif not receipts:
            say("Nothing has landed in this repository.")
        else:
            for receipt in receipts:
                say(receipt.describe())
        return 0
    return _print(landings.take_back(options.number), "Put back", options)


def redo(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Land again what was last undone; gives the exit status."""
    landings = _open(options, environment, home)
    return _print(landings.land_again(), "Landed again", options)


def _open(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> Landings:
    repository = Repository.open(Path(options.repo), environment)
    state = Folders.of(environment, home).state
    recovered = landing.recover(repository, state)
    if recovered:
        remark(recovered)
    return Landings(repository, state, SessionLog(log_file(state), repository.root))


def _print(receipt: Receipt, done: str, options: argparse.Namespace) -> int:
    if options.json:
        say_json({"version": 1, **receipt_json(receipt)})
    else:
        say(f"{done}: {receipt.describe()}")
    return 0
