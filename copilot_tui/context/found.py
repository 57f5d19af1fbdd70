"""Questions to the index that are no ranking: which files change most, and where a name may be defined.

Invariant: an answer names files that the index knows, and only what their names and their defining lines say.
"""

from array import array
from collections.abc import Collection, Mapping
from heapq import nlargest

from copilot_tui.context.corpus import IndexedFile
from copilot_tui.context.kinds import FileKind, kind_of
from copilot_tui.context.outlines import Outlines
from copilot_tui.context.packed_outline import bare_name
from copilot_tui.context.ranking import Ranked
from copilot_tui.context.source import Source
from copilot_tui.context.store import Store
from copilot_tui.context.words import terms_of_word

_MOST_HOLDERS = 30  # documents with a defining line that holds the name: more say that it is no name of one thing


def busiest(paths: Collection[str], churn: Mapping[str, float], count: int, folder: str = "") -> list[str]:
    """The files that change most often, of code or all of a folder; those without history come last, by path."""
    within = f"{folder}/" if folder else ""
    changing = [path for path in churn if path.startswith(within) and path in paths and (within or _is_code(path))]
    found = nlargest(count, changing, key=lambda path: (churn[path], path))
    if len(found) < count:
        known = set(found)
        others = (path for path in paths if path.startswith(within) and path not in known)
        found += sorted(path for path in others if within or _is_code(path))[: count - len(found)]
    return found


def _is_code(path: str) -> bool:
    return kind_of(path) is FileKind.CODE


def defining(
    name: str, files: Mapping[int, list[IndexedFile]], outlines: Outlines, store: Store
) -> list[tuple[str, int]]:
    """The places (path, line) that define a name; where no outline has it, defining lines that hold it; none where there are many."""
    definers = [key for key in outlines.uses(name).definers if key in files]
    if definers:
        found = outlines.read(definers[:_MOST_HOLDERS])
        return [
            (one.path, defined.first)
            for key, outlined in found.items()
            for one in files[key]
            for defined in outlined.definitions
            if bare_name(defined.name) == name
        ]
    terms = terms_of_word(name)
    if not terms:
        return []
    held = [(key, raw) for key, raw in store.postings("=" + terms[-1]).items() if key in files]
    if len(held) > _MOST_HOLDERS:
        return []
    places: list[tuple[str, int]] = []
    for key, raw in held:
        numbers = array("I")
        numbers.frombytes(raw)
        places += [(one.path, number) for one in files[key] for number in numbers]
    return places


def names_hit(one: Ranked, source: Source | None) -> tuple[str, ...]:
    """The names of the definitions of a ranked file that hold most of what was asked for in their heads, at most six."""
    if source is None:
        return ()
    hit = {number for numbers in one.lines.values() for number in numbers}
    best = sorted(
        (definition for definition in source.definitions if definition.kind not in {"variable", "field", "constant"}),
        key=lambda definition: -sum(1 for number in range(definition.first, definition.head_last + 1) if number in hit),
    )
    return tuple(dict.fromkeys(definition.name for definition in best[:6]))
