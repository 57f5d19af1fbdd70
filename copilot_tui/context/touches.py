"""Which lines past commits touched: code that changed lately, or in a commit whose message is like the query, is likely to change again.

The pieces of today's file are followed back through all newer commits to the lines of each, so a touched function is known wherever it
moved in its file. Invariant: only numbers of lines are kept, never their text; a commit that is not read yet counts nothing.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from copilot_tui.context.git_call import GitCall, decode_path
from copilot_tui.context.words import query_terms

MOST_TOUCHING = 400
_MOST_OF_FILE = 40  # commits
_HALF_LIFE = 20  # commits
_HALF_LIFE_OF_FILE = 10  # commits that touch the file
_MOST_FOLLOWED = 2_000  # files
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


def begin_newest_hunks(root: Path, after: str = "") -> GitCall:
    """Start reading the hunks of the very newest commits, whichever they are, or of those that the commit `after` does not know, if any."""
    # Such a commit may be gone since.
    some = (f"-n{MOST_TOUCHING}", "--ignore-missing", "HEAD", f"^{after}") if after else (f"-n{_FIRST}", "HEAD")
    return GitCall(root, "log", "--no-merges", *_HUNKS, *some, "--")


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


class _Followed(NamedTuple):
    """The pieces of a file as they were followed through some commits: which of them each commit touched."""

    firsts: list[int]
    lines: int
    hunks: list[list[Hunk]]
    touched: list[set[int]]


class Touches:
    """The hunks of the newest commits, newest first, made ready for queries.

    `followed`: by path what others with older commits have found; it is taken over where it is the same still.
    """

    def __init__(self, commits: Sequence[Touch] = (), followed: "dict[str, _Followed] | None" = None) -> None:
        self._commits = commits
        self._of_path: dict[str, list[int]] = {}
        for place, (_, files) in enumerate(commits):
            for path in files:
                self._of_path.setdefault(path, []).append(place)
        self.followed: dict[str, _Followed] = {} if followed is None else followed
        # What was asked last, and how alike to it each commit is: one value, because several ask at once.
        self._asked: tuple[Mapping[str, float], dict[int, float]] = ({}, {})

    def __len__(self) -> int:
        """How many commits it is of."""
        return len(self._commits)

    def score(
        self, path: str, firsts: list[int], count_of_lines: int, term_weights: Mapping[str, float]
    ) -> "Touched | None":
        """How the past touched each piece of a file of so many lines, by the first line of each; None where it did not."""
        places = self._of_path.get(path, ())[:_MOST_OF_FILE]
        if not places:
            return None
        asked = self._asked
        if asked[0] is not term_weights:
            asked = self._asked = term_weights, {}
        alikes = asked[1]
        count = len(firsts)
        found = Touched([0.0] * count, [0.0] * count, [0.0] * count, [0.0] * count)
        fresh_of, again_of, alike_of, likest_of = found
        touched = self._follow(path, firsts, count_of_lines, [self._commits[place][1][path] for place in places])
        for age, place in enumerate(places):
            fresh, again = 0.5 ** (place / _HALF_LIFE), 0.5 ** (age / _HALF_LIFE_OF_FILE)
            alike = alikes.get(place, -1.0)
            if alike < 0:
                total = sum(term_weights.values()) or 1.0
                alike = alikes[place] = sum([term_weights.get(one, 0.0) for one in self._commits[place][0]]) / total
            for piece in touched[age]:
                fresh_of[piece] += fresh
                again_of[piece] += again
                if alike:
                    alike_of[piece] += alike * alike
                    likest_of[piece] = max(likest_of[piece], alike)
        return found

    def _follow(self, path: str, firsts: list[int], lines: int, hunks: list[list[Hunk]]) -> list[set[int]]:
        kept = self.followed.get(path)
        if kept is not None and kept[:3] == (firsts, lines, hunks):
            return kept.touched
        bounds = [*firsts, lines + 1]  # where the pieces, and what is beyond the last one, begin as of the commit
        touched: list[set[int]] = []
        for one in hunks:
            touched.append(_touched(bounds, one))
            bounds = _before(bounds, one)
        if len(self.followed) > _MOST_FOLLOWED:
            self.followed.clear()
        self.followed[path] = _Followed(firsts, lines, hunks, touched)
        return touched


def _touched(bounds: Sequence[int], hunks: Sequence[Hunk]) -> set[int]:
    """The pieces that the hunks of a commit are in, by where the pieces begin in the text behind it."""
    touched: set[int] = set()
    count = len(bounds) - 1
    for _, _, new, size in hunks:
        # A pure deletion touches the lines on both sides of it.
        first, last = (new, new + size - 1) if size else (new or 1, new + 1)
        start, stop = bisect_right(bounds, first) - 1, bisect_right(bounds, last)
        if stop - start == 1 and 0 <= start < count:
            touched.add(start)
        else:
            touched.update(range(max(start, 0), min(max(stop, 1), count)))
    return touched


def _before(bounds: Sequence[int], hunks: Sequence[Hunk]) -> list[int]:
    """Where the pieces begin in the text before a commit: a replaced line is in the piece in which its replacement begins or ends."""
    found: list[int] = []
    done = shift = 0
    for _, old_size, new, new_size in hunks:
        start = new if new_size else new + 1
        upto = bisect_left(bounds, start, done)
        found += [bound - shift for bound in bounds[done:upto]] if shift else bounds[done:upto]
        done = upto
        if new_size:
            upto = bisect_left(bounds, start + new_size, done)
            beyond = start - shift + old_size
            found += [min(bound - shift, beyond) for bound in bounds[done:upto]]
            done = upto
        shift += new_size - old_size
    found += [bound - shift for bound in bounds[done:]] if shift else bounds[done:]
    return found
