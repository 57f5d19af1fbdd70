"""The weights of the ranking and of the packing, in one place; `fit.py` finds them with whole repositories left out.

Invariant: every number that decides what comes first stands here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Ranking: how much each signal, scaled to 0..1 over the files, adds to a file's score. Packing: how pieces compete."""

    text: float = 1.0
    definitions: float = 0.3
    path: float = 0.5
    window: float = 0.5
    history: float = 0.7
    churn: float = 0.1
    test: float = 0.5
    prose: float = 0.35
    generated: float = 0.1
    piece_text: float = 1.0
    piece_head: float = 0.3
    piece_file: float = 1.0
    piece_size: float = 40.0
    piece_length: float = 0.0
    outline: float = 0.12


WEIGHTS = Weights()
