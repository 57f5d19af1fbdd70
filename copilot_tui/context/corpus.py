"""What the ranking knows of every file before a query comes: its path's words, its kind, and which files a word of a path leads to.

Invariant: it depends on the index alone and is made once for each state of it.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from copilot_tui.context.document import Numbers
from copilot_tui.context.kinds import FileKind, ending, kind_of
from copilot_tui.context.store import Store
from copilot_tui.context.words import WORD, terms, terms_of_word

_SEARCHED = frozenset({FileKind.CODE, FileKind.TEST})
_TEST_AFFIX = re.compile(r"^(?:tests?|spec)[_-]|[_-]?(?:tests?|specs?)$", re.IGNORECASE)
_MOST_SUMS = 2_000


@dataclass(slots=True)
class IndexedFile:
    """A file of the index: its document's key, its size in words, what its path says.

    `stem`: the terms of its name; `subject`: the name without what makes it a test's; `area`: its top folder.
    """

    path: str
    key: int
    size: int
    kind: FileKind
    path_terms: frozenset[str]
    stem: tuple[str, ...]
    subject: str
    ending: str
    area: str


def index_file(path: str, key: int, size: int) -> IndexedFile:
    """What ranking needs to know of a file."""
    folder, _, name = path.rpartition("/")
    bare = name.lstrip(".").split(".", 1)[0]
    words = WORD.findall(bare)
    joined = "".join(part for part in bare.lower() if part.isalnum())
    stem = [term for word in words for term in terms_of_word(word)]
    parts = tuple(dict.fromkeys(term for term in stem if len(stem) == 1 or term != joined))
    area = folder.split("/", 1)[0]
    subject = _TEST_AFFIX.sub("", bare).lower().strip("_-")
    return IndexedFile(
        path, key, size, kind_of(path), frozenset((*terms(path), joined)), parts, subject, ending(path), area
    )


class Corpus:
    """All files of the index, by document key."""

    def __init__(self, files: Mapping[int, list[IndexedFile]] | None = None) -> None:
        self.files = files or {}
        self.everything = [one for same in self.files.values() for one in same]
        searched = [one for one in self.everything if one.kind in _SEARCHED] or self.everything
        self.count = len(searched) or 1
        average = sum(one.size for one in searched) / self.count or 1.0
        self.scale = {key: 1.2 * (0.25 + 0.75 * same[0].size / average) for key, same in self.files.items()}
        self.searched = {key: sum(one.kind in _SEARCHED for one in same) for key, same in self.files.items()}
        self.largest = math.log(2 + max((one.size for one in self.everything), default=0))
        self.by_path: dict[str, IndexedFile] = {}
        self.by_path_term: dict[str, list[IndexedFile]] = {}
        by_subject: dict[str, list[str]] = {}
        for one in self.everything:
            self.by_path[one.path] = one
            for term in one.path_terms:
                self.by_path_term.setdefault(term, []).append(one)
            if one.kind is FileKind.CODE and one.subject:
                by_subject.setdefault(one.subject, []).append(one.path)
        # By the key of a test the paths of the code that is named like it.
        self.tested: dict[int, list[str]] = {}
        for one in self.everything:
            if one.kind is FileKind.TEST and one.subject in by_subject:
                self.tested.setdefault(one.key, []).extend(by_subject[one.subject])
        self._sums: dict[int, Numbers] = {}

    def sums(self, keys: list[int], store: Store) -> dict[int, Numbers]:
        """How many words the first n lines of some documents hold."""
        missing = [key for key in keys if key not in self._sums]
        if missing:
            if len(self._sums) > _MOST_SUMS:
                self._sums.clear()
            self._sums |= store.sums(missing)
        return {key: self._sums[key] for key in keys if key in self._sums}
