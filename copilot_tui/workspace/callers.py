"""Where names are called in the repository, found by git's own search: all of them by one.

Invariant: nothing of the repository is run; the places are those that look like a call, so they are a hint and no proof.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from copilot_tui.visible import visible
from copilot_tui.workspace.git import GitResult, decode_path
from copilot_tui.workspace.repository import Repository

_WORDS_BEFORE = rb"(?:pub|public|private|protected|static|export|async|default|override)"
_DEFINING = re.compile(rb"^\s*(?:" + _WORDS_BEFORE + rb"\s+)*(?:def|func|fn|function|fun|class)\b")
_NAME = re.compile(r"\w{2,200}", re.ASCII)
_CALL = re.compile(rb"(?<![A-Za-z0-9_])([A-Za-z0-9_]{2,200})[ \t\f\v\r]*\(")
_MOST_TOGETHER = 12_000  # characters of names in one pattern: larger ones are more than git's expressions take
_LONGEST = 4_000  # bytes of a line that are looked at


class CallFinder:
    """Finds calls by name; each name is looked for once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, names: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """By name the lines (`path:line`) of tracked and new files that call it, definitions of that name left out."""
        fresh = sorted({name for name in names if name not in self._known})
        self._known |= dict.fromkeys(fresh, ())
        for part in _parts([name for name in fresh if _NAME.fullmatch(name)]):
            self._known |= self._find(part)
        return {name: self._known[name] for name in names}

    def _find(self, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
        wanted = {name.encode(): name for name in names}
        places: dict[str, dict[str, None]] = {name: {} for name in names}
        for entry in self._lines("|".join(names)):
            path, _, rest = entry.partition(b"\0")
            number, _, line = rest.partition(b"\0")
            if not line.strip() or _DEFINING.match(line):
                continue
            place = f"{visible(decode_path(path))}:{number.decode()}"
            for call in _CALL.finditer(line[:_LONGEST]):
                if (name := wanted.get(call[1])) is not None:
                    places[name][place] = None
        return {name: tuple(found) for name, found in places.items()}

    def _lines(self, names: str) -> Sequence[bytes]:
        """The lines that may call any of the names; by the expressions that git is quickest with, where it has them."""
        found = self._grep("-P", rf"(?<![A-Za-z0-9_])(?:{names})\s*\(")
        if found.status not in {0, 1}:
            found = self._grep("-E", rf"(^|[^[:alnum:]_])({names})[[:space:]]*\(")
        return found.output.split(b"\n") if found.status == 0 else ()

    def _grep(self, kind: str, pattern: str) -> GitResult:
        looks = ("-I", "-n", "-z", "--no-textconv", "--untracked", "--no-color")
        return self._repository.git.run("grep", *looks, kind, "-e", pattern)


def _parts(names: Sequence[str]) -> Iterator[list[str]]:
    """The names in parts that are not too large for one pattern."""
    part: list[str] = []
    size = 0
    for name in names:
        if size + len(name) > _MOST_TOGETHER:
            yield part
            part, size = [], 0
        part.append(name)
        size += len(name) + 1
    if part:
        yield part
