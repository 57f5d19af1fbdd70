"""What `copilot-tui models` does: list, install, add, remove and test.

Invariant: nothing here prints; lines go to the `say` that the caller gives, and progress to its `progress`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from copilot_tui.config.folders import Folders
from copilot_tui.config.settings import LOCAL_PROFILE, Settings
from copilot_tui.models.call import Models, Role
from copilot_tui.models.detect import running_servers
from copilot_tui.models.endpoint import is_loopback
from copilot_tui.models.install import Progress, install_model
from copilot_tui.models.library import InstalledModel, add_model, find_model, list_models, models_folder, remove_model
from copilot_tui.models.local import LocalServer
from copilot_tui.models.trial import ask_once
from copilot_tui.visible import visible

Say = Callable[[str], None]


async def list_command(settings: Settings, environment: Mapping[str, str], folders: Folders, say: Say) -> None:
    """Say which profiles there are, which one is the default, what is installed, and what runs on this machine."""
    running = {server.profile: server for server in await running_servers(settings.profiles)}
    for name, profile in settings.profiles.items():
        mark = "*" if name == settings.default_profile else " "
        if name == LOCAL_PROFILE:
            where = "in this program"
        elif name in running:
            where = f"runs here with {', '.join(running[name].models[:5]) or 'no model loaded'}"
        elif is_loopback(profile.base_url):
            where = "does not run here now"
        elif profile.key_env and environment.get(profile.key_env):
            where = f"key from {profile.key_env}"
        elif profile.needs_key:
            where = f"no key: set {profile.key_env}"
        else:
            where = visible(profile.base_url)
        say(f"{mark} {visible(name):<12} {visible(profile.model) or '-':<24} {where}")
    for model in list_models(models_folder(environment, folders)):
        state = f"{model.size / 1e6:.0f} MB" if model.is_present else "its file is gone"
        say(f"  installed: {visible(model.name)} - {visible(model.title)}, {state}, {visible(str(model.path))}")


def install_command(
    name: str,
    environment: Mapping[str, str],
    folders: Folders,
    progress: Progress | None = None,
    *,
    if_missing: bool = False,
) -> InstalledModel:
    """Install a model by name; raises `InstallError`."""
    return install_model(models_folder(environment, folders), name, environment, progress, if_missing)


def add_command(
    path: Path, environment: Mapping[str, str], folders: Folders, name: str | None = None
) -> InstalledModel:
    """Register a GGUF file; raises `InstallError`."""
    return add_model(models_folder(environment, folders), path, name)


def remove_command(name: str, environment: Mapping[str, str], folders: Folders) -> InstalledModel:
    """Take a model out of the list; raises `InstallError`."""
    return remove_model(models_folder(environment, folders), name)


async def check_command(models: Models, say: Say, role: Role = Role.EDIT) -> bool:
    """Ask the role's model one short question and say how it went; raises `ModelError`. True if a whole answer came."""
    trial = await ask_once(models, role)
    say(f"{trial.model} of profile {trial.profile} answered")
    say(trial.sentence())
    return trial.is_whole


def local_server(settings: Settings, environment: Mapping[str, str], folders: Folders) -> LocalServer:
    """The built-in model as the settings want it; nothing is started yet."""
    profile = settings.profiles[LOCAL_PROFILE]
    folder = models_folder(environment, folders)
    # Room for the context, the prompt around it and the answer; what is more costs memory without use.
    room = max(4096, profile.context_budget + 2 * (profile.max_tokens or 600) + 1024)
    return LocalServer(lambda: find_model(folder, settings.local_model), environment, room)
