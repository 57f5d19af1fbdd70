"""The settings as plain values.

Invariant: every value here has been checked; `Settings.origins` says for each value that is not built in where it came from.

The fields' metadata hold what a value may be: `takes` in words, for the sentence that names a mistake, and `least` and `most`
where a number has limits. The types are checked by pydantic, which is imported only when there is a file to check.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from copilot_tui.autonomy.level import AutonomyLevel

_STRICT: dict[str, Any] = {"extra": "forbid", "strict": True}
_LEVELS = {"takes": "one of line, block, file, directory, repo"}
LOCAL_PROFILE = "local"


def _number(default: float | None, least: float, most: float, unit: str = "") -> Any:  # noqa: ANN401 - as dataclasses.field itself
    """A field that holds a number from `least` to `most`; `unit` says of what, for the sentence about a mistake."""
    words = f"a {'whole ' if isinstance(least, int) else ''}number from {least:,} to {most:,}"
    metadata = {"least": least, "most": most, "takes": f"{words} ({unit})" if unit else words}
    return field(default=default, metadata=metadata)


def _words(default: object, takes: str) -> Any:  # noqa: ANN401 - as dataclasses.field itself
    """A field that takes what `takes` says."""
    if isinstance(default, dict):
        return field(default_factory=dict, metadata={"takes": takes})
    return field(default=default, metadata={"takes": takes})


@dataclass(frozen=True, slots=True)
class Profile:
    """One endpoint: where it is, which environment variable holds its key, and how it is to be treated.

    An empty `model` means the first one that the endpoint lists.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    title: str = _words("", "the name that is shown")
    base_url: str = _words("", "an address such as 'https://api.openai.com/v1'")
    model: str = _words("", "the name of a model of this endpoint")
    key_env: str = _words("", "the name of an environment variable, never the key itself")
    key_keyring: bool = _words(False, "true to take the key from the system's keyring")
    needs_key: bool = _words(False, "true if the endpoint refuses calls without a key")
    allow_plain_http: bool = _words(False, "true to send code unencrypted to a host that is not this machine")
    limit_parameter: Literal["max_tokens", "max_completion_tokens"] = _words(
        "max_tokens", "'max_tokens' or 'max_completion_tokens'"
    )
    context_budget: int = _number(24_000, 200, 2_000_000, "tokens of context")
    max_tokens: int | None = _number(None, 16, 1_000_000, "tokens of answer")
    temperature: float | None = _number(None, 0.0, 2.0)
    idle_seconds: float = _number(120.0, 0.05, 3600.0, "seconds without any content before the call is given up")
    connect_seconds: float = _number(10.0, 0.05, 300.0, "seconds to connect")
    max_wait_seconds: float = _number(120.0, 0.0, 3600.0, "the longest wait that an endpoint may ask for")
    attempts: int = _number(3, 1, 3)
    headers: Mapping[str, str] = _words({}, "a table of header names and texts; never keys")


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """Which model answers for one role; what is None comes from the default."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    profile: str | None = _words(None, "the name of a profile")
    model: str | None = _words(None, "the name of a model")
    temperature: float | None = _number(None, 0.0, 2.0)
    max_tokens: int | None = _number(None, 16, 1_000_000, "tokens of answer")
    fallback: tuple[str, ...] | None = _words(None, "a list of 'profile' or 'profile/model'")


@dataclass(frozen=True, slots=True)
class Caps:
    """What may be spent at most, in dollars and calls; None is without a limit."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    request_dollars: float | None = _number(None, 0.0, 100_000.0, "dollars")
    session_dollars: float | None = _number(None, 0.0, 100_000.0, "dollars")
    request_calls: int = _number(60, 1, 10_000, "calls")
    request_tokens: int | None = _number(None, 1, 1_000_000_000, "tokens")


@dataclass(frozen=True, slots=True)
class Budgets:
    """Changed lines that a proposal of each level may have; None is the level's own default."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    line: int | None = _number(None, 1, 1_000_000, "changed lines")
    block: int | None = _number(None, 1, 1_000_000, "changed lines")
    file: int | None = _number(None, 1, 1_000_000, "changed lines")
    directory: int | None = _number(None, 1, 1_000_000, "changed lines")
    repo: int | None = _number(None, 1, 1_000_000, "changed lines")

    def of(self, level: AutonomyLevel) -> int:
        """The budget in force at `level`."""
        own: int | None = getattr(self, level.value)
        return level.budget if own is None else own


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for a million tokens."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    input: float = _number(0.0, 0.0, 100_000.0, "dollars for a million tokens")
    output: float = _number(0.0, 0.0, 100_000.0, "dollars for a million tokens")
    cached: float | None = _number(None, 0.0, 100_000.0, "dollars for a million tokens")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings in force. `default_profile` says which endpoint answers where a role has none of its own."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    profile: str | None = _words(None, "the name of a profile")
    model: str | None = _words(None, "the name of a model")
    local_model: str | None = _words(None, "the name of an installed model, as `copilot-tui models list` shows it")
    fallback: tuple[str, ...] = _words((), "a list of 'profile' or 'profile/model'")
    level: AutonomyLevel = field(default=AutonomyLevel.BLOCK, metadata=_LEVELS)
    max_level: AutonomyLevel = field(default=AutonomyLevel.REPO, metadata=_LEVELS)
    theme: str = _words("textual-dark", "the name of a theme; high-contrast is one of them")
    motion: bool = _words(True, "false to have nothing move or blink by itself")
    notify: bool = _words(True, "false for no terminal title and no notification when a long request ends")
    watch: bool = _words(False, "true to answer comments that end in AI! or AI? in files as they are saved")
    plain: bool = _words(False, "true for lines of words in place of the interface, as a screen reader reads them")
    best_of: int = _number(1, 1, 8, "candidates")
    parallel_edits: int = _number(10, 1, 32, "edits side by side")
    repair_rounds: int = _number(2, 0, 2, "rounds")
    co_author: str = _words("", "the 'NAME <ADDRESS>' that commits name as co-author; empty for none")
    commit_after_landing: bool = _words(False, "true to be asked for a commit after every landing")
    record_sessions: bool = _words(
        True, "false to keep no record of requests and answers, so that none can be replayed"
    )
    propose_rules: bool = _words(
        True, "false to keep nothing of rejected and rewritten hunks, so that no rule is ever proposed for AGENTS.md"
    )
    keep_landings_days: int = _number(180, 1, 36_500, "days for which a landing can be undone")
    keep_landings_megabytes: int = _number(500, 1, 1_000_000, "megabytes that a repository's landings may take")
    commands: Mapping[str, str] = _words(
        {}, "a table of names and command lines, run without a shell; empty switches one off"
    )
    protected: tuple[str, ...] = _words((), "a list of path patterns as in a .gitignore")
    send_secrets: tuple[str, ...] = _words((), "a list of the marks of secrets that may be sent to a model")
    budgets: Budgets = field(default_factory=Budgets, metadata={"takes": "a table of levels and lines"})
    caps: Caps = field(default_factory=Caps, metadata={"takes": "a table of limits"})
    keys: Mapping[str, str] = _words(
        {}, 'a table of actions and keys (history = "alt+h", "history.take_back" = "t"); see the page on review keys'
    )
    roles: Mapping[str, RoleSettings] = _words(
        {}, "tables named plan, locate, edit, critique, repair, summarize or embed"
    )
    profiles: Mapping[str, Profile] = _words({}, "tables, each named for a profile")
    prices: Mapping[str, Price] = _words({}, "tables, each named for a model")
    origins: Mapping[str, str] = _words({}, "nothing: it is filled in by the program")
    notices: tuple[str, ...] = _words((), "nothing: it is filled in by the program")

    @property
    def default_profile(self) -> str:
        """The profile that answers where a role names none: the built-in local model if nothing was chosen."""
        return self.profile or LOCAL_PROFILE

    def origin(self, key: str) -> str:
        """Where the value of `key` (`profiles.openai.model`) comes from: a file, an environment variable, or `built in`."""
        return self.origins.get(key, "built in")
