"""What the person allowed for a repository: to run its hooks and filters, and each command or setting by its exact content.

Invariant: nothing of it is read from the repository; an allowance holds for one work tree with one beginning of its history, and for
exactly the text that was shown. What cannot be read counts as not allowed.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from copilot_tui.errors import RepositoryError
from copilot_tui.visible import visible
from copilot_tui.workspace.journal import make_private
from copilot_tui.workspace.repository import Repository

_FILE = "trust.json"
_VERSION = 1


class Trust:
    """The allowances of one repository. A nested repository or a new clone at the same place has none of them."""

    def __init__(self, state_folder: Path, repository: Repository) -> None:
        self._state_folder = state_folder
        self._repository = repository
        self._root = str(repository.root.resolve())

    def is_trusted(self) -> bool:
        """Whether hooks and filters of the repository may run when the person commits."""
        return self._own().get("trusted") is True

    def trust(self) -> None:
        """Let hooks and filters run; raises `RepositoryError` where that cannot be kept."""
        self._keep({**self._own(), "trusted": True})

    def distrust(self) -> None:
        """Take back every allowance of this repository; raises `RepositoryError` where that cannot be kept."""
        self._keep(None)

    def allows(self, name: str, content: str) -> bool:
        """Whether the person agreed to exactly `content` under this name (`command test`, `endpoint`)."""
        return self.agreed(name) == content

    def agreed(self, name: str) -> str | None:
        """What the person agreed to under this name, to be shown beside what is asked for now."""
        found = self._own().get("consents")
        content = found.get(name) if isinstance(found, dict) else None
        return content if isinstance(content, str) else None

    def allow(self, name: str, content: str) -> None:
        """Agree to exactly `content`; raises `RepositoryError` where that cannot be kept."""
        own = self._own()
        found = own.get("consents")
        self._keep({**own, "consents": {**(found if isinstance(found, dict) else {}), name: content}})

    def _own(self) -> dict[str, Any]:
        """What is kept of this repository, if its history still begins where it began then."""
        found = self._read().get(self._root)
        if not isinstance(found, dict) or found.get("first") != self._first():
            return {}
        return found

    def _first(self) -> str:
        """The commits that the history begins with; empty before the first commit."""
        if not self._repository.has_commit():
            return ""
        return " ".join(sorted(self._repository.git.read("rev-list", "--max-parents=0", "HEAD").decode().split()))

    def _read(self) -> dict[str, Any]:
        try:
            value = json.loads((self._state_folder / _FILE).read_bytes())
        except (OSError, ValueError):
            return {}
        if not isinstance(value, dict) or value.get("version") != _VERSION:
            return {}
        repositories = value.get("repositories")
        return repositories if isinstance(repositories, dict) else {}

    def _keep(self, own: dict[str, Any] | None) -> None:
        every = {root: kept for root, kept in self._read().items() if root != self._root}
        if own is not None:
            every[self._root] = {**own, "first": self._first()}
        data = json.dumps({"version": _VERSION, "repositories": every}, ensure_ascii=True, indent=1).encode()
        try:
            waiting = make_private(self._state_folder) / f"{_FILE}.{secrets.token_hex(4)}"
            descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(descriptor)
            waiting.replace(self._state_folder / _FILE)
        except OSError as error:
            raise RepositoryError(
                f"{visible(str(self._state_folder / _FILE))} cannot be written ({error.strerror}), so nothing is allowed."
            ) from error


def what_could_run(repository: Repository) -> tuple[str, ...]:
    """The hooks and filters that the person's own git would run here, each in words; nothing is run to find them."""
    found = repository.git.run("rev-parse", "--git-path", "hooks", trusted=True)
    folder = repository.root / os.fsdecode(found.output.removesuffix(b"\n"))
    try:
        names = sorted(place.name for place in folder.iterdir() if os.access(place, os.X_OK) and place.is_file())
    except OSError:
        names = []
    hooks = [f"the hook {folder / name}" for name in names if not name.endswith(".sample")]
    return (*hooks, *(f"the filter {name}" for name in sorted(repository.git.filters())))
