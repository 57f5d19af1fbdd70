"""What the settings say of the interface itself: looks, keys, and when it calls for the person.

Invariant: nothing here changes what a request may do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from copilot_tui.autonomy.level import AutonomyLevel

if TYPE_CHECKING:
    from copilot_tui.config.settings import Settings


@dataclass(frozen=True, slots=True)
class Preferences:
    """`keys`: action to keys, as the person wrote them; `motion` false: nothing moves; `notify` false: no notification, no title.

    `watch`: comments in saved files are answered.
    """

    level: AutonomyLevel = AutonomyLevel.BLOCK
    theme: str = "textual-dark"
    keys: Mapping[str, str] = field(default_factory=dict)
    motion: bool = True
    notify: bool = True
    watch: bool = False
    commit_after_landing: bool = False


def preferences_of(settings: "Settings") -> Preferences:
    """The preferences among the settings."""
    return Preferences(
        level=settings.level,
        theme=settings.theme,
        keys=settings.keys,
        motion=settings.motion,
        notify=settings.notify,
        watch=settings.watch,
        commit_after_landing=settings.commit_after_landing,
    )
