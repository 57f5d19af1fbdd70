"""Which models may answer for a role: the chosen one first, then its fallback chain.

Invariant: the first choice is never left out, and no profile and model stand twice in a chain.
"""

from dataclasses import dataclass

from copilot_tui.config.settings import LOCAL_PROFILE, Settings
from copilot_tui.models.call import Role


@dataclass(frozen=True, slots=True)
class Choice:
    """A profile and a model; an empty model means the first one that the endpoint lists."""

    profile: str
    model: str
    max_tokens: int | None
    temperature: float | None


def choices_for(role: Role, settings: Settings) -> tuple[Choice, ...]:
    """The models that answer for `role`, best first; each role without its own setting uses the default."""
    own = settings.roles.get(role.value)
    default = settings.default_profile
    profile = own.profile if own is not None and own.profile is not None else default
    if own is not None and own.model is not None:
        model = own.model
    elif settings.model is not None and profile == default:
        model = settings.model
    else:
        model = settings.profiles[profile].model
    temperature = own.temperature if own is not None else None
    limit = own.max_tokens if own is not None else None
    fallback = own.fallback if own is not None and own.fallback is not None else settings.fallback
    wanted = [(profile, model)]
    for entry in fallback:
        name, slash, named_model = entry.partition("/")
        wanted.append((name, named_model if slash else settings.profiles[name].model))
    chain: dict[tuple[str, str], Choice] = {}
    for name, chosen in wanted:
        settings_of = settings.profiles[name]
        limits = [value for value in (limit, settings_of.max_tokens) if value is not None]
        chain.setdefault(
            (name, chosen),
            Choice(
                profile=name,
                model=chosen,
                max_tokens=min(limits) if limits else None,
                temperature=settings_of.temperature if temperature is None else temperature,
            ),
        )
    return tuple(chain.values())


def is_local(choice: Choice) -> bool:
    """Whether the built-in model answers."""
    return choice.profile == LOCAL_PROFILE
