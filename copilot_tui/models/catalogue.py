"""The local models that can be fetched by name: the tiny one, and larger ones from the Hugging Face hub.

Invariant: these sizes are told before anything is asked of the network; what is fetched is checked against the hub's own hash.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from copilot_tui.models.install import SOURCES
from copilot_tui.models.machine import free_bytes, memory_bytes

PARTS = ".parts"  # the folder, beside the models, of what has come of those that are being fetched
_GB = 1_000_000_000


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """One model: `size` on the disk and `memory` while it runs, in bytes; `budget` tokens of context, `answer` of answer.

    An empty `repository` means that it comes as a Python wheel.
    """

    name: str
    title: str
    size: int
    memory: int
    words: str
    repository: str = ""
    file: str = ""
    budget: int = 0
    answer: int = 0


CATALOGUE: tuple[CatalogueModel, ...] = (
    CatalogueModel(
        "smollm2",
        SOURCES["smollm2"].title,
        SOURCES["smollm2"].size,
        300_000_000,
        "for learning the keys",
    ),
    CatalogueModel(
        "qwen2.5-coder-1.5b",
        "Qwen2.5-Coder 1.5B",
        1_117_000_000,
        1_700_000_000,
        "small edits of lines and functions",
        "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        budget=4000,
        answer=1500,
    ),
    CatalogueModel(
        "qwen2.5-coder-7b",
        "Qwen2.5-Coder 7B",
        4_683_000_000,
        6_000_000_000,
        "edits of whole files; slow without a graphics card",
        "Qwen/Qwen2.5-Coder-7B-Instruct-GGUF",
        "qwen2.5-coder-7b-instruct-q4_k_m.gguf",
        budget=8000,
        answer=3000,
    ),
)


def find_in_catalogue(name: str) -> CatalogueModel | None:
    """The model of that name."""
    return next((model for model in CATALOGUE if model.name == name), None)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a model fits this machine: a sentence for what is too small, empty where it fits; all in bytes."""

    memory: int
    free: int
    trouble: str


def fit_of(model: CatalogueModel, folder: Path) -> Fit:
    """The model beside what this machine has; what has come of it already needs no room any more."""
    memory, free = memory_bytes(), free_bytes(folder)
    come = _come(model, folder)
    trouble = ""
    if memory and memory < model.memory:
        trouble = f"it needs {gigabytes(model.memory)} of memory and this machine has {gigabytes(memory)}"
    elif free and free < model.size - come:
        rest = " for the rest" if come else ""
        trouble = f"it needs {gigabytes(model.size - come)} on the disk{rest} and {gigabytes(free)} are free"
    return Fit(memory, free, trouble)


def _come(model: CatalogueModel, folder: Path) -> int:
    """The bytes that have come of the model when its fetching was cut."""
    sizes = [0]
    for part in (folder / PARTS).glob(f"{model.name}-{'[0-9a-f]' * 16}.gguf"):
        with suppress(OSError):
            sizes.append(part.stat().st_size)
    return max(sizes)


def gigabytes(number: int) -> str:
    """98 MB, 1.1 GB, 16 GB."""
    if number < _GB:
        return f"{number / 1e6:.0f} MB"
    return f"{number / _GB:.1f} GB" if number < 10 * _GB else f"{number / _GB:.0f} GB"
