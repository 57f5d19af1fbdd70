"""What the model sees: items of text with the reason why each is in.

Invariant: `text` holds the items in their order and nothing that no item accounts for; `tokens` is within 3% of the budget or below it.
"""

from dataclasses import dataclass

from copilot_tui.autonomy.request import LineRange


@dataclass(frozen=True, slots=True)
class ContextItem:
    """A piece of one file: `text` as it goes to the model, `lines` the ranges of the file that it shows (empty if the path alone)."""

    path: str
    lines: tuple[LineRange, ...]
    text: str
    reason: str
    tokens: int
    score: float = 0.0
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Omitted:
    """What did not get in, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContextPack:
    """The packed context; `notes` says in sentences what the reader should know (the index is still building, a file was not read).

    `cleaned`: the paths of files that hold invisible characters, each with which; they are not in `text`. `unmet`: a sentence for each
    mention of the request that is not in, or not wholly.
    """

    items: tuple[ContextItem, ...]
    text: str
    tokens: int
    budget: int
    omitted: tuple[Omitted, ...] = ()
    notes: tuple[str, ...] = ()
    cleaned: tuple[tuple[str, str], ...] = ()
    unmet: tuple[str, ...] = ()
