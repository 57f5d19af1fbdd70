"""The weights of the ranking and of the packing, in one place; `fit.py` finds them with whole repositories left out.

Invariant: every number that decides what comes first stands here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Ranking: how much each signal, scaled to 0..1 over the files, adds to a file's score. Packing: how pieces compete."""

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
    test: float = 0.12
    prose: float = 0.15
    generated: float = 0.1
    piece_text: float = 1.0
    piece_own: float = 0.134
    piece_near: float = 0.138
    piece_head: float = 0.8
    piece_file: float = 1.0
    piece_touched: float = 0.25
    piece_length: float = 0.3
    outline: float = 0.05


WEIGHTS = Weights()
