"""A fixture of the evaluation: a small repository, a request, and a program that judges what came of it.

Each is one TOML file: `text`, `at`, `level`, `judge` (a Python program that runs in the work tree and fails where the result is not what
was asked for), `files` (the repository), `solution` (files of a right result, by which the judge itself is tested), and
`may_change_nothing` where leaving everything as it is passes, too.
"""

import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "fixtures"
_JUDGE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Fixture:
    """One fixture; `files` and `solution` map paths to texts."""

    name: str
    text: str
    at: str
    level: str
    judge: str = field(repr=False)
    files: Mapping[str, str] = field(repr=False)
    solution: Mapping[str, str] = field(repr=False)
    may_change_nothing: bool = False


def load_fixture(path: Path) -> Fixture:
    """The fixture in a file."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Fixture(name=path.stem, **table)


def load_fixtures(names: tuple[str, ...] = ()) -> tuple[Fixture, ...]:
    """All fixtures, or those of these names, the small levels first; raises KeyError for a name that there is not."""
    found = {path.stem: load_fixture(path) for path in FOLDER.glob("*.toml")}
    order = ["line", "block", "file", "directory", "repo"]
    chosen = [found[name] for name in names] if names else list(found.values())
    return tuple(sorted(chosen, key=lambda one: (order.index(one.level), one.name)))


def write_files(root: Path, files: Mapping[str, str]) -> None:
    """Write these files below `root`."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def make_repository(root: Path, fixture: Fixture) -> Path:
    """The fixture's repository with one commit."""
    root.mkdir(parents=True)
    write_files(root, fixture.files)
    who = ["-c", "user.name=Evaluation", "-c", "user.email=evaluation@example.invalid"]
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Begin"]):
        subprocess.run(["git", *who, *command], cwd=root, check=True)
    return root


def judge(root: Path, fixture: Fixture) -> str:
    """Empty if the work tree is what was asked for, else the last line of what the judge said.

    The judge runs code that a model wrote: in a process of its own, without the person's environment, and for a limited time.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-c", fixture.judge],
            cwd=root,
            env={"PATH": "/usr/bin:/bin", "HOME": str(root)},
            capture_output=True,
            text=True,
            timeout=_JUDGE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"the judge took more than {_JUDGE_SECONDS:.0f} seconds"
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or ["the judge failed"])[-1]
