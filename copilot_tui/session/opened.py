"""What an open session works with.

Invariant: this module may import whatever it needs: it is loaded when a session is opened, after the first screen was painted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from copilot_tui.autonomy.level import SMALL_CONTEXT
from copilot_tui.autonomy.request import Request
from copilot_tui.context.packing import CHARACTERS_PER_TOKEN
from copilot_tui.diff.change import ChangeSet
from copilot_tui.models.call import Role
from copilot_tui.review.in_place import is_foreign
from copilot_tui.review.review import Review
from copilot_tui.session.checking import callers_in
from copilot_tui.session.committing import Uncommitted
from copilot_tui.session.conversation import turn_to_json
from copilot_tui.session.desk import Desk, desk_of
from copilot_tui.session.driver import Driver
from copilot_tui.session.embedding import Embedding
from copilot_tui.session.events import Event, ProposalReady
from copilot_tui.session.kept_reviews import KeptReviews
from copilot_tui.session.landings import Landings
from copilot_tui.session.ledger import Ledger
from copilot_tui.session.log import SessionLog, log_file
from copilot_tui.session.memory import Memory
from copilot_tui.session.parts import Parts
from copilot_tui.session.plan_answer import PlanAnswer
from copilot_tui.session.recorder import Recorder
from copilot_tui.session.records import Records
from copilot_tui.session.rejections import Rejections
from copilot_tui.session.shelf import Shelf
from copilot_tui.session.sources import RepositorySources
from copilot_tui.session.waiting import WaitingBox
from copilot_tui.session.wishes import Wishes
from copilot_tui.session.workplace import Workplace
from copilot_tui.steps.recipe import REMEMBERING, Recipe
from copilot_tui.workspace.receipt import Receipt

_CONVERSATION_SHARE = 0.2  # of the context's tokens


@dataclass(frozen=True, slots=True)
class Opened:
    """The parts, and what is made of them."""

    parts: Parts
    ledger: Ledger
    sources: RepositorySources
    embedding: Embedding
    driver: Driver
    log: SessionLog
    kept: KeptReviews
    landings: Landings
    uncommitted: Uncommitted
    records: Records
    rejections: Rejections
    desk: Desk
    plan: PlanAnswer = field(default_factory=PlanAnswer)

    def remarks(self, recipe: Recipe | None, review: Review | None) -> str:
        """What a request says beside the person's words: what they rejected before, or the evidence where a rule is looked for."""
        earlier = self.conversation(review)
        said = self.rejections.remarks(review)
        return self.records.memory.remarks() if recipe is REMEMBERING else "\n\n".join(filter(None, (earlier, said)))

    def conversation(self, review: Review | None) -> str:
        """What was asked, proposed and decided before, as far as the model's context has room for it."""
        if review is not None:
            self.desk.conversation.take(review)
        budget = self.parts.models.context_budget(Role.EDIT)
        if budget < SMALL_CONTEXT:
            return ""
        return self.desk.conversation.remarks(int(budget * _CONVERSATION_SHARE) * CHARACTERS_PER_TOKEN)

    def begin(self, request: Request, recipe: Recipe | None, review: Review | None) -> str:
        """A request begins, and `review` is left for it; gives what the request says beside the person's words."""
        remarks = self.remarks(recipe, review)
        if review is not None:
            self.log.leave(review, self.kept.identity_of(review))
        self.log.begin(request)
        self._keep_conversation()
        if recipe is not REMEMBERING:
            self.desk.conversation.ask(request)
        return remarks

    def remember(self, review: Review) -> None:
        """Keep what was decided: another review takes its place, or it landed."""
        self.rejections.remember(review)
        self.desk.conversation.take(review)
        self._keep_conversation()

    def _keep_conversation(self) -> None:
        """Write down what was asked and decided so far, so that a later session can go on with it; the newest record counts."""
        turns = [turn_to_json(turn) for turn in self.desk.conversation.turns]
        if turns and self.parts.record is not None:
            self.parts.record.write({"record": "conversation", "turns": turns})

    def take_up(self, review: Review, before: Review | None) -> None:
        """A review that no request of this session made takes the place of the one `before`."""
        self.leave(before)
        if not is_foreign(review.proposal):
            self.log.take_up(review)

    def leave(self, review: Review | None) -> None:
        """This review is left, for another one or because the session ends."""
        if review is not None:
            self.log.leave(review, self.kept.identity_of(review))
            self.remember(review)
        else:
            self._keep_conversation()

    def landed(self, review: Review, receipt: Receipt, accepted: ChangeSet) -> None:
        """What was accepted of a review has landed."""
        self.remember(review)
        self.log.land(review, receipt.number, self.kept.identity_of(review))
        self.records.waiting.landed(review, receipt.number)
        self.kept.done(review)
        self.uncommitted.add(receipt, review, accepted)

    def discard(self, review: Review) -> None:
        """The person lands nothing of a review and is done with it."""
        self.leave(review)
        self.records.waiting.put_away(review)
        self.kept.done(review)

    def take(self, event: Event, recipe: Recipe | None) -> None:
        """Write down what happens in a request."""
        self.log.take(event)
        if isinstance(event, ProposalReady):
            self.desk.conversation.take(event.review)
        if recipe is REMEMBERING and isinstance(event, ProposalReady):
            self.records.memory.proposed(event.review)


def open_with(open_parts: Callable[[], Parts], wishes: Wishes) -> Opened:
    """Open the parts and put the session together, with the person's wishes; raises `CopilotTuiError`."""
    parts = open_parts()
    ledger = Ledger(parts.settings.caps)
    embedding = Embedding(parts.models, parts.context, ledger)
    sources = RepositorySources(parts.repository, parts.context, parts.environment, wishes, embedding)
    place = Workplace(parts.models, parts.prompts, sources, parts.settings, parts.keys.strike)
    recorder = Recorder(parts.record.write) if parts.record is not None else None
    log = SessionLog(log_file(parts.folders.state), parts.repository.root)
    kept = KeptReviews(parts.folders.state, parts.repository, parts.keys)
    memory = Memory(parts.folders.state, parts.repository, parts.settings, parts.keys)
    driver = Driver(place, ledger, recorder, lambda: callers_in(parts.repository, parts.context))
    landings = Landings(parts.repository, parts.folders.state, log)
    own = parts.record.path if parts.record is not None else None
    shelf = Shelf(parts.folders.state, parts.repository.root, kept, own)
    desk = desk_of(parts)
    waiting = WaitingBox(parts.folders.state, parts.repository.root, parts.keys)
    return Opened(
        parts=parts,
        ledger=ledger,
        sources=sources,
        embedding=embedding,
        driver=driver,
        log=log,
        kept=kept,
        landings=landings,
        uncommitted=Uncommitted(parts, landings.list),
        records=Records(parts, shelf, memory, waiting, desk.conversation),
        rejections=Rejections(memory),
        desk=desk,
    )
