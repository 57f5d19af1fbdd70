"""What an open session works with.

Invariant: this module may import whatever it needs: it is loaded when a session is opened, after the first screen was painted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from copilot_tui.session.driver import Driver
from copilot_tui.session.kept_reviews import KeptReviews
from copilot_tui.session.ledger import Ledger
from copilot_tui.session.log import SessionLog, log_file
from copilot_tui.session.parts import Parts
from copilot_tui.session.plan_answer import PlanAnswer
from copilot_tui.session.recorder import Recorder
from copilot_tui.session.rejections import Rejections
from copilot_tui.session.sources import RepositorySources
from copilot_tui.session.waiting import WaitingBox
from copilot_tui.session.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Opened:
    """The parts, and what is made of them."""

    parts: Parts
    ledger: Ledger
    sources: RepositorySources
    driver: Driver
    log: SessionLog
    waiting: WaitingBox
    kept: KeptReviews
    plan: PlanAnswer = field(default_factory=PlanAnswer)
    rejections: Rejections = field(default_factory=Rejections)


def open_with(open_parts: Callable[[], Parts]) -> Opened:
    """Open the parts and put the session together; raises `CopilotTuiError`."""
    parts = open_parts()
    ledger = Ledger(parts.settings.caps)
    sources = RepositorySources(parts.repository, parts.context, parts.environment)
    place = Workplace(parts.models, parts.prompts, sources, parts.settings)
    recorder = Recorder(parts.record.write) if parts.record is not None else None
    log = SessionLog(log_file(parts.folders.state), parts.repository.root)
    waiting = WaitingBox(parts.folders.state, parts.repository.root)
    kept = KeptReviews(parts.folders.state, parts.repository)
    return Opened(parts, ledger, sources, Driver(place, ledger, recorder), log, waiting, kept)
