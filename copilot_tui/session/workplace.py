"""What a driver needs to drive a request: who answers, what the prompts are, where files come from, and what is set.

Invariant: a live session and a replayed one differ in these parts alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

from copilot_tui.config.settings import Settings
from copilot_tui.models.call import Models
from copilot_tui.prompts import Prompts
from copilot_tui.session.sources import Sources


@dataclass(frozen=True, slots=True)
class Workplace:
    """The parts of one session, or of its replay; `strike` takes known keys out of a text."""

    models: Models
    prompts: Prompts
    sources: Sources
    settings: Settings
    strike: Callable[[str], str] = str
