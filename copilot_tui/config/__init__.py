"""Settings, and where each of them came from; a name is loaded when it is first used, because some commands need the folders alone."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot_tui.config.folders import Folders
    from copilot_tui.config.load import load_settings
    from copilot_tui.config.settings import (
        LOCAL_PROFILE,
        Budgets,
        Caps,
        Price,
        Profile,
        RoleSettings,
        Settings,
    )

__all__ = [
    "LOCAL_PROFILE",
    "Budgets",
    "Caps",
    "Folders",
    "Price",
    "Profile",
    "RoleSettings",
    "Settings",
    "load_settings",
]

_ELSEWHERE = {"Folders": "folders", "load_settings": "load"}


def __getattr__(name: str) -> object:
    """A name of `__all__` out of its module."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE.get(name, 'settings')}"), name)
