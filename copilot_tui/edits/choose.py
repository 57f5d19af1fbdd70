"""Which of several equally good matches an edit means.

Invariant: only an exact line number or a scope line decides, and only among matches of one tier; otherwise there is no choice.
"""

from collections.abc import Sequence

from copilot_tui.edits.edit import Place
from copilot_tui.edits.match import Match
from copilot_tui.edits.text import FileText, fold


def choose(text: FileText, matches: Sequence[Match], place: Place, *, trusts_numbers: bool) -> Match | None:
    """The only match, or the one that the place settles."""
    if len(matches) == 1:
        return matches[0]
    if place.at_end:
        matches = [match for match in matches if match.lines[-1] == len(text) - 1] or matches
    if len(matches) > 1 and place.scopes:
        matches = _in_scope(text, matches, place.scopes) or matches
    if len(matches) > 1 and trusts_numbers and place.line is not None:
        matches = [match for match in matches if match.lines[0] == place.line - 1]
    return matches[0] if len(matches) == 1 else None


def _in_scope(text: FileText, matches: Sequence[Match], scopes: tuple[str, ...]) -> list[Match]:
    """The matches in the body of the innermost scope; the scope itself must be settled by those around it."""
    bodies = [range(len(text))]
    for scope in scopes:
        bodies = [inner for body in bodies for inner in _bodies(text, scope, body)]
    if len(bodies) != 1:
        return []
    return [match for match in matches if match.first in bodies[0]]


def _bodies(text: FileText, scope: str, within: range) -> list[range]:
    said = fold(scope.encode("utf-8", "surrogateescape"))
    heads = [number for number in text.keyed(fold).positions.get(said, ()) if number in within]
    if not heads and len(said) >= 8:
        heads = [number for number in within if text.keyed(fold).keys[number].startswith(said)]
    return [range(head, _body_end(text, head, within.stop)) for head in heads]


def _body_end(text: FileText, head: int, stop: int) -> int:
    """The first line after `head` that is not blank, not deeper, and does not merely close the block or open its body."""
    depth = _depth(text.lines[head])
    for number in range(head + 1, stop):
        line = text.lines[number]
        if line.strip() and _depth(line) <= depth and not line.strip().startswith((b"}", b"{", b")", b"]", b"end")):
            return number
    return stop


def _depth(line: bytes) -> int:
    return len(line[: len(line) - len(line.lstrip())].expandtabs(8))
