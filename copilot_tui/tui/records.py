"""What was recorded, over the screen: for now the rule that a person asks for.

Invariant: looking changes nothing; what comes of it is decided in the review like everything else.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot_tui.autonomy.request import Request
    from copilot_tui.tui.main_screen import MainScreen


class Records:
    """Opens what was recorded."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen

    def remember(self) -> None:
        """Ask for a rule drawn from the person's decisions."""
        from copilot_tui.steps.recipe import REMEMBERING  # noqa: PLC0415  (after the first paint)

        screen = self._screen

        def send(request: "Request") -> None:
            screen.requesting.send(request, recipe=REMEMBERING)

        screen.bridge.in_thread(screen.session.memory.request, then=send)
