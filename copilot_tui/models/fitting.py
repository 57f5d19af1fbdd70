"""The settings of the built-in profile as the installed model needs them: a larger model may see and say more than the tiny one.

Invariant: what the person set themselves stays.
"""

from dataclasses import replace
from pathlib import Path

from copilot_tui.config.settings import LOCAL_PROFILE, Settings
from copilot_tui.errors import InstallError
from copilot_tui.models.library import find_model


def fitted(settings: Settings, folder: Path) -> Settings:
    """The settings with context and answer of the local model that would run, if it is one whose measures are known."""
    try:
        model = find_model(folder, settings.local_model)
    except InstallError:
        return settings
    profile = settings.profiles[LOCAL_PROFILE]
    wanted = {"context_budget": model.budget, "max_tokens": model.answer}
    own = {
        name: value
        for name, value in wanted.items()
        if value and settings.origin(f"profiles.local.{name}") == "built in"
    }
    if not own:
        return settings
    return replace(settings, profiles={**settings.profiles, LOCAL_PROFILE: replace(profile, **own)})  # type: ignore[arg-type]
