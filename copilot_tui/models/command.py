"""What `copilot-tui models` does with models on this machine: install, add, remove; and the built-in one as the settings want it.

Invariant: nothing here prints; progress goes to the `progress` that the caller gives.
"""

from collections.abc import Mapping
from pathlib import Path

from copilot_tui.config.folders import Folders
from copilot_tui.config.settings import LOCAL_PROFILE, Settings
from copilot_tui.models.catalogue import CATALOGUE, find_in_catalogue
from copilot_tui.models.hub import fetch_from_hub
from copilot_tui.models.install import Progress, install_model
from copilot_tui.models.library import InstalledModel, add_model, find_model, models_folder, remove_model
from copilot_tui.models.local import LocalServer


def install_command(
    name: str,
    environment: Mapping[str, str],
    folders: Folders,
    progress: Progress | None = None,
    *,
    if_missing: bool = False,
    anyway: bool = False,
) -> InstalledModel:
    """Install a model by its name in the catalogue; `anyway` also where this machine is too small. Raises `InstallError`."""
    folder = models_folder(environment, folders)
    wanted = find_in_catalogue(name)
    if wanted is not None and wanted.repository:
        return fetch_from_hub(folder, wanted, environment, progress, if_missing=if_missing, anyway=anyway)
    return install_model(folder, name, environment, progress, if_missing, tuple(one.name for one in CATALOGUE))


def add_command(
    path: Path, environment: Mapping[str, str], folders: Folders, name: str | None = None
) -> InstalledModel:
    """Register a GGUF file; raises `InstallError`."""
    return add_model(models_folder(environment, folders), path, name)


def remove_command(name: str, environment: Mapping[str, str], folders: Folders) -> InstalledModel:
    """Take a model out of the list; raises `InstallError`."""
    return remove_model(models_folder(environment, folders), name)


def local_server(settings: Settings, environment: Mapping[str, str], folders: Folders) -> LocalServer:
    """The built-in model as the settings want it; nothing is started yet."""
    profile = settings.profiles[LOCAL_PROFILE]
    folder = models_folder(environment, folders)
    # Room for the context, the prompt around it and the answer; what is more costs memory without use.
    room = max(4096, profile.context_budget + 2 * (profile.max_tokens or 600) + 1024)
    return LocalServer(lambda: find_model(folder, settings.local_model), environment, room)
