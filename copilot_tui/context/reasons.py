"""Why a file is in the context, in words.

Invariant: a reason names only signals that raised the file's score.
"""

from copilot_tui.context.packing import Source
from copilot_tui.context.ranking import Ranked

_MOST_WORDS = 3


def reason_of(ranked: Ranked, source: Source | None) -> str:
    """One line: what of the query the file defines or holds, and what past commits say."""
    parts: list[str] = []
    names = _defined(ranked, source)
    if names:
        parts.append(f"defines {', '.join(names)}")
    words = [term for term in ranked.found if not term.isdigit()][:_MOST_WORDS]
    if words and not names:
        parts.append(f"holds {', '.join(words)}")
    if ranked.signals.get("path", 0.0) > 0:
        parts.append("named like the request")
    if ranked.signals.get("history", 0.0) > 0.3:
        parts.append("changed by commits with like messages")
    elif ranked.signals.get("churn", 0.0) > 0.6:
        parts.append("changed often")
    return "; ".join(parts) or "near to the request"


def _defined(ranked: Ranked, source: Source | None) -> list[str]:
    if source is None:
        return []
    best = ranked.found[:6]
    hit = {number for term in best for number in ranked.lines[term]}
    names = [
        one.name for one in source.definitions if one.first in hit and one.kind not in {"variable", "field", "constant"}
    ]
    return list(dict.fromkeys(names))[:_MOST_WORDS]
