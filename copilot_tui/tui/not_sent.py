"""What the person is told of as not sent: secrets, and characters that hide from the eye.

Invariant: one sentence holds all of a request, short enough to leave the code in sight; no secret is told of twice in one run.
"""

from typing import TYPE_CHECKING

from copilot_tui.tui.notices import few_words

if TYPE_CHECKING:
    from copilot_tui.steps.events import CallKeptBack


class NotSent:
    """Gathers it while a request runs; `sentence` says it, with the key of the list of calls."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._secrets: list[str] = []
        self._places: list[str] = []
        self._cleaned: list[str] = []

    def begin(self) -> None:
        """Another request begins: what was told of stays told of."""
        self._secrets, self._places, self._cleaned = [], [], []

    def keep_back(self, event: "CallKeptBack") -> bool:
        """Take the secrets of a call; gives whether one of them is new."""
        if self._told.issuperset(event.marks):
            return False
        self._told |= set(event.marks)
        self._secrets = list(dict.fromkeys([*self._secrets, *event.secrets]))
        self._places = list(dict.fromkeys([*self._places, *event.places]))
        return True

    def clean(self, place: str, characters: str) -> None:
        """Take the invisible characters of a text, named as `3 U+200B, 1 U+202E`."""
        self._cleaned.append(f"{characters} in {place}")

    def sentence(self, calls_key: str) -> str:
        """All of it; one secret with its mark, of several how many there are."""
        said = []
        if self._secrets:
            what = self._secrets[0] if len(self._secrets) == 1 else f"{len(self._secrets)} secrets"
            where = f" in {few_words(self._places)}" if self._places else ""
            them = "it" if len(self._secrets) == 1 else "them"
            said.append(f"Not sent: {what}{where}. {calls_key} shows {them}, send_secrets lets {them} out.")
        if self._cleaned:
            said.append(f"Not sent: invisible characters, {few_words(self._cleaned)}.")
        return " ".join(said)
