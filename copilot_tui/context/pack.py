"""What the model sees: items of text with the reason why each is in.

Invariant: `text` holds the items in their order and nothing that no item accounts for; `tokens` is the items' sum and not above the
budget, as the model counts them.
"""

from dataclasses import dataclass
from enum import StrEnum

from copilot_tui.autonomy.request import LineRange
from copilot_tui.visible import visible

_CLEANED = "holds invisible characters, which are not sent"
_MOST_NAMED = 3


class ItemKind(StrEnum):
    """Why an item has its room; in the order of the window."""

    TARGET = "target"
    RULES = "rules"
    MENTIONED = "mentioned"
    PINNED = "pinned"
    NAMED = "named"  # by a step of the plan
    OUTLINE = "outline"
    RANKED = "ranked"


@dataclass(frozen=True, slots=True)
class ContextItem:
    """A piece of one file: `text` as it goes to the model, `lines` the ranges of the file that it shows.

    Without lines it is the path alone, the list of a folder's files, or what has no path: `@diff`, and an outline (empty).
    """

    path: str
    lines: tuple[LineRange, ...]
    text: str
    reason: str
    tokens: int
    score: float = 0.0
    pinned: bool = False
    kind: ItemKind = ItemKind.RANKED


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

    def shares(self) -> dict[ItemKind, int]:
        """The tokens of each kind of item that there is, in the window's order."""
        found = {kind: sum(item.tokens for item in self.items if item.kind is kind) for kind in ItemKind}
        return {kind: tokens for kind, tokens in found.items() if tokens}

    def told(self) -> tuple[str, ...]:
        """The sentences that a reader should read with it: what is not in as wished, what is not in of what is, and the notes."""
        return (*self.unmet, *self._cleaning(), *self.notes)

    def _cleaning(self) -> tuple[str, ...]:
        if len(self.cleaned) < 2:
            return tuple(f"{visible(path)} {_CLEANED}: {words}." for path, words in self.cleaned)
        named = ", ".join(f"{visible(path)} ({words})" for path, words in self.cleaned[:_MOST_NAMED])
        left = len(self.cleaned) - _MOST_NAMED
        more = f" and {left} more" if left > 0 else ""
        return (f"{len(self.cleaned)} files {_CLEANED.replace('holds', 'hold')}: {named}{more}.",)
