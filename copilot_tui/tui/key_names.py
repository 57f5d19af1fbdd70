"""Names of keys: Textual's, and those that a person reads and writes.

Invariant: what `shown_key` writes, `key_named` reads back.
"""

_SHOWN_KEYS = {
    "minus": "-",
    "equals_sign": "=",
    "question_mark": "?",
    "full_stop": ".",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "right_curly_bracket": "}",
    "left_curly_bracket": "{",
    "slash": "/",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "space": "space",
    "escape": "esc",
}


def shown_key(key: str) -> str:
    """A key as help and footer write it: `alt+-` for `alt+minus`."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, _SHOWN_KEYS.get(last, last)])


def key_named(word: str) -> str:
    """Textual's name of a key that is written as help and footer write it: `alt+minus` for `alt+-`."""
    *modifiers, last = [*word[:-1].split("+")[:-1], "+"] if word.endswith("+") else word.split("+")
    names = {shown: name for name, shown in _SHOWN_KEYS.items()} | {"+": "plus", ",": "comma"}
    return "+".join([*(one.lower() for one in modifiers), names.get(last, last if len(last) == 1 else last.lower())])
