"""The action table: every action has keys, words and a place, and no key means two things."""

import re
from collections import Counter

import pytest

from copilot_tui.tui.actions import Place, all_actions, possible
from copilot_tui.tui.key_names import shown_key


def test_every_action_has_a_title_a_sentence_and_a_place() -> None:
    for action in all_actions():
        assert action.title, action
        assert action.help.endswith("."), action
        assert action.places, action
        assert action.keys or re.fullmatch("[a-z-]+", action.identifier), (
            action
        )  # without a key: by its name, or the palette


def test_identifiers_are_unique() -> None:
    assert max(Counter(action.identifier for action in all_actions()).values()) == 1


@pytest.mark.parametrize("place", list(Place))
def test_no_key_means_two_things_at_one_place(place: Place) -> None:
    keys = Counter(key for action in possible(place) for key in action.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_no_action_needs_a_chord_that_plain_terminals_cannot_send() -> None:
    assert [key for action in all_actions() for key in action.keys if "ctrl+shift" in key or "ctrl+alt" in key] == []


def test_keys_are_shown_as_a_person_reads_them() -> None:
    assert [shown_key(key) for key in ("alt+minus", "alt+equals_sign", "question_mark", "f1")] == [
        "alt+-",
        "alt+=",
        "?",
        "f1",
    ]
