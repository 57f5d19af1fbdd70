"""Which files are indexed first, when there is no time for all before an answer.

Invariant: every file comes once; the order is worked out only as far as it is read.
"""

import re
from collections import Counter
from collections.abc import Iterator

from copilot_tui.context.kinds import FileKind, kind_of
from copilot_tui.context.words import lines_with, query_terms

_LEAST_WORD = 3  # characters
_MOST_NAMED = 2_000
_PATH_END = re.compile("\0")
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
    words = {word.lower() for word in query_terms(hint) if len(word) >= _LEAST_WORD}
    if not words:
        return []
    paths = "\0".join(path for path, _ in files).lower()
    ends = [match.start() for match in _PATH_END.finditer(paths)]
    hits = Counter(place for word in words for place in lines_with(paths, word, ends))
    found = []
    for place, count in hits.items():
        path = files[place][0]
        found.append((-count, len(_LATER) if kind_of(path) in _LATER else 0, path, files[place]))
    return [one for _, _, _, one in sorted(found)[:_MOST_NAMED]]
