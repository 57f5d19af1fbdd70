"""Which lines of a file bring in names of others, in any language, by how they are written.

Invariant: only the line itself decides.
"""

import re

# Every such line begins with one of these: most lines are told so.
_BEGINNINGS = (
    "import", "from", "#", "using", "use", "require", "package", "extern crate", "const", "var", "let", "export", "} from", "namespace",
)  # fmt: skip
_IMPORT = re.compile(
    r"import\b|from\s+\S+\s+import\b|#\s*include\b|using\s|use\s|require(?:_relative|_once|s)?\b|package\s|extern crate\b"
    r"|(?:const|let|var)\s.*\brequire\(|(?:export\b|\}).*\bfrom\s+['\"]|namespace\s[\w.\\]+;"
)
FIRST_LETTERS = frozenset(one[0] for one in _BEGINNINGS)


def is_import(bare: str) -> bool:
    """Whether a line, without the blanks at its beginning, imports; no line does that does not begin with one of `FIRST_LETTERS`."""
    return bare.startswith(_BEGINNINGS) and _IMPORT.match(bare) is not None
