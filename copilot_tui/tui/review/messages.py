"""What the review pane tells the screen around it.

Invariant: this module loads nothing of the review itself, so that the first screen can listen before a review is needed.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from textual.message import Message

if TYPE_CHECKING:
    from copilot_tui.review.review import Review, Unit


Severity = Literal["information", "warning", "error"]


@dataclass
class ReviewChanged(Message):
    """The person decided something."""

    review: "Review"


@dataclass
class Finished(Message):
    """The person is through with the review."""

    review: "Review"


@dataclass
class Said(Message):
    """One sentence for the person: what the pane could not do, or what came of it."""

    sentence: str
    severity: Severity = "warning"


@dataclass
class PromptWanted(Message):
    """The person wants to type a request beside the review."""


@dataclass
class MenuWanted(Message):
    """The person wants to choose from what is possible here."""


@dataclass
class AgainWanted(Message):
    """The person wants another version of one hunk; `comment` says what should be different."""

    unit: "Unit"
    comment: str
