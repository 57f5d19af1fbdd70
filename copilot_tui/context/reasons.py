"""Why a file is in the context, or is not, in words.

Invariant: a reason names only signals that raised the file's score.
"""

from copilot_tui.context.kinds import FileKind
from copilot_tui.context.ranking import Ranked
from copilot_tui.context.source import Source
from copilot_tui.context.words import WORD, terms_of_word
from copilot_tui.visible import visible

_MOST_WORDS = 3
_OFTEN = 3  # commits
_LONG_LINE = 2_000  # characters
_LONG_WORD = 40
NOTHING_SPECIAL = "there is room for it"
_USED_UP = 0.1  # of the room: where less is left, or no room for a piece, it is what a file finds no place in
_SHORT_PIECE = 800  # characters
_HEADING = 30  # characters that a file takes beside its path and its text
MOST_OMITTED = 20  # files that are not in, of which is said why


def reason_of(ranked: Ranked, source: Source | None) -> str:
    """One line: what of the query the file defines or holds, and what past commits say."""
    parts: list[str] = []
    names = _defined(ranked, source)
    if names:
        parts.append(f"defines {', '.join(names)}")
    terms = [term for term in ranked.found if not term.isdigit()][:_MOST_WORDS]
    if terms and not names:
        parts.append(f"holds {', '.join(dict.fromkeys(_as_written(term, ranked, source) for term in terms))}")
    if ranked.signals.get("path", 0.0) > 0:
        parts.append("named like the request")
    if ranked.signals.get("history", 0.0) > 0.3:
        parts.append("changed by commits with like messages")
    if ranked.companion is not None and ranked.companion.times >= _OFTEN:
        parts.append(f"changed together with {visible(ranked.companion.path)} {ranked.companion.times} times")
    elif not parts and ranked.signals.get("churn", 0.0) > 0.6 and ranked.commits >= _OFTEN:
        parts.append("changed often")
    if ranked.signals.get("tested", 0.0) > 0.5:
        parts.append("a test of it holds what is asked")
    if ranked.file.kind is FileKind.GENERATED:
        parts = [*(parts or [NOTHING_SPECIAL]), "generated"]
    return "; ".join(parts) or NOTHING_SPECIAL


def _as_written(term: str, ranked: Ranked, source: Source | None) -> str:
    """The word that means the term, as it stands in the file where it does first; the term itself where the file has changed since."""
    number = ranked.lines[term][0]
    line = source.lines[number - 1] if source is not None and number <= len(source.lines) else ""
    for word in WORD.findall(line[:_LONG_LINE]):
        # Every form of a term begins with it, though words that are joined may have a sign between them.
        if len(word) <= _LONG_WORD and term in word.lower().replace("_", "") and term in terms_of_word(word):
            return str(word)
    return term


def _defined(ranked: Ranked, source: Source | None) -> list[str]:
    if source is None:
        return []
    best = ranked.found[:6]
    hit = {number for term in best for number in ranked.lines[term]}
    names = [
        one.name for one in source.definitions if one.first in hit and one.kind not in {"variable", "field", "constant"}
    ]
    return list(dict.fromkeys(names))[:_MOST_WORDS]


def why_not_shown(source: Source | None, unreadable: str, left: int, room: int) -> str:
    """Why nothing of a ranked file is in, when `left` of `room` characters were free at the end.

    `unreadable`: why it cannot be shown at all, empty where it can.
    """
    if unreadable:
        return unreadable
    if source is not None and max(map(len, source.lines)) > max(left, _LONG_LINE):
        return "a line of it is too long to be shown"
    is_used_up = left < room * _USED_UP
    if not is_used_up and source is not None and left < _SHORT_PIECE:
        is_used_up = left < len(source.path) + _HEADING + sum(map(len, source.lines))
    return "the budget is used up" if is_used_up else "other files are likelier"
