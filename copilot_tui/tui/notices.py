"""The notices at the foot of the screen, which Textual shows over whatever stands there.

Invariant: a warning or an error goes only when the person goes on, or when the next sentence takes its place.
"""

from collections.abc import Sequence

from textual.app import App
from textual.notifications import Notification, SeverityLevel
from textual.widgets._toast import ToastRack

_MOST_NAMED = 3


def say_alone(app: App[None], sentence: str, severity: SeverityLevel, seconds: float) -> None:
    """Show this sentence in place of any other, for so long: a stack of them would hide the code.

    `App.notify` only posts the sentence, so that of two that are said at once both would be shown.
    """
    notices = app._notifications  # noqa: SLF001  (Textual itself adds by a message alone)
    notices.clear()
    notices.add(Notification(sentence, severity=severity, markup=False, timeout=seconds))
    app._refresh_notifications()  # noqa: SLF001
    # A sentence whose box was not built yet is passed over, and would stay: once more when it is.
    app.call_after_refresh(app._refresh_notifications)  # noqa: SLF001


def few_words(words: Sequence[str]) -> str:
    """The first few with commas, and how many there are beside them."""
    more = len(words) - _MOST_NAMED
    return ", ".join(words[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def few_of(sentences: Sequence[str], way: str = "") -> str:
    """The first sentences as one, and how many there are beside them: all of them would hide what they are about.

    `way` says where the others are named, behind their number.
    """
    more = len(sentences) - _MOST_NAMED
    return " ".join(sentences[:_MOST_NAMED]) + (f" And {more} more{way}." if more > 0 else "")


def clear_information(app: App[None]) -> None:
    """Take away what was said only to be known, on every screen: a sheet that opens has its line of keys there."""
    notices = app._notifications  # noqa: SLF001  (Textual itself can only take all of them away)
    for notice in [one for one in notices if one.severity == "information"]:
        app._unnotify(notice, refresh=False)  # noqa: SLF001
    for screen in app.screen_stack:
        for rack in screen.query(ToastRack):
            rack.show(notices)
