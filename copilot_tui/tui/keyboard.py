"""Alt with a key, in terminals that write it as escape and the key; and escape itself, where the next letter is typed at once.

Textual 8.2 reads `ESC -` as a plain minus and `ESC [ 1 ; 3 A` as escape and up; the slider's keys need them as what they are. Behind an
`ESC a` it waits for more, as it knows no such key, and gives what was typed meanwhile out as other keys.
Invariant: only sequences that begin with escape and mean an alt key are taught, and teaching twice changes nothing.
"""

from enum import StrEnum
from string import ascii_letters
from typing import Any, NamedTuple, cast

from textual import _ansi_sequences
from textual.keys import _character_to_key

from copilot_tui.tui.key_names import key_named


class _AltKey(StrEnum):  # Textual reads `.value` of what stands in its table
    UP = "alt+up"
    DOWN = "alt+down"
    MINUS = "alt+minus"
    EQUALS = "alt+equals_sign"


class _Named(NamedTuple):
    value: str


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
_OPENING = "OP"  # letters that longer sequences begin with, as signs do that are not named here: only time tells them
_SIGNS = " /?@#\"'`.,:;!&*(<~$%)>|{}"
# As terminals of one maker write the first two; the last is what each shell knows.
_WORDS = {"alt+b": "ctrl+left", "alt+f": "ctrl+right", "alt+d": "alt+delete"}
_WORDS_OF_LINE = {**_WORDS, "alt+d": "alt+backspace"}  # Textual 8.2 deletes to the right by it in a box of one line


_CHARACTERS: dict[str, str] = {key_named(f"alt+{one}"): one for one in (*ascii_letters, *_SIGNS)}
_TYPED = frozenset(_CHARACTERS.values()) - frozenset(_OPENING)


def teach_alt_keys() -> None:
    """Put the sequences into the table that Textual's parser reads."""
    table = cast("dict[str, Any]", _ansi_sequences.ANSI_SEQUENCES_KEYS)
    for sequence, key in _SEQUENCES.items():
        table[sequence] = (key,)
    for name, character in _CHARACTERS.items():
        if character not in _TYPED:
            continue
        table[f"\x1b{character}"] = (_Named(name),)


def character_of(key: str) -> str:
    """The character that is typed with alt, or at once behind escape; empty for other keys."""
    return _CHARACTERS.get(key, "")


def key_of(character: str) -> str:
    """The name of the key that types a character."""
    return character if character.isalnum() else str(_character_to_key(character))


def is_taught(sequence: str) -> bool:
    """Whether the sequence is escape and the character of one of these keys."""
    return len(sequence) > 1 and sequence[1] in _TYPED


def word_key(key: str, *, is_line: bool = False) -> str:
    """The key that goes a word on in a text, or deletes one, where alt with a letter means that; empty for other keys.

    `is_line`: in a box of one line.
    """
    return (_WORDS_OF_LINE if is_line else _WORDS).get(key, "")
