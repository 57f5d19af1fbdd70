"""The keys that are known so far: from the environment, from the keyring once it was read, and those that were typed in the set-up.

Invariant: no words that a session keeps hold a known key; one that becomes known later is struck out of what it wrote before as well. The
bytes of files stay as they are where a decision or an undo restores them: in kept reviews, waiting patches and the journal.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from threading import Lock

from copilot_tui.config.settings import Settings

_SHORTEST = 6  # characters; shorter ones stand in too much that is no key
_MARK = "(key)"


class KnownKeys:
    """Keys that are struck out of what is kept; whoever keeps something is told when another key becomes known."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._keys: tuple[str, ...] = ()
        self._told: list[Callable[[], None]] = []
        self._lock = Lock()
        self.add(*keys)

    def add(self, *keys: str) -> None:
        """Strike these out from now on, and out of what is kept already; waits for the disk where one is new."""
        with self._lock:
            # As they are sent: a variable may end in a line break that no request holds.
            wanted = {key.strip() for key in keys if len(key.strip()) >= _SHORTEST} - {*self._keys}
            if not wanted:
                return
            self._keys = tuple(sorted({*self._keys, *wanted}, key=len, reverse=True))
            told = tuple(self._told)
        for tell in told:
            tell()

    @property
    def every(self) -> tuple[str, ...]:
        """All of them, the longest first; the very same tuple until another one becomes known."""
        return self._keys

    def tell(self, listener: Callable[[], None]) -> None:
        """Call this whenever another key became known, in whichever thread that is; at once where one is known already.

        What earlier runs kept may hold a key that only this one knows.
        """
        with self._lock:
            self._told.append(listener)
            is_any_known = bool(self._keys)
        if is_any_known:
            listener()

    def strike(self, text: str) -> str:
        """The text without keys."""
        for key in self._keys:
            text = text.replace(key, _MARK)
        return text

    def strike_cut(self, text: str) -> str:
        """A text that may have been cut off, without keys: also without the beginning of one at its end."""
        text = self.strike(text)
        for key in self._keys:
            for length in range(min(len(key) - 1, len(text)), _SHORTEST - 1, -1):
                if text.endswith(key[:length]):
                    return text[:-length] + _MARK
        return text

    def stand_in(self, data: bytes) -> bool:
        """Whether one of them stands in a file."""
        return any(key.encode("utf-8", "surrogateescape") in data for key in self._keys)

    def strike_json(self, text: str) -> str:
        """The JSON text, written in ASCII, without keys."""
        for key in self._keys:
            text = text.replace(json.dumps(key)[1:-1], _MARK)
        return text


def keys_in(settings: Settings, environment: Mapping[str, str]) -> list[str]:
    """The keys of all profiles that stand in the environment."""
    return [environment.get(one.key_env, "") for one in settings.profiles.values() if one.key_env]
