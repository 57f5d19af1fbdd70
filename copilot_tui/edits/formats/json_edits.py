"""Edits as JSON: a list of objects (or one, or one under `edits`) with a path, the text to search for and its replacement.

Invariant: only objects that are complete are read; of a list that was cut, the last object is lost and said to be.
"""

import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from copilot_tui.edits.answer_text import MOST_EDITS, Answer, Block, read_fence, too_many_edits
from copilot_tui.edits.edit import Edit, EditKind, Operation, OperationKind, Refusal, RefusalCode
from copilot_tui.edits.formats.encode import encode_lines
from copilot_tui.edits.operations import make_operations

_PATH = ("path", "file", "file_path", "filepath", "filename", "file_name", "target_file")
_SEARCH = ("search", "old", "old_string", "old_str", "old_text", "find", "original", "before", "oldText", "old_content")
_REPLACE = (
    "replace",
    "new",
    "new_string",
    "new_str",
    "new_text",
    "replacement",
    "updated",
    "after",
    "newText",
    "new_content",
)
_CONTENT = ("content", "contents", "text", "code", "file_text", "whole")
_LISTS = ("edits", "changes", "blocks", "operations", "files")
_DELETE = ("delete", "remove", "delete_file")
_COMMENT = re.compile(r"\s*//[^\n]*\n?")
_DEEPEST = 4


def parse_json_edits(answer: Answer, at: int) -> Block | None:
    """The JSON text that starts at line `at`: a line that begins with a bracket, or a comment above one inside a fence."""
    start = at
    while answer.fence and answer.line(start).lstrip().startswith("//") and start < at + 5:
        start += 1
    if answer.line(start).lstrip()[:1] not in {"[", "{"} or not _looks_like_edits(answer, start):
        return None
    end = _end(answer, start)
    text = "\n".join(answer.lines[start:end])
    objects, complete, used = _read_objects(text)
    edits: list[Edit] = []
    refusals: list[Refusal] = []
    for one in islice(chain.from_iterable(_edits(each, "") for each in objects), MOST_EDITS + 1):
        if isinstance(one, Edit):
            edits.append(one)
        else:
            refusals.append(one)
    if len(edits) + len(refusals) > MOST_EDITS:
        del edits[MOST_EDITS:]
        refusals.append(too_many_edits())
    if not edits and not refusals and complete:
        return None
    if not complete:
        cut = answer.is_cut_at(end)
        code = RefusalCode.TRUNCATED if cut else RefusalCode.MALFORMED
        refusals.append(
            Refusal("", 0, code, "the JSON text cannot be read to its end; send the rest again as valid JSON")
        )
    end = end if not complete or answer.fence else start + text.count("\n", 0, used) + 1
    return Block(end, tuple(edits), tuple(refusals))


def _looks_like_edits(answer: Answer, start: int) -> bool:
    """A cheap look at the first lines: some key of ours in quotes."""
    head = "\n".join(line[:400] for line in answer.lines[start : start + 8])
    return any(f'"{key}"' in head for key in (*_SEARCH, *_REPLACE, *_PATH, *_LISTS, *_CONTENT))


def _end(answer: Answer, start: int) -> int:
    """The line after the JSON text: the fence's end, or the end of the answer."""
    if not answer.fence:
        return len(answer.lines)
    for number in range(start, len(answer.lines)):
        fence = read_fence(answer.lines[number])
        if fence and fence.closes(answer.fence[0]):
            return number
    return len(answer.lines)


def _read_objects(text: str) -> tuple[list[Any], bool, int]:
    """The values read, whether the text was read to its end, and how many characters were used."""
    decoder = json.JSONDecoder(strict=False)
    try:
        value, used = decoder.raw_decode(text, len(text) - len(text.lstrip()))
    except (ValueError, RecursionError):
        return _read_pieces(decoder, text)
    return (value if isinstance(value, list) else [value]), True, used


def _read_pieces(decoder: json.JSONDecoder, text: str) -> tuple[list[Any], bool, int]:
    """Object by object, past trailing commas and comments, as far as it goes."""
    objects: list[Any] = []
    at = text.find("{")
    if not text.lstrip().startswith("[") or at < 0:
        return objects, False, 0
    while 0 <= at < len(text):
        value, at = _read_object(decoder, text, at)
        if value is None:
            return objects, False, at
        objects.append(value)
        between = re.compile(r"(?:[\s,]|//[^\n]*\n)*").match(text, at)
        at = between.end() if between else at
        if text[at : at + 1] == "]":
            return objects, True, at + 1
        if text[at : at + 1] != "{":
            return objects, False, at
    return objects, False, at


def _read_object(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        pass
    end = _object_end(text, at)
    if end is None:
        return None, at
    try:
        return json.loads(re.sub(r",(\s*\})$", r"\1", text[at:end]), strict=False), end
    except (ValueError, RecursionError):
        return None, at


def _object_end(text: str, at: int) -> int | None:
    """The end of the flat object at `at`, strings skipped."""
    piece = re.compile(r'\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\}', re.DOTALL).match(text, at)
    return piece.end() if piece else None


def _edits(value: object, path: str, depth: int = 0) -> Iterator[Edit | Refusal]:
    """The edits that one value stands for; `path` comes from the object around it."""
    if isinstance(value, list) and depth < _DEEPEST:
        for one in value:
            yield from _edits(one, path, depth + 1)
    if not isinstance(value, dict):
        return
    path = _string(value, _PATH) or path
    inner = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)
    if inner is not None and depth < _DEEPEST:
        yield from _edits(inner, path, depth + 1)
    else:
        yield _edit(value, path)


def _string(value: dict[str, Any], names: tuple[str, ...]) -> str | None:
    found = next((value[name] for name in names if name in value), None)
    if isinstance(found, list) and all(isinstance(line, str) for line in found):
        return "\n".join(found)
    return found if isinstance(found, str) else None


def _edit(value: dict[str, Any], path: str) -> Edit | Refusal:
    search, replace, content = (_string(value, names) for names in (_SEARCH, _REPLACE, _CONTENT))
    verb = _string(value, ("op", "action", "type", "kind", "operation")) or ""
    if any(value.get(key) is True for key in _DELETE) or (
        verb.lower() in _DELETE and search is None and content is None
    ):
        return Edit(path, 0, EditKind.DELETE)
    if search is None and replace is None and content is not None:
        new = _lines(content)
        return _whole(path, new, EditKind.CREATE if verb.lower() in {"create", "add", "new"} else EditKind.WHOLE)
    if search is None or replace is None:
        return Refusal(
            path,
            0,
            RefusalCode.MALFORMED,
            "the object needs a path, the text to search for and its replacement, all as strings",
        )
    if not search.strip():
        return _whole(path, _lines(replace), EditKind.CREATE)
    old, new = _lines(search), _lines(replace)
    if isinstance(old, str) or isinstance(new, str):
        return Refusal(path, 0, RefusalCode.MALFORMED, old if isinstance(old, str) else str(new))
    return Edit(path, 0, EditKind.EDIT, make_operations(old, new), is_text=True)


def _whole(path: str, lines: list[bytes] | str, kind: EditKind) -> Edit | Refusal:
    if isinstance(lines, str):
        return Refusal(path, 0, RefusalCode.MALFORMED, lines)
    return Edit(path, 0, kind, tuple(Operation(OperationKind.ADD, line) for line in lines))


def _lines(text: str) -> list[bytes] | str:
    """The text's lines, without carriage returns and without an empty last one."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if not lines[-1]:
        lines.pop()
    return encode_lines(lines)
