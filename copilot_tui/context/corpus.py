"""What the ranking knows of every file before a query comes: its path's words, its kind, and which files a word of a path leads to.

Invariant: it depends on the index alone and is made once for each state of it.
"""

import math
import re
from collections.abc import Mapping
from copy import copy
from functools import cached_property, lru_cache
from typing import NamedTuple

from copilot_tui.context.document import Numbers
from copilot_tui.context.kinds import FileKind, sort_path
from copilot_tui.context.store import Store
from copilot_tui.context.words import WORD, terms, terms_of_word

_SEARCHED = frozenset({FileKind.CODE, FileKind.TEST})
_TEST_AFFIX = re.compile(r"^(?:tests?|spec)[_-]|[_-]?(?:tests?|specs?)$", re.IGNORECASE)
_MOST_SUMS = 2_000
_MOST_NAMED = 1_000  # terms whose files are kept


class _Said(NamedTuple):
    """What a path says: `terms` are all of its terms, `stem` those of its name, `subject` its name without what makes it a test's."""

    terms: frozenset[str]
    stem: tuple[str, ...]
    subject: str


class IndexedFile:
    """A file of the index: its document's key, its size in words, what its path says.

    `area`: its top folder. The terms of the path are worked out when they are first asked for: of a large repository few ever are.
    """

    __slots__ = ("_letters", "_said", "area", "ending", "key", "kind", "path", "size")

    def __init__(self, path: str, key: int, size: int, kind: FileKind, ending: str, area: str) -> None:
        self.path = path
        self.key = key
        self.size = size
        self.kind = kind
        self.ending = ending
        self.area = area
        self._said: _Said | None = None
        self._letters: str | None = None

    def with_content(self, key: int, size: int) -> "IndexedFile":
        """The same path with another content: what the path says is not worked out again."""
        one = copy(self)
        one.key = key
        one.size = size
        return one

    @property
    def path_terms(self) -> frozenset[str]:
        """The terms of its path."""
        return self._words().terms

    @property
    def stem(self) -> tuple[str, ...]:
        """The terms of its name."""
        return self._words().stem

    @property
    def subject(self) -> str:
        """Its name without what makes it a test's."""
        return self._words().subject

    @property
    def letters(self) -> str:
        """Its letters and digits, in lower case: every term of the path is a part of it."""
        if self._letters is None:
            self._letters = _squeezed(self.path)
        return self._letters

    def _words(self) -> _Said:
        if self._said is None:
            self._said = _said(self.path)
        return self._said


def _said(path: str) -> _Said:
    folder, _, name = path.rpartition("/")
    bare = name.lstrip(".").split(".", 1)[0]
    joined = _squeezed(bare)
    stem = [term for word in WORD.findall(bare) for term in terms_of_word(word)]
    parts = tuple(dict.fromkeys(term for term in stem if len(stem) == 1 or term != joined))
    return _Said(
        frozenset((*_terms_of_folder(folder), *terms(name), joined)),
        parts,
        _TEST_AFFIX.sub("", bare).lower().strip("_-"),
    )


@lru_cache(4_096)
def _terms_of_folder(folder: str) -> tuple[str, ...]:
    return tuple(terms(folder))  # many files share it


def index_file(path: str, key: int, size: int) -> IndexedFile:
    """What ranking needs to know of a file."""
    return IndexedFile(path, key, size, *sort_path(path))


def index_files(
    ids: Mapping[str, str], known: Mapping[str, tuple[int, int]], before: Mapping[str, IndexedFile]
) -> dict[int, list[IndexedFile]]:
    """The files with text, by the keys of their contents.

    `ids`: content ids by path; `known`: keys and sizes by content id; `before`: files as they were, by path, whose words are taken over.
    """
    files: dict[int, list[IndexedFile]] = {}
    for path, blob in ids.items():
        found = known.get(blob)
        if found is None or not found[1]:
            continue
        key = found[0]
        one = before.get(path)
        if one is None:
            one = index_file(path, *found)
        elif one.key != key:
            one = one.with_content(*found)
        if key in files:
            files[key].append(one)
        else:
            files[key] = [one]
    return files


def _squeezed(path: str) -> str:
    found = path.lower().replace("/", "").replace("_", "").replace(".", "").replace("-", "")
    return found if found.isalnum() else "".join(filter(str.isalnum, found))


class _Scale(dict[int, float]):
    """By key what the frequency of a term is measured by, worked out when it is first asked for: of a large repository few ever are."""

    def __init__(self, files: Mapping[int, list[IndexedFile]], average: float) -> None:
        super().__init__()
        self._files = files
        self._average = average

    def __missing__(self, key: int) -> float:
        found = self[key] = 1.2 * (0.25 + 0.75 * self._files[key][0].size / self._average)
        return found


class _Searched(dict[int, int]):
    """By key how many of the files with this content count where it is asked how common a term is; worked out in the same way."""

    def __init__(self, files: Mapping[int, list[IndexedFile]]) -> None:
        super().__init__()
        self._files = files

    def __missing__(self, key: int) -> int:
        found = self[key] = sum([one.kind in _SEARCHED for one in self._files[key]])
        return found


class Corpus:
    """All files of the index, by document key."""

    def __init__(self, files: Mapping[int, list[IndexedFile]] | None = None) -> None:
        self.files = files or {}
        self.everything = [one for same in self.files.values() for one in same]
        found = [one for one in self.everything if one.kind in _SEARCHED]
        searched = found or self.everything
        self.count = len(searched) or 1
        average = sum(one.size for one in searched) / self.count or 1.0
        self.scale = _Scale(self.files, average)
        self.searched = _Searched(self.files)
        self.largest = math.log(2 + max((one.size for one in self.everything), default=0))
        self.by_path: dict[str, IndexedFile] = {one.path: one for one in self.everything}
        self._sums: dict[int, Numbers] = {}
        self._named: dict[str, list[IndexedFile]] = {}

    @cached_property
    def _squeezed(self) -> list[str]:
        return [one.letters for one in self.everything]

    def named(self, term: str) -> list[IndexedFile]:
        """The files whose paths hold a term."""
        found = self._named.get(term)
        if found is None:
            if len(self._named) > _MOST_NAMED:
                self._named.clear()
            may = [one for one, letters in zip(self.everything, self._squeezed, strict=True) if term in letters]
            in_folder: dict[str, bool] = {}
            found = self._named[term] = []
            for one in may:
                folder = one.path.rpartition("/")[0]
                if folder not in in_folder:
                    in_folder[folder] = term in terms(folder)
                if in_folder[folder] or term in one.path_terms:
                    found.append(one)
        return found

    @cached_property
    def tested(self) -> dict[int, list[str]]:
        """By the key of a test the paths of the code that is named like it."""
        tests = [(one, one.subject) for one in self.everything if one.kind is FileKind.TEST]
        by_subject: dict[str, list[str]] = {subject: [] for _, subject in tests if subject}
        for one in self.everything if by_subject else ():
            if one.kind is FileKind.CODE and (subject := one.subject) in by_subject:
                by_subject[subject].append(one.path)
        tested: dict[int, list[str]] = {}
        for one, subject in tests:
            if by_subject.get(subject):
                tested.setdefault(one.key, []).extend(by_subject[subject])
        return tested

    def sums(self, keys: list[int], store: Store) -> dict[int, Numbers]:
        """How many words the first n lines of some documents hold."""
        missing = [key for key in keys if key not in self._sums]
        if missing:
            if len(self._sums) > _MOST_SUMS:
                self._sums.clear()
            self._sums |= store.sums(missing)
        return {key: self._sums[key] for key in keys if key in self._sums}
