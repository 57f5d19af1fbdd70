"""Names of keys: Textual's, and those that a person reads and writes.

Invariant: what `shown_key` writes, `key_named` reads back.
"""

from string import punctuation

from textual.keys import Keys, _character_to_key, key_to_character

_SHOWN_KEYS = {_character_to_key(character): character for character in punctuation} | {"escape": "esc"}
_NAMES = {shown: name for name, shown in _SHOWN_KEYS.items()}
_MODIFIERS = {"ctrl", "alt", "shift", "super", "meta", "hyper"}
_OTHERS = frozenset(key.value for key in Keys if "<" not in key.value)


def shown_key(key: str) -> str:
    """A key as help and footer write it: `alt+-` for `alt+minus`."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, _SHOWN_KEYS.get(last, last)])


def key_named(word: str) -> str:
    """Textual's name of a key that is written as help and footer write it: `alt+minus` for `alt+-`."""
    *modifiers, last = (
        [*word[:-2].split("+"), "+"] if word.endswith("++") else [word] if word == "+" else word.split("+")
    )
    name = _NAMES.get(last) or (_character_to_key(last) if len(last) == 1 else last.lower())
    return "+".join([*(one.lower() for one in modifiers), name])


def is_key(key: str) -> bool:
    """Whether Textual knows a key of that name."""
    *modifiers, last = key.split("+")
    return set(modifiers) <= _MODIFIERS and (
        last in _OTHERS or last in _SHOWN_KEYS or key_to_character(last) is not None
    )
