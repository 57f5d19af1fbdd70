"""What past commits say: their messages are documents that point to the files that they changed.

Invariant: only commits that HEAD reaches are used; without history every score is empty.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from copilot_tui.context.git_ahead import LOG, LOG_FORMAT, MOST_COMMITS, SHORT_LOG
from copilot_tui.context.git_call import GitCall, decode_path
from copilot_tui.context.kinds import ending
from copilot_tui.context.words import query_terms

_MOST_FILES = 30
_MOST_NAMED = 200  # commits on one command line
_MOST_MESSAGE = 800
_HALF_LIFE = 700  # commits
_RECENT = 40  # commits
_MOST_COMPANION_COMMITS = 200
_MOST_COMPANIONS = 12


class Commit(NamedTuple):
    """Its message's terms with their counts, and the files that it changed."""

    terms: dict[str, int]
    files: list[str]


class Companion(NamedTuple):
    """How much a file goes with others, 0 to 1, with which of them most, and in how many commits."""

    share: float
    path: str
    times: int


def begin_log(root: Path, *, is_short: bool = False) -> GitCall:
    """Start reading the newest commits with their files; `is_short`: the very newest alone."""
    return GitCall(root, *(SHORT_LOG if is_short else LOG))


def begin_missing(root: Path, commits: Iterable[str]) -> GitCall:
    """Start reading some commits with their files."""
    how = ("--no-renames", "--name-only", "-z", LOG_FORMAT)
    named = list(commits)
    if len(named) <= _MOST_NAMED:
        return GitCall(root, "log", "--no-walk=unsorted", *how, *named, "--")
    given = "\n".join(named).encode() + b"\n"
    return GitCall(root, "log", "--no-walk=unsorted", "--stdin", *how, given=given)


def begin_list(root: Path) -> GitCall:
    """Start listing the newest commits."""
    return GitCall(root, "rev-list", "--no-merges", f"-n{MOST_COMMITS}", "HEAD", "--")


def listed(call: GitCall) -> list[str]:
    """The ids of the newest commits, newest first."""
    return call.output().decode("ascii", "replace").split()


def parse_log(printed: bytes) -> dict[str, tuple[dict[str, int], list[str]]]:
    """Commit id to (terms of the message, files), in the order of the log."""
    found: dict[str, tuple[dict[str, int], list[str]]] = {}
    for record in printed.split(b"\x1e")[1:]:
        head, _, files = record.partition(b"\x1f")
        commit, _, message = head.partition(b"\x1d")
        raw = [bare for one in files.split(b"\0") if (bare := one.strip(b"\n"))]
        if len(raw) <= _MOST_FILES:
            text = message[:_MOST_MESSAGE].decode("utf-8", "replace")
            known = dict(Counter(query_terms(text))), [decode_path(one) for one in raw]
        else:
            known = {}, []
        found[commit.decode("ascii", "replace").strip("\0\n")] = known
    return found


class History:
    """The commits made ready for queries; `names` are the files that there are now."""

    def __init__(self, commits: list[Commit], names: Collection[str]) -> None:
        self._files: list[list[str]] = []
        self._scale: list[float] = []
        self._freshness: list[float] = []
        self._holders: dict[str, list[tuple[int, int]]] = {}
        self._of_path: dict[str, list[int]] = {}
        churn: dict[str, float] = {}
        recent: dict[str, float] = {}
        sizes: list[int] = []
        for age, one in enumerate(commits):
            files = [path for path in one.files if path in names]
            if not files:
                continue
            place = len(self._files)
            self._files.append(files)
            self._freshness.append(0.5 ** (age / _HALF_LIFE))
            sizes.append(sum(one.terms.values()))
            for term, times in one.terms.items():
                self._holders.setdefault(term, []).append((place, times))
            share = 1 / math.sqrt(len(files))
            fresh, new = share * self._freshness[-1], share * 0.5 ** (age / _RECENT)
            for path in files:
                self._of_path.setdefault(path, []).append(place)
                churn[path] = churn.get(path, 0.0) + fresh
                recent[path] = recent.get(path, 0.0) + new
        average = sum(sizes) / len(sizes) if any(sizes) else 1.0
        self._scale = [1.2 * (0.25 + 0.75 * size / average) for size in sizes]
        busiest, newest = max(churn.values(), default=1.0), max(recent.values(), default=1.0) or 1.0
        self.endings = _shares(churn, ending)
        self.areas = _shares(churn, lambda path: path.partition("/")[0] if "/" in path else "")
        self.churn = {path: math.sqrt(found / busiest) for path, found in churn.items()}
        self.recent = {path: math.sqrt(found / newest) for path, found in recent.items()}

    def commits_of(self, path: str) -> int:
        """How many commits changed a file."""
        return len(self._of_path.get(path, ()))

    def score(self, query: Mapping[str, float]) -> dict[str, float]:
        """By path, 0 to 1: how alike past messages are to the query.

        BM25 of the messages against the weighted terms, squared, decayed with age and shared among each commit's files.
        """
        count = len(self._files)
        scores: dict[int, float] = {}
        for term, emphasis in query.items():
            found = self._holders.get(term)
            if not found:
                continue
            weight = 2.2 * emphasis * math.log(1 + (count - len(found) + 0.5) / (len(found) + 0.5))
            for place, times in found:
                scores[place] = scores.get(place, 0.0) + weight * times / (times + self._scale[place])
        likeness: dict[str, float] = {}
        for place, score in scores.items():
            files = self._files[place]
            worth = score * score * self._freshness[place] / len(files)
            for path in files:
                likeness[path] = likeness.get(path, 0.0) + worth
        best = max(likeness.values(), default=0.0)
        return {path: math.sqrt(found / best) for path, found in likeness.items()} if best else {}

    def companions(self, paths: Sequence[tuple[str, float]]) -> "dict[str, Companion]":
        """Files that changed in the same commits as `paths`, each of which counts by its weight."""
        found: dict[str, float] = {}
        times: dict[str, dict[str, int]] = {}
        for path, worth in paths:
            places = self._of_path.get(path, [])[:_MOST_COMPANION_COMMITS]
            for place in places:
                files = self._files[place]
                if 1 < len(files) <= _MOST_COMPANIONS:
                    share = worth * self._freshness[place] / (len(files) * math.sqrt(len(places)))
                    for other in files:
                        if other != path:
                            found[other] = found.get(other, 0.0) + share
                            with_it = times.setdefault(other, {})
                            with_it[path] = with_it.get(path, 0) + 1
        best = max(found.values(), default=0.0) or 1.0
        return {
            path: Companion(math.sqrt(score / best), *max(times[path].items(), key=lambda one: (one[1], one[0])))
            for path, score in found.items()
        }


def _shares(churn: Mapping[str, float], group: Callable[[str], str]) -> dict[str, float]:
    """How much of the past changes went to each group of paths, as a root and 1 for the largest."""
    sums: dict[str, float] = {}
    for path, found in churn.items():
        name = group(path)
        sums[name] = sums.get(name, 0.0) + found
    most = max(sums.values(), default=0.0) or 1.0
    return {name: math.sqrt(found / most) for name, found in sums.items()}
