"""Reads the arguments, calls what they name, and turns every error into one sentence and an exit status.

Invariant: standard output holds results alone; errors are one sentence on standard error, never a traceback.
"""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from copilot_tui import __version__
from copilot_tui.errors import CopilotTuiError, OutputError, UsageError
from copilot_tui.visible import visible

if TYPE_CHECKING:
    import argparse

    from copilot_tui.cli.options import Run

EXIT_STATUSES = """exit statuses:
  0    done; for propose: there is a proposal; for apply: every edit was applied
  1    for propose: no usable edit came; for apply: at least one edit was refused; for doctor: something is to be done;
       for replay: a request came out otherwise than it was recorded; for review: a part of the change is not in it;
       for try: a command failed, or waits for your yes
  2    the command line is wrong; for apply: nothing was applied
  64   what was asked for does not exist (a level, a proposal, a landing)
  65   the folder is no git repository that can be worked in
  66   the file or line cannot be edited
  69   no model answered
  70   a prompt file is missing, or has a mistake
  73   nothing was written, because it could not be written safely
  74   a model could not be installed
  78   a settings file has a mistake
  130  cancelled with ctrl+c
  141  whoever read the output has gone
"""

# Known without a parser: it is made only where a command is named, the interface starts without one.
COMMANDS = (
    "propose", "apply", "undo", "redo", "commit", "review", "try", "ask", "context", "replay", "sessions", "stats",
    "memory", "demo", "setup", "models", "config", "doctor", "watch", "waiting", "trust", "mcp", "docs", "completion",
)  # fmt: skip

_LISTING = frozenset({"sessions", "memory", "models", "waiting"})  # they list where no action is named


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit status."""
    if arguments is None and sys.getfilesystemencoding() != "utf-8":
        _start_again_in_utf8()
    words = list(sys.argv[1:] if arguments is None else arguments)
    _fill_standard_streams()
    try:
        _find_home()
        return _run(words, os.environ)
    except OutputError as error:
        _give_up_output()
        print(f"copilot-tui: {visible(str(error))}", file=sys.stderr)  # noqa: T201
        return error.exit_status
    except CopilotTuiError as error:
        print(f"copilot-tui: {visible(str(error))}", file=sys.stderr)  # noqa: T201
        return error.exit_status
    except KeyboardInterrupt:
        print("copilot-tui: cancelled; nothing was changed.", file=sys.stderr)  # noqa: T201
        return 130
    except BrokenPipeError:
        _give_up_output()
        return 141


def _give_up_output() -> None:
    """What is still to be written goes nowhere: python would complain of it when it closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _start_again_in_utf8() -> NoReturn:
    """Names of files, what git says and what terminals show is UTF-8, whatever language the environment names."""
    command = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
    os.execve(sys.executable, command, {**os.environ, "PYTHONUTF8": "1"})  # noqa: S606 - the program itself, once


def _find_home() -> None:
    """Raises `UsageError` where nobody says which folder is the person's own; an empty name says as little as none."""
    if not os.environ.get("HOME"):
        os.environ.pop("HOME", None)
    try:
        Path.home()
    except RuntimeError:
        raise UsageError("there is no home folder for this user: set HOME to a folder that can be written") from None


def _fill_standard_streams() -> None:
    """Where a caller closed a standard stream, nothing is read from it and what is written is lost; no file gets its number."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  (for as long as the program runs)
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def _run(words: list[str], environment: Mapping[str, str]) -> int:
    if len(words) > 1 and words[0] == "--plain" and words[1] in COMMANDS:
        environment = {**environment, "COPILOT_TUI_PLAIN": "true"}
        words = [words[1], *(["--plain"] if words[1] == "review" else []), *words[2:]]
    is_command = bool(words) and words[0] in COMMANDS
    if not words or (not is_command and ("--plain" in words[:2] or not words[0].startswith("-"))):
        return _open_interface(words, environment)
    if words[0] == "context":
        from copilot_tui.cli.asking import context_parser  # noqa: PLC0415

        parser = context_parser()
    else:
        parser = build_parser()
    options = parser.parse_args(_with_action(words))
    run: Run | None = getattr(options, "run", None)
    return _open_interface(words, environment) if run is None else run(options, environment)


def _with_action(words: list[str]) -> list[str]:
    """The words with the action that a command has without one, so that `sessions --json` is `sessions list --json`."""
    rest = words[1:]
    if not words or words[0] not in _LISTING or {"-h", "--help"} & set(rest) or (rest and not rest[0].startswith("-")):
        return words
    return [words[0], "list", *rest]


def _open_interface(words: list[str], environment: Mapping[str, str]) -> int:
    repository, is_plain = _read_interface_words(words)
    folder = Path(repository)
    if not os.path.isdir(folder):  # noqa: PTH112  (a Path raises for a name that is too long, and where it may not look)
        print(  # noqa: T201
            f"copilot-tui: {visible(repository)} is neither a folder nor a command; "
            f"the commands are {', '.join(COMMANDS)}.",
            file=sys.stderr,
        )
        return 64
    if is_plain or _wants_plain(environment):
        from copilot_tui.headless.plain import plain  # noqa: PLC0415

        return plain(folder, environment, Path.home())
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("copilot-tui: the interface needs a terminal; in a program use `copilot-tui propose`.", file=sys.stderr)  # noqa: T201
        return 64
    gc.disable()  # until the first screen is painted: what is loaded till then is kept to the end
    from copilot_tui.cli.interface import run_interface  # noqa: PLC0415  (the other commands do without)

    return run_interface(folder, environment, Path.home())


def _read_interface_words(words: list[str]) -> tuple[str, bool]:
    """The repository's folder, and whether plain mode is asked for; ends the program where the words are no such thing."""
    if len(words) <= 1 and not "".join(words).startswith("-"):
        return words[0] if words else ".", False
    import argparse  # noqa: PLC0415  (most starts need none)

    parser = argparse.ArgumentParser(prog="copilot-tui", add_help=False)
    parser.add_argument("repository", nargs="?", default=".")
    parser.add_argument("--plain", action="store_true")
    options = parser.parse_args(words)
    return options.repository, options.plain


def _wants_plain(environment: Mapping[str, str]) -> bool:
    from copilot_tui.config.appearance import read_appearance  # noqa: PLC0415

    return read_appearance(environment, Path.home()).plain


def build_parser() -> "argparse.ArgumentParser":
    """The parser of all commands; each leaves in `run` what it does."""
    import argparse  # noqa: PLC0415  (not for the interface)

    from copilot_tui.cli.changing import add_changing  # noqa: PLC0415  (not for the interface)
    from copilot_tui.cli.looking import add_looking  # noqa: PLC0415
    from copilot_tui.cli.memory import add_memory  # noqa: PLC0415
    from copilot_tui.cli.others import add_others  # noqa: PLC0415
    from copilot_tui.cli.reading import add_reading  # noqa: PLC0415
    from copilot_tui.cli.setting_up import add_setting_up  # noqa: PLC0415

    parser = argparse.ArgumentParser(
        prog="copilot-tui",
        usage="copilot-tui [--plain] [REPOSITORY]\n       copilot-tui COMMAND [OPTIONS]",
        description="A coding assistant whose reach you set and whose every change you decide. Without a command it opens its interface.",
        epilog=EXIT_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--plain", action="store_true", help="lines of words in place of the interface, for a screen reader"
    )
    parser.add_argument("--version", action="version", version=f"copilot-tui {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog="copilot-tui")
    for add in (add_changing, add_looking, add_memory, add_setting_up, add_others, add_reading):
        add(commands)
    return parser
