"""Which files are indexed first, when there is no time for all before an answer.

Invariant: every file comes once; the order is worked out only as far as it is read.
"""

import re
from collections.abc import Iterator

from copilot_tui.context.kinds import FileKind, kind_of
from copilot_tui.context.words import query_terms

_LEAST_WORD = 3  # characters
_MOST_NAMED = 2_000
_LATER = (FileKind.TEST, FileKind.TEXT, FileKind.GENERATED)

# A path and its content's id.
File = tuple[str, str]


def in_order(files: list[File], hint: str = "") -> Iterator[File]:
    """What is named like the hint, best first; then code, tests, prose and what is generated, each near the root first."""
    named = _named(files, hint)
    yield from named
    first = {path for path, _ in named}
    later: dict[FileKind, list[File]] = {kind: [] for kind in _LATER}
    for one in sorted(files, key=lambda one: (one[0].count("/"), one[0])):
        if one[0] not in first:
            kind = kind_of(one[0])
            if kind is FileKind.CODE:
                yield one
            else:
                later[kind].append(one)
    for kind in _LATER:
        yield from later[kind]


def _named(files: list[File], hint: str) -> list[File]:
    words = {word for word in query_terms(hint) if len(word) >= _LEAST_WORD}
    if not words:
        return []
    find = re.compile("|".join(re.escape(word) for word in sorted(words)), re.IGNORECASE).findall
    found: list[tuple[int, int, str, File]] = []
    for one in files:
        hits = find(one[0])
        if hits:
            found.append(
                (-len({hit.lower() for hit in hits}), len(_LATER) if kind_of(one[0]) in _LATER else 0, one[0], one)
            )
    return [one for _, _, _, one in sorted(found)[:_MOST_NAMED]]
