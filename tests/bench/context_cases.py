"""Cases to measure context by, made from the commits of real repositories.

`CONTEXT_CLONES=FOLDER context_cases.py [PER_REPOSITORY [FILE]]` reads every clone in the folder (bare ones do, with all their history)
and writes one case a line. The query is a commit's message, the tree is its parent, and what ought to be found are the places that the
commit changed in source files that were there before and are no tests.
Invariant: what the query says of the changed files' names is taken out, and the same folder and seed give the same cases.
"""

import json
import os
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from copilot_tui.context.git_call import GitCall, decode_path
from copilot_tui.context.kinds import FileKind, ending, kind_of
from copilot_tui.syntax.languages import language_of
from copilot_tui.syntax.nodes import enclosing_symbol

CLONES = "CONTEXT_CLONES"
_PER_REPOSITORY = 12
_SEED = 20261123
_NEWEST, _SHARE, _LEAST_NEWEST = 4_000, 0.6, 600  # commits
_LEAST_WORDS = 4
_MOST_GOLD, _MOST_ADDED, _MOST_DELETED, _MOST_FILES = 6, 2, 1, 20
_LEAST_LINES, _MOST_LINES = 2, 400
_MOST_QUERY = 600  # characters
_PREFIX = re.compile(r"^\s*(?:\w+(?:\([^)]*\))?!?:\s+)+")
_CHORES = re.compile(
    r"\b(bump|releas\w*|typos?|merge[ds]?|version\w*|changelog|formatt?\w*|lint\w*|docs?|document\w*|readme|tests?|testing|revert\w*|"
    r"upgrade|dependenc\w+|deps|prettier|rustfmt|gofmt|clippy|eslint|rubocop|mypy|copyright|license|ci|workflow|spelling|translat\w+|"
    r"comments?|cleanup|whitespace|nits?)\b",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"```.*?```|https?://\S+|^\s*[\w-]+-by:.*$|^\s*\(?(?:fix(?:es|ed)?|close[sd]?|ref(?:s|erences)?|resolve[sd]?|see)?:?\s*#\d+\)?\.?\s*$"
    r"|\((?:[\w./-]*#|GH-)\d+\)|(?:\b[\w./-]+)?#\d+|\bgh-\d+",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_IDENTIFIER = re.compile(r"_|\d|[a-z][A-Z]|[A-Z][a-z]+[A-Z]")
_INCIDENTAL = re.compile(
    r"\s*$|\s*(?:import\b|from\s+\S+\s+import\b|#\s*include\b|using\s|use\s|require\b|require_relative\b|package\s|extern crate\b"
    r"|(?:const|var|let)\s+[^=]*=\s*require\()"
)
_COMMENT = re.compile(r"(?://|#(?!\s*(?:include|define|if|else|end|pragma))|/\*|\*|--\s|\"\"\")")
_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class GoldRange:
    """Lines that a commit changed (the two around it for an insertion), and those of the definition around them, 0 where none is."""

    path: str
    start: int
    end: int
    insert: bool
    incidental: bool
    def_start: int = 0
    def_end: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of the tree of `parent`, and where the answer is."""

    id: str
    repo: str
    lang: str
    parent: str
    time: int
    query: str
    gold_files: tuple[str, ...]
    gold_ranges: tuple[GoldRange, ...]

    def as_line(self) -> str:
        """The case as a line of JSON; a range without a definition has none of its fields."""
        ranges = [
            {name: value for name, value in asdict(one).items() if value or not name.startswith("def_")}
            for one in self.gold_ranges
        ]
        return json.dumps({**asdict(self), "gold_ranges": ranges}, sort_keys=True)


def clones(folder: Path) -> dict[str, Path]:
    """Name to git directory of each clone in a folder: `name.git`, `name/repo`, or a work tree `name`."""
    found: dict[str, Path] = {}
    for entry in sorted(folder.iterdir()):
        for place in (entry, entry / "repo", entry / ".git"):
            if (place / "HEAD").is_file() and (place / "objects").is_dir():
                found[entry.name.removesuffix(".git").replace("+", "/", 1)] = place
                break
    return found


def is_telling(subject: str) -> bool:
    """Whether a commit's subject says something of the code: four words, and no chore."""
    bare = _PREFIX.sub("", subject)
    return len(re.findall(r"[A-Za-z]\w*", bare)) >= _LEAST_WORDS and not _CHORES.search(subject)


def query_of(message: str, changed: list[str]) -> str:
    """A commit's message as a request: without trailers, numbers and links, and without the names of the files that it changed."""
    subject, _, body = message.partition("\n")
    text = _NOISE.sub("", _PREFIX.sub("", subject).strip() + "\n" + body)
    for path in changed:
        name = path.rsplit("/", 1)[-1]
        stem = name.split(".", 1)[0]
        for word in (path, name, *([stem] if _IDENTIFIER.search(stem) else [])):
            text = re.sub(rf"(?<![\w/]){re.escape(word)}(?!\w)", "", text)
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)[:_MOST_QUERY].strip()


def hunks_of(diff: bytes) -> list[tuple[int, int, bool]]:
    """First and last old line of each hunk of a diff without context, and whether it only inserts (then the lines around the place)."""
    found = []
    for match in _HUNK.finditer(diff):
        old, count = int(match[1]), 1 if match[2] is None else int(match[2])
        found.append((old, old + count - 1, False) if count else (max(old, 1), old + 1, True))
    return found


def is_incidental(lines: list[str]) -> bool:
    """Whether changed lines are blank, imports, or comments at top level only."""
    return all(_INCIDENTAL.match(line) or (line[:1] not in " \t" and _COMMENT.match(line)) for line in lines)


def make_cases(name: str, clone: Path, count: int, seed: int = _SEED) -> list[Case]:
    """Up to `count` cases of a repository, by age."""
    every = _git(clone, "rev-list", "--no-merges", f"-n{_NEWEST}", "HEAD").decode().split()
    newest = every[: max(_LEAST_NEWEST, int(len(every) * _SHARE))]
    order = random.Random(f"{seed} {name}")
    order.shuffle(newest)
    cases = (case for commit in newest for case in _case(name, clone, commit))
    return sorted(islice(cases, count), key=lambda one: one.time)


def _git(clone: Path, *arguments: str) -> bytes:
    return GitCall(clone, f"--git-dir={clone}", *arguments).output()


def _case(name: str, clone: Path, commit: str) -> Iterator[Case]:
    """The case of a commit, if it is one."""
    head = _git(clone, "log", "-1", "--format=%P%x00%ct%x00%an%x00%B", commit, "--").decode("utf-8", "replace")
    parents, when, author, message = head.split("\0", 3)
    if not parents or " " in parents or "[bot]" in author or not is_telling(message.partition("\n")[0]):
        return
    listed = _git(clone, "diff-tree", "-r", "--no-commit-id", "--no-renames", "--name-status", "-z", parents, commit)
    fields = listed.split(b"\0")
    changes = [
        (kind.decode(), decode_path(path)) for kind, path in zip(fields[::2], fields[1::2], strict=False) if kind
    ]
    kinds = [kind for kind, _ in changes]
    if len(changes) > _MOST_FILES or kinds.count("A") > _MOST_ADDED or kinds.count("D") > _MOST_DELETED:
        return
    paths = [path for kind, path in changes if kind == "M" and kind_of(path) is FileKind.CODE]
    if not 1 <= len(paths) <= _MOST_GOLD:
        return
    ranges: list[GoldRange] = []
    changed = 0
    for path in paths:
        diff = _git(clone, "diff-tree", "-p", "-U0", "--no-renames", "--no-ext-diff", parents, commit, "--", path)
        data = _git(clone, "cat-file", "blob", f"{parents}:{path}")
        added = sum(1 if one[4] is None else int(one[4]) for one in _HUNK.finditer(diff))
        found = list(_ranges(path, data, diff))
        changed += added + sum(one.end - one.start + 1 for one in found if not one.insert)
        if any(not one.incidental for one in found):
            ranges += found
    gold = tuple(dict.fromkeys(one.path for one in ranges))
    query = query_of(message, [path for _, path in changes])
    if not gold or not _LEAST_LINES <= changed <= _MOST_LINES or len(query.split()) < _LEAST_WORDS:
        return
    language = language_of(gold[0], b"")
    label = language.name if language is not None else ending(gold[0])
    short = name.rsplit("/", 1)[-1]
    yield Case(f"{short}-{commit[:10]}", name, label, parents, int(when), query, gold, tuple(ranges))


def _ranges(path: str, data: bytes, diff: bytes) -> Iterator[GoldRange]:
    lines = data.decode("utf-8", "replace").split("\n")
    for start, end, insert in hunks_of(diff):
        incidental = is_incidental(lines[start - 1 : end])
        if insert:
            new = [line[1:].decode("utf-8", "replace") for line in _inserted(diff, start)]
            incidental = is_incidental(new)
        around = enclosing_symbol(path, data, end if insert and end <= len(lines) else start)
        if (
            around is not None
            and around.kind in {"variable", "constant", "field", "property"}
            and len(around.lines) == 1
        ):
            around = None
        lines_of = (around.lines.first, around.lines.last) if around is not None else (0, 0)
        yield GoldRange(path, start, end, insert, incidental, *lines_of)


def _inserted(diff: bytes, after: int) -> list[bytes]:
    """The lines that a hunk puts in after a line."""
    found = re.search(rb"^@@ -%d,0 [^\n]*\n((?:\+[^\n]*\n?)*)" % after, diff, re.MULTILINE)
    return found[1].splitlines() if found else []


def main() -> int:
    """Write the cases of every clone."""
    folder = os.environ.get(CLONES)
    if not folder:
        print(f"Set {CLONES} to a folder of clones to make cases from: nothing was made.")  # noqa: T201
        return 0
    count = int(sys.argv[1]) if len(sys.argv) > 1 else _PER_REPOSITORY
    with Path(sys.argv[2]).open("w") if len(sys.argv) > 2 else sys.stdout as out:
        for name, clone in clones(Path(folder)).items():
            cases = make_cases(name, clone, count)
            print(f"{name}: {len(cases)} cases", file=sys.stderr)  # noqa: T201
            out.writelines(one.as_line() + "\n" for one in cases)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
