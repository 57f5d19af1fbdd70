"""Alt with a sign or an arrow, in terminals that write it as escape and the key.

Textual 8.2 reads `ESC -` as a plain minus and `ESC [ 1 ; 3 A` as escape and up; the slider's keys need them as what they are.
Invariant: only sequences that begin with escape and mean an alt key are taught, and teaching twice changes nothing.
"""

from enum import StrEnum
from typing import Any, cast

from textual import _ansi_sequences


class _AltKey(StrEnum):  # Textual reads `.value` of what stands in its table
    UP = "alt+up"
    DOWN = "alt+down"
    MINUS = "alt+minus"
    EQUALS = "alt+equals_sign"


_SEQUENCES = {
    "\x1b[1;3A": _AltKey.UP,
    "\x1b[1;3B": _AltKey.DOWN,
    "\x1b[1;9A": _AltKey.UP,
    "\x1b[1;9B": _AltKey.DOWN,
    "\x1b-": _AltKey.MINUS,
    "\x1b_": _AltKey.MINUS,
    "\x1b=": _AltKey.EQUALS,
    "\x1b+": _AltKey.EQUALS,
}


def teach_alt_keys() -> None:
    """Put the sequences into the table that Textual's parser reads."""
    table = cast("dict[str, Any]", _ansi_sequences.ANSI_SEQUENCES_KEYS)
    for sequence, key in _SEQUENCES.items():
        table[sequence] = (key,)
