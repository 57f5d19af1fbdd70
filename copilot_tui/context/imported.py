"""Where the names come from that stand in what is shown of a file.

Invariant: only lines that import are given, and at most `_MOST_IMPORTS` of a file.
"""

import re

from copilot_tui.context.view import View

_IMPORT = re.compile(
    r"^\s*(?:import\b|from\s+\S+\s+import\b|use\s|using\s|#\s*include\b|require\b|(?:const|let|var)\s.*\brequire\(|package\s"
    r"|(?:export\s+)?\{?.*\bfrom\s+['\"]|namespace\s[\w.\\]+;)"
)
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
        if len(line) <= _LONGEST and _may_import(line) and _IMPORT.match(line):
            names = set(_NAME.findall(line)) - _COMMON
            if names & used and not view.has(number):
                found.append(number)
                if len(found) == _MOST_IMPORTS:
                    break
    return found


def _may_import(line: str) -> bool:
    """Whether one of the words stands in a line by which any import is made: most lines are told so."""
    return (
        "import" in line or "from" in line or "us" in line or "include" in line or "require" in line
        or "package" in line or "namespace" in line
    )  # fmt: skip
