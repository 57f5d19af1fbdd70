"""What linters, type checkers, compilers and test runners print, as findings at their places.

Invariant: a finding names a file that the caller knows; what is not understood is left to be read as it was printed.
"""

import posixpath
import re
from collections.abc import Collection, Iterator

from copilot_tui.autonomy.request import LineRange
from copilot_tui.checks.finding import Finding, Severity

_PLACES = (
    # Python's own traceback, then rustc, then a frame of JavaScript, then tsc, then the form that nearly all others share.
    re.compile(r'^\s*File "(?P<path>[^"]+)", line (?P<line>\d+)(?P<message>)'),
    re.compile(r"^\s*--> (?P<path>[^:]+):(?P<line>\d+):\d+(?P<message>)"),
    re.compile(r"^\s+at (?:.* \()?(?:file://)?(?P<path>/?[^():]+):(?P<line>\d+):\d+\)?(?P<message>)$"),
    re.compile(r"^(?P<path>[^():\s]+)\((?P<line>\d+),\d+\): (?P<message>.*)$"),
    re.compile(r"^\s*(?P<path>[^\s:()][^:()]*?):(?P<line>\d+)(?::\d+)?(?::|\s+-)?\s*(?P<message>.*)$"),
)
_TEST = re.compile(r"^(?:FAILED|ERROR) (?P<path>[^\s:]+)(?:::(?P<test>\S+))?(?: - (?P<message>.*))?$")
_ESLINT = re.compile(r"^\s+(?P<line>\d+):\d+\s+(?P<message>(?:error|warning)\s+.*)$")
_ERROR = re.compile(
    r"^(?:error(?:\[\w+\])?|E {3}\s*\w*(?:Error|Exception|assert)\b.*?|\w+(?:Error|Exception))(?::\s*(?P<message>.*))?$"
)
_MOST = 500


def find_places(output: str, name: str, folder: str, paths: Collection[str]) -> tuple[Finding, ...]:
    """The findings in what the command `name` printed in `folder`; `paths` are the files that count. At most 500, each once.

    Line numbers are those of the text that the command saw.
    """
    found: dict[tuple[str, int, str], Finding] = {}
    for path, line, message in _places(output.split("\n"), folder, frozenset(paths)):
        text = message.strip() or "named here"
        key = (path, line, text)
        if key not in found and len(found) < _MOST:
            lines = LineRange(line, line) if line else None
            found[key] = Finding(name, path, lines, _severity(text), f"{name}: {text}"[:300])
    return tuple(found.values())


def _places(lines: list[str], folder: str, paths: frozenset[str]) -> Iterator[tuple[str, int, str]]:
    above, heading = "", ""
    for number, line in enumerate(lines):
        if match := _TEST.match(line):
            path = _known(match["path"], folder, paths)
            if path:
                yield path, 0, f"{match['test'] or 'fails'}: {match['message'] or 'fails'}"
            continue
        if heading and (match := _ESLINT.match(line)):
            yield heading, int(match["line"]), match["message"]
            continue
        for pattern in _PLACES:
            match = pattern.match(line)
            path = _known(match["path"], folder, paths) if match else ""
            if match and path:
                yield path, max(int(match["line"]), 1), match["message"] or above or _below(lines, number)
                break
        heading = _known(line, folder, paths) or (heading if line.strip() else "")
        above = line.strip() if _ERROR.match(line.strip()) else above if line.lstrip().startswith(("-->", "|")) else ""


def _below(lines: list[str], number: int) -> str:
    """The error that a traceback ends in: the next line that stands at its left edge."""
    for line in lines[number + 1 : number + 60]:
        if line and not line[0].isspace() and _ERROR.match(line):
            return line
    return ""


def _known(text: str, folder: str, paths: frozenset[str]) -> str:
    """The path as the caller knows it; empty where it is none of its files."""
    path = text.strip()
    if path.startswith(folder.rstrip("/") + "/"):
        path = path[len(folder.rstrip("/")) + 1 :]
    path = posixpath.normpath(path) if path else ""
    return path if path in paths else ""


def _severity(message: str) -> Severity:
    first = message.lstrip("(").split(" ", 1)[0].lower().rstrip(":")
    if first in {"note", "info", "help", "hint"}:
        return Severity.INFO
    return Severity.WARNING if first == "warning" else Severity.ERROR


def signature(findings: Collection[Finding], output: str) -> frozenset[str]:
    """What makes two failures the same one: the messages without their numbers; of an output that is not understood, its error lines."""
    told = {finding.message for finding in findings if finding.is_error}
    told = told or {
        line.strip()
        for line in output.split("\n")
        if re.search(r"\b(?:error|failed|failure|panic)\b", line, re.IGNORECASE)
    }
    return frozenset(re.sub(r"\d+(?:\.\d+)?", "#", text) for text in told)
