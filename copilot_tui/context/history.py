"""What past commits say: their messages are documents that point to the files that they changed.

Invariant: only commits that HEAD reaches are used; without history every score is empty.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from copilot_tui.context.listing import GitCall, decode_path
from copilot_tui.context.words import query_terms

MOST_COMMITS = 3_000
_MOST_FILES = 30
_MOST_MESSAGE = 800
_HALF_LIFE = 700  # commits
_FORMAT = "--format=%x1e%H%x1d%s%n%b%x1f"


@dataclass(frozen=True, slots=True)
class Commit:
    """Its message's terms with their counts, and the files that it changed."""

    terms: dict[str, int]
    files: list[str]


@dataclass(frozen=True, slots=True)
class HistoryScores:
    """By path: `likeness` of past messages to the query (0 to 1) and `churn` (0 to 1); `strength`: the best raw likeness."""

    likeness: dict[str, float]
    churn: dict[str, float]
    strength: float = 0.0


def begin_log(root: Path) -> GitCall:
    """Start reading the newest commits with their files."""
    return GitCall(
        root, "log", "--no-merges", "--no-renames", f"-n{MOST_COMMITS}", "--name-only", "-z", _FORMAT, "HEAD", "--"
    )


def begin_missing(root: Path, commits: Iterable[str]) -> GitCall:
    """Start reading some commits with their files."""
    given = "\n".join(commits).encode() + b"\n"
    return GitCall(
        root, "log", "--no-walk=unsorted", "--stdin", "--no-renames", "--name-only", "-z", _FORMAT, given=given
    )  # fmt: skip


def list_commits(root: Path) -> list[str]:
    """The ids of the newest commits, newest first."""
    printed = GitCall(root, "rev-list", "--no-merges", f"-n{MOST_COMMITS}", "HEAD", "--").output()
    return printed.decode("ascii", "replace").split()


def parse_log(printed: bytes) -> dict[str, tuple[dict[str, int], list[str]]]:
    """Commit id to (terms of the message, files), in the order of the log."""
    found: dict[str, tuple[dict[str, int], list[str]]] = {}
    for record in printed.split(b"\x1e")[1:]:
        head, _, files = record.partition(b"\x1f")
        commit, _, message = head.partition(b"\x1d")
        paths = [decode_path(raw.strip(b"\n")) for raw in files.split(b"\0") if raw.strip(b"\n")]
        text = message[:_MOST_MESSAGE].decode("utf-8", "replace")
        found[commit.decode("ascii", "replace").strip("\0\n")] = (
            dict(Counter(query_terms(text))) if len(paths) <= _MOST_FILES else {},
            paths if len(paths) <= _MOST_FILES else [],
        )
    return found


def score_history(commits: list[Commit], query: Iterable[str], names: set[str]) -> HistoryScores:
    """BM25 of the messages against the query, squared, decayed with age and shared among each commit's files."""
    wanted = set(query)
    documents = [
        (age, one, files) for age, one in enumerate(commits) if (files := [f for f in one.files if f in names])
    ]
    if not documents:
        return HistoryScores({}, {})
    count = len(documents)
    sizes = [sum(one.terms.values()) for _, one, _ in documents]
    average = sum(sizes) / count or 1.0
    frequency = Counter(term for _, one, _ in documents for term in wanted & one.terms.keys())
    weight = {term: math.log(1 + (count - found + 0.5) / (found + 0.5)) for term, found in frequency.items()}
    likeness: dict[str, float] = {}
    churn: dict[str, float] = {}
    for (age, one, files), size in zip(documents, sizes, strict=True):
        freshness = 0.5 ** (age / _HALF_LIFE)
        score = 0.0
        for term in wanted & one.terms.keys():
            times = one.terms[term]
            score += weight[term] * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * size / average))
        share = freshness / math.sqrt(len(files))
        worth = score * score * freshness / len(files)
        for path in files:
            churn[path] = churn.get(path, 0.0) + share
            if worth:
                likeness[path] = likeness.get(path, 0.0) + worth
    best, busiest = max(likeness.values(), default=0.0), max(churn.values())
    return HistoryScores(
        {path: math.sqrt(found / best) for path, found in likeness.items()},
        {path: math.sqrt(found / busiest) for path, found in churn.items()},
        best,
    )
