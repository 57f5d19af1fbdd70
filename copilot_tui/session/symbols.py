"""Which Python modules and names there are: in the repository, and among the packages installed for it.

Invariant: nothing is imported or run; in doubt a module exists and its names are unknown, so that a check built on this is silent.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from shutil import which

from copilot_tui.checks.names import bound_names
from copilot_tui.errors import CopilotTuiError
from copilot_tui.workspace.repository import Repository

_SOURCES = (".py", ".pyi")
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import|import[ \t]+([A-Za-z_][\w., \t]*))", re.MULTILINE
)
_MADE_AT_RUN_TIME = re.compile(rb"sys\.modules|__path__|__getattr__|lazy", re.IGNORECASE)
_DECLARING = re.compile(
    r"(?:^|/)(?:pyproject\.toml|setup\.(?:py|cfg)|Pipfile|environment\.ya?ml|[\w.-]*requirements[\w.-]*\.(?:txt|in))$"
)
_MOST_FILES = 4000
_MOST_BYTES = 40_000_000


class RepositorySymbols:
    """The names of one state of a repository; each question is answered from what was read for an earlier one where it can be."""

    def __init__(self, repository: Repository, environment: Mapping[str, str]) -> None:
        self._repository = repository
        self._environment = environment
        self._names: dict[str, frozenset[str] | None] = {}

    def has_module(self, dotted: str) -> bool:
        """Whether the module stands in the repository, is installed, or is spoken of by files that are there already."""
        top = dotted.partition(".")[0]
        if top in sys.stdlib_module_names or dotted in self._modules or self._lies_unlisted(dotted):
            return True
        found = self._installed(dotted)
        if found is not None:
            return found
        is_ours = any(path.endswith("__init__.py") for path in self._modules.get(top, ()))
        return not is_ours and top in self._spoken_of

    def module_names(self, dotted: str) -> frozenset[str] | None:
        """The names that a module of the repository binds; None where another module of that name might be meant."""
        if dotted not in self._names:
            self._names[dotted] = self._read_names(dotted)
        return self._names[dotted]

    def _read_names(self, dotted: str) -> frozenset[str] | None:
        top = dotted.partition(".")[0]
        paths = self._modules.get(dotted, ())
        if top in sys.stdlib_module_names or len(paths) != 1 or not paths[0] or self._installed(top):
            return None
        path = paths[0]
        try:
            names = bound_names(self._repository.read(path))
        except CopilotTuiError:
            return None
        if names is None:
            return None
        below = path.removesuffix("__init__.py")
        inner = {
            rest.split("/")[0].partition(".")[0] for one in self._paths if (rest := one.removeprefix(below)) != one
        }
        return names | inner if path.endswith("__init__.py") else names

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        return tuple(self._repository.list_files().paths)

    @cached_property
    def _modules(self) -> dict[str, tuple[str, ...]]:
        """Dotted name -> the files that it may mean, from whatever folder; a path is empty where the folder is inside a package."""
        packages = {path.rpartition("/")[0] for path in self._paths if path.rpartition("/")[2] == "__init__.py"}
        found: dict[str, set[str]] = {}
        for path in self._paths:
            if not path.endswith(_SOURCES):
                continue
            parts = path.rpartition(".")[0].split("/")
            if parts[-1] == "__init__":
                parts.pop()
            for first in range(len(parts)):
                is_root = "/".join(parts[:first]) not in packages
                found.setdefault(".".join(parts[first:]), set()).add(path if is_root else "")
                for last in range(first + 1, len(parts)):  # the folders on the way are packages, or namespaces
                    found.setdefault(".".join(parts[first:last]), set())
        return {name: tuple(sorted(paths)) for name, paths in found.items()}

    def _lies_unlisted(self, dotted: str) -> bool:
        """Whether a file that git ignores (a generated module) is there beside the package's others."""
        package, _, last = dotted.rpartition(".")
        folders = {path.rpartition("/")[0] for path in self._modules.get(package, ()) if path} if package else {""}
        return any(_is_module(self._repository.root / folder, last) for folder in folders)

    def _installed(self, dotted: str) -> bool | None:
        """Whether it is installed; None where there is no package of its first name."""
        top, *rest = dotted.split(".")
        seen: bool | None = None
        for folder in self._site_folders:
            if not _is_module(folder, top) and not (folder / top).is_dir():
                continue
            seen = seen or _holds(folder / top, rest)
        if seen is None and any(f"'{top}'" in text for text in self._finders):
            return True
        return seen

    @cached_property
    def _site_folders(self) -> tuple[Path, ...]:
        """Where the packages of this repository's interpreter lie: its own environment, else the one on the person's path."""
        prefixes = [
            Path(self._environment[name]) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if self._environment.get(name)
        ]
        prefixes += [self._repository.root / name for name in (".venv", "venv", "env")]
        folders = [folder for prefix in prefixes for folder in _libraries(prefix)]
        if not folders:
            python = which("python3", path=self._environment.get("PATH"))
            prefix = Path(python).resolve().parent.parent if python else Path("/usr")
            home = self._environment.get("HOME")
            folders = [
                *_libraries(prefix),
                *_libraries(Path("/usr")),
                *(_libraries(Path(home) / ".local") if home else ()),
            ]
        pointed = [Path(line) for folder in folders for line in _pointers(folder)]
        return tuple(dict.fromkeys([*folders, *pointed]))

    @cached_property
    def _finders(self) -> tuple[str, ...]:
        return tuple(
            file.read_text(encoding="utf-8", errors="replace")
            for folder in self._site_folders
            for file in folder.glob("__editable__*finder.py")
        )

    @cached_property
    def _spoken_of(self) -> frozenset[str]:
        """The first names of everything that the repository's files import or declare as needed."""
        found: set[str] = set()
        left = _MOST_BYTES
        declared = ""
        for path in [one for one in self._paths if one.endswith(_SOURCES) or _DECLARING.search(one)][:_MOST_FILES]:
            try:
                data = self._repository.read(path)
            except CopilotTuiError:
                continue
            left -= len(data)
            if left < 0:
                break
            if _DECLARING.search(path):
                declared += data.decode("utf-8", "replace").lower()
            for match in _IMPORT.finditer(data):
                for name in (match[1] or match[2]).decode().split(","):
                    found.add(name.split(".")[0].split(" as ")[0].strip())
        return frozenset(found) | frozenset(re.findall(r"[a-z_][a-z0-9_]*", re.sub(r"[-.]", "_", declared)))


def _libraries(prefix: Path) -> list[Path]:
    folders = [*prefix.glob("lib/python3*/site-packages"), *prefix.glob("lib/python3*/dist-packages")]
    return [*folders, *prefix.glob("Lib/site-packages")]


def _pointers(folder: Path) -> Iterator[str]:
    for file in folder.glob("*.pth"):
        try:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        yield from (line.strip() for line in lines if line.startswith("/"))


def _is_module(folder: Path, name: str) -> bool:
    return any((folder / end).is_file() for end in (f"{name}.py", f"{name}.pyi", f"{name}/__init__.py")) or any(
        folder.glob(f"{name}.*.so")
    )


def _holds(package: Path, rest: list[str]) -> bool:
    """Whether an installed package has the module below it; a package that makes modules at run time may have any."""
    folder = package
    for place, part in enumerate(rest):
        if not folder.is_dir():
            return True  # a single file: what lies below is made at run time
        initial = folder / "__init__.py"
        is_last = place == len(rest) - 1
        if not (_is_module(folder, part) or (folder / part).is_dir()):
            return initial.is_file() and bool(_MADE_AT_RUN_TIME.search(initial.read_bytes()))
        if is_last:
            return True
        folder /= part
    return True
