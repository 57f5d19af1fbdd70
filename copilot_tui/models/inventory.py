"""What there is of models: profiles, those installed here, servers that run here, and those that can be fetched.

Invariant: looking changes nothing, and asks nobody but this machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from copilot_tui.config.folders import Folders
from copilot_tui.config.settings import LOCAL_PROFILE, Profile, Settings
from copilot_tui.models.catalogue import CATALOGUE, fit_of
from copilot_tui.models.detect import SERVERS, RunningServer, running_servers
from copilot_tui.models.endpoint import is_loopback
from copilot_tui.models.library import InstalledModel, list_models, models_folder
from copilot_tui.models.machine import free_bytes, memory_bytes
from copilot_tui.visible import visible


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One profile: its model, and in words where it is or what it lacks."""

    name: str
    model: str
    where: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class Fetchable:
    """One model of the catalogue beside this machine; `trouble` says what is too small, empty where it fits."""

    name: str
    title: str
    size: int
    memory: int
    words: str
    trouble: str
    is_installed: bool


@dataclass(frozen=True, slots=True)
class Inventory:
    """All of it; memory and free disk of this machine in bytes, 0 where nobody knows."""

    profiles: tuple[ProfileRow, ...]
    installed: tuple[InstalledModel, ...]
    fetchable: tuple[Fetchable, ...]
    memory: int
    free_disk: int


async def take_inventory(settings: Settings, environment: Mapping[str, str], folders: Folders) -> Inventory:
    """What there is now; raises `InstallError` if the list of installed models cannot be read."""
    running = {server.profile: server for server in await running_servers(settings.profiles)}
    folder = models_folder(environment, folders)
    installed = list_models(folder)
    names = {model.name for model in installed if model.is_present}
    return Inventory(
        profiles=tuple(
            ProfileRow(
                visible(name),
                visible(profile.model),
                _where(name, profile, running, environment),
                name == settings.default_profile,
            )
            for name, profile in settings.profiles.items()
        ),
        installed=installed,
        fetchable=tuple(
            Fetchable(
                one.name, one.title, one.size, one.memory, one.words, fit_of(one, folder).trouble, one.name in names
            )
            for one in CATALOGUE
        ),
        memory=memory_bytes(),
        free_disk=free_bytes(folder),
    )


def _where(name: str, profile: Profile, running: Mapping[str, RunningServer], environment: Mapping[str, str]) -> str:
    if name == LOCAL_PROFILE:
        return "in this program"
    if name in running:
        return f"runs here with {', '.join(running[name].models[:5]) or 'no model loaded'}"
    if is_loopback(profile.base_url):
        return "does not run here now" if name in SERVERS else f"on this machine, {visible(profile.base_url)}"
    if profile.key_env and environment.get(profile.key_env):
        return f"key from {profile.key_env}"
    if profile.key_keyring:
        return "key in the keyring"
    if profile.needs_key:
        return f"no key: set {profile.key_env}, or `copilot-tui setup {visible(name)}`"
    return visible(profile.base_url)
