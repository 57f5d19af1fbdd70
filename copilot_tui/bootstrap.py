"""The one place where the real parts are put together.

Invariant: nothing is opened here before it is asked for; what this module imports at its top costs no time before the first screen.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot_tui.config import Folders
    from copilot_tui.session.known_keys import KnownKeys
    from copilot_tui.session.parts import Parts
    from copilot_tui.session.session import Session
    from copilot_tui.session.session_file import SessionFile


def open_session(folder: Path, environment: Mapping[str, str], home: Path) -> "Session":
    """A session for the repository around `folder`; nothing of it is read until `Session.open`."""
    from copilot_tui.session.session import Session  # noqa: PLC0415

    return Session(folder, lambda: open_parts(folder, environment, home))


def open_parts(folder: Path, environment: Mapping[str, str], home: Path) -> "Parts":
    """The repository around `folder` with settings, models and context; raises `CopilotTuiError`."""
    from copilot_tui.config import Folders, load_settings  # noqa: PLC0415
    from copilot_tui.context.engine import ContextEngine  # noqa: PLC0415
    from copilot_tui.models.command import local_server  # noqa: PLC0415
    from copilot_tui.models.endpoints import Endpoints  # noqa: PLC0415
    from copilot_tui.models.fitting import fitted  # noqa: PLC0415
    from copilot_tui.models.library import models_folder  # noqa: PLC0415
    from copilot_tui.prompts import PromptLibrary  # noqa: PLC0415
    from copilot_tui.session.known_keys import KnownKeys, keys_in  # noqa: PLC0415
    from copilot_tui.session.parts import Parts  # noqa: PLC0415
    from copilot_tui.workspace.landing import recover  # noqa: PLC0415
    from copilot_tui.workspace.pruning import Bounds, prune  # noqa: PLC0415
    from copilot_tui.workspace.repository import Repository  # noqa: PLC0415

    folders = Folders.of(environment, home)
    repository = Repository.open(folder, environment)
    recovered = recover(repository, folders.state)
    settings = fitted(load_settings(environment, home, repository.root), models_folder(environment, folders))
    repository.protected = settings.protected
    bounds = Bounds(settings.keep_landings_days, settings.keep_landings_megabytes)
    notices = (recovered, prune(repository.root, folders.state, bounds))
    models = Endpoints(
        settings,
        environment,
        local_server(settings, environment, folders),
        memory=folders.state / "dialects.json",
    )
    keys = KnownKeys(keys_in(settings, environment))
    models.tell_key = keys.add  # a key from the keyring is known from its first use on
    record = _session_file(folders, keys, repository.root) if settings.record_sessions else None
    return Parts(
        repository=repository,
        context=ContextEngine(repository.root, folders.cache),
        models=models,
        settings=settings,
        prompts=PromptLibrary(folders.config / "prompts"),
        folders=folders,
        environment=environment,
        notices=tuple(filter(None, notices)),
        record=record,
        keys=keys,
    )


def _session_file(folders: "Folders", keys: "KnownKeys", root: Path) -> "SessionFile":
    """The file of the session that begins now; nothing is written before its first request."""
    import os  # noqa: PLC0415
    from datetime import UTC, datetime  # noqa: PLC0415

    from copilot_tui import __version__  # noqa: PLC0415
    from copilot_tui.session.log import place_of  # noqa: PLC0415
    from copilot_tui.session.session_file import SessionFile  # noqa: PLC0415

    now = datetime.now(UTC)
    return SessionFile(
        folders.state / "sessions" / f"{now:%Y%m%d-%H%M%S-%f}-{os.getpid()}.jsonl",
        {"program": __version__, "begun": now.isoformat(), "repository": root.name, "place": place_of(root)},
        keys,
    )
