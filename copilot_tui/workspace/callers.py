"""How often a name is called in the repository, counted by git's own search.

Invariant: nothing of the repository is run; the count is of places that look like a call, so it is a hint and no proof.
"""

import re

from copilot_tui.workspace.repository import Repository

_WORDS_BEFORE = rb"(?:pub|public|private|protected|static|export|async|default|override)"
_DEFINING = re.compile(rb"^\s*(?:" + _WORDS_BEFORE + rb"\s+)*(?:def|func|fn|function|fun|class)\b")
_NAME = re.compile(r"\w{2,200}", re.ASCII)


class CallCounter:
    """Counts calls by name; each name is looked for once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._known: dict[str, int] = {}

    def __call__(self, name: str) -> int:
        """The lines of tracked and new files that call `name`, definitions of that name left out."""
        if name not in self._known:
            self._known[name] = self._count(name) if _NAME.fullmatch(name) else 0
        return self._known[name]

    def _count(self, name: str) -> int:
        found = self._repository.git.run(
            "grep",
            "-I",
            "-h",
            "--no-textconv",
            "--untracked",
            "--no-color",
            "-E",
            "-e",
            rf"(^|[^[:alnum:]_]){name}[[:space:]]*\(",
        )
        lines = found.output.split(b"\n") if found.status == 0 else []
        return sum(bool(line.strip()) and not _DEFINING.match(line) for line in lines)
