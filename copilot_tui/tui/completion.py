"""What is being typed behind an `@` or a `/`, and what fits it: pure functions over text, paths and actions.

Invariant: a candidate's `insert` is a whole token, as a mention or a slash command is written.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from copilot_tui.context.mentions import DIFF, NamedPlace, written
from copilot_tui.tui.finder import fitting
from copilot_tui.visible import visible

MOST_OFFERED = 50
_MOST_FOLDERS = 5
_LEAST_ALIKE = 75.0  # of 100
_AT_ONCE = 4_000  # paths that are compared before other threads get their turn
_MENTION = re.compile(r"""(?<![\w@/.\\`])@(?P<quote>"?)(?P<letters>[^\s@"'`,;(){}\[\]<>]*)$""")
_COMMAND = re.compile(r"^/(?P<letters>[a-z-]*)$")


@dataclass(frozen=True, slots=True)
class Token:
    """What stands before the cursor: `sign` is `@` or `/`, `letters` what follows it, `start` where the sign stands in the line."""

    sign: str
    letters: str
    start: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that fits: what is put in, what is shown, and a word on it."""

    insert: str
    shown: str
    note: str = ""


def token_before(line: str, *, is_first_line: bool) -> Token | None:
    """The token that ends where the line ends; a command stands at the very beginning alone."""
    command = _COMMAND.match(line) if is_first_line else None
    if command is not None:
        return Token("/", command["letters"], 0)
    mention = _MENTION.search(line)
    return Token("@", mention["letters"], mention.start()) if mention is not None else None


def fitting_commands(letters: str, commands: Iterable[tuple[str, str]]) -> list[Candidate]:
    """The commands (name and title) whose names hold the letters, the best first; all of them for none."""
    found = [(fitting(letters, name), name, title) for name, title in commands]
    fits = [(fit, name, title) for fit, name, title in found if fit is not None and (fit < 1_000 or len(letters) > 1)]
    if letters:
        fits.sort(key=lambda one: (not one[1].startswith(letters), one[0], len(one[1])))
    return [Candidate(f"/{name}", f"/{name}", title) for _, name, title in fits]


def fitting_paths(letters: str, paths: Sequence[str], first: Sequence[str] = ()) -> list[Candidate]:
    """The paths that hold the letters, or else are much like them; `first` are those that come first where nothing was typed yet."""
    wanted = letters.lower()
    if not wanted:
        ordered = dict.fromkeys((*first, *paths[:MOST_OFFERED]))
        return [_of_path(path) for path in list(ordered)[:MOST_OFFERED]]
    holding = [path for path in paths if wanted in path.lower()]
    holding.sort(key=lambda path: (fitting(wanted, path) or 0, len(path), path))
    if len(holding) < MOST_OFFERED and len(wanted) > 2:
        holding = list(dict.fromkeys((*holding, *_alike(wanted, paths))))
    return [*_fitting_folders(wanted, holding), *(_of_path(path) for path in holding[:MOST_OFFERED])]


def _fitting_folders(wanted: str, holding: Iterable[str]) -> list[Candidate]:
    """The folders of paths that hold the letters and whose own names begin with them, or with what stands behind the last slash."""
    found: dict[str, None] = {}
    own = wanted.rstrip("/").rpartition("/")[2]
    for path in holding:
        at = path.find("/")
        while at >= 0:
            folder = path[: at + 1]
            name = folder[:-1].rpartition("/")[2].lower()
            if name.startswith(own) and wanted in folder.lower():
                found[folder] = None
            at = path.find("/", at + 1)
    folders = sorted(found, key=lambda folder: (len(folder), folder))[:_MOST_FOLDERS]
    return [Candidate(written(folder), visible(folder), "folder") for folder in folders]


def fitting_names(places: Iterable[NamedPlace]) -> list[Candidate]:
    """Definitions as candidates: the bare name where it is the only one, else behind its path."""
    listed = list(places)
    counts: dict[str, int] = {}
    for one in listed:
        counts[one.name] = counts.get(one.name, 0) + 1
    return [
        Candidate(
            f"@{one.name}" if counts[one.name] == 1 else _in_file(one),
            visible(one.name),
            f"{one.kind} in {visible(one.path)}:{one.lines.first}",
        )
        for one in listed
    ]


def diff_candidate(letters: str) -> list[Candidate]:
    """The uncommitted changes, where the letters begin so."""
    return [Candidate(f"@{DIFF}", DIFF, "the uncommitted changes")] if DIFF.startswith(letters.lower()) else []


def _of_path(path: str) -> Candidate:
    return Candidate(written(path), visible(path), "file")


def _in_file(place: NamedPlace) -> str:
    whole = written(place.path)
    return f'{whole[:-1]}:{place.name}"' if whole.endswith('"') else f"{whole}:{place.name}"


def _alike(wanted: str, paths: Sequence[str]) -> list[str]:
    found: list[tuple[str, float]] = []
    for start in range(0, len(paths), _AT_ONCE):
        part = process.extract(
            wanted,
            paths[start : start + _AT_ONCE],
            scorer=fuzz.partial_ratio,
            processor=str.lower,
            limit=MOST_OFFERED,
            score_cutoff=_LEAST_ALIKE,
        )
        found += [(path, score) for path, score, _ in part]
    found.sort(key=lambda one: (-one[1], len(one[0]), one[0]))
    return [path for path, _ in found[:MOST_OFFERED]]
