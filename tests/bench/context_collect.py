"""What the context engine knows in each case, collected once so that weights can be fitted in memory.

A case's tree is a work tree whose HEAD is the commit before the one that is looked for, with no other ref: the past is there, the future
is not. Invariant: what is collected depends on the engine's signals and not on its weights, except for which files come near the top and
for what links pieces to the likeliest ones, which `context_fit` makes anew where it tries other weights.
"""

import pickle
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.evidence import Signals, gather
from copilot_tui.context.kinds import FileKind
from copilot_tui.context.source import Source
from copilot_tui.context.weights import WEIGHTS
from tests.bench.context_cases import Case

MOST_FILES = 30  # whose pieces compete
_MOST_RANKED = 60


@dataclass(slots=True)
class Collected:
    """A case with the best files and their signals, and the pieces of the first `MOST_FILES` of them with theirs.

    `gold`: the places in `files` of those that ought to be found, -1 for one that is not among them.
    """

    case: Case
    kinds: list[FileKind]
    signals: list[dict[str, float]]
    gold: list[int]
    sources: list[Source]
    pieces: list[list[Signals]]


def check_out(tree: Path, clone: Path, commit: str) -> None:
    """Make `tree` a work tree of the commit; files that two commits share keep their times."""
    if not tree.is_dir():
        subprocess.run(["git", "init", "--quiet", str(tree)], check=True)
        (tree / ".git/objects/info/alternates").write_text(f"{(clone / 'objects').resolve()}\n")
        _git(tree, "config", "core.autocrlf", "false")
    _git(tree, "update-ref", "--no-deref", "HEAD", commit)
    _git(tree, "read-tree", "--reset", commit)
    _git(tree, "clean", "-ffdxq")
    changed = _git(tree, "diff-files", "--name-only", "-z", "--no-ext-diff")
    subprocess.run(
        ["git", "checkout-index", "-f", "-z", "--stdin"], cwd=tree, input=changed, check=False, capture_output=True
    )
    _git(tree, "update-index", "-q", "--refresh")


def _git(tree: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=tree, check=False, capture_output=True).stdout


def collect(case: Case, engine: ContextEngine) -> Collected:
    """What the engine knows of the case in the tree that it looks at."""
    ranking = engine.rank(case.query)
    top = ranking.files[:_MOST_RANKED]
    places = {one.file.path: place for place, one in enumerate(top)}
    shown = [one for one in top[:MOST_FILES] if engine.source(one.file.path) is not None]
    sources = {one.file.path: source for one in shown if (source := engine.source(one.file.path)) is not None}
    return Collected(
        case,
        [one.file.kind for one in top],
        [one.signals for one in top],
        [places.get(path, -1) for path in case.gold_files],
        list(sources.values()),
        [pieces.signals for pieces in gather(shown, sources, ranking, WEIGHTS)],
    )


def collect_repository(cases: Sequence[Case], clone: Path, work: Path) -> Iterator[Collected]:
    """The cases of one repository, oldest first; its work tree and index are in `work`, to be taken up again."""
    tree, cache = work / "tree", work / "cache"
    work.mkdir(parents=True, exist_ok=True)
    engine: ContextEngine | None = None
    for case in sorted(cases, key=lambda one: one.time):
        check_out(tree, clone, case.parent)
        engine = engine or ContextEngine(tree, cache)
        engine.update()
        yield collect(case, engine)
    if engine is not None:
        engine.close()


def save(found: Sequence[Collected], path: Path) -> None:
    """Keep what was collected."""
    path.write_bytes(zlib.compress(pickle.dumps(found, 5), 1))


def load(path: Path) -> list[Collected]:
    """What was kept (by this program, on this machine)."""
    found: list[Collected] = pickle.loads(zlib.decompress(path.read_bytes()))
    return found
