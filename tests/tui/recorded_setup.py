"""The set-up of a recorded session: ways, keys and choices in memory."""

from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

from copilot_tui.models.failures import CallError, FailureKind
from copilot_tui.models.install import Progress
from copilot_tui.models.inventory import Fetchable, Inventory
from copilot_tui.models.library import InstalledModel
from copilot_tui.models.trial import Trial
from copilot_tui.models.ways import Way, WayKind

BUILT_IN = Way(
    WayKind.BUILT_IN,
    "local",
    "built in",
    "SmolLM2 135M (tiny demo model)",
    "free",
    "98 MB to fetch",
    False,
    "",
    "smollm2",
)
SERVER = Way(WayKind.SERVER, "ollama", "Ollama", "qwen2.5-coder:7b", "free", "runs here", True)
OPENAI = Way(
    WayKind.PROVIDER,
    "openai",
    "OpenAI",
    "gpt-5-mini",
    "$0.25 read and $2 written for a million tokens",
    "a key",
    False,
    "OPENAI_API_KEY",
)
TINY = InstalledModel("smollm2", "SmolLM2 135M (tiny demo model)", Path(__file__), Path(__file__).stat().st_size)
SMALL = Fetchable("smollm2", "SmolLM2 135M", 98_000_000, 300_000_000, "learning the keys", "", is_installed=True)
LARGER = Fetchable("larger", "Larger 1.5B", 1_100_000_000, 1_700_000_000, "small edits", "", is_installed=False)
HUGE = Fetchable("huge", "Huge 70B", 40_000_000_000, 48_000_000_000, "everything", "it needs 48 GB", is_installed=False)


class RecordedSetup:
    """`good_key` is the key that works; `trouble` why no key can be kept."""

    def __init__(
        self, *ways: Way, is_first_run: bool = False, trouble: str = "", good_key: str = "sk-good-key"
    ) -> None:
        self.found = ways or (BUILT_IN, SERVER, OPENAI)
        self.is_first_run = is_first_run
        self.trouble = trouble
        self.good_key = good_key
        self.was_put_off = False
        self.tried: list[str] = []
        self.kept: dict[str, str] = {}
        self.used_here: dict[str, str] = {}
        self.chosen: list[tuple[str, str, str, bool]] = []
        self.installed: list[str] = []
        self.removed: list[str] = []
        self.stock = Inventory((), (TINY,), (SMALL, LARGER, HUGE), 16_000_000_000, 40_000_000_000)

    def put_off(self) -> None:
        self.was_put_off = True

    async def ways(self) -> tuple[Way, ...]:
        return self.found

    @property
    def environment(self) -> Mapping[str, str]:
        return {}

    async def inventory(self) -> Inventory:
        return self.stock

    def remove(self, name: str) -> object:
        self.removed.append(name)
        return name

    async def measure(self) -> AsyncGenerator[str, None]:
        yield "gpt-5-mini of profile openai answered 'OK'"
        raise CallError(
            FailureKind.KEY_REJECTED, "api.example did not accept the key", "set the right key and ask again"
        )

    def keyring_trouble(self) -> str:
        return self.trouble

    def install(self, name: str, progress: Progress | None = None) -> object:
        if progress is not None:
            progress("downloading", 49_000_000, 98_000_000)
        self.installed.append(name)
        return name

    async def try_way(self, profile: str, key: str = "", model: str = "") -> Trial:
        self.tried.append(key)
        if key != self.good_key:
            raise CallError(
                FailureKind.KEY_REJECTED, "api.example did not accept the key", "set the right key and ask again"
            )
        return Trial(profile, model, "OK", 0.4, 12, 1, is_whole=True)

    def keep_key(self, profile: str, key: str) -> None:
        self.kept[profile] = key

    def choose(self, profile: str, model: str = "", *, local_model: str = "", in_keyring: bool = False) -> str:
        self.chosen.append((profile, model, local_model, in_keyring))
        return "Written to config.toml."

    def use_here(self, profile: str, key: str) -> str:
        self.used_here[profile] = key
        return "The key is used until you leave."
