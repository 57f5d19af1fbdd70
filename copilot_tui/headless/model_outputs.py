"""What the actions of `models` print with `--json`, as types: the schema is made from them.

Invariant: within version 1 a field may be added; none is renamed, taken away, or given another type.
"""

from typing import Any, TypedDict

from copilot_tui.headless.change_outputs import Version
from copilot_tui.models.inventory import Fetchable, ProfileRow
from copilot_tui.models.library import InstalledModel
from copilot_tui.models.speed import Speed
from copilot_tui.models.trial import Trial


class ModelsOutput(TypedDict):
    """Profiles, installed models and what can be fetched; memory and free disk in bytes, 0 where nobody knows."""

    version: Version
    profiles: list[ProfileRow]
    installed: list[InstalledModel]
    fetchable: list[Fetchable]
    memory: int
    free_disk: int


class ModelOutput(TypedDict):
    """The model that was installed, added or removed."""

    version: Version
    model: InstalledModel


class ModelTestOutput(TypedDict):
    """One short question, the speed, and the small requests with how many of them came out right."""

    version: Version
    trial: Trial
    speed: Speed
    fixtures: list[dict[str, Any]]
    passed: int
