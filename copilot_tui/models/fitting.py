"""The settings of the built-in profile as the installed model needs them: a larger model may see and say more than the tiny one.

Invariant: what the person set themselves stays; the rest goes by the model that would run now, whatever ran before.
"""

from dataclasses import replace
from pathlib import Path

from copilot_tui.config.load import ready_profile
from copilot_tui.config.settings import LOCAL_PROFILE, Settings
from copilot_tui.errors import InstallError
from copilot_tui.models.library import find_model


def fitted(settings: Settings, folder: Path) -> Settings:
    """The settings with context and answer of the local model that would run: its own measures where they are known, else the profile's."""
    try:
        model = find_model(folder, settings.local_model)
        budget, answer = model.budget, model.answer
    except InstallError:
        budget = answer = 0
    profile, ready = settings.profiles[LOCAL_PROFILE], ready_profile(LOCAL_PROFILE)
    wanted = {"context_budget": budget or ready.context_budget, "max_tokens": answer or ready.max_tokens}
    own = {name: value for name, value in wanted.items() if settings.origin(f"profiles.local.{name}") == "built in"}
    if not own:
        return settings
    return replace(settings, profiles={**settings.profiles, LOCAL_PROFILE: replace(profile, **own)})  # type: ignore[arg-type]
