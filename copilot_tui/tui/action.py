"""What an action is: something that a person can do at some places of the interface.

Invariant: an action is a plain value; which ones there are stands in `actions`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where the person is: what is possible depends on it."""

    PROMPT = "typing"
    CODE = "code"
    FILES = "files"
    ANSWERING = "answering"
    REVIEW = "review"
    CONTEXT = "context"
    READING = "reading an answer"


ASKING = frozenset({Place.PROMPT, Place.CODE, Place.FILES, Place.CONTEXT})
BESIDE_PROMPT = frozenset({Place.CODE, Place.FILES, Place.CONTEXT})
IN_CONTEXT = frozenset({Place.CONTEXT})
REVIEWED = frozenset({Place.REVIEW})
MOVING = frozenset(Place) - {Place.PROMPT}
ANYWHERE = frozenset(Place)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can do.

    `identifier` is also the slash command; `keys` are Textual's key names, the first one is shown; `short` is the footer's word (empty:
    not in the footer); `places` where it is possible; `own` true where a widget reads the key itself and no binding is made; `numbered`
    true where the first key stands for 1, the second for 2, and so on.
    """

    identifier: str
    keys: tuple[str, ...]
    title: str
    help: str
    places: frozenset[Place]
    short: str = ""
    own: bool = False
    numbered: bool = False
