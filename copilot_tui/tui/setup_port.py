"""What the interface asks of the set-up: who can answer, keys, and the choice.

Invariant: what is no coroutine waits for disk, system or network, and is called in a thread.
"""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from copilot_tui.models.install import Progress
    from copilot_tui.models.inventory import Inventory
    from copilot_tui.models.trial import Trial
    from copilot_tui.models.ways import Way


class SettingUpPort(Protocol):
    """Who answers: what can be chosen, and the choice."""

    @property
    def is_first_run(self) -> bool:
        """Whether the person is to be asked."""
        ...

    def put_off(self) -> None:
        """They do not want to choose now."""
        ...

    async def ways(self) -> "tuple[Way, ...]":
        """What can be chosen here and now."""
        ...

    @property
    def environment(self) -> "Mapping[str, str]":
        """The environment with the keys that were given in this session."""
        ...

    async def inventory(self) -> "Inventory":
        """What there is of models, here and to be fetched; raises `InstallError`."""
        ...

    def remove(self, name: str) -> object:
        """Take a local model away; raises `InstallError`."""
        ...

    def measure(self) -> "AsyncGenerator[str, None]":
        """Ask the model that answers now, then measure it: a sentence for each; raises `ModelError`."""
        ...

    def keyring_trouble(self) -> str:
        """Empty, or why a key cannot be kept here."""
        ...

    def install(self, name: str, progress: "Progress | None" = None) -> object:
        """Fetch a local model if it is missing; raises `InstallError`."""
        ...

    async def try_way(self, profile: str, key: str = "", model: str = "") -> "Trial":
        """Ask a profile's model one small question; raises `ModelError`."""
        ...

    def keep_key(self, profile: str, key: str) -> None:
        """Keep a tested key in the system's keyring; raises `SettingsError`."""
        ...

    def choose(self, profile: str, model: str = "", *, local_model: str = "", in_keyring: bool = False) -> str:
        """Let a profile answer from now on, and write that down; gives a sentence; raises `SettingsError`."""
        ...

    def use_here(self, profile: str, key: str) -> str:
        """Use a tested key in this session alone; gives a sentence."""
        ...
