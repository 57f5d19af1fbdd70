"""The real parts that a session drives, put together in `bootstrap` (and by tests in their own way).

Invariant: a session reaches git, models, files and settings through these and through nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from copilot_tui.config.folders import Folders
from copilot_tui.config.settings import LOCAL_PROFILE, Settings
from copilot_tui.context.engine import ContextEngine
from copilot_tui.models.call import Models
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.models.library import list_models, models_folder
from copilot_tui.prompts import PromptLibrary
from copilot_tui.session.known_keys import KnownKeys
from copilot_tui.session.session_file import SessionFile
from copilot_tui.workspace.repository import Repository


@dataclass(frozen=True, slots=True)
class Parts:
    """One repository, its context, the models, and the person's settings and folders."""

    repository: Repository
    context: ContextEngine
    models: Models
    settings: Settings
    prompts: PromptLibrary
    folders: Folders
    environment: Mapping[str, str]
    notices: tuple[str, ...] = ()
    record: SessionFile | None = None
    keys: KnownKeys = field(default_factory=KnownKeys)

    @property
    def settings_in_force(self) -> Settings:
        """The settings with what was chosen of models since the start."""
        return self.models.settings if isinstance(self.models, Endpoints) else self.settings

    def troubles(self) -> tuple[str, ...]:
        """What went wrong beside the requests: sentences for the person."""
        return (self.record.trouble,) if self.record is not None and self.record.trouble else ()

    def no_model(self) -> str:
        """Empty, or the sentence that says why no model can answer and what to do."""
        if not isinstance(self.models, Endpoints) or self.settings_in_force.default_profile != LOCAL_PROFILE:
            return ""  # a recording answers, or an endpoint
        installed = list_models(models_folder(self.environment, self.folders))
        if any(model.is_present for model in installed):
            return ""
        return (
            "No model is installed and no key is set: /setup, or run `copilot-tui models install smollm2` for the built-in one, "
            "or set OPENAI_API_KEY."
        )
