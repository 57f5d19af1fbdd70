"""Mentions in requests, looked up in the repository: what they lead to when the request goes out, and what is offered while one is typed.

Invariant: the uncommitted changes are read only where a request mentions them, and files that hold secrets are never in them.
"""

from dataclasses import replace

from copilot_tui.autonomy.secret_names import is_secret
from copilot_tui.context.definitions import definitions_of
from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.mentions import Mentioned, NamedPlace, Resolver, mentions_in
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.unified import format_patch
from copilot_tui.visible import without_invisible
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.revisions import change_of_work_tree

_MOST_DIFF = 400_000  # characters


class Mentions:
    """The mentions of one repository; its verbs wait for disk and index and are called in a thread."""

    def __init__(self, repository: Repository, context: ContextEngine) -> None:
        self._repository = repository
        self._context = context

    def of(self, text: str) -> Mentioned:
        """What the mentions of a request lead to."""
        if not mentions_in(text):
            return Mentioned()
        resolver = Resolver(self._repository.list_files().paths, self._exactly)
        mentioned, wants_diff = resolver.resolve(text)
        if not wants_diff:
            return mentioned
        diff = self._uncommitted()
        nothing = () if diff else ("@diff: nothing differs from the last commit, so nothing is sent for it.",)
        return replace(mentioned, diff=diff, unmet=(*mentioned.unmet, *nothing))

    def names(self, letters: str, limit: int) -> tuple[NamedPlace, ...]:
        """The definitions whose names begin with the letters or are much like them, best first."""
        return tuple(self._context.definitions(letters)[:limit])

    def _exactly(self, name: str) -> list[NamedPlace]:
        return definitions_of(name, self._context.definitions(name))

    def _uncommitted(self) -> str:
        changes = change_of_work_tree(self._repository).change_set
        shown = ChangeSet(tuple(one for one in changes if not is_secret(one.path) and not is_secret(one.source_path)))
        return without_invisible(format_patch(shown).decode("utf-8", "replace"))[:_MOST_DIFF]
