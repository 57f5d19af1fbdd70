"""Which lines past commits touched: code that changed lately, or in a commit whose message is like the query, is likely to change again.

A commit's hunks are carried forward through all newer ones to the lines of today, so a touched function is known wherever it moved in its
file. Invariant: only numbers of lines are kept, never their text; a commit that is not read yet counts nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from copilot_tui.context.git_call import GitCall, decode_path
from copilot_tui.context.words import query_terms

MOST_TOUCHING = 400
_MOST_OF_FILE = 40  # commits
_HALF_LIFE = 20  # commits
_HALF_LIFE_OF_FILE = 10  # commits that touch the file
_MOST_HUNKS = 400  # in one commit: what touches more says nothing of any of them
_FILE = re.compile(rb"^(?:\+\+\+ b/(.*)|@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@.*)$", re.MULTILINE)
_FORMAT = "--format=%x1e%H%x1d%s"
_HUNKS = (
    "--no-renames", "-p", "-U0", "--no-color", "--no-ext-diff", "--no-textconv", "--diff-filter=M", "--src-prefix=a/", "--dst-prefix=b/",
    _FORMAT,
)  # fmt: skip
_FIRST = 80  # commits: four times the half-life

# Old first line, old count, new first line, new count; a count of 0 stands after that line.
Hunk = tuple[int, int, int, int]
# The terms of the message, and the hunks by path.
Touch = tuple[list[str], dict[str, list[Hunk]]]
# The age of the commit that touched some lines, and the first and last of them today: bare tuples, for there are very many.
Span = tuple[int, int, int]


class Touched(NamedTuple):
    """What past commits did to each piece of a file.

    `fresh`, `again`: how lately they touched it, by their age in the repository and in the file. `alike`, `likest`: how alike their
    messages are to the query, as a sum of squares and the best of them.
    """

    fresh: list[float]
    again: list[float]
    alike: list[float]
    likest: list[float]


def begin_hunks(root: Path, commits: Iterable[str]) -> GitCall:
    """Start reading the hunks of some commits, of so few that a command can name them."""
    return GitCall(root, "log", "--no-walk=unsorted", *_HUNKS, *commits, "--")


def begin_newest_hunks(root: Path) -> GitCall:
    """Start reading the hunks of the very newest commits, whichever they are."""
    return GitCall(root, "log", "--no-merges", f"-n{_FIRST}", *_HUNKS, "HEAD", "--")


def parse_hunks(printed: bytes) -> dict[str, Touch]:
    """Commit id to what it touched."""
    found: dict[str, Touch] = {}
    for record in printed.split(b"\x1e")[1:]:
        head, _, body = record.partition(b"\n")
        commit, _, subject = head.partition(b"\x1d")
        files: dict[str, list[Hunk]] = {}
        path, count = "", 0
        for match in _FILE.finditer(body):
            if match[1] is not None:
                path = decode_path(match[1].rstrip(b"\t"))
            elif path:
                old, old_count, new, new_count = (1 if one is None else int(one) for one in match.group(2, 3, 4, 5))
                files.setdefault(path, []).append((old, old_count, new, new_count))
                count += 1
        terms = sorted(set(query_terms(subject.decode("utf-8", "replace"))))
        found[commit.decode("ascii", "replace")] = (terms, files if count <= _MOST_HUNKS else {})
    return found


class Touches:
    """The hunks of the newest commits, newest first, made ready for queries."""

    def __init__(self, commits: Sequence[Touch] = ()) -> None:
        self._commits = commits
        self._of_path: dict[str, list[int]] = {}
        for place, (_, files) in enumerate(commits):
            for path in files:
                self._of_path.setdefault(path, []).append(place)
        self._spans: dict[str, list[Span]] = {}

    def __len__(self) -> int:
        """How many commits it is of."""
        return len(self._commits)

    def score(
        self, path: str, piece_of: Sequence[int], count: int, term_weights: Mapping[str, float]
    ) -> "Touched | None":
        """How the past touched each of the `count` pieces of a file, by the piece of each line; None where it did not."""
        places = self._of_path.get(path)
        if not places:
            return None
        total = sum(term_weights.values()) or 1.0
        found = Touched([0.0] * count, [0.0] * count, [0.0] * count, [0.0] * count)
        ages = {place: age for age, place in enumerate(places)}
        worth: dict[int, tuple[float, float, float]] = {}
        counted: set[tuple[int, int]] = set()
        last = len(piece_of) - 1
        fresh_of, again_of, alike_of, likest_of = found
        for commit, begin, end in self.spans(path):
            if begin > last:
                continue
            for piece in range(piece_of[begin], piece_of[min(end, last)] + 1):
                if (commit, piece) in counted:
                    continue
                counted.add((commit, piece))
                if commit not in worth:
                    alike = sum([term_weights.get(term, 0.0) for term in self._commits[commit][0]]) / total
                    worth[commit] = 0.5 ** (commit / _HALF_LIFE), 0.5 ** (ages[commit] / _HALF_LIFE_OF_FILE), alike
                fresh, again, alike = worth[commit]
                fresh_of[piece] += fresh
                again_of[piece] += again
                if alike:
                    alike_of[piece] += alike * alike
                    likest_of[piece] = max(likest_of[piece], alike)
        return found

    def spans(self, path: str) -> list[Span]:
        """What of a file's lines of today which commit touched."""
        if path not in self._spans:
            found: list[Span] = []
            for place in reversed(self._of_path.get(path, ())[:_MOST_OF_FILE]):
                hunks = self._commits[place][1][path]
                found = _carried(found, hunks)
                for _, _, new, count in hunks:
                    # A pure deletion touches the lines on both sides of it.
                    found.append((place, new, new + count - 1) if count else (place, max(new, 1), new + 1))
            self._spans[path] = found
        return self._spans[path]


def _carried(spans: list[Span], hunks: Sequence[Hunk]) -> list[Span]:
    """Spans of the text before a commit as they are after it; a replaced line is where its replacement begins or ends."""
    starts = [old if count else old + 1 for old, count, _, _ in hunks]
    shifts = list(accumulate((new_count - old_count for _, old_count, _, new_count in hunks), initial=0))

    def moved(line: int) -> int:
        place = bisect_right(starts, line)
        if not place:
            return line
        old, old_count, new, new_count = hunks[place - 1]
        if line >= old + old_count:
            return line + shifts[place]
        step = line - old
        return new + step if step < new_count else new + new_count - 1 if new_count else new

    # Most spans stand before the first hunk or behind the last one.
    old, old_count, _, _ = hunks[-1]
    begin, beyond, shift = starts[0], max(starts[-1], old + old_count), shifts[-1]
    found: list[Span] = []
    for one in spans:
        commit, first, last = one
        if last < begin:
            found.append(one)
        elif first >= beyond:
            found.append((commit, first + shift, last + shift) if shift else one)
        else:
            start = moved(first)
            found.append((commit, start, start if first == last else max(moved(last), start)))
    return found
