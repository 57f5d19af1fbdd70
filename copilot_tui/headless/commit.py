"""`copilot-tui commit`: what landed, committed by git itself, and nothing else.

Invariant: hooks and filters of the repository run only where it is trusted; what is staged or edited besides stays as it is.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from copilot_tui.config import Folders, load_settings
from copilot_tui.errors import UsageError
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.headless.propose import hunk_numbers
from copilot_tui.visible import visible
from copilot_tui.workspace.commit import commit_landings
from copilot_tui.workspace.landing import recover
from copilot_tui.workspace.receipt import Receipt
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.revert import history
from copilot_tui.workspace.trust import Trust

_SUBJECT = 72


def commit(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Commit the newest landing, or those that are named; gives the exit status."""
    repository = Repository.open(Path(options.repo), environment)
    settings = load_settings(environment, home, repository.root)
    state = Folders.of(environment, home).state
    recovered = recover(repository, state)
    if recovered:
        remark(recovered)
    chosen = _chosen(history(repository, state), options.numbers)
    message = options.message or _own_words(chosen)
    trusted = Trust(state, repository).is_trusted()
    numbers = [receipt.number for receipt in chosen]
    made = commit_landings(repository, state, numbers, message, trusted=trusted, co_author=settings.co_author)
    if options.json:
        say_json({"version": 1, "commit": made, "message": message, "landings": numbers})
    else:
        say(f"Committed as {made}: {visible(message.partition(chr(10))[0])}")
    return 0


def _chosen(landed: Sequence[Receipt], names: str) -> list[Receipt]:
    standing = [receipt for receipt in landed if not receipt.undone]
    if not standing:
        raise UsageError("Nothing that landed here still stands, so there is nothing to commit.")
    if not names:
        return standing[:1]
    wanted = hunk_numbers(names)
    if missing := sorted(wanted - {receipt.number for receipt in standing}):
        raise UsageError(f"No landing {missing[0]} stands here: `copilot-tui undo --list` lists them.")
    return sorted((receipt for receipt in standing if receipt.number in wanted), key=lambda one: one.number)


def _own_words(chosen: Sequence[Receipt]) -> str:
    """What was asked for, as a subject and, where it does not say it all, the rest below."""
    words = [receipt.request.strip() for receipt in chosen if receipt.request.strip()] or ["Apply a change"]
    first = " ".join(words[0].partition("\n")[0].split())
    subject = first[:1].upper() + first[1:]
    if len(subject) > _SUBJECT:
        subject = f"{subject[: _SUBJECT - 1].rstrip()}…"
    body = words[1:] if words[0] == first and len(first) <= _SUBJECT else words
    return "\n\n".join([subject, *body])
