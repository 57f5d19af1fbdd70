"""Which words changed between an old line and its new version.

Tokens are runs of word characters, and every other character its own; marks are given only where enough stayed equal that they help
(changed width at most 0.6 of the whole), as delta does. Invariant: spans are in characters, ascending, and never overlap.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

_TOKENS = re.compile(r"\w+|\s+|.", re.DOTALL)
_MOST_TOKENS = 500
_MOST_DISTANCE = 0.6
_MOST_PAIRED = 64

Spans = list[tuple[int, int]]


def changed_words(old: str, new: str) -> tuple[Spans, Spans]:
    """The changed spans of the old and of the new line; both empty where the lines have too little in common."""
    old_tokens, new_tokens = _TOKENS.findall(old), _TOKENS.findall(new)
    if len(old_tokens) > _MOST_TOKENS or len(new_tokens) > _MOST_TOKENS:
        return [], []
    matcher = SequenceMatcher(None, old_tokens, new_tokens, autojunk=False)
    old_spans: Spans = []
    new_spans: Spans = []
    equal = changed = 0
    for tag, old_first, old_last, new_first, new_last in matcher.get_opcodes():
        old_width = sum(map(len, old_tokens[old_first:old_last]))
        new_width = sum(map(len, new_tokens[new_first:new_last]))
        if tag == "equal":
            equal += old_width
            continue
        changed += old_width + new_width
        _add(old_spans, old_tokens, old_first, old_width)
        _add(new_spans, new_tokens, new_first, new_width)
    if not changed or changed / (changed + 2 * equal) > _MOST_DISTANCE:
        return [], []
    return old_spans, new_spans


def _add(spans: Spans, tokens: Sequence[str], first: int, width: int) -> None:
    if width:
        start = sum(map(len, tokens[:first]))
        spans.append((start, start + width))


def pair_lines(removed: Sequence[str], added: Sequence[str]) -> dict[int, int]:
    """Which added line is the new version of which removed one, by index: like with like in small blocks, else by position."""
    if not removed or not added:
        return {}
    if len(removed) == len(added) or len(removed) > _MOST_PAIRED or len(added) > _MOST_PAIRED:
        return {index: index for index in range(min(len(removed), len(added)))}
    # The best sum of likenesses of an order-keeping pairing, as in sequence alignment (Needleman and Wunsch).
    likeness = [[_likeness(old, new) for new in added] for old in removed]
    best = [[0.0] * (len(added) + 1) for _ in range(len(removed) + 1)]
    for row in range(len(removed) - 1, -1, -1):
        for column in range(len(added) - 1, -1, -1):
            best[row][column] = max(
                best[row + 1][column], best[row][column + 1], best[row + 1][column + 1] + likeness[row][column]
            )
    pairs: dict[int, int] = {}
    row = column = 0
    while row < len(removed) and column < len(added):
        if best[row][column] == best[row + 1][column]:
            row += 1
        elif best[row][column] == best[row][column + 1]:
            column += 1
        else:
            pairs[row] = column
            row, column = row + 1, column + 1
    return pairs


def _likeness(old: str, new: str) -> float:
    matcher = SequenceMatcher(None, old.strip(), new.strip(), autojunk=False)
    return matcher.quick_ratio()
