"""Definitions by the beginning of their names, found through the index: what `@name` leads to, and what is offered while one types it.

Invariant: only files that the index knows are read, and at most `_MOST_FILES` of them, however common the name is.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence

from rapidfuzz import fuzz

from copilot_tui.autonomy.request import LineRange
from copilot_tui.context.corpus import IndexedFile
from copilot_tui.context.kinds import FileKind
from copilot_tui.context.mentions import NamedPlace
from copilot_tui.context.source import Source
from copilot_tui.context.store import Store
from copilot_tui.context.words import terms_of_word

_MOST_TERMS = 200
_MOST_FILES = 120
_LEAST_ALIKE = 70.0  # of 100: below that a name is another one
_FEW = 5


def find_definitions(
    letters: str, store: Store, files: Mapping[int, Sequence[IndexedFile]], source_of: Callable[[str], Source | None]
) -> list[NamedPlace]:
    """The definitions whose names begin with the letters, or else are much like them; the best first.

    `Cart.tot` looks for `tot` inside of `Cart`.
    """
    around, _, last = letters.rpartition(".")
    wanted = last.lower().strip("_")
    if not wanted:
        return []
    keys = _keys(
        store,
        {*store.terms_from(f"={wanted.replace('_', '')}", _MOST_TERMS), *(f"={term}" for term in terms_of_word(last))},
    )
    found = _named(wanted, around.lower(), _files(keys, files), source_of)
    if len(found) < _FEW and len(wanted) > 2:
        more = _keys(store, set(store.terms_from(f"={wanted[:2]}", _MOST_TERMS)))
        found |= _named(wanted, around.lower(), _files(more, files), source_of)
    return sorted(found, key=lambda one: (-found[one], len(one.name), one.path, one.lines.first))


def definitions_of(name: str, places: Sequence[NamedPlace]) -> list[NamedPlace]:
    """Those that are called exactly so: by their own name, or with the one around it."""
    return [one for one in places if one.name == name or one.name.endswith((f".{name}", f"::{name}"))]


def _keys(store: Store, terms: set[str]) -> dict[int, int]:
    """Document key to how many of its lines define something under one of the terms."""
    found: dict[int, int] = {}
    for term in terms:
        for key, lines in store.postings(term).items():
            found[key] = found.get(key, 0) + len(lines) // array("I").itemsize
    return found


def _files(keys: Mapping[int, int], files: Mapping[int, Sequence[IndexedFile]]) -> list[str]:
    known = [one for key in keys for one in files.get(key, ())]
    known.sort(key=lambda one: (one.kind is not FileKind.CODE, len(one.path), one.path))
    return [one.path for one in known[:_MOST_FILES]]


def _named(
    wanted: str, around: str, paths: Sequence[str], source_of: Callable[[str], Source | None]
) -> dict[NamedPlace, float]:
    found: dict[NamedPlace, float] = {}
    for path in paths:
        source = source_of(path)
        for one in source.definitions if source is not None else ():
            outer, _, own = one.name.lower().rpartition(".")
            own = own.strip("_")
            alike = 200.0 - len(own) if own.startswith(wanted) else fuzz.ratio(wanted, own)
            if alike >= _LEAST_ALIKE and (not around or outer.endswith(around)):
                found[NamedPlace(one.name, path, LineRange(one.first, one.last), one.kind)] = alike
    return found
