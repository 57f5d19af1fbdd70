"""Settings, and where each of them came from."""

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
