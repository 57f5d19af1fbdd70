"""The table of answer formats: each reads the block that starts at one line of an answer.

A parser takes the answer and a line number, and gives back the block that starts there or None. A new format is a module and a row here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from copilot_tui.edits.answer_text import Answer, Block
from copilot_tui.edits.formats.apply_patch import parse_apply_patch
from copilot_tui.edits.formats.json_edits import parse_json_edits
from copilot_tui.edits.formats.search_replace import parse_search_replace
from copilot_tui.edits.formats.unified_diff import parse_unified_diff
from copilot_tui.edits.formats.whole_file import parse_whole_file


@dataclass(frozen=True, slots=True)
class Format:
    """A row: the characters that a block's first line starts with (after blanks), and the parser."""

    starts: frozenset[str]
    parse: Callable[[Answer, int], Block | None]


FORMATS: dict[str, Format] = {
    "sr": Format(frozenset("<-"), parse_search_replace),
    "patch": Format(frozenset("*"), parse_apply_patch),
    "udiff": Format(frozenset("-d@"), parse_unified_diff),
    "json": Format(frozenset("[{/"), parse_json_edits),
    "whole": Format(frozenset("`~"), parse_whole_file),
}
STARTS = frozenset("`~<").union(*(row.starts for row in FORMATS.values()))
