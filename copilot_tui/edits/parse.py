"""From an answer to its blocks, in whatever format each of them is written.

Invariant: reasoning is never read for edits, a block counts only when its own end was seen, and any text at all is read without an error.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from copilot_tui.edits.answer_text import Answer, Block, read_answer, read_fence
from copilot_tui.edits.edit import Edit, EditKind, Operation, OperationKind, ParsedAnswer, Refusal
from copilot_tui.edits.formats import FORMATS, STARTS
from copilot_tui.edits.formats.encode import encode_lines

HINTS = ("auto", *FORMATS)
_OPENS_REASONING = re.compile(r"\s*<(think|thinking|reasoning|thought)>", re.IGNORECASE)
_CLOSES_REASONING = re.compile(r"</(?:think|thinking|reasoning|thought)>", re.IGNORECASE)
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
    return number_blocks(blocks)


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
    parsers = [FORMATS[answer.hint]] if answer.hint in FORMATS else []
    parsers += [parser for parser in FORMATS.values() if parser not in parsers]
    while at < len(answer.lines):
        line = answer.lines[at]
        if line[:1] not in STARTS:
            at += 1
            continue
        if line.lstrip()[:1] == "<" and not answer.fence and opens_reasoning(line[:40]):
            at = _after_reasoning(answer, at)
            continue
        block = next((found for parser in parsers if (found := parser(answer, at))), None)
        if block is None:
            _note_fence(answer, at)
            at += 1
            continue
        at = max(block.end, at + 1)
        answer.floor = at
        yield block


def opens_reasoning(text: str) -> bool:
    """Whether the text starts with a reasoning tag."""
    return bool(_OPENS_REASONING.match(text))


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
