"""Comments in saved files that ask for something, each found once: what `watch` and the interface answer.

Invariant: only files that git lists are looked at, no protected ones, no secrets and no links; what stands in a file when it is first
looked at counts as new.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.protected import protected_reason
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.autonomy.secret_names import is_secret
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.errors import CopilotTuiError, RepositoryError
from copilot_tui.session.ai_comments import AiComment, ai_comments
from copilot_tui.visible import visible
from copilot_tui.workspace.repository import Repository

_MOST_BYTES = 2_000_000


async def saved_files(root: Path) -> AsyncIterator[list[str]]:
    """The paths of files that were saved, as they are; those inside `.git` are left out; raises `RepositoryError`."""
    from watchfiles import Change, awatch  # noqa: PLC0415

    try:
        async for changes in awatch(root, debounce=400, step=50):
            paths = [Path(name) for change, name in changes if change is not Change.deleted]
            inside = [path.relative_to(root) for path in paths if path.is_relative_to(root)]
            yield sorted({path.as_posix() for path in inside if ".git" not in path.parts})
    except (OSError, RuntimeError) as error:  # the folder is gone, or the system watches no more files
        raise RepositoryError(
            f"The files of {visible(root.name)} cannot be watched ({visible(str(error))}): mention the place in a request instead."
        ) from error


class Comments:
    """Finds comments that end in `AI!` or `AI?`, each once until it is gone from its file."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._answered: dict[str, set[tuple[str, bool]]] = {}

    async def look(self, paths: Iterable[str]) -> list[tuple[str, AiComment]]:
        """The new comments of these files."""
        listed = await asyncio.to_thread(self._repository.list_files)
        known = Snapshot(known_paths=listed.paths, links=listed.links, protected=self._repository.protected)
        found: list[tuple[str, AiComment]] = []
        for path in paths:
            if path not in listed.paths or known.passes_link(path):
                continue
            if is_secret(path) or protected_reason(path, known) is not None:
                continue
            found += [(path, comment) for comment in await self._new_comments(path)]
        return found

    async def watch(self) -> AsyncIterator[tuple[str, AiComment]]:
        """The new comments of each file as it is saved, until the caller has had enough; raises `RepositoryError`."""
        async for paths in saved_files(self._repository.root):
            for found in await self.look(paths):
                yield found

    async def _new_comments(self, path: str) -> list[AiComment]:
        try:
            data = await asyncio.to_thread(self._repository.read, path)
        except CopilotTuiError:
            return []  # it is gone again, or no plain file
        if len(data) > _MOST_BYTES:
            return []
        comments = await asyncio.to_thread(ai_comments, path, data)
        before = self._answered.get(path, set())
        self._answered[path] = {(one.text, one.is_question) for one in comments}
        return [one for one in comments if (one.text, one.is_question) not in before]


def request_of(path: str, comment: AiComment, level: AutonomyLevel) -> Request:
    """The request that a comment makes, with its place as who asks; the comment itself is to go."""
    words = comment.text or "Do what the comment asks for"
    text = f"{words.rstrip('.')}. Then remove the comment that asks for it (it ends in AI!)."
    lines = comment.lines if level is AutonomyLevel.LINE else comment.region
    folder = path.rpartition("/")[0]
    target = Target(folder) if level is AutonomyLevel.DIRECTORY else Target(path, lines if level.is_region else None)
    return Request(text, target, level, asked_by=f"watch, {path}:{comment.lines.last}")


def question_of(path: str, comment: AiComment) -> Request:
    """The question that a comment asks."""
    return Request(comment.text, Target(path, comment.region), AutonomyLevel.REPO)
