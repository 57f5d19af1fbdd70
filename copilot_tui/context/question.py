"""One question to a repository by a process that then ends: answered at once, whatever is indexed; what is missing is indexed afterwards.

What no index knows yet is looked through for the words of the question alone, and the best files are parsed on the spot. When the answer
is out a child of this process goes on for a while and puts everything into the index, so that the next question finds it.
Invariant: nothing is written before the answer is given; without an index the answer is the same.
"""

import fcntl
import gc
import os
import time
from collections import Counter
from pathlib import Path

from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.kinds import ending
from copilot_tui.context.mending import mended
from copilot_tui.context.packed_outline import PackedOutline
from copilot_tui.context.query import read_query
from copilot_tui.context.quick_outlines import QuickOutliner
from copilot_tui.context.ranking import Ranking
from copilot_tui.context.source import Source
from copilot_tui.context.weights import WEIGHTS
from copilot_tui.standing_behind import BACKGROUND

# From the question on until the scan ends: of a large repository listing the files takes a part of it.
_SCAN_SECONDS = 0.8
_PARSE_SECONDS = 0.6
_TOUCHES_SECONDS = 0.4
_AFTERWARDS_SECONDS = 30.0
_MOST_ENDINGS = 8  # among which the languages are that are made ready


class Question(ContextEngine):
    """The context of a repository for one question."""

    def __init__(self, root: Path, cache_folder: Path | None) -> None:
        super().__init__(root, cache_folder, is_made_late=True)
        self._parser: QuickOutliner | None = None
        self._outlined: dict[str, PackedOutline] = {}  # by content id

    @mended
    def answer(self, query: str, budget: int) -> dict[str, object]:
        """What `ContextEngine.query` gives."""
        begun = time.monotonic()
        self._past.begin()
        self._indexing.begin()
        head = self._past.begin_reading(is_short=True)
        self._past.begin_touches(head)
        self._indexing.list_files()
        ends = begun + _SCAN_SECONDS
        self._indexing.scan(read_query(query, WEIGHTS).emphasis, query, ends)
        if self._indexing.is_behind:
            self._parser = self._begin_parser()
        self._past.finish_reading(head, self._contents.names(), ends)
        self._past.take_touches(_TOUCHES_SECONDS)
        self._make_ready()
        return self.query(query, budget)

    def close(self) -> None:
        """Let the index go."""
        self._rest_parser()
        super().close()

    def _rest_parser(self) -> None:
        if self._parser is not None:
            self._parser.close()

    def _begin_parser(self) -> QuickOutliner:
        times = Counter(ending(path) for path in self._contents.ids)
        return QuickOutliner(self._contents.disk, [one for one, _ in times.most_common(_MOST_ENDINGS)])

    def sources(self, ranking: Ranking, count: int) -> dict[str, Source]:
        """The sources of the best files, by their outlines."""
        missing: dict[int, tuple[str, str]] = {}
        for one in ranking.files[:count]:
            if not self.outlines.read([one.file.key]):
                missing.setdefault(one.file.key, (one.file.path, self._contents.ids[one.file.path]))
        if missing:
            wanted = [(key, path) for key, (path, _) in missing.items()]
            found = (self._parser or self._begin_parser()).outline(wanted, _PARSE_SECONDS)
            self.outlines.hold(found)
            self._outlined = {missing[key][1]: one for key, one in found.items()}
        return super().sources(ranking, count)

    @property
    def is_behind(self) -> bool:
        """Whether something is not in the index that should be."""
        return self._database.is_shared and (
            self._indexing.is_behind or bool(self._outlined) or self._past.is_behind or bool(self._indexing.unparsed())
        )

    def go_on(self) -> None:
        """Index what is missing in a child that outlives this process: for a while, behind everything else, and only one at a time."""
        self._indexing.rest()  # what this process started ends with it
        self._rest_parser()
        if not self.is_behind:
            return
        # No connection outlives a fork: what the child writes would be lost with the log that this process takes away in the end.
        self._database.close()
        if os.fork():
            return
        try:
            os.setsid()
            os.nice(BACKGROUND)
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nowhere, stream)
            assert self._cache_folder is not None  # noqa: S101  (the index is shared)
            lock = os.open(self._cache_folder / "context" / "afterwards.lock", os.O_WRONLY | os.O_CREAT, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._finish(time.monotonic() + _AFTERWARDS_SECONDS)
        finally:
            os._exit(0)

    def _finish(self, ends: float) -> None:
        self._indexing.drop_scanned()
        self._database.make()  # another process may have made it meanwhile
        self._indexing.begin()
        self._indexing.list_files()
        self._indexing.index_terms(ends)
        self._past.keep()
        known = self._indexing.known
        held = [(known[blob][0], one) for blob, one in self._outlined.items() if blob in known]
        if held:
            self.outlines.add(held)
        self._past.read_touches(ends)
        self._indexing.begin_all(ends)
        self._indexing.finish_all()
        self._indexing.rest()


def answer_question(
    repo: Path, query: str, budget: int, cache_folder: Path | None
) -> tuple[dict[str, object], Question]:
    """The answer, and who knows what is to be done afterwards: see `Question.go_on`."""
    gc.disable()
    question = Question(repo, cache_folder)
    return question.answer(query, budget), question
