"""What a model said about files: edits as ordered operations, and refusals that a model can act on.

Invariant: an `Edit` is only what was said; it is never applied by the code that parsed it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from copilot_tui.diff.change import ChangeSet


class EditKind(StrEnum):
    """What an edit wants done to its file."""

    EDIT = "edit"
    CREATE = "create"
    DELETE = "delete"
    RENAME = "rename"
    WHOLE = "whole"


class OperationKind(StrEnum):
    """What one quoted line is: unchanged, taken out, or put in."""

    KEEP = " "
    REMOVE = "-"
    ADD = "+"


class RefusalCode(StrEnum):
    """Why an edit was not applied, in one word for programs."""

    NOT_FOUND = "not-found"
    AMBIGUOUS = "ambiguous"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    OUTSIDE = "outside"
    PROTECTED = "protected"
    EXISTS = "exists"
    CONFLICT = "conflict"
    BINARY = "binary"
    NO_EDITS = "no-edits"
    NO_ANSWER = "no-answer"


@dataclass(frozen=True, slots=True)
class Operation:
    """One quoted line, without terminator."""

    kind: OperationKind
    text: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Hints of where the quoted lines stand; they may only decide among equally good matches.

    `line`: the 1-based number of the first quoted line. `scopes`: lines such as a function's head that stand above, outermost first.
    `at_end`: the quoted lines end the file.
    """

    line: int | None = None
    scopes: tuple[str, ...] = ()
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """One block of an answer.

    `path` is as the model wrote it (empty where it wrote none), `other_paths` are further readings of the same line; `is_sure` is false for
    a path that stood in prose: it may only name a file that exists. `operations` are all `ADD` for a new or whole file. `new_path` is a
    rename's goal. `final_newline` is what a "no newline" marker says about the new text. `mode` is a git mode that the answer asks for.
    `is_text` says that the quoted text may be part of a line (JSON's exact strings).
    """

    path: str
    block: int
    kind: EditKind
    operations: tuple[Operation, ...] = ()
    new_path: str | None = None
    place: Place = field(default_factory=Place)
    final_newline: bool | None = None
    mode: int | None = None
    other_paths: tuple[str, ...] = ()
    is_text: bool = False
    is_sure: bool = True

    @property
    def old_side(self) -> tuple[bytes, ...]:
        """The lines that the file should have."""
        return tuple(operation.text for operation in self.operations if operation.kind is not OperationKind.ADD)

    @property
    def new_side(self) -> tuple[bytes, ...]:
        """The lines that the file would have."""
        return tuple(operation.text for operation in self.operations if operation.kind is not OperationKind.REMOVE)

    @property
    def changes_nothing(self) -> bool:
        """Whether every operation keeps its line."""
        return self.kind is EditKind.EDIT and all(operation.kind is OperationKind.KEEP for operation in self.operations)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A block that was not applied: a reason that a model can act on, and the nearest lines of the file (empty where there are none).

    `edit` is the block itself, where it could be read and whoever keeps the refusal has put it in.
    """

    path: str
    block: int
    code: RefusalCode
    reason: str
    nearest: str = ""
    edit: Edit | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Applied:
    """A block that was applied, or that the file already fulfils; `match` names the tier of line matching."""

    path: str
    block: int
    kind: EditKind
    match: str


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """All blocks of one answer in their order, and those that could not be read."""

    edits: tuple[Edit, ...] = ()
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """What would happen to the files, and how each block ended."""

    change_set: ChangeSet
    applied: tuple[Applied, ...]
    refused: tuple[Refusal, ...]
