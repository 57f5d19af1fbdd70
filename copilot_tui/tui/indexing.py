"""The index of the repository is begun with the session, not with the first question.

Invariant: the first moments belong to the screen; indexing is done in a process of its own, which ends with the session.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot_tui.tui.main_screen import MainScreen

_AFTER_SECONDS = 1.5  # from when the session is open: what is slow there comes first


def begin_indexing(screen: "MainScreen") -> None:
    """Begin soon, and follow what changes from then on."""

    def begin() -> None:
        screen.bridge.call(screen.session.keep_indexed(), group="index")

    screen.set_timer(_AFTER_SECONDS, begin)
