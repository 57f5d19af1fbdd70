"""Choosing who answers: a way is tried by a real call, its key kept in the system's keyring, the choice written to the settings.

Invariant: a key is kept only after an endpoint answered with it, and nowhere but in the keyring; what fails leaves everything as it was.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace

from copilot_tui.config.folders import Folders
from copilot_tui.config.settings import LOCAL_PROFILE, Settings
from copilot_tui.config.write import write_entries
from copilot_tui.errors import UsageError
from copilot_tui.models.command import install_command, local_server, remove_command
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.models.fitting import fitted
from copilot_tui.models.install import Progress
from copilot_tui.models.inventory import Inventory, take_inventory
from copilot_tui.models.keys import keyring_trouble, store_key
from copilot_tui.models.library import InstalledModel, models_folder
from copilot_tui.models.speed import measure_speed
from copilot_tui.models.trial import Trial, ask_once
from copilot_tui.models.ways import Way, find_ways, is_first_run, put_off
from copilot_tui.visible import visible

Taken = Callable[[Settings, Mapping[str, str]], None]
_TRIAL_SECONDS = 30.0


class SettingUp:
    """The verbs of the set-up, for one person; `taken` is told of settings and environment as they are after a choice."""

    def __init__(
        self, settings: Settings, environment: Mapping[str, str], folders: Folders, taken: Taken | None = None
    ) -> None:
        self._settings = settings
        self._environment = environment
        self._folders = folders
        self._taken = taken

    @property
    def is_first_run(self) -> bool:
        """Whether the person is to be asked; waits for the disk."""
        return is_first_run(self._settings, self._environment, self._folders)

    def put_off(self) -> None:
        """The person does not want to choose now: they are not asked again; waits for the disk."""
        put_off(self._folders)

    async def ways(self) -> tuple[Way, ...]:
        """What can be chosen here and now."""
        return await find_ways(self._settings, self._environment, self._folders)

    async def inventory(self) -> Inventory:
        """What there is of models, here and to be fetched; raises `InstallError`."""
        return await take_inventory(self._settings, self._environment, self._folders)

    def remove(self, name: str) -> InstalledModel:
        """Take a local model out of the list, its file with it if it lies in our own folder; raises `InstallError`."""
        return remove_command(name, self._environment, self._folders)

    def keyring_trouble(self) -> str:
        """Empty, or why a key cannot be kept here; waits for the system."""
        return keyring_trouble()

    def install(self, name: str, progress: Progress | None = None) -> InstalledModel:
        """Fetch a local model if it is missing; waits for the network; raises `InstallError`."""
        return install_command(name, self._environment, self._folders, progress, if_missing=True)

    async def try_way(self, profile: str, key: str = "", model: str = "") -> Trial:
        """Ask a profile's model one small question, with `key` in the place of the one that is set; raises `ModelError`."""
        found = self._settings.profiles.get(profile)
        if found is None:
            raise UsageError(f"There is no profile {visible(profile)}: there are {', '.join(self._settings.profiles)}.")
        environment = dict(self._environment)
        if key and found.key_env:
            environment[found.key_env] = key
        patient = replace(found, attempts=1, idle_seconds=min(found.idle_seconds, _TRIAL_SECONDS))
        settings = replace(
            self._settings,
            profile=profile,
            model=model or None,
            roles={},
            fallback=(),
            profiles={**self._settings.profiles, profile: patient},
        )
        local = local_server(settings, environment, self._folders)
        async with Endpoints(settings, environment, local) as endpoints:
            return await ask_once(endpoints)

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment with the keys that were given in this session."""
        return self._environment

    async def measure(self) -> AsyncGenerator[str, None]:
        """Ask the model that answers now, then measure how fast it is: a sentence for each; raises `ModelError`."""
        local = local_server(self._settings, self._environment, self._folders)
        async with Endpoints(self._settings, self._environment, local) as endpoints:
            trial = await ask_once(endpoints)
            yield f"{trial.model} of profile {trial.profile} answered {trial.sentence()}"
            yield (await measure_speed(endpoints)).sentence()

    def keep_key(self, profile: str, key: str) -> None:
        """Keep a tested key in the system's keyring; waits for the system; raises `SettingsError`."""
        store_key(self._settings.profiles[profile].base_url, key)

    def choose(self, profile: str, model: str = "", *, local_model: str = "", in_keyring: bool = False) -> str:
        """Let a profile answer from now on, and write that to the settings; gives a sentence; raises `SettingsError`."""
        entries: dict[str, str | bool | int | float | None] = {"profile": profile, "model": model or None}
        if profile == LOCAL_PROFILE:
            entries["local_model"] = local_model or None
        if in_keyring:
            entries[f"profiles.{profile}.key_keyring"] = True
        write_entries(self._folders.settings_file, entries)
        put_off(self._folders)
        settings = self._settings
        if in_keyring:
            own = replace(settings.profiles[profile], key_keyring=True)
            settings = replace(settings, profiles={**settings.profiles, profile: own})
        local = local_model or None if profile == LOCAL_PROFILE else settings.local_model
        self._take(replace(settings, profile=profile, model=model or None, local_model=local))
        written = f"Written to {self._folders.settings_file}."
        over = self._environment.get("COPILOT_TUI_PROFILE", "") or profile
        if over != profile:
            written += f" COPILOT_TUI_PROFILE is set to {visible(over)} and wins over it at the next start: unset it."
        return written

    def use_here(self, profile: str, key: str) -> str:
        """Use a tested key in this session alone, where no keyring keeps it; gives a sentence."""
        variable = self._settings.profiles[profile].key_env
        self._environment = {**self._environment, variable: key}
        self._take(replace(self._settings, profile=profile, model=None))
        return f"The key is used until you leave; put `export {variable}=…` into your shell's profile to keep it."

    def _take(self, settings: Settings) -> None:
        settings = fitted(settings, models_folder(self._environment, self._folders))
        self._settings = settings
        if self._taken is not None:
            self._taken(settings, self._environment)
