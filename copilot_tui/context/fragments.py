"""What makes a fragment read as code: the heads around it and the imports of the names in it.

Invariant: only whole lines of the file are added, and no more of them than the room takes.
"""

import re

from copilot_tui.context.packing import View
from copilot_tui.context.pieces import definition_at

_IMPORT = re.compile(
    r"^\s*(?:import\b|from\s+\S+\s+import\b|use\s|using\s|#\s*include\b|require\b|(?:const|let|var)\s.*\brequire\(|package\s"
    r"|(?:export\s+)?\{?.*\bfrom\s+['\"]|namespace\s[\w.\\]+;)"
)
_NAME = re.compile(r"[A-Za-z_]\w*")
_TOP = 120  # lines in which imports are looked for
_MOST_IMPORTS = 8
_MOST_AROUND = 4
_LONGEST = 200  # characters
_MARK = 10  # characters of the number before a line
_COMMON = frozenset(["import", "from", "use", "using", "as", "const", "let", "var", "require", "export", "default"])


def complete(view: View, room: int) -> int:
    """Add heads and imports to a view; gives the characters that are left of the room."""
    lines = view.source.lines
    for number in (*_heads(view), *_imports(view)):
        size = len(lines[number - 1]) + _MARK
        if number in view.shown or number in view.heads or size > min(room, _LONGEST):
            continue
        view.heads.add(number)
        room -= size
    return room


def _heads(view: View) -> list[int]:
    """The first lines of what encloses a shown line whose own line above is not shown."""
    found: list[int] = []
    definitions = view.source.definitions
    for number in sorted(view.shown):
        if number - 1 in view.shown:
            continue
        around = definition_at(definitions, number)
        for _ in range(_MOST_AROUND):
            if around is None:
                break
            if around.first not in view.shown:
                found.append(around.first)
            around = definition_at(
                tuple(one for one in definitions if one.first < around.first and one.last >= around.last), around.first
            )
    return list(dict.fromkeys(found))


def _imports(view: View) -> list[int]:
    lines = view.source.lines
    if not view.shown or min(view.shown) <= 2:
        return []
    used = {name for number in view.shown for name in _NAME.findall(lines[number - 1][:400])}
    found: list[int] = []
    for number, line in enumerate(lines[:_TOP], 1):
        if len(line) <= _LONGEST and _IMPORT.match(line):
            names = set(_NAME.findall(line)) - _COMMON
            if names & used:
                found.append(number)
                if len(found) == _MOST_IMPORTS:
                    break
    return found
