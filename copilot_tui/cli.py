"""The command line: reads arguments, calls what they name, and turns every error into one sentence and an exit status.

Invariant: standard output holds results alone; errors are one sentence on standard error, never a traceback.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from copilot_tui import __version__
from copilot_tui.errors import CopilotTuiError
from copilot_tui.visible import visible

EXIT_STATUSES = """exit statuses:
  0    done; for propose: there is a proposal; for apply: every edit was applied
  1    for propose: no usable edit came; for apply: at least one edit was refused; for doctor: something is to be done;
       for replay: a request came out otherwise than it was recorded
  2    the command line is wrong; for apply: nothing was applied
  64   what was asked for does not exist (a level, a proposal, a landing)
  65   the folder is no git repository that can be worked in
  66   the file or line cannot be edited
  69   no model answered
  73   nothing was written, because it could not be written safely
  74   a model could not be installed
  78   a settings file has a mistake
  130  cancelled with ctrl+c
"""

_COMMANDS = ("propose", "apply", "undo", "redo", "context", "models", "doctor", "review", "replay")
_LEVELS = ("line", "block", "file", "directory", "repo")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words, os.environ)
    except CopilotTuiError as error:
        print(f"copilot-tui: {visible(str(error))}", file=sys.stderr)  # noqa: T201
        return error.exit_status
    except KeyboardInterrupt:
        print("copilot-tui: cancelled; nothing was changed.", file=sys.stderr)  # noqa: T201
        return 130
    except BrokenPipeError:
        # The reader of our output has gone; python would complain again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _run(words: list[str], environment: Mapping[str, str]) -> int:
    if not words or (words[0] not in _COMMANDS and not words[0].startswith("-")):
        return _open_interface(words, environment)
    options = _parser().parse_args(words)
    run: Callable[[argparse.Namespace, Mapping[str, str]], int] | None = getattr(options, "run", None)
    return _open_interface(words, environment) if run is None else run(options, environment)


def _open_interface(words: list[str], environment: Mapping[str, str]) -> int:
    parser = argparse.ArgumentParser(prog="copilot-tui", add_help=False)
    parser.add_argument("repository", nargs="?", default=".")
    options = parser.parse_args(words)
    folder = Path(options.repository)
    if not folder.is_dir():
        print(  # noqa: T201
            f"copilot-tui: {visible(options.repository)} is neither a folder nor a command; "
            f"the commands are {', '.join(_COMMANDS)}.",
            file=sys.stderr,
        )
        return 64
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("copilot-tui: the interface needs a terminal; in a program use `copilot-tui propose`.", file=sys.stderr)  # noqa: T201
        return 64
    gc.disable()  # until the first screen is painted: what is loaded till then is kept to the end
    from copilot_tui.bootstrap import open_session  # noqa: PLC0415  (the other commands do without)
    from copilot_tui.tui.app import CopilotApp  # noqa: PLC0415

    app = CopilotApp(open_session(folder, environment, Path.home()))
    app.run()
    return app.return_code or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="copilot-tui",
        usage="copilot-tui [REPOSITORY]\n       copilot-tui COMMAND [OPTIONS]",
        description="A coding assistant whose reach you set and whose every change you decide. Without a command it opens its interface.",
        epilog=EXIT_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"copilot-tui {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_propose(commands.add_parser("propose", help="ask a model for a change and show it"))
    _add_apply(commands.add_parser("apply", help="apply a model's answer from a file"))
    _add_landings(commands)
    _add_context(commands.add_parser("context", help="show what a model would see"))
    _add_models(commands.add_parser("models", help="list, install, add, remove or test models"))
    _add_replay(commands.add_parser("replay", help="run a recorded session again, without a network"))
    doctor = commands.add_parser("doctor", help="say what works here and what to do about the rest")
    _add_repository(doctor)
    doctor.add_argument("--json", action="store_true", help="print one JSON object")
    doctor.set_defaults(run=_doctor)
    return parser


def _add_repository(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repo", default=".", metavar="FOLDER", help="the repository (default: this folder)")


def _add_propose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", help="what you want, in your own words; - reads it from standard input")
    parser.add_argument("--at", default="", metavar="PATH[:LINE[-LINE]]", help="what it is about")
    parser.add_argument("--level", default=None, metavar="LEVEL", help=f"how much may change: {', '.join(_LEVELS)}")
    parser.add_argument(
        "--budget", type=int, default=None, metavar="LINES", help="changed lines that it may have at most"
    )
    parser.add_argument(
        "--unlock", action="append", default=[], metavar="PATH", help="a protected file that may change"
    )
    parser.add_argument(
        "--accept", default="", metavar="HUNKS", help="apply these hunks by their numbers (1,3-5) or all"
    )
    parser.add_argument(
        "--steps", default="", metavar="STEPS", help="these steps (edit,checks,critique) in place of the level's own"
    )
    parser.add_argument(
        "--estimate", action="store_true", help="say what it would use (calls, tokens, dollars) and make no call"
    )
    _add_output(parser)
    _add_repository(parser)
    parser.set_defaults(run=_propose)


def _add_output(parser: argparse.ArgumentParser) -> None:
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print one JSON object")
    output.add_argument("--patch", action="store_true", help="print the admitted change as a standard patch")
    output.add_argument("--events", action="store_true", help="print each event as a line of JSON")


def _add_replay(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, default=None, help="a session's file (default: the newest)")
    parser.add_argument("--list", action="store_true", help="list the recorded sessions instead")
    _add_output(parser)
    parser.set_defaults(run=_replay)


def _add_apply(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--input", default="-", metavar="FILE", help="the answer (default: standard input)")
    parser.add_argument("--format", default="auto", help="sr, udiff, patch, whole, json or auto")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    _add_repository(parser)
    parser.set_defaults(run=_apply)


def _add_landings(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    undo = commands.add_parser("undo", help="put back what the last landing changed")
    undo.add_argument("--list", action="store_true", help="list the landings instead")
    redo = commands.add_parser("redo", help="land again what was last undone")
    for parser, run in ((undo, _undo), (redo, _redo)):
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        _add_repository(parser)
        parser.set_defaults(run=run)


def _add_context(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", nargs="?", default="", help="what the request would say")
    parser.add_argument("--query-file", metavar="FILE", help="read the query from a file")
    parser.add_argument("--budget", type=int, default=4096, metavar="TOKENS")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--explain", action="store_true", help="list the items with their reasons")
    parser.add_argument("--serve", action="store_true", help="answer JSON lines on standard input until it ends")
    _add_repository(parser)
    parser.set_defaults(run=_context)


def _add_models(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_models, action="list", name=None)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("list", help="profiles, installed models, and servers that run here")
    install = actions.add_parser("install", help="fetch a model for this machine")
    install.add_argument("name", nargs="?", default="smollm2")
    install.add_argument("--if-missing", action="store_true", help="do nothing if it is there")
    add = actions.add_parser("add", help="use a GGUF file of your own")
    add.add_argument("path", type=Path)
    add.add_argument("--name", default=None)
    remove = actions.add_parser("remove", help="take a model out of the list")
    remove.add_argument("name")
    actions.add_parser("test", help="ask the model one short question")


def _propose(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.propose import propose  # noqa: PLC0415

    return propose(options, environment, Path.home())


def _replay(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.replay import replay  # noqa: PLC0415

    return replay(options, environment, Path.home())


def _apply(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.apply import apply  # noqa: PLC0415

    return apply(options, environment, Path.home())


def _undo(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.landings import undo  # noqa: PLC0415

    return undo(options, environment, Path.home())


def _redo(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.landings import redo  # noqa: PLC0415

    return redo(options, environment, Path.home())


def _context(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.context import context  # noqa: PLC0415

    return context(options, environment, Path.home())


def _models(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.models import models  # noqa: PLC0415

    return models(options, environment, Path.home())


def _doctor(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.doctor import doctor  # noqa: PLC0415

    return doctor(options, environment, Path.home())
