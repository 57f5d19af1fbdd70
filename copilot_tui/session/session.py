"""A session: one repository, the requests made in it, the review at hand, and what has landed.

Invariant: whatever a face (interface, command line) can do, it does by a verb of this class; bytes land only through a grant made
from the accepted change set.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from copilot_tui.errors import LandingError, UsageError
from copilot_tui.session.checking import Checking, callers_in
from copilot_tui.session.wishes import Wishes

# What a verb needs is imported when it is first used: a session is made before the first screen is painted, and opened after it.
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping
    from pathlib import Path

    from copilot_tui.autonomy.level import AutonomyLevel
    from copilot_tui.autonomy.request import Request
    from copilot_tui.autonomy.scope import Scope
    from copilot_tui.context.pack import ContextPack
    from copilot_tui.models.call import Role
    from copilot_tui.models.setting_up import SettingUp
    from copilot_tui.review.proposal import Proposal
    from copilot_tui.review.review import Review
    from copilot_tui.review.risk import Callers
    from copilot_tui.session.asking import AskEvent
    from copilot_tui.session.desk import Desk
    from copilot_tui.session.events import Event
    from copilot_tui.session.kept_reviews import KeptReviews
    from copilot_tui.session.landings import Landings
    from copilot_tui.session.ledger import Ledger
    from copilot_tui.session.opened import Opened
    from copilot_tui.session.overview import Overview
    from copilot_tui.session.parts import Parts
    from copilot_tui.session.preferences import Preferences
    from copilot_tui.session.records import Records
    from copilot_tui.session.resuming import Resumed
    from copilot_tui.session.trusting import Trusting
    from copilot_tui.session.trying import Trying
    from copilot_tui.steps.estimate import Estimate
    from copilot_tui.steps.events import PlanStep, StepEvent
    from copilot_tui.steps.recipe import Recipe
    from copilot_tui.workspace.receipt import Receipt


class Session:
    """The verbs of one session; `open_parts` puts the real parts together and is called once, off the event loop."""

    def __init__(self, root: Path, open_parts: Callable[[], Parts]) -> None:
        self._root = root
        self._open_parts = open_parts
        self._opened: Opened | None = None
        self._review: Review | None = None
        self._growing: Review | None = None
        self._following: tuple[Review, ...] = ()
        self._trying: Trying | None = None
        self.asks_about_plans = False
        self.wishes = Wishes()
        self.checking = Checking()

    @property
    def root(self) -> Path:
        """The work tree's root, or until the session is open the folder it was asked for."""
        return self._opened.parts.repository.root if self._opened else self._root

    @property
    def is_open(self) -> bool:
        """Whether `open` has ended well."""
        return self._opened is not None

    @property
    def review(self) -> Review | None:
        """The proposal under review with its decisions; while one grows, that one."""
        return self._growing or self._review

    @property
    def following(self) -> int:
        """How many proposals of the same request come after the one under review."""
        return len(self._following)

    @property
    def parts(self) -> Parts:
        """The parts; the session must be open."""
        return self._open.parts

    @property
    def ledger(self) -> Ledger:
        """What has been spent."""
        return self._open.ledger

    async def open(self) -> Overview:
        """Open the repository, the settings and the models; raises `CopilotTuiError`."""
        if self._opened is None:

            def opened() -> Opened:
                from copilot_tui.session.opened import open_with  # noqa: PLC0415

                return open_with(self._open_parts, self.wishes)

            self._opened = await asyncio.to_thread(opened)
        return await self.overview()

    async def overview(self) -> Overview:
        """What the header says now."""
        from copilot_tui.session.overview import overview_of  # noqa: PLC0415

        return await asyncio.to_thread(lambda: overview_of(self.parts, self.ledger, self.kept.unfinished()))

    async def keep_indexed(self) -> None:
        """Index the repository for its context from now on, in a process of its own."""
        await asyncio.to_thread(self.parts.context.keep_indexed)

    async def list_files(self) -> Mapping[str, str]:
        """Every path that git tracks or would track, with its status mark or nothing."""
        repository = self.parts.repository

        def collect() -> dict[str, str]:
            marks = repository.status()
            # Almost in order, and so soon sorted: no key is answered meanwhile.
            return {path: marks.get(path, "") for path in sorted((*repository.list_files().listed, *marks))}

        return await asyncio.to_thread(collect)

    async def read_file(self, path: str) -> bytes:
        """A file's bytes as they are in the work tree; raises `TargetError`."""
        return await asyncio.to_thread(self.parts.repository.read, path)

    async def scope_of(self, request: Request) -> Scope:
        """What the request may change; raises `TargetError`."""
        _, _, scope = await self._open.driver.scope_of(request)
        return scope

    async def propose(self, request: Request, recipe: Recipe | None = None) -> AsyncGenerator[Event, None]:
        """Send the request and yield what happens; closing the generator cancels it and nothing is proposed.

        `recipe` takes the place of the level's own.
        """
        from copilot_tui.session.events import ProposalGrew, ProposalReady  # noqa: PLC0415

        driver = self._open.driver
        driver.confirm_plan = self._open.plan.wait if self.asks_about_plans else None
        remarks = self._open.begin(request, recipe, self._review)
        events = driver.run(request, remarks, recipe)
        try:
            async for event in events:
                self._open.take(event, recipe)
                match event:
                    case ProposalGrew():
                        self._growing = self._carried(self._open.rejections.marked(event.review))
                        yield ProposalGrew(self._growing)
                    case ProposalReady():
                        self._review = self._carried(self._open.rejections.marked(event.review))
                        self._following = event.following
                        self._growing = None
                        if self.asks_about_plans and self._review.files:  # a person sits there, and answers are dear
                            self.kept.keep(self._review)
                        yield ProposalReady(self._review, event.following)
                    case _:
                        yield event
        finally:
            self._growing = None
            await events.aclose()

    def _carried(self, fresh: Review) -> Review:
        from copilot_tui.session.growing import carried_over  # noqa: PLC0415

        return carried_over(self._growing, fresh, keeps_edits=True) if self._growing is not None else fresh

    def next_proposal(self) -> Review | None:
        """Go on to the next proposal of a request that was cut to fit its budget; None where there is none left."""
        if not self._following:
            return None
        self._open.remember(self._at_hand())
        first, *rest = self._following
        self._review, self._following = self._open.rejections.marked(first), tuple(rest)
        return self._review

    async def next_alternative(self) -> Review:
        """The next of several candidates for the same region in the place of the one under review; itself where there is no other."""
        from copilot_tui.session.alternatives import next_alternative  # noqa: PLC0415

        review = self._at_hand()
        other = await asyncio.to_thread(next_alternative, review, self._open.sources.symbols())
        if other is not review:
            self._review = self._open.rejections.marked(other)
        return self._at_hand()

    def choose_model(self, profile: str, model: str = "", role: Role | None = None) -> None:
        """Let another model answer from the next call on: for a role, or with None for all without their own; raises `UsageError`."""
        from copilot_tui.session.choosing import choose_model  # noqa: PLC0415

        choose_model(self.parts, profile, model, role)

    def model_choices(self) -> tuple[tuple[str, str], ...]:
        """The profiles that may answer, each with its model (empty: the first that its endpoint has)."""
        return tuple((name, profile.model) for name, profile in self.parts.settings.profiles.items())

    async def estimate(self, request: Request, recipe: Recipe | None = None) -> Estimate:
        """What the request would use, without a call; raises `CopilotTuiError`."""
        return await self._open.driver.estimate(request, recipe)

    def ask(self, request: Request) -> AsyncGenerator[AskEvent, None]:
        """Answer a question and change nothing: yields what happens, at last `QuestionAnswered`; raises `CopilotTuiError`."""
        from copilot_tui.session.asking import ask_question  # noqa: PLC0415

        return ask_question(self._open, request, self._review)

    def answer_plan(self, steps: tuple[PlanStep, ...] | None) -> None:
        """Go on with these steps, or with None stop the request that waits for its plan."""
        if self._opened is not None:
            self._opened.plan.give(steps)

    async def pack_context(self, request: Request, budget: int | None = None) -> ContextPack:
        """What the request would send first, or what it would with `budget` tokens of context."""
        from copilot_tui.session.picturing import picture_context  # noqa: PLC0415

        return await picture_context(self._open, request, budget)

    def replace_review(self, review: Review, viewed: Mapping[str, str] | None = None) -> None:
        """Take the review with the person's newest decision; `viewed` is path to digest of what they have seen."""
        if self._growing is not None and review.proposal is self._growing.proposal:
            self._growing = review
        else:
            self._review = review
            if self._opened is not None and self.asks_about_plans:
                self._opened.kept.follow(review, viewed or {})

    def callers(self) -> Callers:
        """What finds the callers of names in the repository."""
        return callers_in(self.parts.repository, self.parts.context)

    async def checked(self, review: Review) -> Proposal:
        """The proposal of a review that was shown before its checks had ended, with what they say."""
        # Whoever waits no longer ends no check: the next one who asks of the same proposal waits for it.
        return await asyncio.shield(self.checking.begin(review.proposal, self.callers()))

    def change_level(self, level: AutonomyLevel) -> Review:
        """The proposal at hand under another level: what that admits is decidable at once, without a call; raises `TargetError`."""
        from copilot_tui.session.other_level import at_level  # noqa: PLC0415

        self._review = at_level(self._at_hand(), level, self.parts.settings.budgets)
        return self._review

    async def land(self) -> Receipt:
        """Write what was accepted; raises `LandingError`, and then nothing was written."""
        from copilot_tui.autonomy.grant import make_grant  # noqa: PLC0415
        from copilot_tui.review.in_place import landing_change_set, nothing_to_land  # noqa: PLC0415
        from copilot_tui.workspace.landing import land  # noqa: PLC0415

        review = self._at_hand()
        proposal, accepted = review.proposal, landing_change_set(review)
        if not accepted:
            raise LandingError(nothing_to_land(review))
        parts = self.parts
        grant = make_grant(accepted, proposal.scope, proposal.snapshot)
        receipt = await asyncio.to_thread(
            land, parts.repository, accepted, grant, parts.folders.state, proposal.request.text
        )
        self._open.landed(review, receipt, accepted)
        self.wishes.land(change.path for change in accepted)
        return receipt

    @property
    def kept(self) -> KeptReviews:
        """The reviews of this repository that are kept until they land or are discarded."""
        return self._open.kept

    @property
    def desk(self) -> Desk:
        """What lies beside the requests: what was typed before, the names that can be mentioned."""
        return self._open.desk

    @property
    def records(self) -> Records:
        """What is recorded beside the requests: sessions, numbers, proposals of others, decisions to draw a rule from."""
        return self._open.records

    async def take_waiting(self, identity: str) -> Review:
        """Take a waiting proposal under review, on the files as they are now; raises `UsageError` or `TargetError`."""
        review = await asyncio.to_thread(self.records.waiting.take, self.parts.repository, identity)
        self.take_up(review)
        return review

    def discard(self, review: Review) -> None:
        """Put a review away: nothing of it lands, it is kept no longer, and what waited and was rejected waits no longer."""
        self._open.discard(review)

    def take_up(self, review: Review, viewed: Mapping[str, str] | None = None) -> None:
        """Take a review that no request of this session made in the place of the one at hand."""
        self._open.take_up(review, self._review)
        self.replace_review(review, viewed)

    @property
    def landings(self) -> Landings:
        """What landed in this repository, now and earlier."""
        return self._open.landings

    def trying(self) -> Trying:
        """A copy of the repository to try what is accepted in, with the project's own commands; it is made when it is entered."""
        from copilot_tui.session.trying import Trying  # noqa: PLC0415

        self._trying = Trying(self.parts)
        return self._trying

    @property
    def preferences(self) -> Preferences:
        """What the settings say of the interface."""
        from copilot_tui.session.preferences import preferences_of  # noqa: PLC0415

        return preferences_of(self.parts.settings)

    @property
    def trusting(self) -> Trusting:
        """What of the repository may run on this machine."""
        from copilot_tui.session.trusting import Trusting  # noqa: PLC0415

        return Trusting(self.parts.repository, self.parts.folders.state)

    async def export_patch(self) -> Path:
        """Write what was accepted as a patch file outside the repository and say where."""
        from copilot_tui.session.patch_file import write_patch  # noqa: PLC0415

        return await asyncio.to_thread(write_patch, self._at_hand(), self.parts.folders.state)

    async def renew(self) -> Resumed | None:
        """The review at hand on the files as they are now, with its decisions; None where nothing of it is new."""
        from copilot_tui.session.resuming import renewed  # noqa: PLC0415

        review = self._at_hand()
        found = await asyncio.to_thread(renewed, self.parts.repository, review)
        if found is not None:
            self.kept.go_on(review, found.review)
            self._review = found.review
        return found

    async def stage(self) -> tuple[str, ...]:
        """Put what is accepted into the index; gives the paths; raises `CopilotTuiError`, and then nothing was staged."""
        from copilot_tui.session.staged import stage_accepted  # noqa: PLC0415

        return await asyncio.to_thread(stage_accepted, self.parts.repository, self._at_hand())

    async def suggest_commit_message(self) -> str:
        """A message for what landed last, written by the summarize role; the request's own words where it has no answer."""
        return await self._open.uncommitted.suggest_message(self._open.driver.workshop_aside(self._count))

    def _count(self, event: StepEvent) -> None:
        from copilot_tui.steps.events import CallFinished  # noqa: PLC0415

        if isinstance(event, CallFinished):
            self.ledger.add(event)

    async def commit(self, message: str) -> str:
        """Commit what landed in this session; gives the commit's short id; raises `RepositoryError`."""
        return await self._open.uncommitted.commit(message)

    @property
    def setting_up(self) -> SettingUp:
        """Who answers: what can be chosen, keys tried and kept, the choice written to the person's settings."""
        from copilot_tui.session.setting_up import setting_up_in  # noqa: PLC0415

        return setting_up_in(self.parts)

    async def close(self) -> None:
        """End what runs in the background: the local model, connections, the index; a copy that is being left is waited for."""
        if self._trying is not None:
            await self._trying.wait_until_left(seconds=10)
        if self._opened is not None:
            self._opened.leave(self._review)
            await asyncio.to_thread(self._opened.kept.close)
            await self._opened.embedding.close()
            parts = self._opened.parts
            closing = getattr(parts.models, "aclose", None)
            if closing is not None:
                await closing()
            parts.context.close()
            if parts.record is not None:
                parts.record.close()

    @property
    def _open(self) -> Opened:
        if self._opened is None:
            raise UsageError("The repository is not open yet: try again when it is.")
        return self._opened

    def _at_hand(self) -> Review:
        if self._review is None:
            raise UsageError("There is no proposal yet: ask for a change first.")
        return self._review
