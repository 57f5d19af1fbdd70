"""Files as texts to be embedded, and likeness to the query as one more signal of the ranking.

Invariant: without vectors nothing changes; with them a file gains at most `MOST` of the best score.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from copilot_tui.context.kinds import FileKind, kind_of
from copilot_tui.context.ranking import Ranking
from copilot_tui.context.vectors import Vector
from copilot_tui.visible import without_invisible

MOST = 0.25
_COMPARED = 200  # files
_ALIKE = 0.8  # of the range from the least to the most alike
_MOST_FILES = 5_000
_MOST_CHARACTERS = 1_600  # of a file's beginning
_FEWEST = 5  # files with a vector: less says nothing


@dataclass(frozen=True, slots=True)
class Meaning:
    """A query as a vector of the model with this mark."""

    mark: str
    vector: Vector


def embedded_files(paths: list[str], ids: Mapping[str, str], known: set[str]) -> list[tuple[str, str]]:
    """(path, content id) of the files that should have a vector and have none, in the order of `paths`, each content once."""
    found: dict[str, str] = {}
    for path in paths[:_MOST_FILES]:
        blob = ids.get(path, "")
        if blob and blob not in known and kind_of(path) is not FileKind.GENERATED:
            found.setdefault(blob, path)
    return [(path, blob) for blob, path in found.items()]


def embedded_text(path: str, names: tuple[str, ...], text: str) -> str:
    """What of a file is embedded: its path, what it defines, its beginning."""
    return f"{path}\n{', '.join(names)}\n{without_invisible(text[:_MOST_CHARACTERS])}"


def raise_alike(ranking: Ranking, likeness_of: Callable[[list[str]], Mapping[str, float]]) -> dict[str, str]:
    """Raise what is alike in meaning and put the ranking into its new order; gives the words for each file that is most alike."""
    compared = ranking.files[:_COMPARED]
    likeness = likeness_of([one.file.path for one in compared])
    if len(likeness) < _FEWEST:
        return {}
    least, most = min(likeness.values()), max(likeness.values())
    best = max(ranking.files[0].score, 1e-9)
    words: dict[str, str] = {}
    for one in compared:
        share = (likeness.get(one.file.path, least) - least) / ((most - least) or 1.0)
        one.signals["meaning"] = share
        gain = MOST * share * share
        one.raised += gain
        one.score += gain * best
        if share >= _ALIKE:
            words[one.file.path] = "alike in meaning"
    ranking.files.sort(key=lambda one: (-one.score, one.file.path))
    return words
