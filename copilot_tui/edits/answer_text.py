"""An answer as lines, with its fences, and what stands above a block.

Invariant: looking around never crosses the end of the block before.
"""

import re
from dataclasses import dataclass

from copilot_tui.edits.edit import Edit, Refusal, RefusalCode
from copilot_tui.edits.pathline import PathReading, read_info_string, read_path_line, read_prose

MOST_EDITS = 5_000  # of one answer; no model means more, and each costs time
_FENCE = re.compile(r"\s{0,8}(`{3,}|~{3,})([^`]{0,400})")
_LINES_ABOVE = 12


@dataclass(frozen=True, slots=True)
class Fence:
    """A line of backticks or tildes; `info` is what follows them."""

    mark: str
    info: str

    def closes(self, opener: "Fence") -> bool:
        """Whether this line ends the fence that `opener` began."""
        return not self.info and self.mark[0] == opener.mark[0] and len(self.mark) >= len(opener.mark)


def read_fence(line: str) -> Fence | None:
    """The fence that a line is, if it is one."""
    if len(line) > 500 or ("```" not in line and "~~~" not in line):
        return None
    found = _FENCE.fullmatch(line)
    return Fence(found[1], found[2].strip()) if found else None


@dataclass(frozen=True, slots=True)
class Block:
    """What one format read at one place: its edits and refusals (numbered later), and the line after it."""

    end: int
    edits: tuple[Edit, ...] = ()
    refusals: tuple[Refusal, ...] = ()


@dataclass(slots=True)
class Answer:
    """The answer's lines, and where the reader is.

    `ends_whole` says that the last line had its line feed. `floor` is the line after the last block, `inherited` the last block's path,
    `fence` the fence that is open with the line of its opener.
    """

    lines: list[str]
    ends_whole: bool
    floor: int = 0
    inherited: PathReading | None = None
    fence: tuple[Fence, int] | None = None
    hint: str = "auto"

    def line(self, at: int) -> str:
        """The line at `at`, or nothing beyond the end."""
        return self.lines[at] if 0 <= at < len(self.lines) else ""

    def is_cut_at(self, end: int) -> bool:
        """Whether `end` is the end of the answer."""
        return end >= len(self.lines)


def too_many_edits() -> Refusal:
    """What is said of the edits after the first `MOST_EDITS`."""
    reason = f"the answer has more than {MOST_EDITS} edits; the rest was not read"
    return Refusal("", 0, RefusalCode.MALFORMED, reason)


def read_answer(text: str, hint: str) -> Answer:
    """The text as lines, split on LF, each without a carriage return at its end."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    ends_whole = lines[-1] == ""
    if ends_whole:
        lines.pop()
    return Answer(lines, ends_whole, hint=hint)


def _lies_within(fence: Fence, outer: Fence) -> bool:
    """Whether a shorter fence stands inside a longer one, as where a whole answer is wrapped."""
    return fence.mark[0] == outer.mark[0] and len(fence.mark) < len(outer.mark)


def path_above(answer: Answer, at: int) -> PathReading | None:
    """The path that the lines above line `at` give to a block there: in a comment, the fence's info string, or the text above the fence."""
    seen_fence = False
    weak: PathReading | None = None
    for number in range(at - 1, max(answer.floor, at - _LINES_ABOVE) - 1, -1):
        line = answer.line(number)
        fence = read_fence(line)
        if fence:
            if (
                seen_fence
                or not answer.fence
                or (answer.fence[1] != number and not _lies_within(fence, answer.fence[0]))
            ):
                break
            seen_fence = True
            reading = read_info_string(fence.info)
        else:
            reading = read_path_line(line)
            weak = weak or (read_prose(line) if not reading else None)
        if reading:
            clash = weak and weak.path != reading.path and not reading.path.endswith("/" + weak.path)
            return None if clash else reading
    return weak or answer.inherited
