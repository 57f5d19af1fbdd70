"""The lines before a diff's hunks: which file, and whether it is new, gone, renamed or has another mode.

Invariant: a `---` line is a header only together with the `+++` line after it, or below `diff --git`.
"""

import re
from dataclasses import dataclass

from copilot_tui.edits.answer_text import Answer

_GIT = re.compile(r"diff --git (.+)")
_STAMP = re.compile(r"(?:\t.*|\s+\d{4}-\d\d-\d\d[ T].*)$")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPES = {"n": 10, "t": 9, "r": 13, '"': 34, "\\": 92, "a": 7, "b": 8, "f": 12, "v": 11}
_NOWHERE = "/dev/null"
_EXTENDED = (
    "index ",
    "similarity ",
    "dissimilarity ",
    "old mode ",
    "new mode ",
    "new file ",
    "deleted file ",
    "rename ",
    "copy ",
    "Index: ",
    "====",
)
_LONGEST = 5000


@dataclass(slots=True)
class DiffHeader:
    """What the header says; `end` is the line after it. `old` and `new` are paths without their `a/` and `b/`."""

    end: int
    old: str
    new: str
    is_new: bool = False
    is_gone: bool = False
    is_rename: bool = False
    says_kind: bool = False
    mode: int | None = None
    problem: str = ""
    others: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The file that the hunks are about."""
        return self.new if self.is_new else self.old


def is_file_header(answer: Answer, at: int) -> bool:
    """Whether a file section starts at line `at`."""
    line = answer.line(at)
    if len(line) > _LONGEST:
        return False
    if _GIT.match(line):
        return True
    return line.startswith("--- ") and _is_pair(answer, at)


def _is_pair(answer: Answer, at: int) -> bool:
    below = answer.line(at + 1)
    if not below.startswith("+++ ") or len(below) > _LONGEST:
        return False
    follows = answer.line(at + 2)
    return (
        follows.startswith("@@")
        or (not follows.strip() and answer.line(at + 3).startswith("@@"))
        or at + 2 >= len(answer.lines)
    )


def read_header(answer: Answer, at: int) -> DiffHeader:
    """The header that starts at line `at`."""
    header = DiffHeader(at, "", "")
    git = _GIT.match(answer.line(at))
    if git:
        header.end += 1
        header.old, header.new = _git_paths(git[1])
    while header.end < len(answer.lines) and answer.lines[header.end].startswith(_EXTENDED):
        _read_extended(header, answer.lines[header.end])
        header.end += 1
    line, below = answer.line(header.end), answer.line(header.end + 1)
    if line.startswith("--- ") and below.startswith("+++ "):
        _read_pair(header, line[4:], below[4:])
        header.end += 2
    _settle(header)
    return header


def _read_extended(header: DiffHeader, line: str) -> None:
    words = line.split(" ")
    mode = int(words[-1], 8) if re.fullmatch(r"1[0-7]{5}", words[-1]) else None
    if line.startswith("rename from "):
        header.old, header.is_rename, header.says_kind = _plain(line[12:]), True, True
    elif line.startswith("rename to "):
        header.new, header.is_rename, header.says_kind = _plain(line[10:]), True, True
    elif line.startswith("new file "):
        header.is_new, header.says_kind, header.mode = True, True, mode
    elif line.startswith("deleted file "):
        header.is_gone, header.says_kind = True, True
    elif line.startswith("new mode "):
        header.mode, header.says_kind = mode, True
    elif line.startswith("copy "):
        header.problem = "copies are not understood; create the new file instead"


def _read_pair(header: DiffHeader, old: str, new: str) -> None:
    old, new = _plain(_STAMP.sub("", old)), _plain(_STAMP.sub("", new))
    header.is_new = header.is_new or old == _NOWHERE
    header.is_gone = header.is_gone or new == _NOWHERE
    if header.is_rename:
        return
    prefixed = (old.startswith("a/") or old == _NOWHERE) and (new.startswith("b/") or new == _NOWHERE)
    header.others = tuple(sorted({old, new} - {_NOWHERE})) if prefixed else ()
    header.old = (old[2:] if prefixed else old) if old != _NOWHERE else header.old
    header.new = (new[2:] if prefixed else new) if new != _NOWHERE else header.new
    if old == _NOWHERE:
        header.old = header.new
    if new == _NOWHERE:
        header.new = header.old


def _settle(header: DiffHeader) -> None:
    if header.mode is not None and header.mode not in {0o100644, 0o100755}:
        header.problem = "only regular files can be written, no links or submodules"
    if header.is_new and header.is_gone:
        header.problem = "the header says both that the file is new and that it is gone"
    if not header.is_rename and header.old != header.new and not header.problem:
        header.problem = f"the header names two files, {header.old!r} and {header.new!r}; say 'rename from' and 'rename to' if it moves"


def _git_paths(text: str) -> tuple[str, str]:
    quoted = _QUOTED.findall(text)
    if len(quoted) == 2:
        old, new = (_unquote(one) for one in quoted)
    else:
        middle = len(text) // 2
        split = text.split(" ")
        old, new = (text[:middle], text[middle + 1 :]) if text[middle : middle + 1] == " " else (split[0], split[-1])
    if old.startswith("a/") and new.startswith("b/"):
        return old[2:], new[2:]
    return old, new


def _plain(text: str) -> str:
    text = text.strip()
    quoted = _QUOTED.fullmatch(text)
    return _unquote(quoted[1]) if quoted else text


def _unquote(text: str) -> str:
    """A C-quoted path as git writes it: octal bytes and letters after a backslash."""
    out = bytearray()
    at = 0
    while at < len(text):
        octal = re.compile(r"\\([0-7]{3})").match(text, at)
        if octal:
            out.append(int(octal[1], 8) & 0xFF)
            at += 4
        elif text[at] == "\\" and text[at + 1 : at + 2] in _ESCAPES:
            out.append(_ESCAPES[text[at + 1]])
            at += 2
        else:
            out += text[at].encode("utf-8", "surrogatepass")
            at += 1
    return out.decode("utf-8", "surrogateescape")
