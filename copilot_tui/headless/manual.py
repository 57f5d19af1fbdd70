"""The command line described from its own parser: as a manual page, as Markdown, and as completion for shells.

Invariant: nothing about a command or an option is written here; what the parser says is said.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    CommandParsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (it has no public name)

_LEVELS = ("line", "block", "file", "directory", "repo")
_FOLDERS = {"repo"}
_FILES = {"at", "input", "query_file", "file", "path"}


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a command: how it is written (`--at PATH`), and its sentence."""

    form: str
    help: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command (`models install`) with its sentence, its usage in one line, and its arguments."""

    name: str
    help: str
    usage: str
    arguments: tuple[Argument, ...]


def commands_of(parser: argparse.ArgumentParser) -> tuple[Command, ...]:
    """Every command of the parser, and the actions of commands that have some, in the parser's order."""
    return tuple(_commands(parser, ""))


def _commands(parser: argparse.ArgumentParser, above: str) -> Iterator[Command]:
    for group in _groups(parser):
        helps = {choice.dest: choice.help or "" for choice in group._choices_actions}  # noqa: SLF001  (argparse offers no other way)
        for name, inner in group.choices.items():
            whole = f"{above}{name}"
            usage = " ".join(inner.format_usage().removeprefix("usage: ").split())
            yield Command(whole, helps.get(name, ""), usage, tuple(_arguments(inner)))
            yield from _commands(inner, f"{whole} ")


def _groups(parser: argparse.ArgumentParser) -> "list[CommandParsers]":
    return [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001


def _arguments(parser: argparse.ArgumentParser) -> Iterator[Argument]:
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, (argparse._HelpAction, argparse._SubParsersAction)):  # noqa: SLF001
            continue
        value = action.metavar if isinstance(action.metavar, str) else action.dest.upper().replace("_", "-")
        form = ", ".join(action.option_strings)
        if not form:
            form = f"[{value}]" if action.nargs == "?" else value
        elif action.nargs != 0:
            form += f" {value}"
        yield Argument(form, action.help or "")


def manual_page(parser: argparse.ArgumentParser, version: str) -> str:
    """A manual page for `man`, in the macros of man(7)."""
    parts = [
        f'.TH COPILOT-TUI 1 "" "copilot-tui {_roff(version)}" "User Commands"\n.nh\n.ad l',
        f".SH NAME\ncopilot-tui \\- {_roff((parser.description or '').partition('.')[0])}",
        ".SH SYNOPSIS\n.B copilot-tui\n[\\fIREPOSITORY\\fR]\n.br\n.B copilot-tui\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR]",
        f".SH DESCRIPTION\n{_roff(parser.description or '')}",
        ".SH COMMANDS",
    ]
    for command in commands_of(parser):
        parts.append(f".SS {_roff(command.name)}\n{_roff(command.help[:1].upper() + command.help[1:])}.")
        parts.append(f".PP\n\\fB{_roff(command.usage)}\\fR")
        parts += [f".TP\n\\fB{_roff(one.form)}\\fR\n{_roff(one.help)}" for one in command.arguments]
    title, _, statuses = (parser.epilog or "").partition(":\n")
    parts.append(f".SH {title.upper()}\n.nf\n{_roff(statuses.rstrip())}\n.fi")
    parts.append(".SH SEE ALSO\n\\fBcopilot-tui docs\\fR prints the documentation, page by page.")
    return "\n".join(parts) + "\n"


def _roff(text: str) -> str:
    """Plain text for roff: backslashes and hyphens as they are, and no line that begins like a request."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in escaped.split("\n"))


def markdown_of(parser: argparse.ArgumentParser) -> str:
    """Every command with its arguments, as Markdown sections."""
    parts: list[str] = []
    for command in commands_of(parser):
        parts.append(f"### {command.name}\n\n{command.help[:1].upper() + command.help[1:]}.\n\n    {command.usage}\n")
        if command.arguments:
            parts.append("".join(f"- `{one.form}`: {one.help or 'what is meant'}\n" for one in command.arguments))
    return "\n".join(parts)


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """A script that completes commands, options, levels and paths in a shell, made by shtab."""
    import shtab  # noqa: PLC0415

    _say_what_completes(parser)
    script: str = shtab.complete(parser, shell=shell)
    return script


def _say_what_completes(parser: argparse.ArgumentParser) -> None:
    import shtab  # noqa: PLC0415

    for action in parser._actions:  # noqa: SLF001
        if action.dest == "level":
            action.choices = _LEVELS
        elif action.dest in _FOLDERS | _FILES:
            wanted = shtab.DIRECTORY if action.dest in _FOLDERS else shtab.FILE
            action.complete = wanted  # type: ignore[attr-defined]  # where shtab looks for it
    for group in _groups(parser):
        for inner in group.choices.values():
            _say_what_completes(inner)
