"""What a landing did, as it is kept in the journal.

Invariant: a receipt names files and counts lines; the bytes themselves lie beside it in the journal.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from copilot_tui.visible import visible


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """One file: what happened to it and how many lines came and went."""

    path: str
    change: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A landing (or the undo of one): `seconds` since 1970, `request` in the person's words, `undone` if it was taken back since.

    `notes` are sentences for the person: a file that was merged, one that was left alone.
    """

    number: int
    seconds: float
    request: str
    files: tuple[ReceiptFile, ...]
    undone: bool = False
    notes: tuple[str, ...] = ()

    def describe(self) -> str:
        """The landing on one line, then its notes."""
        when = datetime.fromtimestamp(self.seconds, UTC).strftime("%Y-%m-%d %H:%M")
        names = ", ".join(visible(file.path) for file in self.files[:4]) + (" …" if len(self.files) > 4 else "")
        lines = f"+{sum(file.added for file in self.files)} -{sum(file.removed for file in self.files)}"
        text = visible(" ".join(self.request.split()))[:60]
        head = f"{self.number}  {when} UTC  {lines}  {names}  {text}" + ("  (undone)" if self.undone else "")
        return "\n".join([head, *self.notes])
