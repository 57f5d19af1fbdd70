"""From an answer to its blocks, in whatever format each of them is written.

Invariant: reasoning is never read for edits, a block counts only when its own end was seen, and any text at all is read without an error.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from copilot_tui.edits.answer_text import MOST_EDITS, Answer, Block, read_answer, read_fence, too_many_edits
from copilot_tui.edits.edit import Edit, EditKind, Operation, OperationKind, ParsedAnswer, Refusal, RefusalCode
from copilot_tui.edits.formats import FORMATS, STARTS
from copilot_tui.edits.formats.encode import encode_lines
from copilot_tui.edits.pathline import read_path_line

HINTS = ("auto", *FORMATS)
_OPENS_REASONING = re.compile(r"\s*<(think|thinking|reasoning|thought)>", re.IGNORECASE)
_CLOSES_REASONING = re.compile(r"</(?:think|thinking|reasoning|thought)>", re.IGNORECASE)
_MARKER_START = re.compile(r"\s*(?:<{3,9}|-{5,9}|\*{3}|-{3} |diff --git)")
_SHELLS = frozenset({"bash", "sh", "shell", "console", "zsh", "text", "output", "log", "diff", "json"})


def strip_reasoning(answer: str) -> str:
    """The answer without the reasoning that it starts with; an opening tag that is never closed takes all of it."""
    opened = _OPENS_REASONING.match(answer)
    closed = _CLOSES_REASONING.search(answer, opened.end() if opened else 0)
    if opened:
        return strip_reasoning(answer[closed.end() :]) if closed else ""
    if closed and not _has_open_tag(answer, closed.start()) and not answer[: closed.start()].count("```") % 2:
        line_start = answer.rfind("\n", 0, closed.start()) + 1
        if not answer[line_start : closed.start()].strip():
            return answer[closed.end() :]
    return answer


def _has_open_tag(answer: str, end: int) -> bool:
    return any(f"<{tag}>" in answer[:end].lower() for tag in ("think", "thinking", "reasoning", "thought"))


def parse_answer(answer: str, hint: str = "auto") -> ParsedAnswer:
    """The blocks of `answer` in their order, numbered from 0; `hint` is the format that was asked for (of `HINTS`) and only goes first."""
    text = read_answer(strip_reasoning(answer), hint)
    blocks = list(iterate_blocks(text))
    if not blocks:
        return ParsedAnswer(lone_file(text))
    return number_blocks([*blocks, *_unfinished(text)])


def _unfinished(answer: Answer) -> list[Block]:
    """After the last block, a path, a marker or a fence that nothing follows: the answer was cut just before a block."""
    if answer.fence and answer.is_cut_at(answer.floor) and answer.lines[-1][:1] in {" ", "+", "-", "@", ""}:
        reason = "the fence is not closed, so hunks may be missing; send them if there are any"
        return [Block(len(answer.lines), (), (Refusal("", 0, RefusalCode.TRUNCATED, reason),))]
    rest = [line for line in answer.lines[answer.floor :] if line.strip()]
    last_fence = read_fence(rest[-1]) if rest else None
    opened = answer.fence is not None and answer.fence[1] >= answer.floor
    is_path = (
        bool(rest) and last_fence is None and (reading := read_path_line(rest[-1])) is not None and not reading.is_weak
    )
    if not rest or not (opened or is_path or _MARKER_START.match(rest[-1])):
        return []
    reason = "the answer ends where another block begins; send that block if there is one"
    return [Block(len(answer.lines), (), (Refusal("", 0, RefusalCode.TRUNCATED, reason),))]


def number_blocks(blocks: list[Block]) -> ParsedAnswer:
    """All edits and refusals with the number of their place in the answer; illustrations of edited files are left out."""
    edits: list[Edit] = []
    refusals: list[Refusal] = []
    number = 0
    edited = {edit.path for block in blocks for edit in block.edits if edit.kind is not EditKind.WHOLE}
    for block in blocks:
        for edit in block.edits:
            if edit.kind is EditKind.WHOLE and edit.path in edited:
                continue
            edits.append(replace(edit, block=number))
            number += 1
        for refusal in block.refusals:
            refusals.append(replace(refusal, block=number))
            number += 1
    return ParsedAnswer(tuple(edits), tuple(refusals))


def iterate_blocks(answer: Answer) -> Iterator[Block]:
    """All blocks from the reader's place on; after each, `answer` stands where reading goes on."""
    at = answer.floor
    rows = sorted(FORMATS.items(), key=lambda row: row[0] != answer.hint)
    left = MOST_EDITS
    while at < len(answer.lines):
        line = answer.lines[at]
        mark = line.lstrip()[:1]
        if mark not in STARTS:
            at += 1
            continue
        if mark == "<" and not answer.fence and opens_reasoning(line[:40]):
            at = _after_reasoning(answer, at)
            continue
        parsers = (row.parse for _, row in rows if mark in row.starts)
        block = next((found for parse in parsers if (found := parse(answer, at))), None)
        if block is None:
            _note_fence(answer, at)
            at += 1
            continue
        at = max(block.end, at + 1)
        answer.floor = at
        yield block
        left -= max(len(block.edits), 1)
        if left <= 0 and at < len(answer.lines):
            yield Block(len(answer.lines), (), (too_many_edits(),))
            return


def opens_reasoning(text: str) -> bool:
    """Whether the text starts with a reasoning tag."""
    return bool(_OPENS_REASONING.match(text))


def closes_reasoning(text: str) -> bool:
    """Whether the text has the end of a reasoning tag."""
    return bool(_CLOSES_REASONING.search(text))


def _note_fence(answer: Answer, at: int) -> None:
    """Keep track of which fence is open outside of blocks."""
    fence = read_fence(answer.lines[at])
    if not fence:
        return
    if answer.fence is None:
        answer.fence = (fence, at)
    elif fence.closes(answer.fence[0]):
        answer.fence = None
        answer.floor = max(answer.floor, at + 1)


def _after_reasoning(answer: Answer, at: int) -> int:
    for number in range(at, len(answer.lines)):
        if _CLOSES_REASONING.search(answer.lines[number]):
            return number + 1
    return len(answer.lines)


def lone_file(answer: Answer) -> tuple[Edit, ...]:
    """In an answer without any block, the one fence that is no shell session may be the whole file that was asked for."""
    bodies: list[list[str]] = []
    start: int | None = None
    opener = None
    for number, line in enumerate(answer.lines):
        fence = read_fence(line)
        if not fence:
            continue
        if opener is None:
            opener, start = fence, number + 1
        elif fence.closes(opener):
            if opener.info.lower() not in _SHELLS:
                bodies.append(answer.lines[start:number])
            opener = None
    if len(bodies) != 1 or opener is not None:
        return ()
    body = encode_lines(bodies[0])
    if isinstance(body, str) or not body:
        return ()
    return (Edit("", 0, EditKind.WHOLE, tuple(Operation(OperationKind.ADD, line) for line in body)),)
