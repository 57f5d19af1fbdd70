"""Which files the person has viewed.

Invariant: a file counts as viewed only with the content that it had then.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.review.review import Review


class Viewed:
    """Paths with the digest of what was viewed."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}
        self._digests: dict[str, tuple[FileChange, str]] = {}  # a screen asks for them line by line

    @property
    def seen(self) -> dict[str, str]:
        """Path to digest of all that was viewed."""
        return dict(self._seen)

    def take(self, seen: Mapping[str, str]) -> None:
        """What was viewed in an earlier sitting."""
        self._seen.update(seen)

    def holds(self, change: FileChange) -> bool:
        """Whether exactly this change was viewed."""
        return change.path in self._seen and self._seen[change.path] == self._digest(change)

    def toggle(self, change: FileChange) -> bool:
        """Say that the file was viewed, or that it was not after all; gives which."""
        if self.holds(change):
            del self._seen[change.path]
            return False
        self._seen[change.path] = self._digest(change)
        return True

    def folded(self, review: Review, folded: AbstractSet[str]) -> frozenset[str]:
        """Of the folded paths those that stay so: a viewed file whose content changed is shown again."""
        changes = {file.path: file.change for file in review.files}
        return frozenset(
            path for path in folded if path in changes and (path not in self._seen or self.holds(changes[path]))
        )

    def _digest(self, change: FileChange) -> str:
        known = self._digests.get(change.path)
        if known is None or known[0] is not change:
            known = self._digests[change.path] = (change, ChangeSet((change,)).digest)
        return known[1]
