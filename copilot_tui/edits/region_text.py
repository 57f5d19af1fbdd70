"""The body of a region answer: out of its fence, without prose, echoed context and lost indentation.

Invariant: only whole lines are taken off, and only where they are fences, prose or lines that stand around the region.
"""

import re
from collections.abc import Sequence
from math import gcd

from rapidfuzz import fuzz

from copilot_tui.edits.answer_text import Fence, read_fence
from copilot_tui.edits.indentation import convert, indent_of

_SHELLS = frozenset({"bash", "sh", "shell", "console", "zsh", "output", "log"})
_LEAD = re.compile(
    r"\s*(?:\W{0,3}(?:here|sure|certainly|of course|okay|ok|below|the|this|updated|new|i|i've|yes|answer|output|rewritten|result|code)\b"
    r"[^\n(){}=;<>\[\]]{0,300}[:.!]\W{0,3})\s*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\s{0,6}\d{1,7}\s?[|:│]\s?")
_CODE = re.compile(r"[(){}\[\]=;<>|#@$\\]|^\s")
_SAYS = re.compile(rb"\w.*\w.*\w", re.DOTALL)
_FEWEST_WORDS = 4
_ALIKE = 30.0


def read_body(answer: str, region: Sequence[str]) -> list[str] | str:
    """The lines of the new text, or the reason why they cannot be told from the rest of the answer."""
    lines = [line.removesuffix("\r") for line in answer.split("\n")]
    bodies = _fenced(lines)
    if bodies:
        chosen = _choose(bodies, list(region))
        return chosen if isinstance(chosen, str) else _without_numbers(chosen, region)
    body = _without_prose(lines)
    if _is_prose(body) and not _is_prose(region):
        return "the answer is prose; answer with the region's new text alone"
    return _without_numbers(_trim(body), region)


def _fenced(lines: list[str]) -> list[tuple[str, list[str]]]:
    """The fences with their info strings; one that is never closed goes to the end."""
    bodies: list[tuple[str, list[str]]] = []
    opener: Fence | None = None
    depth = start = 0
    for number, line in enumerate(lines):
        fence = read_fence(line)
        if not fence:
            continue
        if opener is None:
            opener, start, depth = fence, number + 1, 0
        elif fence.closes(opener) and depth == 0:
            bodies.append((opener.info, lines[start:number]))
            opener = None
        elif fence.closes(opener):
            depth -= 1
        elif fence.info and fence.mark == opener.mark:
            depth += 1
    if opener is not None:
        bodies.append((opener.info, _trim(lines[start:])))
    return bodies


def _choose(bodies: list[tuple[str, list[str]]], region: list[str]) -> list[str] | str:
    """The one fence that is the answer: not a shell session, not the old text quoted, and like the region."""
    texts = [body for info, body in bodies if info.lower() not in _SHELLS] or [body for _, body in bodies]
    changed = [body for body in texts if _plain(body) != _plain(region)] or texts[:1]
    distinct = [body for index, body in enumerate(changed) if body not in changed[:index]]
    if len(distinct) > 1 and any(line.strip() for line in region):
        old = "\n".join(region)[:5000]
        distinct = [body for body in distinct if fuzz.ratio("\n".join(body)[:5000], old) >= _ALIKE] or distinct
    if len(distinct) != 1:
        return f"the answer has {len(distinct)} different code blocks; answer with one, the region's new text"
    return distinct[0]


def _plain(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _without_prose(lines: list[str]) -> list[str]:
    """Without a sentence in front that announces the text."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    if len(filled) > 1 and _LEAD.fullmatch(lines[filled[0]]):
        return lines[filled[0] + 1 :]
    return lines


def _is_prose(lines: Sequence[str]) -> bool:
    """Whether the text is one or more plain sentences."""
    filled = [line for line in lines if line.strip()]
    text = " ".join(filled)
    return (
        bool(filled)
        and len(text.split()) >= _FEWEST_WORDS
        and text.rstrip()[-1] in ".!?:"
        and not any(map(_CODE.search, filled))
    )


def _trim(lines: list[str]) -> list[str]:
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return lines[first:last]


def _without_numbers(lines: list[str], region: Sequence[str]) -> list[str]:
    """Without the line numbers that the prompt's listing had, where every line has one and the region's own lines have none."""
    filled = [line for line in lines if line.strip()]
    if filled and all(map(_NUMBERED.match, filled)) and not any(map(_NUMBERED.match, region)):
        return [_NUMBERED.sub("", line, count=1) for line in lines]
    return lines


def without_echo(lines: list[bytes], region: list[bytes], above: list[bytes], below: list[bytes]) -> list[bytes]:
    """The body without lines that repeat those just above or below the region, and with the region's own blank edges."""
    count = _echo(lines, above, region)
    lines = lines[count:]
    count = _echo(lines[::-1], below[::-1], region[::-1])
    lines = lines[: len(lines) - count]
    return _with_blank_edges(lines, region)


def _echo(lines: Sequence[bytes], above: Sequence[bytes], region: Sequence[bytes]) -> int:
    """How many lines at the start of `lines` are the last ones of `above`; at least one of them must say something."""
    body, known = [line.strip() for line in lines], [line.strip() for line in above]
    own = [line.strip() for line in region]
    for count in range(min(len(body), len(known)), 0, -1):
        if body[count - 1] == known[-1] and body[:count] == known[-count:]:
            says = any(_SAYS.search(line) for line in body[:count])
            return count if says and body[:count] != own[:count] else 0
    return 0


def _with_blank_edges(lines: list[bytes], region: list[bytes]) -> list[bytes]:
    """Blank lines at the region's edges that the answer lacks."""
    if not any(line.strip() for line in lines) or not any(line.strip() for line in region):
        return lines
    first = next(number for number, line in enumerate(region) if line.strip())
    last = next(number for number, line in enumerate(region[::-1]) if line.strip())
    head = region[:first] if lines[0].strip() else []
    tail = region[len(region) - last :] if lines[-1].strip() else []
    return [*head, *lines, *tail]


def fit_indentation(lines: list[bytes], region: list[bytes]) -> list[bytes]:
    """The body with the region's indentation where the model lost it, on all lines or on the first alone."""
    old = [line for line in region if line.strip()]
    new = [line for line in lines if line.strip()]
    if not old or not new:
        return lines
    lines = _as_tabs(lines, old)
    new = [line for line in lines if line.strip()]
    wanted, found = indent_of(old[0]), indent_of(new[0])
    if len(found) >= len(wanted) or not wanted.endswith(found):
        return lines
    known = {line.strip(): indent_of(line) for line in old}
    later = [(indent_of(line), known[line.strip()]) for line in new[1:] if line.strip() in known]
    if later:
        first_only = all(one == other for one, other in later)
    else:
        rest = [len(indent_of(line)) for line in new[1:]]
        deeper = new[0].rstrip().endswith((b":", b"{", b"(", b"["))
        first_only = bool(rest) and min(rest) >= len(wanted) + deeper
    put = wanted[: len(wanted) - len(found)]
    first = next(number for number, line in enumerate(lines) if line.strip())
    return [
        put + line if line.strip() and (number == first or not first_only) else line
        for number, line in enumerate(lines)
    ]


def _as_tabs(lines: list[bytes], old: list[bytes]) -> list[bytes]:
    """Indentation by blanks as tabs where the region has tabs alone."""
    indents = [indent_of(line) for line in lines if line.strip()]
    has_tabs = any(indent_of(line) for line in old) and all(not indent_of(line).strip(b"\t") for line in old)
    if not has_tabs or any(b"\t" in indent for indent in indents):
        return lines
    unit = gcd(*(len(indent) for indent in indents))
    if unit < 2:
        return lines
    return [
        (convert(indent_of(line), unit, to_tabs=True) or b"") + line.lstrip(b" ") if line.strip() else line
        for line in lines
    ]
