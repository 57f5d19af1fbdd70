"""Which lines of a file bring in names of others, in any language, by how they are written.

Invariant: only the line itself decides.
"""

import re

# Every such line begins with one of these: most lines are told so.
_BEGINNINGS = (
    "import", "from", "#", "using", "use", "require", "package", "extern crate", "const", "var", "let", "export", "} from", "namespace",
)  # fmt: skip
_BLANK = r"[^\S\n]"
# For a line without the blanks at its beginning; it holds in a whole text too, because nothing in it goes beyond the end of a line.
IMPORT = (
    rf"import\b|from{_BLANK}+\S+{_BLANK}+import\b|#{_BLANK}*include\b|using{_BLANK}|use{_BLANK}|require(?:_relative|_once|s)?\b"
    rf"|package{_BLANK}|extern crate\b|(?:const|let|var){_BLANK}.*\brequire\("
    rf"|(?:export\b|\}}(?= from)).*\bfrom{_BLANK}+['\"]|namespace{_BLANK}[\w.\\]+;"
)
_IMPORT = re.compile(IMPORT)


def is_import(bare: str) -> bool:
    """Whether a line, without the blanks at its beginning, imports."""
    return bare.startswith(_BEGINNINGS) and _IMPORT.match(bare) is not None
