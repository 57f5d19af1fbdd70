"""The calls to models as the screen knows them: one record a call, made from the session's events.

Invariant: tokens shown while a call runs are counted from the pieces that came; at its end the endpoint's own number replaces them.
"""

from dataclasses import dataclass, field
from enum import StrEnum

_CHARACTERS_A_TOKEN = 4
_MOST_KEPT = 2_000_000  # characters of one answer kept for the raw view


class CallState(StrEnum):
    """Where a call is."""

    RUNNING = "running"
    DONE = "done"
    CUT = "cut"
    FAILED = "failed"


@dataclass
class CallRecord:
    """One call: `cost` in dollars or None where no price is known; `note` why it waits, was cut or failed.

    `kept_back` says which secrets were not sent, and where they stand.
    """

    number: int
    role: str
    model: str
    profile: str = ""
    state: CallState = CallState.RUNNING
    seconds: float | None = None
    cost: float | None = None
    note: str = ""
    kept_back: str = ""
    estimated: bool = True
    _tokens: int = 0
    _characters: int = 0
    _pieces: list[str] = field(default_factory=list)
    _reasoning: list[str] = field(default_factory=list)

    @property
    def tokens(self) -> int:
        """Tokens written so far."""
        return self._tokens or (self._characters + _CHARACTERS_A_TOKEN - 1) // _CHARACTERS_A_TOKEN

    def add_text(self, text: str) -> None:
        """Take a piece of the answer."""
        self._characters += len(text)
        if self._characters <= _MOST_KEPT:
            self._pieces.append(text)

    def add_reasoning(self, text: str) -> None:
        """Take a piece of the reasoning."""
        self._characters += len(text)
        if self._characters <= _MOST_KEPT:
            self._reasoning.append(text)

    def set_usage(self, tokens: int, *, estimated: bool) -> None:
        """Take the endpoint's own count."""
        self._tokens, self.estimated = tokens, estimated

    @property
    def answer(self) -> str:
        """What came so far."""
        if len(self._pieces) > 1:
            self._pieces[:] = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    @property
    def reasoning(self) -> str:
        """The reasoning so far."""
        if len(self._reasoning) > 1:
            self._reasoning[:] = ["".join(self._reasoning)]
        return self._reasoning[0] if self._reasoning else ""


class CallLog:
    """The calls of the session, oldest first."""

    def __init__(self) -> None:
        self.records: list[CallRecord] = []
        self._by_number: dict[int, CallRecord] = {}
        self._kept_back: dict[int, str] = {}

    def keep_back(self, number: int, words: str) -> None:
        """A call that is about to begin goes out without some secrets."""
        self._kept_back[number] = words

    def start(self, record: CallRecord) -> None:
        """A call began."""
        record.kept_back = self._kept_back.pop(record.number, "")
        self.records.append(record)
        self._by_number[record.number] = record

    def find(self, number: int) -> CallRecord | None:
        """The call of that number."""
        return self._by_number.get(number)

    @property
    def running(self) -> list[CallRecord]:
        """The calls that have not ended."""
        return [record for record in self.records if record.state is CallState.RUNNING]
