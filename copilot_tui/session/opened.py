"""What an open session works with.

Invariant: this module may import whatever it needs: it is loaded when a session is opened, after the first screen was painted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from copilot_tui.review.review import Review
from copilot_tui.session.committing import Uncommitted
from copilot_tui.session.desk import Desk, desk_of
from copilot_tui.session.driver import Driver
from copilot_tui.session.events import Event, ProposalReady
from copilot_tui.session.kept_reviews import KeptReviews
from copilot_tui.session.landings import Landings
from copilot_tui.session.ledger import Ledger
from copilot_tui.session.log import SessionLog, log_file
from copilot_tui.session.memory import Memory
from copilot_tui.session.parts import Parts
from copilot_tui.session.plan_answer import PlanAnswer
from copilot_tui.session.recorder import Recorder
from copilot_tui.session.rejections import Rejections
from copilot_tui.session.shelf import Shelf
from copilot_tui.session.sources import RepositorySources
from copilot_tui.session.waiting import WaitingBox
from copilot_tui.session.wishes import Wishes
from copilot_tui.session.workplace import Workplace
from copilot_tui.steps.recipe import REMEMBERING, Recipe


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
    landings: Landings
    uncommitted: Uncommitted
    shelf: Shelf
    memory: Memory
    rejections: Rejections
    desk: Desk
    plan: PlanAnswer = field(default_factory=PlanAnswer)

    def remarks(self, recipe: Recipe | None, review: Review | None) -> str:
        """What a request says beside the person's words: what they rejected before, or the evidence where a rule is looked for."""
        said = self.rejections.remarks(review)
        return self.memory.remarks() if recipe is REMEMBERING else said

    def leave(self, review: Review | None) -> None:
        """The session ends with this review."""
        self.log.leave(review)
        if review is not None:
            self.rejections.remember(review)

    def take(self, event: Event, recipe: Recipe | None) -> None:
        """Write down what happens in a request."""
        self.log.take(event)
        if recipe is REMEMBERING and isinstance(event, ProposalReady):
            self.memory.proposed(event.review)


def open_with(open_parts: Callable[[], Parts], wishes: Wishes) -> Opened:
    """Open the parts and put the session together, with the person's wishes; raises `CopilotTuiError`."""
    parts = open_parts()
    ledger = Ledger(parts.settings.caps)
    sources = RepositorySources(parts.repository, parts.context, parts.environment, wishes)
    place = Workplace(parts.models, parts.prompts, sources, parts.settings)
    recorder = Recorder(parts.record.write) if parts.record is not None else None
    log = SessionLog(log_file(parts.folders.state), parts.repository.root)
    waiting = WaitingBox(parts.folders.state, parts.repository.root)
    kept = KeptReviews(parts.folders.state, parts.repository)
    memory = Memory(parts.folders.state, parts.repository, parts.settings)
    driver = Driver(place, ledger, recorder)
    landings = Landings(parts.repository, parts.folders.state, log)
    return Opened(
        parts=parts,
        ledger=ledger,
        sources=sources,
        driver=driver,
        log=log,
        waiting=waiting,
        kept=kept,
        landings=landings,
        uncommitted=Uncommitted(parts, landings.list),
        shelf=Shelf(
            parts.folders.state,
            parts.repository.root.name,
            kept,
            parts.record.path if parts.record is not None else None,
        ),
        memory=memory,
        rejections=Rejections(memory),
        desk=desk_of(parts),
    )
