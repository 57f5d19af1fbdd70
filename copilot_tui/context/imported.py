"""Where the names come from that stand in what is shown of a file.

Invariant: only lines that import are given, and at most `_MOST_IMPORTS` of a file.
"""

import re

from copilot_tui.context.import_lines import is_import
from copilot_tui.context.view import View

_NAME = re.compile(r"[A-Za-z_]\w*")
_TOP = 120  # lines in which imports are looked for
_MOST_IMPORTS = 8
_LONGEST = 200  # characters
_COMMON = frozenset(["import", "from", "use", "using", "as", "const", "let", "var", "require", "export", "default"])


def used_imports(view: View) -> list[int]:
    """The lines that bring in names which stand in what is shown, where the top of the file is not shown."""
    lines = view.source.lines
    if not view.shown or min(view.shown) <= 2:
        return []
    used = {name for number in view.shown for name in _NAME.findall(lines[number - 1][:400])}
    found: list[int] = []
    for number, line in enumerate(lines[:_TOP], 1):
        if len(line) <= _LONGEST and is_import(line.lstrip()):
            names = set(_NAME.findall(line)) - _COMMON
            if names & used and not view.has(number):
                found.append(number)
                if len(found) == _MOST_IMPORTS:
                    break
    return found
