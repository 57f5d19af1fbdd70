"""The tour put together: the sample, who answers, and where the person left off.

Invariant: what the tour lands, records and counts stays in its own folder: the person's history and numbers are not touched.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.bootstrap import open_parts
from copilot_tui.config.folders import Folders
from copilot_tui.models.call import Role
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.models.ways import put_off
from copilot_tui.session.parts import Parts
from copilot_tui.session.session import Session
from copilot_tui.tour.answers import TourModels, recorded_models
from copilot_tui.tour.progress import Progress, keep_progress, read_progress
from copilot_tui.tour.sample import PROJECT, is_sample, make_sample
from copilot_tui.tour.steps import STEPS, chapter_start, step_named


@dataclass(frozen=True, slots=True)
class Tour:
    """A session over the sample in `folder`, the number of the step to begin with, and where progress is kept."""

    session: Session
    folder: Path
    first: int
    state: Path

    def answers(self, chapter: str) -> str:
        """Who answers the requests of a chapter, as a person reads it; empty until the session is open."""
        if not self.session.is_open:
            return ""
        models = self.session.parts.models
        return models.answers_in(chapter) if isinstance(models, TourModels) else models.describe(Role.EDIT)

    def reach(self, number: int) -> None:
        """Keep that the person came to a step; the number after the last one ends the tour."""
        is_done = number >= len(STEPS)
        name = "" if is_done else STEPS[number].name
        models = self.session.parts.models if self.session.is_open else None
        if isinstance(models, TourModels) and not is_done:
            models.chapter = STEPS[number].chapter
        keep_progress(self.state, Progress(name, str(self.folder), is_done))


def open_tour(environment: Mapping[str, str], home: Path, *, recorded: bool = False, restart: bool = False) -> Tour:
    """The tour where the person left it, or from the start; `recorded` takes no model. Raises `CopilotTuiError`."""
    state = Folders.of(environment, home).state
    kept = read_progress(state)
    folder = Path(kept.folder)
    goes_on = bool(kept.folder) and not restart and not kept.is_done and is_sample(folder)
    if not goes_on:
        folder = make_sample(environment)
    own = {**environment, "XDG_STATE_HOME": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache")}
    put_off(Folders.of(own, home))
    first = chapter_start(step_named(kept.step)) if goes_on else 0
    session = Session(folder / PROJECT, lambda: _parts(folder / PROJECT, own, home, recorded=recorded))
    return Tour(session, folder, first, state)


def _parts(root: Path, environment: Mapping[str, str], home: Path, *, recorded: bool) -> Parts:
    parts = open_parts(root, environment, home)
    live = parts.models
    settings = replace(
        parts.settings, level=AutonomyLevel.BLOCK, max_level=AutonomyLevel.REPO, commit_after_landing=False
    )
    has_model = not recorded and not parts.no_model()
    if has_model and not (isinstance(live, Endpoints) and live.is_tiny(Role.EDIT)):
        return replace(parts, settings=settings)
    models = TourModels(live if has_model else None, recorded_models())
    return replace(parts, settings=replace(settings, best_of=1), models=models)
