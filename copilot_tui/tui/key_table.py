"""The keys in force: those of the action table, and what the settings put in their place.

Invariant: within one place no key stands for two actions; a wish that would break that, or that would take a letter from typing, is left
out and said.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from textual.binding import Binding

from copilot_tui.tui.actions import Action, Place, all_actions, find_action
from copilot_tui.tui.key_names import key_named, shown_key

_RESERVED = {"escape", "enter", "ctrl+q", "ctrl+c", "backspace", "tab"}
_TYPED = re.compile(r"[^+]|(?:shift\+)?(?:space|up|down|left|right|home|end|pageup|pagedown|.)")


@dataclass(frozen=True, slots=True)
class KeyTable:
    """`own`: the keys of the actions that the settings name."""

    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, action: Action) -> tuple[str, ...]:
        """The action's keys, Textual's names."""
        return self.own.get(action.identifier, action.keys)

    def shown(self, identifier: str) -> str:
        """The action's first key as a person reads it; where it has none, its slash command."""
        action = find_action(identifier)
        keys = self.keys(action) if action is not None else ()
        return shown_key(keys[0]) if keys else f"/{identifier}"

    def bindings(self) -> "list[Binding | tuple[str, str] | tuple[str, str, str]]":
        """Textual's bindings for the whole table."""
        return bindings((action, self.keys(action)) for action in all_actions())

    @property
    def moved(self) -> frozenset[str]:
        """Every key that the settings gave to an action."""
        return frozenset(key for keys in self.own.values() for key in keys)


def read_keys(wishes: Mapping[str, str]) -> tuple[KeyTable, tuple[str, ...]]:
    """The table with the wishes of the settings in it, and a sentence for each that is left out."""
    names = [action.identifier for action in all_actions()]
    sentences: list[str] = []
    own: dict[str, tuple[str, ...]] = {}
    for name, written in wishes.items():
        action = find_action(name)
        if action is None:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]}?" if near else "`copilot-tui docs review-keys` names them all"
            sentences.append(f"keys.{name} is no action: {hint}")
            continue
        keys = tuple(key_named(word) for word in re.split(r",\s*|\s+", written.strip()) if word)
        problem = _problem(action, keys)
        if problem:
            sentences.append(f"keys.{name} is ignored: {problem}")
        else:
            own[name] = keys
    while (clash := _clash(KeyTable(own))) is not None:
        name, key, other = clash
        del own[name]
        sentences.append(
            f"keys.{name} is ignored: {shown_key(key)} is the key of {other} there: give {other} another one"
        )
    return KeyTable(own), tuple(sentences)


def _problem(action: Action, keys: tuple[str, ...]) -> str:
    if action.own:
        return "its key is read by the line that you type in and cannot be changed"
    for key in keys:
        if key in _RESERVED and key not in action.keys:
            return f"{shown_key(key)} is needed for leaving and sending"
        is_beside_typing = Place.PROMPT in action.places or action.places == {Place.ANSWERING}
        if is_beside_typing and _TYPED.fullmatch(key):
            return f"{shown_key(key)} is what you type in a request: take one with ctrl, alt or f1 to f12"
    return ""


def _clash(table: KeyTable) -> tuple[str, str, str] | None:
    """An action of the settings, its key, and the other action that has that key at one of its places."""
    for name, keys in table.own.items():
        action = find_action(name)
        if action is None:
            continue
        for other in all_actions():
            if other is action or not other.places & action.places:
                continue
            taken = set(keys) & set(table.keys(other))
            if taken:
                return name, min(taken), other.identifier
    return None


def bindings(
    actions: Iterable[tuple[Action, tuple[str, ...]]],
) -> list[Binding | tuple[str, str] | tuple[str, str, str]]:
    """Textual's bindings for the actions and their keys.

    Each one calls `action_do` with its action's identifier, and wins over a widget's own keys.
    """
    made: list[Binding | tuple[str, str] | tuple[str, str, str]] = []
    for action, keys in actions:
        for index, key in enumerate(keys):
            if not action.own:
                number = f", {index + 1}" if action.numbered else ""
                made.append(
                    Binding(
                        key,
                        f"do('{action.identifier}'{number})",
                        action.title,
                        show=False,
                        priority=True,
                        id=action.identifier if index == 0 else f"{action.identifier}.{index}",
                    )
                )
    return made
