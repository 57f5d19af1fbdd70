"""The three ways to an answer: the built-in model, a server that runs on this machine, a provider with a key.

Invariant: looking changes nothing, and asks nobody but this machine's own ports, files and keyring.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from copilot_tui.config.folders import Folders
from copilot_tui.config.settings import LOCAL_PROFILE, Price, Settings
from copilot_tui.errors import CopilotTuiError
from copilot_tui.models.detect import running_servers
from copilot_tui.models.install import SOURCES
from copilot_tui.models.keys import key_of
from copilot_tui.models.library import list_models, models_folder
from copilot_tui.models.prices import price_of
from copilot_tui.visible import visible

PROVIDERS = ("openai", "anthropic", "gemini", "openrouter")
_FIRST = "smollm2"
_SETTING_PREFIXES = ("COPILOT_TUI_", "OPENAI_")


class WayKind(StrEnum):
    """Which of the three it is."""

    BUILT_IN = "built in"
    SERVER = "server"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that can be chosen: `model` of `profile`, in words what it costs and what it needs, and whether nothing is missing.

    `key_env` names the environment variable of the key that a provider needs; `local_model` the weights of a built-in model.
    """

    kind: WayKind
    profile: str
    title: str
    model: str
    costs: str
    needs: str
    is_ready: bool
    key_env: str = ""
    local_model: str = ""


async def find_ways(settings: Settings, environment: Mapping[str, str], folders: Folders) -> tuple[Way, ...]:
    """All that can be chosen here and now: the built-in ones first, then the servers that run here, then the providers."""
    servers = await running_servers(settings.profiles)
    others = await asyncio.to_thread(
        lambda: (tuple(_built_in(environment, folders)), _providers(settings, environment))
    )
    found = [
        Way(WayKind.SERVER, server.profile, server.title, model, "free", "runs here", is_ready=True)
        for server in servers
        for model in server.models or ("",)
    ]
    return (*others[0], *found, *others[1])


def _built_in(environment: Mapping[str, str], folders: Folders) -> Iterator[Way]:
    try:
        installed = [one for one in list_models(models_folder(environment, folders)) if one.is_present]
    except CopilotTuiError:
        installed = []  # a damaged list is said where a model is installed
    for model in installed:
        here = f"{model.size / 1e6:,.0f} MB, is here"
        yield Way(
            WayKind.BUILT_IN,
            LOCAL_PROFILE,
            "built in",
            model.title,
            "free",
            here,
            is_ready=True,
            local_model=model.name,
        )
    if not any(model.name == _FIRST for model in installed):
        source = SOURCES[_FIRST]
        needs = f"{source.size / 1e6:.0f} MB to fetch"
        yield Way(
            WayKind.BUILT_IN, LOCAL_PROFILE, "built in", source.title, "free", needs, is_ready=False, local_model=_FIRST
        )


def _providers(settings: Settings, environment: Mapping[str, str]) -> tuple[Way, ...]:
    ways = []
    for name in PROVIDERS:
        profile = settings.profiles.get(name)
        if profile is None:
            continue
        try:
            has_key = bool(key_of(profile, profile.base_url, environment))
        except CopilotTuiError:
            has_key = False
        costs = price_words(price_of(profile.model, settings.prices))
        needs = "its key is set" if has_key else "a key"
        title = visible(profile.title or name)
        ways.append(
            Way(WayKind.PROVIDER, name, title, visible(profile.model), costs, needs, has_key, key_env=profile.key_env)
        )
    return tuple(ways)


def price_words(price: Price | None) -> str:
    """What a model costs, in words."""
    if price is None:
        return "its price is not known"
    return f"${price.input:g} read and ${price.output:g} written for a million tokens"


def is_first_run(settings: Settings, environment: Mapping[str, str], folders: Folders) -> bool:
    """Whether this person has neither settings, nor a key, nor anything of an earlier run, nor has put the question off."""
    if any(environment.get(name) for name in environment if name.startswith(_SETTING_PREFIXES)):
        return False
    if any(environment.get(one.key_env, "").strip() for one in settings.profiles.values() if one.key_env):
        return False
    seen = (folders.settings_file, _seen_file(folders), folders.state / "sessions", folders.state / "landings")
    return not any(path.exists() for path in seen)


def put_off(folders: Folders) -> None:
    """Do not ask by ourselves again."""
    try:
        _seen_file(folders).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _seen_file(folders).touch()
    except OSError:
        pass  # then it is asked again, which costs one key


def _seen_file(folders: Folders) -> Path:
    return folders.state / "setup-seen"
