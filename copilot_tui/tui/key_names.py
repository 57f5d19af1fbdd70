"""Names of keys: Textual's, and those that a person reads and writes.

Invariant: what `shown_key` writes, `key_named` reads back; a name is that of a key as terminals send it, where there are several.
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
    """Textual's name of a key that is written as help and footer write it: `alt+minus` for `alt+-`.

    Letters are named as terminals send them: `ctrl+A` is `ctrl+a`, which has no case there, `shift+u` is `U`, and `alt+U` is
    `alt+shift+u`.
    """
    *modifiers, last = (
        [*word[:-2].split("+"), "+"] if word.endswith("++") else [word] if word == "+" else word.split("+")
    )
    modifiers = [one.lower() for one in modifiers]
    if len(last) == 1 and last.isalpha():
        if modifiers == ["shift"] and len(last.upper()) == 1:
            return last.upper()
        if "ctrl" in modifiers:
            last = last.lower()
        elif "alt" in modifiers and last.isupper():
            modifiers, last = [*(one for one in modifiers if one != "shift"), "shift"], last.lower()
    name = _NAMES.get(last) or (_character_to_key(last) if len(last) == 1 else last.lower())
    return "+".join([*modifiers, name])


def is_key(key: str) -> bool:
    """Whether Textual knows a key of that name."""
    *modifiers, last = key.split("+")
    return set(modifiers) <= _MODIFIERS and (
        last in _OTHERS or last in _SHOWN_KEYS or (key_to_character(last) or "\0").isprintable()
    )
