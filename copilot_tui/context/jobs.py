"""What is asked of a process that parses, and what comes of it.

Invariant: an outcome is of one job; one that is lasting would come out the same again.
"""

from typing import NamedTuple

from copilot_tui.context.document import Document
from copilot_tui.context.packed_outline import PackedOutline

CRASHED = "it cannot be parsed: the parser broke down on it"


class Job(NamedTuple):
    """A file and what is wanted of it."""

    path: str
    blob: str
    wants_terms: bool
    wants_outline: bool


class Outcome(NamedTuple):
    """What became of a job: `reason` says why there is nothing; `is_lasting`: another try gives the same."""

    job: Job
    document: Document | None
    outline: PackedOutline | None
    reason: str
    is_lasting: bool
