"""Quoted text that starts or ends inside a line, as exact-string replacement tools send it.

Invariant: the text stands in the file exactly once, character for character, and never begins or ends inside a word.
"""

from dataclasses import replace

from copilot_tui.edits.edit import Edit
from copilot_tui.edits.indentation import IndentMap
from copilot_tui.edits.match import Match
from copilot_tui.edits.operations import make_operations
from copilot_tui.edits.text import FileText


def match_text(text: FileText, edit: Edit) -> tuple[Edit, list[Match]] | None:
    """The edit made one of whole lines, with the lines it matches; None where the text does not stand exactly once."""
    old, new = b"\n".join(edit.old_side), b"\n".join(edit.new_side)
    whole = b"\n".join(text.lines)
    start = whole.find(old)
    if not old.strip() or start < 0 or whole.find(old, start + 1) >= 0:
        return None
    end = start + len(old)
    if _splits_word(whole, start) or _splits_word(whole, end):
        return None
    first = whole.count(b"\n", 0, start)
    last = first + old.count(b"\n")
    head = whole[whole.rfind(b"\n", 0, start) + 1 : start]
    line_end = whole.find(b"\n", end)
    tail = whole[end : len(whole) if line_end < 0 else line_end]
    lines = (head + new + tail).split(b"\n")
    operations = make_operations(text.lines[first : last + 1], lines)
    return replace(edit, operations=operations), [Match("exact-text", tuple(range(first, last + 1)), IndentMap())]


def _splits_word(whole: bytes, at: int) -> bool:
    return 0 < at < len(whole) and _in_word(whole[at - 1]) and _in_word(whole[at])


def _in_word(byte: int) -> bool:
    return byte >= 0x80 or bytes((byte,)).isalnum() or byte == ord("_")
