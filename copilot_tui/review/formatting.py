"""Hunks that change the layout of the code and not one token of it.

Invariant: in a language whose indentation carries meaning, a hunk whose line beginnings change is no formatting; text inside of quotes
is one token, so that a blank in it counts.
"""

import re
from collections.abc import Callable

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.review.proposal import HunkKey
from copilot_tui.syntax import language_of

_TOKEN = re.compile(rb"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|\w+|[^\w\s]")
_INDENTED = {"python", "yaml", "markdown"}
_LINES_END_STATEMENTS = {
    "python",
    "yaml",
    "markdown",
    "javascript",
    "typescript",
    "tsx",
    "go",
    "ruby",
    "kotlin",
    "swift",
    "scala",
    "bash",
    "toml",
}


def formatting_only(change_set: ChangeSet, pause: Callable[[], object] = int) -> frozenset[HunkKey]:
    """The hunks that change layout alone; only files of a known language are looked at; `pause` is called between hunks."""
    found: list[HunkKey] = []
    for change in change_set:
        pause()
        if change.before is not None and change.after is not None and not change.is_binary:
            for index in range(len(change.hunk_blocks)):
                pause()
                if is_formatting_only(change, index):
                    found.append(HunkKey(change.path, index))
    return frozenset(found)


def is_formatting_only(change: FileChange, hunk: int) -> bool:
    """Whether both sides of each changed run of the hunk are the same tokens in the same statements."""
    language = language_of(change.path, (change.after or b"")[:200])
    if language is None:
        return False
    name = language.name.lower()
    for block in change.hunk_blocks[hunk]:
        old = change.old_lines[block.old_first : block.old_last]
        new = change.new_lines[block.new_first : block.new_last]
        if _TOKEN.findall(b"".join(old)) != _TOKEN.findall(b"".join(new)):
            return False
        if name in _INDENTED and _indents(old) != _indents(new):
            return False
        if name in _LINES_END_STATEMENTS and not _same_lines(old, new):
            return False
    return True


def _indents(lines: list[bytes]) -> list[bytes]:
    return [line[: len(line) - len(line.lstrip())] for line in lines if line.strip()]


def _same_lines(old: list[bytes], new: list[bytes]) -> bool:
    """Whether the tokens stand on the same lines: where a line's end may end a statement, joining two lines may join statements."""
    left, right = ([_TOKEN.findall(line) for line in lines if line.strip()] for lines in (old, new))
    return left == right
