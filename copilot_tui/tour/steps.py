"""The steps of the tour as one table: what to press, and how the guide sees that it was done.

Invariant: a step is done by what the screen shows and never by which key made it so, and none depends on what a model has to get right.
"""

from collections.abc import Callable
from dataclasses import dataclass

from copilot_tui.autonomy.level import AutonomyLevel

PRICE, BASKET = "shop/price.py", "shop/basket.py"
LINE_REQUEST = "make it return cents + tax"
BLOCK_REQUEST = "let an empty basket have a receipt, too"
REPO_REQUEST = "orders of 5000 cents or more are sent for free"
LINE_CHAPTER = "line"
REQUESTS = (LINE_REQUEST, BLOCK_REQUEST, REPO_REQUEST)


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands on the screen: the aim, what is going on, and how often something landed or was taken back so far.

    `lines` are the first and last lit line; the counts of decisions are those of the review, None where there is none.
    """

    path: str = ""
    line: int = 0
    lines: tuple[int, int] = (0, 0)
    level: AutonomyLevel = AutonomyLevel.BLOCK
    is_busy: bool = False
    has_plan: bool = False
    is_reviewing: bool = False
    accepted: int = 0
    rejected: int = 0
    pending: int = 0
    landed: int = 0
    taken_back: int = 0


Done = Callable[[Seen, Seen], bool]


@dataclass(frozen=True, slots=True)
class TourStep:
    """`says` what to do; `is_done(now, at_its_beginning)`; `types` is put into an empty request box.

    `says_live` takes the place of `says` where a model answers and nobody knows what.
    """

    name: str
    chapter: str
    says: str
    is_done: Done
    types: str = ""
    says_live: str = ""


def _landed(now: Seen, then: Seen) -> bool:
    return now.landed > then.landed


def _answered(now: Seen, then: Seen) -> bool:  # noqa: ARG001  (as every `Done`)
    return now.is_reviewing and not now.is_busy


_LAND = "q ends the review; a applies what you accepted"
STEPS: tuple[TourStep, ...] = (
    TourStep(
        "open",
        LINE_CHAPTER,
        "Prices are wrong: ctrl+f, type price, enter opens shop/price.py",
        lambda now, _: now.path == PRICE,
    ),
    TourStep(
        LINE_CHAPTER,
        "line",
        "down to line 9: `return cents - tax` takes the tax away",
        lambda now, _: (now.path, now.line) == (PRICE, 9),
    ),
    TourStep(
        "slider",
        LINE_CHAPTER,
        "alt+- moves the slider to line: what is lit may change, no byte more",
        lambda now, _: now.level is AutonomyLevel.LINE,
    ),
    TourStep(
        "ask", LINE_CHAPTER, "escape goes to the request, typed for you; enter sends it", _answered, types=LINE_REQUEST
    ),
    TourStep("accept", LINE_CHAPTER, "y accepts the change, x would reject it", lambda now, _: now.accepted > 0),
    TourStep("land", LINE_CHAPTER, _LAND, _landed),
    TourStep(
        "open block",
        "block",
        "An empty basket has no receipt: ctrl+f, type basket, enter",
        lambda now, _: now.path == BASKET,
    ),
    TourStep(
        "block",
        "block",
        "down to line 18, then alt+= : at block level the whole method is lit",
        lambda now, _: now.path == BASKET and now.level is AutonomyLevel.BLOCK and now.lines == (18, 28),
    ),
    TourStep("ask block", "block", "escape, then enter sends the request", _answered, types=BLOCK_REQUEST),
    TourStep(
        "accept block",
        "block",
        "y accepts the first change: it mends the empty basket",
        lambda now, _: now.accepted > 0,
        says_live="y accepts a change that you like",
    ),
    TourStep(
        "reject",
        "block",
        "A print that nobody asked for: x rejects it",
        lambda now, _: now.rejected > 0,
        says_live="x rejects one that you do not like, also one that was accepted (p goes back)",
    ),
    TourStep(
        "undo",
        "block",
        "Changed your mind? u takes the decision back, as often as you like",
        lambda now, then: now.accepted + now.rejected < then.accepted + then.rejected,
    ),
    TourStep("reject again", "block", "x rejects it again", lambda now, _: now.rejected > 0),
    TourStep("land block", "block", _LAND, _landed),
    TourStep(
        "repo",
        "repo",
        "alt+= until repo: now every file may change, and a plan comes first",
        lambda now, _: now.level is AutonomyLevel.REPO,
    ),
    TourStep(
        "ask repo",
        "repo",
        "escape, then enter sends the request",
        lambda now, _: now.has_plan or _answered(now, now),
        types=REPO_REQUEST,
    ),
    TourStep("plan", "repo", "The plan: x strikes a step, g goes on", _answered),
    TourStep(
        "accept repo",
        "repo",
        "y accepts hunk by hunk, space what you see",
        lambda now, _: now.is_reviewing and not now.pending,
    ),
    TourStep("land repo", "repo", _LAND, _landed),
    TourStep(
        "take back",
        "undo",
        "Not convinced? U takes the landing back, byte for byte",
        lambda now, then: now.taken_back > then.taken_back,
    ),
)


def step_named(name: str) -> int:
    """The number of the step of that name, 0 for an unknown one."""
    return next((number for number, step in enumerate(STEPS) if step.name == name), 0)


def chapter_start(number: int) -> int:
    """The number of the first step of the chapter in which a step is: where the tour is taken up again."""
    chapter = STEPS[min(number, len(STEPS) - 1)].chapter
    return next(index for index, step in enumerate(STEPS) if step.chapter == chapter)
