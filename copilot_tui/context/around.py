"""What stands near the request beside its words: open files, edits, the target's folder and what changed together with it.

Invariant: a file only gains by it, at most `MOST` of the best score together, and each gain has its words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from copilot_tui.context.history import Companion
from copilot_tui.context.ranking import Ranking

# Shares of the best file's score.
_OPENED = 0.12
_EDITED = 0.12
_CHANGED = 0.05
_SAME_FOLDER = 0.03
_COMPANION = 0.2
_INSIDE = 1.0  # of the folder that alone may change: what lies outside of it comes after
MOST = 1.2
_FADE = 0.7  # from one open file to the one that was looked at before it
_MOST_OPENED = 8
_WORTH_WORDS = 2  # commits


@dataclass(frozen=True, slots=True)
class Around:
    """Facts on files: `companions` of the target file, `opened` newest first, `edited` in this session, `changed` and not committed.

    `target`: the target's path, empty if there is none; `is_folder`: it is the folder that may change.
    """

    target: str = ""
    is_folder: bool = False
    companions: Mapping[str, Companion] | None = None
    opened: tuple[str, ...] = ()
    edited: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()


def raise_near(ranking: Ranking, around: Around) -> dict[str, str]:
    """Raise the scores of what is near and put the ranking into its new order; gives the words for each file that gained."""
    best = ranking.files[0].score if ranking.files else 0.0
    if best <= 0:
        best = 1.0
    opened = {path: _OPENED * _FADE**place for place, path in enumerate(around.opened[:_MOST_OPENED])}
    folder = around.target if around.is_folder else around.target.rpartition("/")[0]
    companions = around.companions or {}
    name = around.target.rpartition("/")[2]
    words: dict[str, str] = {}
    for one in ranking.files:
        path = one.file.path
        gain, reasons = 0.0, []
        if path in opened:
            gain += opened[path]
            reasons.append("open")
        if path in around.edited:
            gain += _EDITED
            reasons.append("edited just now")
        elif path in around.changed:
            gain += _CHANGED
            reasons.append("changed, not committed")
        companion = companions.get(path)
        if companion is not None:
            gain += _COMPANION * companion.share
            if companion.times >= _WORTH_WORDS and one.companion is None:
                reasons.append(f"changed together with {name} {companion.times} times")
        if around.is_folder and path.startswith(f"{folder}/"):
            gain += _INSIDE
            reasons.append(f"in {folder}/")
        elif folder and path.rpartition("/")[0] == folder:
            gain += _SAME_FOLDER
        if gain:
            gain = min(gain, MOST)
            one.raised += gain
            one.score += gain * best
            if reasons:
                words[path] = "; ".join(reasons)
    ranking.files.sort(key=lambda one: (-one.score, one.file.path))
    return words
