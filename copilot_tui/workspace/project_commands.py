"""The project's own commands: lint, type check and tests, as its files define them.

Invariant: nothing is run here; a command carries the text that stands behind it, so that a consent holds for exactly that text.
"""

import contextlib
import json
import re
import shlex
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot_tui.errors import SettingsError, UsageError
from copilot_tui.visible import visible

OWN_FILE = ".copilot-tui.toml"
TYPED = "typed"
_MOST_BYTES = 1_000_000
_ROLES = ("lint", "types", "test")
_TARGETS = {"lint": ("lint",), "types": ("typecheck", "type-check", "types", "mypy"), "test": ("test", "tests")}
_SCRIPTS = {"lint": ("lint",), "types": ("typecheck", "type-check", "types", "tsc"), "test": ("test",)}
_RULE = re.compile(r"^([A-Za-z0-9_./ -]+?)\s*::?(?![:=])([^\n=]*)$")


@dataclass(frozen=True, slots=True)
class ProjectCommand:
    """A command: what it is for (`lint`, `types`, `test`), its arguments, the file that says so, and what that file says of it."""

    name: str
    arguments: tuple[str, ...]
    source: str
    definition: str = ""

    @property
    def line(self) -> str:
        """The command as one would type it, exactly what runs."""
        return shlex.join(self.arguments)

    @property
    def consent(self) -> str:
        """The text that a person agrees to: the command, and what stands behind it."""
        return f"{self.line}\n{self.source}\n{self.definition}".rstrip()

    @property
    def shown(self) -> str:
        """The same text, safe to show."""
        return visible(self.consent, keep="\n\t")


def typed_command(line: str) -> ProjectCommand:
    """A command that the person typed; split like a shell splits it but run without one. Raises `UsageError`."""
    try:
        arguments = tuple(shlex.split(line))
    except ValueError as error:
        raise UsageError(f"The command {visible(line)} cannot be understood: {error}.") from None
    if not arguments:
        raise UsageError("The command is empty: type a program and its arguments.")
    return ProjectCommand(TYPED, arguments, TYPED)


def find_commands(root: Path, configured: Mapping[str, str] | None = None) -> tuple[ProjectCommand, ...]:
    """At most one command for each role, in the order lint, types, test; those that the person set come first and may have other names.

    `configured`: name to command line, split like a shell splits it but run without one. An entry that is empty switches the role off;
    raises `SettingsError` for one that cannot be split.
    """
    found: dict[str, ProjectCommand | None] = {}
    for name, line in (configured or {}).items():
        try:
            found[name] = ProjectCommand(name, tuple(shlex.split(line)), "settings") if line.strip() else None
        except ValueError as error:
            raise SettingsError(f"The settings' command {visible(name)} cannot be understood: {error}.") from None
    for finder in _FINDERS:
        for command in finder(root):
            found.setdefault(command.name, command)
    order = {name: number for number, name in enumerate(_ROLES)}
    return tuple(
        sorted(
            (command for command in found.values() if command), key=lambda command: order.get(command.name, len(order))
        )
    )


def _of_own_file(root: Path) -> list[ProjectCommand]:
    """The table `commands` of the repository's own settings: offered like any other, and run by consent alone."""
    try:
        table = tomllib.loads(_read(root / OWN_FILE)).get("commands")
    except tomllib.TOMLDecodeError:
        return []
    commands = []
    for name, line in table.items() if isinstance(table, dict) else ():
        with contextlib.suppress(ValueError):
            if isinstance(line, str) and (arguments := tuple(shlex.split(line))):
                commands.append(ProjectCommand(name, arguments, OWN_FILE, line))
    return commands


def _of_makefile(root: Path) -> list[ProjectCommand]:
    for name in ("GNUmakefile", "makefile", "Makefile"):
        text = _read(root / name)
        if text:
            rules = _rules(text)
            return [
                ProjectCommand(role, ("make", target), name, _definition(rules, target))
                for role in _ROLES
                for target in [next((one for one in _TARGETS[role] if one in rules), "")]
                if target
            ]
    return []


def _rules(text: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Target -> its rule with its recipe, and what it needs first."""
    rules: dict[str, tuple[str, tuple[str, ...]]] = {}
    lines = text.split("\n")
    for number, line in enumerate(lines):
        match = _RULE.match(line)
        if not match:
            continue
        end = number + 1
        while end < len(lines) and (lines[end].startswith("\t") or (lines[end - 1].endswith("\\") and end > number)):
            end += 1
        for target in match[1].split():
            earlier = rules.get(target, ("", ()))
            block = "\n".join(lines[number:end])
            rules[target] = (f"{earlier[0]}\n{block}".strip("\n"), (*earlier[1], *match[2].split()))
    return rules


def _definition(rules: Mapping[str, tuple[str, tuple[str, ...]]], target: str) -> str:
    """The rule and those of everything that it needs first."""
    blocks: dict[str, str] = {}
    waiting = [target]
    while waiting:
        name = waiting.pop(0)
        if name in rules and name not in blocks:
            blocks[name], needs = rules[name]
            waiting += needs
    return "\n".join(blocks.values())


def _of_package_json(root: Path) -> list[ProjectCommand]:
    try:
        scripts = json.loads(_read(root / "package.json") or "{}").get("scripts")
    except (ValueError, AttributeError, RecursionError):
        return []
    if not isinstance(scripts, dict):
        return []
    locks = {"pnpm-lock.yaml": "pnpm", "yarn.lock": "yarn", "bun.lockb": "bun", "bun.lock": "bun"}
    runner = next((name for lock, name in locks.items() if (root / lock).exists()), "npm")
    commands = []
    for role in _ROLES:
        script = next((one for one in _SCRIPTS[role] if isinstance(scripts.get(one), str)), "")
        if script and "no test specified" not in scripts[script]:
            around = [
                f"{name}: {scripts[name]}" for name in (f"pre{script}", script, f"post{script}") if name in scripts
            ]
            commands.append(ProjectCommand(role, (runner, "run", script), "package.json", "\n".join(around)))
    return commands


def _of_python(root: Path) -> list[ProjectCommand]:
    try:
        tools: dict[str, Any] = tomllib.loads(_read(root / "pyproject.toml") or "").get("tool", {})
    except (tomllib.TOMLDecodeError, AttributeError):
        tools = {}
    python = next((name for name in (".venv/bin/python", "venv/bin/python") if (root / name).exists()), "python3")
    commands = []
    if "ruff" in tools or (root / "ruff.toml").exists() or (root / ".ruff.toml").exists():
        commands.append(ProjectCommand("lint", (python, "-m", "ruff", "check", "."), "pyproject.toml"))
    if "mypy" in tools or (root / "mypy.ini").exists():
        paths = () if isinstance(tools.get("mypy"), dict) and {"files", "packages"} & set(tools["mypy"]) else (".",)
        commands.append(ProjectCommand("types", (python, "-m", "mypy", *paths), "pyproject.toml"))
    elif "pyright" in tools or (root / "pyrightconfig.json").exists():
        commands.append(ProjectCommand("types", ("pyright",), "pyproject.toml"))
    if "pytest" in tools or (root / "pytest.ini").exists() or any((root / "tests").glob("**/test_*.py")):
        commands.append(ProjectCommand("test", (python, "-m", "pytest", "-q"), "pyproject.toml"))
    return commands


def _of_rust(root: Path) -> list[ProjectCommand]:
    if not (root / "Cargo.toml").is_file():
        return []
    return [
        ProjectCommand("types", ("cargo", "check", "--all-targets", "--message-format=short"), "Cargo.toml"),
        ProjectCommand("test", ("cargo", "test"), "Cargo.toml"),
    ]


def _of_go(root: Path) -> list[ProjectCommand]:
    if not (root / "go.mod").is_file():
        return []
    return [
        ProjectCommand("lint", ("go", "vet", "./..."), "go.mod"),
        ProjectCommand("test", ("go", "test", "./..."), "go.mod"),
    ]


_FINDERS: tuple[Callable[[Path], list[ProjectCommand]], ...] = (
    _of_own_file,
    _of_makefile,
    _of_package_json,
    _of_python,
    _of_rust,
    _of_go,
)


def _read(file: Path) -> str:
    """A plain file's text; empty where there is none that can be read."""
    if file.is_symlink() or not file.is_file():
        return ""
    try:
        with file.open("rb") as stream:
            return stream.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
