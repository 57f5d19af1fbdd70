"""A session that replays what was recorded: a second real implementation of `SessionPort`, on a repository in memory."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.checks.finding import Finding
from copilot_tui.context.mentions import NamedPlace
from copilot_tui.context.pack import ContextItem, ContextPack, Omitted
from copilot_tui.errors import RepositoryError, TargetError, UsageError
from copilot_tui.session.ai_comments import AiComment
from copilot_tui.session.events import ProposalReady
from copilot_tui.session.preferences import Preferences
from copilot_tui.session.queued import Entry
from copilot_tui.session.recorded_sessions import RecordedSession as Recorded
from copilot_tui.session.stats import By, Stats, Tally
from copilot_tui.session.trusting import TrustState
from copilot_tui.session.waiting import Waiting
from copilot_tui.session.wishes import Wishes
from copilot_tui.steps.events import PlanProposed
from copilot_tui.tui.plain_overview import PlainOverview
from copilot_tui.tui.port import Overview, TryingPort
from copilot_tui.workspace.receipt import Receipt, ReceiptFile
from tests.tui.recorded_setup import RecordedSetup

CART = '''\
"""A cart of items."""

from shop.tax import RATE


class Cart:
    """A customer's cart."""

    def __init__(self, items):
        self.items = list(items)

    def total(self, tax):
        subtotal = sum(item.price for item in self.items)
        return subtotal * (1 + tax)

    def clear(self):
        self.items.clear()
'''
FILES = {
    "README.md": "# shop\n\nA small shop.\n",
    "shop/__init__.py": "",
    "shop/cart.py": CART,
    "shop/tax.py": "RATE = 0.2\n",
    "shop/web/checkout.py": "from shop.cart import Cart\n\n\ndef checkout(cart):\n    return cart.total(0.2)\n",
    "tests/test_cart.py": "from shop.cart import Cart\n\n\ndef test_empty():\n    assert Cart([]).total(0) == 0\n",
    "logo.png": "\x89PNG\0\0\0",
}
MARKS = {"shop/cart.py": "M", "shop/tax.py": "M"}


class RecordedLandings:
    """Landings in memory: numbers from 1, each with its patch."""

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []
        self.patches: dict[int, bytes] = {}

    def add(self, request: str, seconds: float, patch: bytes, *files: ReceiptFile) -> None:
        number = len(self.receipts) + 1
        self.receipts.append(Receipt(number, seconds, request, files))
        self.patches[number] = patch

    def list(self) -> tuple[Receipt, ...]:
        return tuple(reversed(self.receipts))

    def patch(self, number: int) -> bytes:
        return self.patches[number]

    def take_back(self, number: int | None = None) -> Receipt:
        standing = [receipt for receipt in self.receipts if not receipt.undone and number in {None, receipt.number}]
        if not standing:
            raise RepositoryError("Nothing has landed yet: there is nothing to take back.")
        return self._replace(standing[-1], undone=True)

    def land_again(self) -> Receipt:
        undone = [receipt for receipt in self.receipts if receipt.undone]
        if not undone:
            raise RepositoryError("There is no undone landing to land again.")
        return self._replace(undone[-1], undone=False)

    def _replace(self, receipt: Receipt, *, undone: bool) -> Receipt:
        changed = self.receipts[receipt.number - 1] = replace(receipt, undone=undone)
        return changed


class RecordedTrust:
    """Trust in memory."""

    def __init__(self, *could_run: str) -> None:
        self.could_run = could_run
        self.trusted = False

    def state(self) -> TrustState:
        return TrustState(self.could_run, self.trusted)

    def allow(self) -> TrustState:
        self.trusted = True
        return self.state()

    def take_back(self) -> TrustState:
        self.trusted = False
        return self.state()


class RecordedChecking:
    """Checks nothing."""

    pause: Callable[[], object] = int


class RecordedKept:
    """No review was left unfinished; what is viewed of the present one is noted."""

    def __init__(self) -> None:
        self.trouble = ""
        self.stand_back: Callable[[], object] = int
        self.viewed: dict[str, str] = {}
        self.finished: list[Any] = []

    def unfinished(self) -> tuple[Any, ...]:
        return ()

    def resume(self, identity: str = "") -> Any:
        raise UsageError(f"No review {identity} is kept here.")

    def done(self, review: Any) -> None:
        self.finished.append(review)


class RecordedShelf:
    """Sessions in memory."""

    def __init__(self, *sessions: Recorded) -> None:
        self.repository = "shop"
        self.own = ""
        self.sessions = list(sessions)
        self.exported: list[str] = []

    def list(self) -> tuple[Recorded, ...]:
        return tuple(self.sessions)

    def name(self, identity: str, name: str) -> None:
        if name == "taken":
            raise UsageError("Another session is called taken: choose another name.")
        self.sessions = [replace(one, name=name) if one.identity == identity else one for one in self.sessions]

    async def markdown(self, identity: str) -> str:
        return f"# {identity}\n\n## 1. Add the tax.\n"

    async def export(self, identity: str) -> Path:
        self.exported.append(identity)
        return Path(f"{identity}.md")

    def has(self, session: Recorded) -> bool:
        return session.is_of(self.repository, "here")

    def is_elsewhere(self, session: Recorded) -> bool:
        return session.is_of_namesake(self.repository, "here")

    def unfinished(self, identity: str) -> str:
        return ""


class RecordedWaiting:
    """Proposals of others in memory, each with the review that it leads to."""

    def __init__(self, *proposals: Waiting, **reviews: Any) -> None:
        self.proposals = list(proposals)
        self.reviews = reviews

    def count(self) -> int:
        return sum(one.state == "waiting" for one in self.proposals)

    def every(self) -> tuple[Waiting, ...]:
        return tuple(self.proposals)

    def reject(self, identity: str) -> Waiting:
        self.proposals = [replace(one, state="rejected") if one.identity == identity else one for one in self.proposals]
        return next(one for one in self.proposals if one.identity == identity)


class RecordedMemory:
    """What a rule may be drawn from, in memory."""

    def __init__(self, *, is_enough: bool = False) -> None:
        self.is_enough = is_enough

    def offer(self) -> str:
        return "3 of your decisions may make a rule: /remember proposes one." if self.is_enough else ""

    def request(self, words: str = "") -> Request:
        if not self.is_enough:
            raise UsageError("0 decisions of yours are kept: a rule needs three.")
        return Request(words or "Which rule?", Target("AGENTS.md"), AutonomyLevel.FILE)


class RecordedDesk:
    """History and names in memory."""

    def __init__(self) -> None:
        self.typed = self
        self.mentions = self
        self.queued = self
        self.waiting: tuple[Entry, ...] = ()
        self.left_waiting: tuple[Entry, ...] = ()
        self.most_waiting = 100
        self.conversation = RecordedConversation()
        self.comments = self
        self.themes: list[str] = []
        self.saved: asyncio.Queue[tuple[str, AiComment]] = asyncio.Queue()
        self.history: list[str] = []
        self.places: tuple[NamedPlace, ...] = (
            NamedPlace("Cart", "shop/cart.py", LineRange(6, 17), "type"),
            NamedPlace("Cart.total", "shop/cart.py", LineRange(12, 14), "function"),
            NamedPlace("checkout", "shop/web/checkout.py", LineRange(4, 5), "function"),
        )

    def read(self) -> tuple[str, ...]:
        return tuple(self.history)

    def add(self, text: str) -> None:
        self.history.append(text)

    def keep(self, newest: Callable[[], Sequence[Entry]]) -> int:
        self.waiting = tuple(newest())
        return max(0, len(self.waiting) - self.most_waiting)

    def take_up(self) -> tuple[Entry, ...]:
        return self.left_waiting

    def keep_theme(self, name: str) -> str:
        self.themes.append(name)
        return f"The theme is {name} now."

    async def watch(self) -> AsyncIterator[tuple[str, AiComment]]:
        while True:
            yield await self.saved.get()

    def names(self, letters: str, limit: int) -> tuple[NamedPlace, ...]:
        fitting = [one for one in self.places if letters.lower() in one.name.lower()]
        return tuple(fitting[:limit])


class RecordedRecords:
    """What is recorded beside the requests, in memory."""

    def __init__(self) -> None:
        self.shelf = RecordedShelf()
        self.memory = RecordedMemory()
        self.waiting = RecordedWaiting()
        self.numbers: dict[By, Stats] = {}
        self.turns: dict[str, int] = {}

    async def stats(self, by: By) -> Stats:
        return self.numbers.get(by, Stats(by, (), Tally("all")))

    def go_on(self, identity: str) -> tuple[int, str]:
        return self.turns.get(identity, 0), ""

    async def reject_waiting(self, identity: str) -> Waiting:
        return self.waiting.reject(identity)


class RecordedConversation:
    """How many requests the next one is told of."""

    def __init__(self) -> None:
        self.count = 0

    def start_fresh(self) -> None:
        self.count = 0


class RecordedSession:
    """Replays `events`, `delay` seconds of real time before each; one that does not end stays busy until it is cancelled."""

    def __init__(
        self,
        files: Mapping[str, str] | None = None,
        events: tuple[Any, ...] = (),
        *,
        overview: Overview | None = None,
        problem: str = "",
        delay: float = 0.0,
        ends: bool = True,
    ) -> None:
        self.files = {
            path: text.encode("utf-8", "surrogateescape") for path, text in (FILES if files is None else files).items()
        }
        self.events = events
        self.problem = problem
        self.delay = delay
        self.ends = ends
        self.requests: list[Request] = []
        self.questions: list[Request] = []
        self.answers: tuple[Any, ...] = ()
        self.recipes: list[Any] = []
        self.plans: list[Any] = []
        self.wishes = Wishes()
        self.chosen: list[tuple[str, str, Any]] = []
        self.commits: list[str] = []
        self.suggested = 0
        self.review: Any = None
        self.landed: list[Any] = []
        self.staged: list[Any] = []
        self.closed_streams = 0
        self.landings = RecordedLandings()
        self.kept = RecordedKept()
        self.checking = RecordedChecking()
        self.setting_up = RecordedSetup()
        self.preferences = Preferences()
        self.trusting = RecordedTrust()
        self.desk = RecordedDesk()
        self.records = RecordedRecords()
        self._plan_answered = asyncio.Event()
        self.asks_about_plans = False
        self.slow_opening: asyncio.Event | None = None
        self.checks_end = asyncio.Event()
        self.found: tuple[Finding, ...] = ()  # by the checks of a review that is shown before they end
        self.held: asyncio.Event | None = None  # what a request waits for before its first event
        self.closing: asyncio.Event | None = None  # what a stream waits for before it has closed
        self._overview = overview or PlainOverview(
            "shop",
            "main",
            2,
            (("edit", "gpt-5-mini"), ("plan", "gpt-5")),
            context_budget=32_000,
            cost=0.02,
            cost_cap=1.0,
        )

    @property
    def root(self) -> Path:
        return Path("shop")

    async def checked(self, review: Any) -> Any:
        await self.checks_end.wait()
        return replace(review.proposal, findings=self.found, is_unchecked=False)

    async def open(self) -> Overview:
        if self.slow_opening is not None:
            await self.slow_opening.wait()
        if self.problem:
            raise RepositoryError(self.problem)
        return self._overview

    async def overview(self) -> Overview:
        return self._overview

    async def keep_indexed(self) -> None:
        return None

    async def list_files(self) -> Mapping[str, str]:
        return {path: MARKS.get(path, "") for path in self.files}

    async def read_file(self, path: str) -> bytes:
        if path not in self.files:
            raise TargetError(f"{path} is not there any more.")
        return self.files[path]

    async def propose(self, request: Request, recipe: Any = None) -> AsyncGenerator[Any, None]:
        self.requests.append(request)
        self.recipes.append(recipe)
        try:
            if self.held is not None:
                await self.held.wait()
            for event in self.events:
                if self.delay:
                    await asyncio.sleep(self.delay)
                self._plan_answered.clear()
                if isinstance(event, ProposalReady):
                    self.review = event.review
                yield event
                if isinstance(event, PlanProposed) and event.waits:
                    await self._plan_answered.wait()
            if not self.ends:
                await asyncio.Event().wait()
        finally:
            if self.closing is not None:
                await self.closing.wait()
            self.closed_streams += 1

    async def ask(self, request: Request) -> AsyncGenerator[Any, None]:
        self.questions.append(request)
        for event in self.answers:
            if self.delay:
                await asyncio.sleep(self.delay)
            yield event

    def answer_plan(self, steps: Any) -> None:
        self.plans.append(steps)
        self._plan_answered.set()

    async def pack_context(self, request: Request) -> ContextPack:
        items = (
            ContextItem("shop/cart.py", (LineRange(12, 14),), "def total", "what may change", 40, pinned=True),
            ContextItem(
                "shop/cart.py", (LineRange(1, 11), LineRange(15, 17)), "class Cart", "outline of the file", 120
            ),
            ContextItem(
                "shop/web/checkout.py", (LineRange(4, 5),), "def checkout", f"calls Cart.total: {request.level}", 60
            ),
        )
        return ContextPack(items, "", 220, 1000, (Omitted("logo.png", "binary"),), ("The index is still being built.",))

    async def next_alternative(self) -> Any:
        return self.review

    def model_choices(self) -> tuple[tuple[str, str], ...]:
        return (("openai", "gpt-5-mini"), ("local", ""))

    def choose_model(self, profile: str, model: str = "", role: Any = None) -> None:
        self.chosen.append((profile, model, role))

    def replace_review(self, review: Any, viewed: Any = None) -> None:
        self.review = review
        self.kept.viewed = dict(viewed or {})

    def take_up(self, review: Any, viewed: Any = None) -> None:
        self.replace_review(review, viewed)

    async def take_waiting(self, identity: str) -> Any:
        self.review = self.records.waiting.reviews[identity]
        return self.review

    def discard(self, review: Any) -> None:
        self.kept.done(review)

    def change_level(self, level: AutonomyLevel) -> Any:
        raise AssertionError(f"nothing is reviewed in this recording: {level}")

    def next_proposal(self) -> Any:
        return None

    async def land(self) -> Any:
        self.landed.append(self.review.accepted_change_set())
        files = tuple(ReceiptFile(change.path, change.kind.value, 1, 1) for change in self.landed[-1])
        return Receipt(len(self.landed), 0.0, "", files)

    def trying(self) -> TryingPort:
        raise RepositoryError("A recording has no files to make a copy of.")

    async def export_patch(self) -> Path:
        return Path("shop.patch")

    async def renew(self) -> Any:
        return None

    async def stage(self) -> tuple[str, ...]:
        self.staged.append(self.review.accepted_change_set())
        return tuple(change.path for change in self.staged[-1])

    async def suggest_commit_message(self) -> str:
        self.suggested += 1
        return "Make the tax optional"

    async def commit(self, message: str) -> str:
        self.commits.append(message)
        return "1a2b3c4"

    async def close(self) -> None:
        return None
