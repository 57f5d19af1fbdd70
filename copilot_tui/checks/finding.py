"""What a check found, at the lines where it found it.

Invariant: a finding is about the new text: its lines are 1-based lines of the file after the change.
"""

from dataclasses import dataclass
from enum import StrEnum

from copilot_tui.autonomy.request import LineRange


class Severity(StrEnum):
    """How much a finding matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: `rule` names the check, `lines` where it sits (None: the file as a whole), `message` one sentence."""

    rule: str
    path: str
    lines: LineRange | None
    severity: Severity
    message: str

    @property
    def is_error(self) -> bool:
        """Whether the change is broken as it stands, so that a repair is worth a call."""
        return self.severity is Severity.ERROR

    @property
    def blocks_batches(self) -> bool:
        """Whether a person must look at the hunk before it is accepted."""
        return self.severity is not Severity.INFO
