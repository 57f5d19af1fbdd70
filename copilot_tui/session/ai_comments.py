"""Comments that ask for something: `# make the tax optional AI!` and `// why twice? AI?`.

Invariant: what counts is a comment that ends in the mark; strings and prose that merely mention it are left alone as far as a line tells.
"""

import re
from dataclasses import dataclass

from copilot_tui.autonomy.request import LineRange
from copilot_tui.syntax.nodes import enclosing_symbol
from copilot_tui.syntax.symbols import definitions

_COMMENT = re.compile(
    r"^(?P<code>.*?)(?:^|(?<=\s))(?P<sign>#|//|--|;;?|%|/\*+|<!--|\*)\s*(?P<words>.*?)\s*(?:\*/|-->)?\s*$"
)
_MARK = re.compile(r"(?:^|\s)AI(?P<kind>[!?])$")
_AROUND = 3  # lines that are lit around a comment that no definition is near
_MOST_LINES = 80


@dataclass(frozen=True, slots=True)
class AiComment:
    """One comment (its lines, without signs and mark, as `text`), whether it asks a question, and the lines that it is about."""

    text: str
    lines: LineRange
    is_question: bool
    region: LineRange


def ai_comments(path: str, data: bytes) -> list[AiComment]:
    """The comments of a file that end in `AI!` or `AI?`; lines of comment that stand right above belong to them."""
    if b"AI!" not in data and b"AI?" not in data:
        return []
    lines = data.decode("utf-8", "replace").split("\n")
    found: list[AiComment] = []
    for number, line in enumerate(lines, start=1):
        match = _COMMENT.match(line.rstrip("\r"))
        mark = _MARK.search(match["words"]) if match else None
        if match is None or mark is None:
            continue
        words, first = [match["words"][: mark.start()].strip()], number
        while not match["code"].strip() and first > 1:
            above = _COMMENT.match(lines[first - 2].rstrip("\r"))
            if above is None or above["code"].strip() or above["sign"] != match["sign"] or _MARK.search(above["words"]):
                break
            words.insert(0, above["words"].strip())
            first -= 1
        own = LineRange(first, number)
        text = " ".join(word for word in words if word)
        found.append(AiComment(text, own, mark["kind"] == "?", _region(path, data, own, len(lines))))
    return found


def _region(path: str, data: bytes, comment: LineRange, count: int) -> LineRange:
    """The comment with the definition around it, or the one that begins right below it, or a few lines."""
    around = enclosing_symbol(path, data, comment.last)
    below = [one.lines for one in definitions(path, data) if one.lines.first == comment.last + 1]
    if below:
        return LineRange(comment.first, max(lines.last for lines in below))
    if around is not None and len(around.lines) <= _MOST_LINES:
        return LineRange(min(around.lines.first, comment.first), max(around.lines.last, comment.last))
    last = count - 1 if count > 1 else count  # what follows the last line end is no line
    return LineRange(max(1, comment.first - _AROUND), max(comment.last, min(last, comment.last + _AROUND)))
