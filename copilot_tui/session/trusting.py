"""What of a repository could run on this machine when the person commits, and their answer.

The verbs wait for git: an interface calls them in a thread.

Invariant: asking runs nothing; without a yes nothing of it ever runs.
"""

from dataclasses import dataclass
from pathlib import Path

from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.trust import Trust, what_could_run


@dataclass(frozen=True, slots=True)
class TrustState:
    """`could_run` names each hook and filter in words; `trusted` says whether they run."""

    could_run: tuple[str, ...]
    trusted: bool

    @property
    def is_open(self) -> bool:
        """Whether there is something to decide: it could run, and nobody said yes."""
        return bool(self.could_run) and not self.trusted


class Trusting:
    """The person's answer for one repository, kept in their state folder."""

    def __init__(self, repository: Repository, state_folder: Path) -> None:
        self._repository = repository
        self._trust = Trust(state_folder, repository)

    def state(self) -> TrustState:
        """How it stands."""
        return TrustState(what_could_run(self._repository), self._trust.is_trusted())

    def allow(self) -> TrustState:
        """Let it run from now on; raises `RepositoryError` where that cannot be kept."""
        self._trust.trust()
        return self.state()

    def take_back(self) -> TrustState:
        """Let nothing of it run any more, commands that were agreed to included; raises `RepositoryError` likewise."""
        self._trust.distrust()
        return self.state()
