"""A pack while it is filled: what is in, what was left out, and how much is free.

Invariant: the items' tokens, as the order counts them, never pass its budget; nothing secret, dropped or behind a link gets in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from copilot_tui.autonomy.request import LineRange, Request
from copilot_tui.autonomy.secret_names import is_secret
from copilot_tui.context.embedded import Meaning
from copilot_tui.context.history import Companion
from copilot_tui.context.mentions import Mentioned
from copilot_tui.context.pack import ContextItem, ContextPack, ItemKind, Omitted
from copilot_tui.context.packing import CHARACTERS_PER_TOKEN
from copilot_tui.context.ranking import Ranking
from copilot_tui.context.source import Source, make_source
from copilot_tui.context.view import View, render, runs
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.visible import count_invisible, visible, without_invisible

_LOOKED_AT = 20_000  # characters of a file from which its characters for a token are told
_TRIES = 6


def line_count(source: Source) -> int:
    """How many lines a file has: what stands behind the last line end is none if it is empty."""
    return len(source.lines) - (source.lines[-1] == "") if source.lines else 0


def count_by_length(text: str) -> int:
    """Four characters for a token: how anyone counts who knows nothing of the model."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


@dataclass(frozen=True, slots=True)
class Order:
    """A wish for context: what it is about, how many tokens as `count` counts them, the files as the edit sees them, the person's words.

    `opened`: what the person has looked at, newest first; `edited`: what they landed in this session; `meaning`: the query as a vector.
    """

    request: Request | None
    query: str
    budget: int
    snapshot: Snapshot | None = None
    focus: tuple[str, ...] = ()
    pinned: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    opened: tuple[str, ...] = ()
    edited: frozenset[str] = frozenset()
    mentioned: Mentioned = Mentioned()  # noqa: RUF009  (frozen)
    meaning: Meaning | None = None
    count: Callable[[str], int] = count_by_length


class Sources(Protocol):
    """What the engine gives: the ranking of a query, the source of a path, and what is known of the files."""

    def rank(self, query: str) -> Ranking:
        """The files that a query is about, best first."""
        ...

    def source(self, path: str) -> Source | None:
        """A file's lines and definitions."""
        ...

    def companions(self, path: str) -> Mapping[str, Companion]:
        """The files that changed together with one."""
        ...

    def defining(self, name: str) -> list[tuple[str, int]]:
        """The places (path, line) that may define an identifier."""
        ...

    def names(self, path: str) -> tuple[str, ...]:
        """The names of a file's main definitions."""
        ...

    def changed(self) -> frozenset[str]:
        """The files that are new or changed, and neither staged nor committed."""
        ...

    def likeness(self, meaning: Meaning, paths: list[str]) -> Mapping[str, float]:
        """How alike files are to a query in meaning, -1 to 1; those without a vector are left out."""
        ...

    def busiest(self, count: int, folder: str = "") -> list[str]:
        """The files that change most often: of code, or all of a folder."""
        ...

    def notes(self) -> tuple[str, ...]:
        """What a reader should know of the index."""
        ...

    def why_not(self, path: str) -> str:
        """Why a file cannot be shown; empty if it can."""
        ...


class Filling:
    """The pack of one order while it is filled; `free` is counted in tokens."""

    def __init__(self, sources: Sources, order: Order) -> None:
        self.sources = sources
        self.order = order
        self.free = order.budget
        self.snapshot = order.snapshot or Snapshot()
        self.items: list[ContextItem] = []
        self.taken: set[str] = set()
        self.omitted: list[Omitted] = []
        self.notes: list[str] = []
        self.unmet = [*order.mentioned.unmet]

    def pack(self) -> ContextPack:
        """What it has come to."""
        text = "".join(one.text for one in self.items)
        notes = (*self.sources.notes(), *dict.fromkeys(self.notes))
        return ContextPack(
            tuple(self.items),
            text,
            sum(one.tokens for one in self.items),
            self.order.budget,
            tuple(self.omitted),
            notes,
            unmet=tuple(self.unmet),
        )

    def add(self, path: str, numbers: set[int], text: str, reason: str, kind: ItemKind, score: float = 0.0) -> bool:
        """Put a text in if it fits; false where it does not."""
        tokens = self.order.count(text) if text else 0
        if not text or tokens > self.free:
            return False
        self.free -= tokens
        self.taken.add(path)
        lines = tuple(LineRange(first, last) for first, last in runs(numbers))
        pinned = path in self.order.pinned
        self.items.append(ContextItem(path, lines, text, reason, tokens, score, pinned, kind))
        return True

    def show(self, source: Source, grow: Callable[[View, int], None], tokens: int, mark: str = "") -> tuple[View, str]:
        """As much of a file as `grow` puts into a view of so many tokens, with its text behind `mark`; an empty text where nothing fits."""
        room = int(tokens * self.characters_per_token(source)) - len(mark)
        for _ in range(_TRIES):
            view = View(source, 0.0, "")
            grow(view, max(room, 0))
            text = mark + render(view)
            used = self.order.count(text)
            if used <= tokens:
                return view, text if view.shown or view.heads else ""
            room = min(int(room * tokens / used * 0.97), room - 1)
        return View(source, 0.0, ""), ""

    def characters_per_token(self, source: Source) -> float:
        """How many characters of a file a token has."""
        text = "\n".join(line[:_LOOKED_AT] for line in source.lines[:400])[:_LOOKED_AT]
        return max(len(text) / self.order.count(text), 0.5) if text else float(CHARACTERS_PER_TOKEN)

    def leave_out(self, path: str, reason: str) -> None:
        """Say that a file is not in; the first reason counts."""
        if all(one.path != path for one in self.omitted):
            self.omitted.append(Omitted(path, reason))

    def may_show(self, path: str) -> bool:
        """Whether a file may be in at all."""
        return path not in self.order.dropped and not is_secret(path) and not self.snapshot.passes_link(path)

    def source(self, path: str) -> Source | None:
        """The source as the snapshot holds it, else as it is on disk."""
        data = self.snapshot.content(path)
        if data is None:
            return self.sources.source(path)
        if not data or b"\0" in data[:8000]:
            return None
        text = data.decode("utf-8", "replace")
        hidden = count_invisible(text)
        if hidden:
            count = sum(hidden.values())
            what = "an invisible character: it was" if count == 1 else f"{count} invisible characters: they were"
            self.notes.append(f"{visible(path)} holds {what} taken out.")
        lines = [line.rstrip("\r") for line in without_invisible(text).split("\n")]
        on_disk = self.sources.source(path)
        return on_disk if on_disk is not None and on_disk.lines == lines else make_source(path, lines)
