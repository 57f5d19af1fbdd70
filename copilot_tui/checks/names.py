"""Names that resolve nowhere: called functions, imports, and attributes of repository modules that do not exist.

Invariant: in doubt there is no finding; only names that the change itself brings in are looked at.
"""

import ast
import builtins
import re
import sys
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Protocol

from copilot_tui.checks.finding import Finding, Severity, added_lines, at
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot

_SCRIPTS = (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts")
_RELATIVE_IMPORT = re.compile(rb"(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)['\"](\.{1,2}/[^'\"?#]{1,300})['\"]")
_DYNAMIC = frozenset({"globals", "locals", "vars", "exec", "eval", "setattr", "__getattr__"})
_BUILTINS = frozenset(dir(builtins)) | {
    "__file__",
    "__name__",
    "__doc__",
    "__path__",
    "__spec__",
    "__class__",
    "reveal_type",
}


class SymbolIndex(Protocol):
    """What is known of names outside of the changed files."""

    def has_module(self, dotted: str) -> bool:
        """Whether a module of that name can be imported: from the repository or an installed package."""

    def module_names(self, dotted: str) -> frozenset[str] | None:
        """The names that a module of the repository defines or imports; None where that is not known."""


def check(change_set: ChangeSet, snapshot: Snapshot, symbols: SymbolIndex) -> list[Finding]:
    """A finding for each new name that cannot be resolved."""
    findings: list[Finding] = []
    after = {change.path: change.after for change in change_set if change.after is not None}
    for change in change_set:
        if change.after is None or change.is_binary:
            continue
        if change.path.endswith((".py", ".pyi")):
            findings += _check_python(change, after, symbols)
        elif change.path.endswith(_SCRIPTS):
            findings += _check_script(change, after, snapshot)
    return findings


def _check_python(change: FileChange, after: dict[str, bytes], symbols: SymbolIndex) -> list[Finding]:
    tree = _parse(change.after or b"")
    if tree is None:
        return []
    added = {number for number, _ in added_lines(change)}
    problems = [*_imports(tree, added, after, symbols), *_calls(tree)]
    return [
        Finding("unknown-name", change.path, at(number), Severity.WARNING, message)
        for number, message in problems
        if number in added
    ]


def _parse(data: bytes) -> ast.Module | None:
    try:
        return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imports(
    tree: ast.Module, added: set[int], after: dict[str, bytes], symbols: SymbolIndex
) -> Iterator[tuple[int, str]]:
    """Added imports of modules that exist nowhere, and of names that a repository module lacks.

    Those that a `try` guards are left out. Only what was added is looked up: an index may have to read many files for an answer.
    """
    guarded = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.Try) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in guarded or not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        if added.isdisjoint({node.lineno, *(alias.lineno for alias in node.names)}):
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                if not _has_module(alias.name, after, symbols):
                    yield (
                        node.lineno,
                        f"there is no module {alias.name} in the repository, the standard library or the installed packages",
                    )
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            if not _has_module(node.module, after, symbols):
                yield (
                    node.lineno,
                    f"there is no module {node.module} in the repository, the standard library or the installed packages",
                )
                continue
            names = _module_names(node.module, after, symbols)
            for alias in node.names if names is not None else ():
                is_module = _has_module(f"{node.module}.{alias.name}", after, symbols)
                if alias.name != "*" and names is not None and alias.name not in names and not is_module:
                    yield alias.lineno, f"the module {node.module} has no {alias.name}"


def _has_module(dotted: str, after: dict[str, bytes], symbols: SymbolIndex) -> bool:
    if dotted.split(".", maxsplit=1)[0] in sys.stdlib_module_names:
        return True
    return bool(_changed_module(dotted, after)) or symbols.has_module(dotted)


def _changed_module(dotted: str, after: dict[str, bytes]) -> str:
    """The changed file that holds the module, from any source root."""
    tail = dotted.replace(".", "/")
    ends = (f"{tail}.py", f"{tail}/__init__.py")
    return next((path for path in after if path in ends or path.endswith(tuple("/" + end for end in ends))), "")


def _module_names(dotted: str, after: dict[str, bytes], symbols: SymbolIndex) -> frozenset[str] | None:
    changed = _changed_module(dotted, after)
    if not changed:
        return symbols.module_names(dotted)
    return bound_names(after[changed])


def bound_names(source: bytes) -> frozenset[str] | None:
    """Every name that a Python file binds; None where it cannot be parsed or makes names at run time."""
    tree = _parse(source)
    return None if tree is None or _is_dynamic(tree) else frozenset(_bound(tree))


def _calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Plain calls of names that the file neither binds anywhere nor gets from the language."""
    if _is_dynamic(tree):
        return
    bound = set(_bound(tree)) | _BUILTINS
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in bound:
            yield node.lineno, f"{node.func.id} is called, and nothing of that name is defined or imported in this file"


def _is_dynamic(tree: ast.Module) -> bool:
    """Whether names may come from elsewhere than the text says."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return True
        if isinstance(node, ast.Name) and node.id in _DYNAMIC:
            return True
        if isinstance(node, ast.FunctionDef) and node.name in _DYNAMIC:
            return True
    return False


def _bound(tree: ast.Module) -> Iterator[str]:
    """Every name that is bound anywhere in the file, in whatever scope."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
        elif type(node).__name__ in {"TypeVar", "ParamSpec", "TypeVarTuple"}:
            yield str(getattr(node, "name", ""))


def _check_script(change: FileChange, after: dict[str, bytes], snapshot: Snapshot) -> list[Finding]:
    """Relative imports of files that do not exist."""
    known = snapshot.known_paths | frozenset(snapshot.files) | frozenset(after)
    folders = {dirname(path) for path in known}
    findings = []
    for number, text in added_lines(change):
        for found in _RELATIVE_IMPORT.findall(text[:5000]):
            goal = normpath(join(dirname(change.path), found.decode("utf-8", "replace")))
            stem = goal.rsplit(".", 1)[0] if "." in goal.rsplit("/", 1)[-1] else goal
            if goal in known or goal in folders or any(path.startswith((goal + ".", stem + ".")) for path in known):
                continue
            message = f"there is no file {goal} in the repository"
            findings.append(Finding("unknown-name", change.path, at(number), Severity.WARNING, message))
    return findings
