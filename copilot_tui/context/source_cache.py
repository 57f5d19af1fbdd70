"""The files that are looked into, as sources: each is made once for its content.

Invariant: what is given is as the file is on disk; a source that was made by the layout of its text is made anew when its outline is there.
"""

from collections import OrderedDict

from copilot_tui.context.cutting import lines_of
from copilot_tui.context.indexing import Indexing
from copilot_tui.context.pieces import Definition
from copilot_tui.context.source import Source, make_source

_MOST_KEPT = 400


class SourceCache:
    """The newest sources of one repository."""

    def __init__(self, indexing: Indexing) -> None:
        self._indexing = indexing
        self._kept: OrderedDict[tuple[str, str], Source] = OrderedDict()
        self._by_layout: set[str] = set()  # the contents of those sources that had no outline yet

    def source(self, path: str) -> Source | None:
        """A file's lines and definitions, None where it cannot be shown."""
        contents, outlines = self._indexing.contents, self._indexing.outlines
        blob = contents.ids.get(path, "")
        entry = self._indexing.known.get(blob)
        kept = self._kept.get((path, blob))
        if kept is not None and not (blob in self._by_layout and entry and outlines.read([entry[0]])):
            self._kept.move_to_end((path, blob))
            return kept
        whole = contents.disk.text(path)
        if not whole:
            return None
        lines = lines_of(whole)
        sums = self._indexing.store.sums([entry[0]]).get(entry[0]) if entry else None
        outlined = outlines.read([entry[0]]).get(entry[0]) if entry else None
        if outlined is None:
            self._by_layout.add(blob)
            source = make_source(path, lines, sums)
        else:
            self._by_layout.discard(blob)
            definitions = [
                Definition(first, last, head_last, f"{parent}.{name}" if parent else name, kind)
                for first, last, head_last, name, kind, parent, _ in outlined.bare
            ]
            source = make_source(path, lines, sums, definitions or None, outlined.references)
        self._kept[path, blob] = source
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return source
