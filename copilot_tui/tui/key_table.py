"""The keys in force: those of the action table, and what the settings put in their place.

Invariant: within one place or sheet no key stands for two actions; a wish that would break that, or that would take a letter from
typing, is left out and said.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from textual.binding import Binding

from copilot_tui.tui.actions import Action, Place, all_actions, find_action
from copilot_tui.tui.key_names import is_key, key_named, shown_key
from copilot_tui.tui.sheet_actions import (
    ALSO_IN_SHEETS,
    BEFORE_BOX,
    SHEET_TABLE,
    SheetAction,
    SheetPlace,
    find_sheet_action,
    possible_in,
)

_RESERVED = {"escape", "enter", "ctrl+q", "ctrl+c", "backspace", "tab"}
_IN_EVERY_SHEET = {
    "escape": "leaves",
    "enter": "chooses in",
    "tab": "goes to the next part of",
    "shift+tab": "goes to the part before in",
    "ctrl+q": "ends the program in",
    "ctrl+c": "copies what is picked in",
}
_TYPED = re.compile(r"[^+]|(?:shift\+)?(?:space|backspace|delete|up|down|left|right|home|end|pageup|pagedown|.)")
_MOVING_ROWS = {"up", "down", "pageup", "pagedown"}  # nothing in a box of one line
_ARROWS = {"up": "↑", "down": "↓"}


@dataclass(frozen=True, slots=True)
class KeyTable:
    """`own`: the keys of the actions that the settings name."""

    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, action: Action | SheetAction) -> tuple[str, ...]:
        """The action's keys, Textual's names."""
        return self.own.get(action.identifier, action.keys)

    def shown(self, identifier: str) -> str:
        """The action's first key as a person reads it; where it has none, its slash command, or nothing for one of a sheet."""
        action = find_action(identifier)
        row = action or find_sheet_action(identifier)
        keys = self.keys(row) if row is not None else ()
        return shown_key(keys[0]) if keys else f"/{identifier}" if action is not None else ""

    @property
    def moving(self) -> str:
        """The keys that move up and down, as a person reads them."""
        shown = [self.in_line(identifier) for identifier in ("move-up", "move-down")]
        return " ".join(key for key in shown if not key.startswith("/"))

    def in_line(self, identifier: str) -> str:
        """The action's first key as a sheet's line of keys shows it."""
        shown = self.shown(identifier)
        return _ARROWS.get(shown, shown)

    def bindings(self) -> "list[Binding | tuple[str, str] | tuple[str, str, str]]":
        """Textual's bindings for the whole table."""
        return bindings((action, self.keys(action)) for action in all_actions())

    def sheet_bindings(self, place: SheetPlace | None) -> dict[str, Binding]:
        """Textual's bindings of a sheet, by their keys: what moves, what ends the program, and above them the sheet's own rows."""
        found = {}
        for identifier in ALSO_IN_SHEETS:
            action = find_action(identifier)
            for key in self.keys(action) if action is not None else ():
                found[key] = Binding(key, "app.quit" if identifier == "quit" else f"go('{identifier}')", show=False)
        for row in possible_in(place) if place is not None else ():
            for number, key in enumerate(self.keys(row), 1):
                is_first = place in BEFORE_BOX or key == "enter"  # before the list, which would choose
                found[key] = Binding(key, row.verb.format(number), show=False, priority=is_first)
        return found

    @property
    def moved(self) -> frozenset[str]:
        """Every key that the settings gave to an action."""
        return frozenset(key for keys in self.own.values() for key in keys)


@runtime_checkable
class HasKeys(Protocol):
    """A screen that knows the keys in force."""

    key_table: KeyTable


def keys_in_force(screens: Iterable[object]) -> KeyTable:
    """The keys that the screen under all sheets knows."""
    return next((screen.key_table for screen in screens if isinstance(screen, HasKeys)), KeyTable())


def read_keys(wishes: Mapping[str, str]) -> tuple[KeyTable, tuple[str, ...]]:
    """The table with the wishes of the settings in it, and a sentence for each that is left out."""
    rows: dict[str, Action | SheetAction] = {action.identifier: action for action in all_actions()}
    rows |= {row.identifier: row for row in SHEET_TABLE}
    sentences: list[str] = []
    own: dict[str, tuple[str, ...]] = {}
    for name, written in wishes.items():
        row = rows.get(name)
        if row is None:
            near = difflib.get_close_matches(name, rows, n=1)
            hint = f"did you mean {near[0]}?" if near else "`copilot-tui docs review-keys` names them all"
            sentences.append(f"keys.{name} is no action: {hint}")
            continue
        keys = tuple(key_named(word) for word in re.split(r",\s*|\s+", written.strip()) if word)
        problem = _problem(row, keys)
        if problem:
            sentences.append(f"keys.{name} is ignored: {problem}")
        else:
            own[name] = keys
    while (clash := _clash(KeyTable(own), rows)) is not None:
        name, key, others = clash
        del own[name]
        names = f"{', '.join(others[:-1])} and {others[-1]}" if len(others) > 1 else others[0]
        whom = "each of them" if len(others) > 1 else names
        sentences.append(
            f"keys.{name} is ignored: {shown_key(key)} is the key of {names} there: give {whom} another one"
        )
    return KeyTable(own), tuple(sentences)


def places_of(row: Action | SheetAction) -> frozenset[StrEnum]:
    """Every place and sheet where the row's keys act."""
    if SheetPlace.TOUR in row.places:  # its line stands below whatever else is on the screen
        return frozenset(Place) | frozenset(SheetPlace)
    return row.places | ALSO_IN_SHEETS.get(row.identifier, frozenset())


def _problem(row: Action | SheetAction, keys: tuple[str, ...]) -> str:
    if isinstance(row, Action) and row.own:
        return "its key is read by the line that you type in and cannot be changed"
    places = places_of(row)
    is_beside_typing = Place.PROMPT in places or places <= {Place.ANSWERING}
    for key in keys:
        shown = shown_key(key)
        if not is_key(key):
            return f"{shown} is no key: keys are written as a, ctrl+a, alt+a, f5 or space"
        if isinstance(row, SheetAction) and key in _IN_EVERY_SHEET and key not in row.keys:
            return f"{shown} {_IN_EVERY_SHEET[key]} every sheet and cannot do anything else"
        if key in _RESERVED and key not in row.keys:
            return f"{shown} is needed for leaving and sending"
        if is_beside_typing and _TYPED.fullmatch(key):
            return f"{shown} is what you type in a request: take one with ctrl, alt or f1 to f12"
        is_typed = _TYPED.fullmatch(key) and not (SheetPlace.FINDER in row.places and key in _MOVING_ROWS)
        if row.places & BEFORE_BOX and is_typed:
            return f"{shown} is what you type there: take one with ctrl, alt or f1 to f12"
    return ""


def _clash(table: KeyTable, rows: Mapping[str, Action | SheetAction]) -> tuple[str, str, list[str]] | None:
    """An action of the settings, one of its keys, and the other actions that have that key at one of its places."""
    for name in table.own:
        row, places = rows[name], places_of(rows[name])
        taken: dict[str, list[str]] = {}
        for other in rows.values():
            # What both have unless set is meant so: in a sheet its own key goes before one that moves.
            shared = set(table.keys(row)) & set(table.keys(other)) - (set(row.keys) & set(other.keys))
            if shared and other is not row and places & places_of(other):
                for key in shared:
                    taken.setdefault(key, []).append(other.identifier)
        if taken:
            key = min(taken)
            return name, key, taken[key]
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
