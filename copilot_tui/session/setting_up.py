"""The set-up inside an open session: what is chosen there answers from the next call on.

Invariant: a key that was typed is struck out of what the session keeps from that moment, and of what it kept before.
"""

from collections.abc import Mapping

from copilot_tui.config.settings import Settings
from copilot_tui.models.command import local_server
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.models.setting_up import SettingUp
from copilot_tui.session.known_keys import keys_in
from copilot_tui.session.parts import Parts


def setting_up_in(parts: Parts) -> SettingUp:
    """The verbs of the set-up over these parts."""
    models = parts.models
    environment = models.environment if isinstance(models, Endpoints) else parts.environment

    def taken(settings: Settings, environment: Mapping[str, str]) -> None:
        parts.keys.add(*keys_in(settings, environment))
        if isinstance(models, Endpoints):
            models.take(settings, environment, local_server(settings, environment, parts.folders))

    return SettingUp(parts.settings_in_force, environment, parts.folders, taken)
