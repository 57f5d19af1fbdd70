"""Where a name is called in the repository, found by git's own search.

Invariant: nothing of the repository is run; the places are those that look like a call, so they are a hint and no proof.
"""

import re

from copilot_tui.visible import visible
from copilot_tui.workspace.git import decode_path
from copilot_tui.workspace.repository import Repository

_WORDS_BEFORE = rb"(?:pub|public|private|protected|static|export|async|default|override)"
_DEFINING = re.compile(rb"^\s*(?:" + _WORDS_BEFORE + rb"\s+)*(?:def|func|fn|function|fun|class)\b")
_NAME = re.compile(r"\w{2,200}", re.ASCII)


class CallFinder:
    """Finds calls by name; each name is looked for once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, name: str) -> tuple[str, ...]:
        """The lines (`path:line`) of tracked and new files that call `name`, definitions of that name left out."""
        if name not in self._known:
            self._known[name] = self._find(name) if _NAME.fullmatch(name) else ()
        return self._known[name]

    def _find(self, name: str) -> tuple[str, ...]:
        found = self._repository.git.run(
            "grep",
            "-I",
            "-n",
            "-z",
            "--no-textconv",
            "--untracked",
            "--no-color",
            "-E",
            "-e",
            rf"(^|[^[:alnum:]_]){name}[[:space:]]*\(",
        )
        places = []
        for entry in found.output.split(b"\n") if found.status == 0 else []:
            path, _, rest = entry.partition(b"\0")
            number, _, line = rest.partition(b"\0")
            if line.strip() and not _DEFINING.match(line):
                places.append(f"{visible(decode_path(path))}:{number.decode()}")
        return tuple(places)
