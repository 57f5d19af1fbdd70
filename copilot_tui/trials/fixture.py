"""The small requests that come with the program, each with its right answers.

Invariant: judging compares texts and syntax trees; nothing that a model wrote is run.
"""

import ast
import tomllib
from dataclasses import dataclass, field
from importlib import resources

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target


@dataclass(frozen=True, slots=True)
class Fixture:
    """One request over a repository of one file; `accept` are the right texts of that file."""

    name: str
    request: Request
    path: str
    file: str = field(repr=False)
    accept: tuple[str, ...] = field(repr=False)

    def judge(self, text: str) -> str:
        """Empty if the text is right, else what is wrong with it."""
        if any(_same(text, right) for right in self.accept):
            return ""
        return "nothing changed" if text == self.file else "it is not what was asked for"


def _same(text: str, right: str) -> bool:
    try:
        return ast.dump(ast.parse(text)) == ast.dump(ast.parse(right))
    except (SyntaxError, ValueError, RecursionError):
        return text == right


def load_fixtures() -> tuple[Fixture, ...]:
    """All of them, the small levels first."""
    text = resources.files("copilot_tui.trials").joinpath("fixtures.toml").read_text(encoding="utf-8")
    return tuple(_fixture(name, entry) for name, entry in tomllib.loads(text).items())


def _fixture(name: str, entry: dict[str, object]) -> Fixture:
    at = entry.get("at")
    lines = LineRange(*at) if isinstance(at, list) else None
    path = str(entry["path"])
    request = Request(str(entry["text"]), Target(path, lines), AutonomyLevel(str(entry["level"])))
    accept = entry["accept"]
    return Fixture(name, request, path, str(entry["file"]), tuple(accept) if isinstance(accept, list) else ())
