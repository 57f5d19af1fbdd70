"""Which names a hunk brings in, takes out and uses.

Invariant: a name counts as brought in or taken out only if the other side of the file does not have it, so that what merely moved or
changed its body links nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from copilot_tui.diff.change import FileChange
from copilot_tui.diff.line import LineKind
from copilot_tui.syntax import language_of

_IDENTIFIER = re.compile(rb"[^\W\d]\w{2,}")
_IMPORT = re.compile(
    rb"^\s*(?:from\s+\S+\s+import|import|(?:const|let|var)(?=.*\brequire\b)|use|export\s+\{)\s*(.+?)\s*(?:\bfrom\b.*|=.*|;)?$"
)
_LITERAL = re.compile(rb"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|#.*|//.*")
_LONGEST = 2000


@dataclass(slots=True)
class HunkNames:
    """The names of one hunk: definitions and imports apart, for an import counts in its own file alone."""

    defined: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    removed_imports: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    no_longer_used: set[str] = field(default_factory=set)


def names_of_file(change: FileChange, pause: Callable[[], object] = int) -> list[HunkNames]:
    """The names of each hunk of a file; in prose, in data and in an unknown language a word is no name.

    `pause` is called while texts are parsed.
    """
    names = [HunkNames() for _ in change.hunk_blocks]
    language = language_of(change.path, (change.after or change.before or b"")[:200])
    if change.is_binary or language is None or language.is_data:
        return names
    from copilot_tui.syntax import definitions  # noqa: PLC0415  (grammars are loaded when first needed)

    before = {symbol.name: symbol for symbol in definitions(change.source_path, change.before or b"", pause=pause)}
    after = {symbol.name: symbol for symbol in definitions(change.path, change.after or b"", pause=pause)}
    hunk_of_line = {(line.kind, line.index + 1): line.hunk for line in change.changed_lines}
    for name in after.keys() - before.keys():
        for at in range(after[name].head.first, after[name].head.last + 1):
            if (hunk := hunk_of_line.get((LineKind.ADDED, at))) is not None:
                names[hunk].defined.add(name)
    for name in before.keys() - after.keys():
        for at in range(before[name].head.first, before[name].head.last + 1):
            if (hunk := hunk_of_line.get((LineKind.REMOVED, at))) is not None:
                names[hunk].removed.add(name)
    _read_lines(change, names)
    return names


def _read_lines(change: FileChange, names: list[HunkNames]) -> None:
    """What the changed lines import and use."""
    gone: list[set[str]] = [set() for _ in names]
    old_imports: set[str] = set()
    new_imports: set[str] = set()
    for line in change.changed_lines:
        is_added = line.kind is LineKind.ADDED
        raw = (change.new_lines if is_added else change.old_lines)[line.index][:_LONGEST].rstrip()
        code = _LITERAL.sub(b" ", raw)
        imported = _IMPORT.match(code)
        if imported is not None:
            found = _identifiers(imported[1])
            (names[line.hunk].imported if is_added else names[line.hunk].removed_imports).update(found)
            (new_imports if is_added else old_imports).update(found)
        else:
            (names[line.hunk].used if is_added else gone[line.hunk]).update(_identifiers(code))
    for hunk, own in enumerate(names):
        own.no_longer_used = gone[hunk] - own.used
        # An import that only changed its line is neither new nor gone.
        own.imported -= old_imports
        own.removed_imports -= new_imports


def _identifiers(code: bytes) -> set[str]:
    return {found.decode("utf-8", "replace") for found in _IDENTIFIER.findall(code)}
