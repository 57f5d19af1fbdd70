"""The matrix of faults and attacks: each row of tests/faults.toml with the tests that hold it, as docs/faults.md.

    python -m tests.faults_matrix            fail if a row has no test, a test names no row, or the page is not up to date
    python -m tests.faults_matrix --write    write the page anew

Invariant: the page is made from the markers alone: a test holds a row if it, its class or its module is marked `fault("O38")`.
"""

import argparse
import ast
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "faults.md"
_HEAD = """\
# Faults and attacks

Each row is a fault or an attack that the tests really provoke (on real files, real git, a real pseudo-terminal and a real endpoint on
loopback), what must come of it, and the tests that hold it. Made by `python -m tests.faults_matrix --write` from `tests/faults.toml`
and the markers of the tests; `make check` fails where a row has no test.

"The endpoint" is a scripted OpenAI-compatible server that records every request. Where nothing else is said the program goes on, the
person's text survives, and work tree, index and references are as before.
"""
_KINDS = {
    "inject": "A gullible model",
    "consent": "Consent",
    "git": "Hostile repositories",
    "path": "Paths",
    "term": "Terminal",
    "secret": "Secrets",
    "edit": "Landing and undo",
    "gitstate": "States of git",
    "link": "Endpoint",
    "session": "Sessions",
    "ui": "Interface",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One fault: its kind, what is provoked, and what must come of it."""

    name: str
    kind: str
    fault: str
    expected: str


def read_rows(file: Path = TESTS / "faults.toml") -> list[Row]:
    """The rows in the order of the file."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return [Row(name, row["kind"], row["fault"], row["expected"]) for name, row in table.items()]


def find_tests(folder: Path = TESTS) -> dict[str, list[str]]:
    """Row name -> the tests that are marked with it (`path::name`), in the order of their paths."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(folder.rglob("test_*.py")):
        module = ast.parse(file.read_text(encoding="utf-8"), str(file))
        path = file.relative_to(folder.parent).as_posix()
        for name, row in _marked(module.body, f"{path}::", _of_module(module)):
            if name not in found[row]:
                found[row].append(name)
    return dict(found)


def _marked(body: list[ast.stmt], prefix: str, inherited: list[str]) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _marked(node.body, f"{prefix}{node.name}::", inherited + _rows_of(node.decorator_list))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            for row in inherited + _rows_of(node.decorator_list):
                yield prefix + node.name, row


def _of_module(module: ast.Module) -> list[str]:
    for node in module.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets
        ):
            return _rows_of([node.value])
    return []


def _rows_of(marks: list[ast.expr]) -> list[str]:
    """The rows that any `fault(...)` in these expressions names; also those of single parameters, `pytest.param(..., marks=...)`."""
    calls = [node for mark in marks for node in ast.walk(mark) if isinstance(node, ast.Call)]
    return [
        argument.value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "fault"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def make_page(rows: list[Row], tests: Mapping[str, list[str]]) -> str:
    """The page as Markdown."""
    lines = [_HEAD]
    for kind, title in _KINDS.items():
        lines += [f"## {title}", "", "| row | fault | expected | held by |", "|---|---|---|---|"]
        for row in rows:
            if row.kind == kind:
                held = "<br>".join(f"`{name.removeprefix('tests/')}`" for name in tests.get(row.name, []))
                lines.append(f"| {row.name} | {row.fault} | {row.expected} | {held or '**no test yet**'} |")
        lines.append("")
    return "\n".join(lines)


def complaints(rows: list[Row], tests: Mapping[str, list[str]]) -> list[str]:
    """What is missing or does not fit, each in one sentence."""
    names = {row.name for row in rows}
    found = [f"{row.name} has no test: {row.fault}" for row in rows if not tests.get(row.name)]
    found += [
        f"{held[0]} is marked with {name}, and there is no such row"
        for name, held in tests.items()
        if name not in names
    ]
    found += [
        f"{row.name} is of the kind {row.kind}, and there is no such kind" for row in rows if row.kind not in _KINDS
    ]
    return found


def main() -> int:
    """Write the page, or check it; gives the exit status."""
    parser = argparse.ArgumentParser(description="The matrix of faults and the tests that hold them.")
    parser.add_argument("--write", action="store_true", help="write docs/faults.md anew")
    options = parser.parse_args()
    rows, tests = read_rows(), find_tests()
    page, found = make_page(rows, tests), complaints(rows, tests)
    if options.write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        found.append("docs/faults.md is not up to date: run `python -m tests.faults_matrix --write`")
    for sentence in found:
        sys.stderr.write(f"{sentence}\n")
    sys.stdout.write(f"{sum(row.name in tests for row in rows)} of {len(rows)} rows are held by tests.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
