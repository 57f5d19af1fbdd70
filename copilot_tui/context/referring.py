"""Where names are referred to, by the outlines of the index: the symbol graph that tells the callers of a definition.

Invariant: an answer is of the whole index or there is none; a place is a line on which the grammar sees a call or another use of the name.
"""

from collections.abc import Collection, Mapping

from copilot_tui.context.corpus import IndexedFile
from copilot_tui.context.outlines import Outlines
from copilot_tui.visible import visible


def find_referring(
    names: Collection[str], files: Mapping[int, list[IndexedFile]], outlines: Outlines
) -> Mapping[str, tuple[str, ...]] | None:
    """By name the places (`path:line`) that refer to it, in the order of their paths; None where a file has no outline yet."""
    if not files or outlines.missing(files.keys()):
        return None
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        places: set[tuple[str, int]] = set()
        for key, outlined in outlines.read(one for one in outlines.uses(name).referrers if one in files).items():
            places |= {(file.path, line) for file in files[key] for line in outlined.references.get(name, ())}
        found[name] = tuple(f"{visible(path)}:{line}" for path, line in sorted(places))
    return found
