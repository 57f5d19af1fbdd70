"""Other ways to read a block whose quoted lines stand nowhere: with line numbers pasted in, or escaped for a web page.

Invariant: a reading changes all lines of the block by one rule or does not exist; it is tried only where the block as written matches
nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from copilot_tui.edits.edit import Edit
from copilot_tui.edits.operations import make_operations

_NUMBERED = re.compile(rb"[ \t]{0,8}(\d{1,7})(?:[ ]?(?:[|:]|\xe2\x94\x82|\xe2\x86\x92)[ ]?|\t)(.*)", re.DOTALL)
_ENTITIES = {
    b"&lt;": b"<",
    b"&gt;": b">",
    b"&amp;": b"&",
    b"&quot;": b'"',
    b"&#39;": b"'",
    b"&#x27;": b"'",
    b"&apos;": b"'",
}
_ENTITY = re.compile(b"|".join(re.escape(entity) for entity in _ENTITIES))


def other_readings(edit: Edit) -> Iterator[tuple[str, Edit]]:
    """Each other reading with the name of its rule."""
    unnumbered = _without_line_numbers(edit)
    if unnumbered is not None:
        yield "line-numbers", unnumbered
    if any(_ENTITY.search(line) for line in edit.old_side):
        yield (
            "escapes",
            _made_of(edit, [_unescaped(line) for line in edit.old_side], [_unescaped(line) for line in edit.new_side]),
        )


def _unescaped(line: bytes) -> bytes:
    return _ENTITY.sub(lambda found: _ENTITIES[found.group()], line)


def _without_line_numbers(edit: Edit) -> Edit | None:
    """Where every quoted line begins with its number, one more than that of the line before, in the old text and all or none of the new."""
    old = [_NUMBERED.fullmatch(line) for line in edit.old_side]
    numbers = [int(found[1]) for found in old if found]
    if not numbers or len(numbers) != len(old) or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return None
    filled = [line for line in edit.new_side if line.strip()]
    numbered = sum(_NUMBERED.fullmatch(line) is not None for line in filled)
    if 0 < numbered < len(filled):
        return None
    new = [found[2] if numbered and (found := _NUMBERED.fullmatch(line)) else line for line in edit.new_side]
    place = edit.place if edit.place.line else replace(edit.place, line=numbers[0])
    return replace(_made_of(edit, [found[2] for found in old if found], new), place=place)


def _made_of(edit: Edit, old: Sequence[bytes], new: Sequence[bytes]) -> Edit:
    return replace(edit, operations=make_operations(list(old), list(new)))
