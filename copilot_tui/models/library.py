"""The local models that are installed: weights in a folder of the person's own, and a list of them.

Invariant: a model in the list has been a whole, checked GGUF file when it was put there; the list is replaced whole or not at all.
"""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from copilot_tui.config.folders import Folders
from copilot_tui.errors import InstallError
from copilot_tui.models.measures import measures_of
from copilot_tui.visible import visible

_LIST_NAME = "models.json"
_MAGIC = b"GGUF"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """One local model: its name in the settings, what a person reads, its file, and the file's size in bytes.

    `budget` and `answer` are the tokens of context and of answer that it is up to, 0 where it is tiny and the settings say so.
    """

    name: str
    title: str
    path: Path
    size: int
    budget: int = 0
    answer: int = 0

    @property
    def is_present(self) -> bool:
        """Whether the file is still there in its full size."""
        try:
            return self.path.stat().st_size == self.size
        except OSError:
            return False


def models_folder(environment: Mapping[str, str], folders: Folders) -> Path:
    """Where local models are kept: `COPILOT_TUI_MODELS`, or a folder in the person's data folder."""
    wanted = environment.get("COPILOT_TUI_MODELS", "")
    return Path(wanted) if Path(wanted).is_absolute() else folders.data / "models"


def list_models(folder: Path) -> tuple[InstalledModel, ...]:
    """The installed models in the order in which they were put in; raises `InstallError` if the list cannot be read."""
    try:
        entries = json.loads((folder / _LIST_NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise InstallError(
            f"{visible(str(folder / _LIST_NAME))} cannot be read ({error.strerror}): check what it is and its permissions"
        ) from error
    except ValueError as error:
        raise InstallError(
            f"{visible(str(folder / _LIST_NAME))} cannot be read: remove it and install the models again"
        ) from error
    try:
        return tuple(_listed(folder, entry) for entry in entries)
    except (KeyError, TypeError, ValueError) as error:
        raise InstallError(
            f"{visible(str(folder / _LIST_NAME))} is no list of models: remove it and install them again"
        ) from error


def _listed(folder: Path, entry: Mapping[str, Any]) -> InstalledModel:
    size = int(entry["size"])
    budget, answer = int(entry.get("budget", 0)), int(entry.get("answer", 0))
    measures = (budget, answer) if budget else measures_of(size)
    return InstalledModel(str(entry["name"]), str(entry["title"]), folder / str(entry["path"]), size, *measures)


def find_model(folder: Path, name: str | None = None) -> InstalledModel:
    """The installed model called `name`, or the first one; raises `InstallError` if there is none."""
    models = [model for model in list_models(folder) if name is None or model.name == name]
    for model in models:
        if model.is_present:
            return model
    wanted = "no local model is installed" if name is None else f"the local model {visible(name)} is not installed"
    if models:
        wanted = f"the file of the local model {visible(models[0].name)} is gone or has changed: {visible(str(models[0].path))}"
    raise InstallError(
        f"{wanted}: run `copilot-tui models install smollm2`, or set OPENAI_API_KEY to use another model"
    )


def add_model(folder: Path, path: Path, name: str | None = None) -> InstalledModel:
    """Put a GGUF file that lies anywhere into the list, without copying it; raises `InstallError`."""
    path = path.expanduser().absolute()
    shown = visible(str(path))
    try:
        with path.open("rb") as stream:
            magic = stream.read(len(_MAGIC))
        size = path.stat().st_size
    except OSError as error:
        raise InstallError(f"{shown} cannot be read ({error.strerror}): give the path of a GGUF file") from error
    if magic != _MAGIC:
        raise InstallError(f"{shown} is no GGUF file: only models in that format can be run")
    chosen = name or re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-._") or "model"
    if not _NAME.fullmatch(chosen):
        raise InstallError(
            f"{visible(chosen)} is no name for a model: use letters, digits, dots, dashes and underscores"
        )
    return put_model(folder, InstalledModel(chosen, chosen, path, size, *measures_of(size)))


def put_model(folder: Path, model: InstalledModel) -> InstalledModel:
    """Put `model` into the list, in the place of one with the same name."""
    others = [other for other in list_models(folder) if other.name != model.name]
    _write(folder, (*others, model))
    return model


def remove_model(folder: Path, name: str) -> InstalledModel:
    """Take a model out of the list, and delete its file if it lies in our own folder; raises `InstallError`."""
    models = list_models(folder)
    model = next((model for model in models if model.name == name), None)
    if model is None:
        known = ", ".join(model.name for model in models)
        others = (
            f"the installed ones are {known}"
            if known
            else "none is installed, `copilot-tui models list` shows what can be"
        )
        raise InstallError(f"there is no installed model {visible(name)}: {others}")
    _write(folder, tuple(other for other in models if other.name != name))
    if model.path.parent == folder:
        model.path.unlink(missing_ok=True)
    return model


def _write(folder: Path, models: tuple[InstalledModel, ...]) -> None:
    entries = [
        {**asdict(model), "path": str(model.path.relative_to(folder) if model.path.parent == folder else model.path)}
        for model in models
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix="models-", suffix=".part", dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(entries, stream, indent=1)
        Path(temporary).replace(folder / _LIST_NAME)
    except OSError as error:
        raise InstallError(
            f"{visible(str(folder))} cannot be written ({error.strerror}): check its permissions and space"
        ) from error
