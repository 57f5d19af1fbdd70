"""The weights of the ranking and of the packing, in one place; `tests/bench/context_fit.py` fits them, with whole repositories left out.

Invariant: every number that decides what comes first stands here.
"""

from typing import NamedTuple


class Weights(NamedTuple):
    """How much each signal adds, all of them scaled to 0..1; those without a prefix make the score of a file."""

    # The query: what stands behind the first sentence, and what reads like code.
    query_rest: float = 0.6
    query_code: float = 1.25
    # Files.
    text: float = 1.0
    definitions: float = 0.64
    path: float = 0.9
    window: float = 2.2
    history: float = 1.75
    churn: float = 0.11
    recent: float = 0.05
    companion: float = 0.18
    cover: float = 0.14
    size: float = 0.02
    named: float = 0.3
    tested: float = 0.3
    ending: float = 0.25
    area: float = 0.2
    # What a file's kind leaves of its score.
    test: float = 0.12
    prose: float = 0.15
    generated: float = 0.1
    wanted_test: float = 0.7
    # Pieces of files: the logarithm of how likely each is what the query is about.
    piece_text: float = 2.2
    piece_near: float = 0.65
    piece_own: float = 1.3
    piece_around: float = 0.6
    piece_head: float = 1.4
    piece_subject: float = 0.2
    piece_fresh: float = 1.1
    piece_again: float = 0.05
    piece_alike: float = 0.8
    piece_likest: float = 0.7
    piece_file: float = 4.0
    piece_called: float = 0.8
    piece_calling: float = 0.3
    piece_imports: float = -0.5
    piece_comments: float = -1.25
    piece_length: float = 0.25
    # What the likeliest piece of a file adds to the file's score.
    piece_feedback: float = 0.2
    # What the best files use of a file adds to its score, as a share of the best one.
    used: float = 0.08
    # What a piece costs: the power of its length that its likelihood is divided by.
    density: float = 0.7
    # Shares of the room: heads of definitions that are not shown, imports of what is, and the paths of further files.
    outline: float = 0.06
    imports: float = 0.015
    further: float = 0.04


WEIGHTS = Weights()
