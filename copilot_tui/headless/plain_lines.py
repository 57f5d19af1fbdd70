"""Lines of a hunk as the person names them: `added 8`, `removed 3 to 5`.

Invariant: a name means changed lines of the hunk at hand and no others; one that means none is told.
"""

import re
from dataclasses import dataclass

from copilot_tui.diff.line import LineKind
from copilot_tui.errors import UsageError
from copilot_tui.review.review import Review, Unit

_NAMED = re.compile(r"(added|removed)(?:\s+lines?)?\s+(\d+)(?:\s*(?:-|to)\s*(\d+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedLines:
    """Lines `first` to `last` (both included, from 1) of the old text or of the new one."""

    kind: LineKind
    first: int
    last: int

    def places(self, review: Review, unit: Unit) -> list[int]:
        """The places of these lines among the changed lines of the unit's file; raises `UsageError` where the unit has none of them."""
        lines = review.files[unit.file].lines
        found = [
            at
            for at in range(unit.first, unit.last)
            if lines[at].kind is self.kind and self.first <= lines[at].index + 1 <= self.last
        ]
        if not found:
            word = "added" if self.kind is LineKind.ADDED else "removed"
            raise UsageError(f"This hunk has no {word} line {self.first}: say repeats its lines.")
        return found


def named_lines(words: str) -> NamedLines | None:
    """What the words name, None where they name no lines."""
    found = _NAMED.fullmatch(words.strip())
    if found is None:
        return None
    kind = LineKind.ADDED if found[1].lower() == "added" else LineKind.REMOVED
    return NamedLines(kind, int(found[2]), int(found[3] or found[2]))
