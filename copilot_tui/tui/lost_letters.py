"""A letter that stands for nothing where the person is: they are told once how to get to where it can be typed.

Invariant: it only speaks, and once for each time that the person is away from the request.
"""

from typing import TYPE_CHECKING

from textual import events

from copilot_tui.tui.action import Place

if TYPE_CHECKING:
    from copilot_tui.tui.main_screen import MainScreen


class LostLetters:
    """Hears the keys that nothing took."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen
        self._was_said = False

    def moved(self) -> None:
        """The person went somewhere: who has been at the request may be told again."""
        if self._screen.place is Place.PROMPT:
            self._was_said = False

    def take(self, event: events.Key) -> None:
        """Say where the letter of a key could be typed."""
        screen = self._screen
        if self._was_said or not event.is_printable or screen.place not in {Place.CODE, Place.FILES}:
            return
        self._was_said = True
        letter = f"{event.character} means" if event.character and event.character.strip() else "The space bar means"
        key = screen.key_table.shown("focus-prompt")
        screen.tell(f"{letter} nothing here: {key} goes to the request, to type it there.", "information")
