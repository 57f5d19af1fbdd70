"""Edits read while the answer still streams.

Invariant: an edit is given out once its end was seen, and never twice; `finish` reads the whole answer anew and has the last word.
"""

from collections import Counter
from dataclasses import replace

from copilot_tui.edits.answer_text import Answer
from copilot_tui.edits.edit import Edit, EditKind, ParsedAnswer
from copilot_tui.edits.parse import closes_reasoning, iterate_blocks, opens_reasoning, parse_answer, strip_reasoning

_LONGEST_TAG = len("</reasoning>")
_LONGEST_LEAD = 4096  # blanks before an answer
_ENDS = (">", "+++", "```", "~~~", "@@", "--- ", "diff --git", "***", "}", "]")


class IncrementalParser:
    """Takes the answer piece by piece and gives each edit as soon as it is complete."""

    def __init__(self, hint: str = "auto") -> None:
        self._hint = hint
        self._pieces: list[str] = []
        self._rest: list[str] = []  # pieces: a text that grows by each of them would be copied each time
        self._tail = ""
        self._answer = Answer([], ends_whole=True, hint=hint)
        self._given: Counter[Edit] = Counter()
        self._count = 0
        self._is_reasoning = False
        self._is_past_reasoning = False

    def feed(self, text: str) -> tuple[Edit, ...]:
        """The edits that `text` completes, numbered in the order in which they are given."""
        self._pieces.append(text)
        self._rest.append(text)
        if not self._pass_reasoning(text) or "\n" not in self._rest[-1]:
            return ()
        whole, _, rest = "".join(self._rest).rpartition("\n")
        self._rest = [rest]
        lines = [line.removesuffix("\r") for line in whole.split("\n")]
        self._answer.lines += lines
        if not any(line.lstrip().startswith(_ENDS) for line in lines):
            return ()
        return self._read()

    def finish(self) -> ParsedAnswer:
        """The whole answer, read as if it had come at once."""
        return parse_answer("".join(self._pieces), self._hint)

    def _pass_reasoning(self, text: str) -> bool:
        """Whether the answer proper has begun."""
        if self._is_past_reasoning:
            return True
        recent, self._tail = self._tail + text, (self._tail + text)[-_LONGEST_TAG:]
        if self._is_reasoning and not closes_reasoning(recent):
            return False
        rest = "".join(self._rest)
        if opens_reasoning(rest):
            self._is_reasoning = True
            left = strip_reasoning(rest) if closes_reasoning(recent) else ""
            if not left:
                return False
            rest = left
        elif len(rest) < _LONGEST_LEAD and len(rest.lstrip()) < len("<reasoning>") and "\n" not in rest.strip():
            return False
        self._rest = [rest]
        self._is_past_reasoning = not opens_reasoning(rest)
        return self._is_past_reasoning

    def _read(self) -> tuple[Edit, ...]:
        given: list[Edit] = []
        answer = replace(self._answer)
        seen: Counter[Edit] = Counter()
        for block in iterate_blocks(answer):
            is_open = block.end >= len(answer.lines)
            ready = block.edits[:-1] if is_open and not block.refusals else block.edits
            for edit in ready:
                seen[edit] += 1
                if edit.kind is EditKind.WHOLE or seen[edit] <= self._given[edit]:
                    continue
                self._given[edit] += 1
                given.append(replace(edit, block=self._count))
                self._count += 1
            if not is_open:
                self._answer = replace(answer)
                self._given.clear()
                seen.clear()
        return tuple(given)
