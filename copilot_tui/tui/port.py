"""What the interface asks of a session: the only way from here to the rest of the program.

Two sessions fit it: the real one (`session/`), and a recorded one that replays what a real one did (tests and the demo).
Invariant: every call that may take longer than a frame is `async`, and ends in a value, an error of our tree, or cancellation.
"""

from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from copilot_tui.tui.desk_port import DeskPort

if TYPE_CHECKING:
    from copilot_tui.autonomy.level import AutonomyLevel
    from copilot_tui.autonomy.request import Request
    from copilot_tui.context.pack import ContextPack
    from copilot_tui.diff.change import ChangeSet
    from copilot_tui.models.call import Role
    from copilot_tui.review.proposal import Proposal
    from copilot_tui.review.review import Review
    from copilot_tui.session.asking import AskEvent
    from copilot_tui.session.events import Event
    from copilot_tui.session.kept_reviews import KeptReview
    from copilot_tui.session.preferences import Preferences
    from copilot_tui.session.resuming import Resumed
    from copilot_tui.session.trusting import TrustState
    from copilot_tui.session.trying import TryEvent
    from copilot_tui.session.wishes import Wishes
    from copilot_tui.steps.events import PlanStep
    from copilot_tui.steps.recipe import Recipe
    from copilot_tui.tui.record_ports import RecordsPort
    from copilot_tui.tui.setup_port import SettingUpPort
    from copilot_tui.workspace.project_commands import ProjectCommand
    from copilot_tui.workspace.receipt import Receipt


class Overview(Protocol):
    """What the header says."""

    @property
    def name(self) -> str:
        """The repository's name."""
        ...

    @property
    def branch(self) -> str:
        """The branch, empty where there is none."""
        ...

    @property
    def changes(self) -> int:
        """How many files differ from the last commit."""
        ...

    @property
    def models(self) -> tuple[tuple[str, str], ...]:
        """Role to model, as a person reads it."""
        ...

    @property
    def context_budget(self) -> int:
        """Tokens of context that a request may have."""
        ...

    @property
    def cost(self) -> float | None:
        """Dollars spent in this session, None where unknown."""
        ...

    @property
    def cost_cap(self) -> float | None:
        """The most that may be spent, None without a cap."""
        ...

    @property
    def no_model(self) -> str:
        """Empty, or the sentence that says why no model can answer."""
        ...

    @property
    def notices(self) -> tuple[str, ...]:
        """What the person should read at the start."""
        ...

    @property
    def acceptance(self) -> Mapping[str, float]:
        """Level to the share of hunks that the person accepts there, for levels of which enough is known."""
        ...


class LandingsPort(Protocol):
    """The landings of one repository."""

    def list(self) -> "tuple[Receipt, ...]":
        """All of them, newest first."""
        ...

    def patch(self, number: int) -> bytes:
        """What a landing changed, as a standard patch; raises `LandingError`."""
        ...

    def take_back(self, number: int | None = None) -> "Receipt":
        """Put back what a landing changed, the newest if no number is given; raises `LandingError`, and nothing was changed."""
        ...

    def land_again(self) -> "Receipt":
        """Land again what was undone last; raises `LandingError`."""
        ...


class CheckingPort(Protocol):
    """Checks of a proposal that go on while it is shown."""

    pause: "Callable[[], object]"  # called in a thread every few milliseconds of checking; what it raises ends that


class KeptPort(Protocol):
    """The reviews of one repository that are kept until they land or are discarded; its verbs wait for the disk."""

    trouble: str  # empty, or the sentence that says why nothing can be kept
    stand_back: "Callable[[], object]"  # called in a thread while a review is written: it may wait, and raises nothing

    def unfinished(self) -> "tuple[KeptReview, ...]":
        """Those that nobody is deciding now, newest first."""
        ...

    def resume(self, identity: str = "") -> "Resumed":
        """Take one up again, the newest without an identity, on the files as they are now; raises `CopilotTuiError`."""
        ...

    def done(self, review: "Review") -> None:
        """It is kept no longer."""
        ...


class TrustingPort(Protocol):
    """What of one repository may run on this machine."""

    def state(self) -> "TrustState":
        """What could run, and whether it may."""
        ...

    def allow(self) -> "TrustState":
        """Let it run from now on."""
        ...

    def take_back(self) -> "TrustState":
        """Let nothing of it run any more."""
        ...


class TryingPort(Protocol):
    """A copy of the repository in which commands run on what is accepted; entered to make it, left to remove it."""

    async def __aenter__(self) -> Self:
        """Make it; raises `RepositoryError`."""
        ...

    async def __aexit__(self, *_: object) -> None: ...

    async def commands(self, review: "Review") -> "tuple[ProjectCommand, ...]":
        """The project's commands as the accepted hunks would leave it; raises `CopilotTuiError`."""
        ...

    def is_allowed(self, command: "ProjectCommand") -> bool:
        """Whether the person agreed to exactly this command; waits for the disk."""
        ...

    def agreed_before(self, command: "ProjectCommand") -> str | None:
        """What they agreed to under this name; waits for the disk."""
        ...

    def allow(self, command: "ProjectCommand") -> None:
        """The person's yes to exactly this command; waits for the disk."""
        ...

    def run(self, command: "ProjectCommand", review: "Review") -> AsyncGenerator["TryEvent", None]:
        """Run a command on the accepted hunks; closing the generator ends it; raises `RepositoryError`."""
        ...

    def bisect(self, command: "ProjectCommand", review: "Review") -> AsyncGenerator["TryEvent", None]:
        """Find the accepted hunks that make a command fail; raises `RepositoryError`."""
        ...

    @property
    def harvested(self) -> "ChangeSet":
        """What the commands changed in the copy."""
        ...

    async def take_harvest(self, review: "Review") -> "tuple[Review, tuple[str, ...]]":
        """The review with that as hunks of its own, and sentences on what is left out."""
        ...


class SessionPort(Protocol):
    """One repository and the requests made in it.

    `asks_about_plans`: a plan waits for `answer_plan` before its edits start; `wishes`: what the person wants in the context.
    """

    asks_about_plans: bool
    wishes: "Wishes"

    @property
    def root(self) -> Path:
        """The work tree's root."""
        ...

    @property
    def review(self) -> "Review | None":
        """The proposal under review with its decisions, None when there is none."""
        ...

    async def checked(self, review: "Review") -> "Proposal":
        """The proposal of a review that was shown before its checks had ended, with what they say."""
        ...

    @property
    def preferences(self) -> "Preferences":
        """What the settings say of the interface, once the session is open."""
        ...

    async def open(self) -> Overview:
        """Open the repository, the settings and the models; raises `CopilotTuiError`."""
        ...

    async def overview(self) -> Overview:
        """What the header says now."""
        ...

    async def keep_indexed(self) -> None:
        """Index the repository for its context from now on, in a process of its own."""
        ...

    async def list_files(self) -> Mapping[str, str]:
        """Every path that git tracks or would track, with its status mark (`M`, `A`, `D`, `R`, `U`, `?`, or empty)."""
        ...

    async def read_file(self, path: str) -> bytes:
        """A file's bytes as they are in the work tree; raises `TargetError`."""
        ...

    def propose(self, request: "Request", recipe: "Recipe | None" = None) -> AsyncGenerator["Event", None]:
        """Send the request and yield what happens; ends with a proposal, a failure, or cancellation.

        `recipe` takes the place of the level's own.
        """
        ...

    @property
    def desk(self) -> DeskPort:
        """What lies beside the requests, once the session is open."""
        ...

    def ask(self, request: "Request") -> AsyncGenerator["AskEvent", None]:
        """Answer a question and change nothing: yields what happens, at last `QuestionAnswered`; raises `CopilotTuiError`."""
        ...

    def answer_plan(self, steps: "tuple[PlanStep, ...] | None") -> None:
        """Go on with these steps, or with None stop the request that waits for its plan."""
        ...

    async def pack_context(self, request: "Request") -> "ContextPack":
        """What the request would send."""
        ...

    def replace_review(self, review: "Review", viewed: Mapping[str, str] | None = None) -> None:
        """Take the review with the person's newest decision; `viewed` is path to digest of what they have seen."""
        ...

    def take_up(self, review: "Review", viewed: Mapping[str, str] | None = None) -> None:
        """Take a review that no request of this session made in the place of the one at hand."""
        ...

    @property
    def records(self) -> "RecordsPort":
        """What is recorded beside the requests: sessions, numbers, proposals of others, decisions to draw a rule from."""
        ...

    async def take_waiting(self, identity: str) -> "Review":
        """Take a waiting proposal under review, on the files as they are now; raises `CopilotTuiError`."""
        ...

    def discard(self, review: "Review") -> None:
        """Put a review away: nothing of it lands, and it is kept no longer."""
        ...

    def change_level(self, level: "AutonomyLevel") -> "Review":
        """The proposal under another level, without a new call; raises `CopilotTuiError`."""
        ...

    def next_proposal(self) -> "Review | None":
        """Go on to the next part of a request that was larger than its budget; None where there is none."""
        ...

    async def land(self) -> "Receipt":
        """Write what was accepted; raises `LandingError`, and then nothing was written."""
        ...

    @property
    def landings(self) -> "LandingsPort":
        """What landed in this repository; its verbs wait for the disk and are called in a thread."""
        ...

    def trying(self) -> "TryingPort":
        """A copy of the repository to try what is accepted in; it is made when it is entered."""
        ...

    @property
    def checking(self) -> "CheckingPort":
        """What runs the checks of proposals; it is there before the session is open."""
        ...

    @property
    def kept(self) -> "KeptPort":
        """The reviews that are kept until they are finished."""
        ...

    @property
    def trusting(self) -> "TrustingPort":
        """What of the repository may run; its verbs wait for git and are called in a thread."""
        ...

    async def export_patch(self) -> Path:
        """Write what was accepted as a patch file outside the repository and say where."""
        ...

    async def renew(self) -> "Resumed | None":
        """The review at hand on the files as they are now, with its decisions; None where nothing of it is new."""
        ...

    async def stage(self) -> tuple[str, ...]:
        """Put what was accepted into git's index; raises `CopilotTuiError`, and then nothing was staged."""
        ...

    async def suggest_commit_message(self) -> str:
        """A message for what landed, written by the summarize role."""
        ...

    async def commit(self, message: str) -> str:
        """Commit what landed; gives the commit's short id; raises `RepositoryError`."""
        ...

    @property
    def setting_up(self) -> "SettingUpPort":
        """Who answers, and the choice of that."""
        ...

    async def next_alternative(self) -> "Review":
        """The next of several candidates for the same region; the review itself where there is no other."""
        ...

    def model_choices(self) -> tuple[tuple[str, str], ...]:
        """The profiles that may answer, each with its model (empty: the first that its endpoint has)."""
        ...

    def choose_model(self, profile: str, model: str = "", role: "Role | None" = None) -> None:
        """Let a profile answer from the next call on, for one role or for all; raises `UsageError`."""
        ...

    async def close(self) -> None:
        """End what runs in the background."""
        ...


# Loads a review to begin with: of changes that no request made (gives sentences on what is not in it), or one that was left unfinished.
BeginsWith = Callable[[], Coroutine[Any, Any, "tuple[str, ...] | Resumed"]]
