"""Another model for a role, or for all, while the session runs.

Invariant: the next call already uses it; the person's settings file stays as it is.
"""

from dataclasses import replace

from copilot_tui.config.settings import RoleSettings, Settings
from copilot_tui.errors import UsageError
from copilot_tui.models.call import Role
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.session.parts import Parts
from copilot_tui.visible import visible


def choose_model(parts: Parts, profile: str, model: str, role: Role | None) -> None:
    """Let `model` of `profile` answer from the next call on; raises `UsageError`."""
    if not isinstance(parts.models, Endpoints):
        raise UsageError("This session is a recording: its models cannot be chosen.")
    parts.models.settings = with_model(parts.models.settings, profile, model, role)


def with_model(settings: Settings, profile: str, model: str, role: Role | None) -> Settings:
    """The settings with `model` of `profile` for a role, or with None for every role that has none of its own.

    An empty model means the profile's own. Raises `UsageError` for a profile that there is not.
    """
    if profile not in settings.profiles:
        names = ", ".join(map(visible, settings.profiles))
        raise UsageError(f"There is no profile {visible(profile)!r}: the profiles are {names}.")
    if role is None:
        return replace(settings, profile=profile, model=model or None)
    own = settings.roles.get(role.value) or RoleSettings()
    # Named outright, so that a later choice for all roles does not change it.
    chosen = replace(own, profile=profile, model=model or settings.profiles[profile].model or None)
    return replace(settings, roles={**settings.roles, role.value: chosen})
