"""A file's path as models write it around a block: alone on a line, decorated, in a comment, or in the fence's info string.

Invariant: a line of prose never counts as a path by itself; at most the one path that it names is a weak reading of it.
"""

import re
from dataclasses import dataclass

_LONGEST = 400
_MOST_WORDS = 8
_MARKS = re.compile(r"^(?:[#>*+\-•]+|\d+[.)]|//+|/\*+|<!--|--|;+|%+)\s+|^(?://|/\*|<!--)")
_CLOSING = re.compile(r"\s*(?:\*/|-->)\s*$")
_LABEL = re.compile(
    r"^(?:(?:the\s+)?(?:new\s+|existing\s+|updated?\s+|modif(?:y|ied)\s+|edit(?:ed)?\s+|create[ds]?\s+|changed?\s+)?"
    r"(?:file\s*(?:name|path)?|path|filename)|create|creat(?:ed|ing)|update[ds]?|modif(?:y|ied)|edit(?:ed|ing)?|in|new)\s*[:=]?\s+|^(?:file|path|filename)[:=]",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\s+[(\[](?:new|new file|modified|updated|changed|created?|edit(?:ed)?|existing|continued)[)\]]$", re.IGNORECASE
)
_LINES = re.compile(
    r":\d{1,7}(?:[-:]\d{1,7})?$|\s*[,(]?\s*\b(?:at\s+)?lines?\s+\d{1,7}(?:\s*[-\u2013]\s*\d{1,7})?\)?$", re.IGNORECASE
)
_WRAPPED = re.compile(r"^(\*{1,3}|_{2,3}|`+|\"|'|<|\[)(.+?)(\*{1,3}|_{2,3}|`+|\"|'|>|\])$")
_NAME = re.compile(r"[^\s`*\"<>|]+")
_ENDING = re.compile(r"\.[A-Za-z][\w+\-]{0,14}$|(?:^|/)\.[\w.\-]+$")
_BARE_NAMES = frozenset(
    {
        "makefile",
        "dockerfile",
        "license",
        "readme",
        "gemfile",
        "rakefile",
        "procfile",
        "justfile",
        "vagrantfile",
        "jenkinsfile",
    }
)
_TOKEN = re.compile(r"`([^`\s]{1,200})`|((?:[\w.@+\-]+/)+[\w.@+\-]*\w)")
_INFO_KEY = re.compile(r"(?:title|file|filename|path|name)=(?:\"([^\"]+)\"|'([^']+)'|(\S+))")


@dataclass(frozen=True, slots=True)
class PathReading:
    """A path read from the answer: `others` are further readings, `in_comment` says that it stood inside the fence.

    `is_weak` says that the line may be prose: such a path may name a file that exists, and never makes one.
    """

    path: str
    others: tuple[str, ...] = ()
    is_weak: bool = False
    in_comment: bool = False


def read_path_line(line: str) -> PathReading | None:
    """The path that a line consists of, without its decoration."""
    text = line.strip()
    if not text or len(text) > _LONGEST:
        return None
    text = _CLOSING.sub("", _MARKS.sub("", text, count=1)).strip()
    labelled = bool(_LABEL.match(text)) or text != line.strip()
    plain = _undress(text)
    if looks_like_path(plain) and (
        " " not in plain or _is_spaced_path(plain) or (text != plain and _has_ending(plain))
    ):
        return PathReading(plain)
    bare = _undress(_LABEL.sub("", text, count=1))
    if labelled and bare != plain and looks_like_path(bare) and (" " not in bare or _is_spaced_path(bare)):
        return PathReading(bare)
    if " " in plain and looks_like_path(plain) and _has_ending(plain) and len(plain.split(" ")) <= _MOST_WORDS:
        prose = read_prose(line)
        return PathReading(plain, (prose.path,) if prose else (), is_weak=True)
    return None


def _undress(text: str) -> str:
    """Without bold, code and quote marks, a final colon, and a note in brackets."""
    before = None
    while before != text:
        before = text
        text = _LINES.sub("", _NOTE.sub("", text.strip().rstrip(":"))).strip()
        wrapped = _WRAPPED.match(text)
        if wrapped:
            text = wrapped[2].strip()
        label = re.match(r"^(?:\*\*|__)?(?:file|path|filename)\s*[:=]\s*(?:\*\*|__)?\s*(?=\S)", text, re.IGNORECASE)
        if label:
            text = text[label.end() :]
    return text


def looks_like_path(text: str) -> bool:
    """Whether the text has the form of a path: an ending, a slash, or a well-known name."""
    if not text or len(text) > _LONGEST or "://" in text or text.endswith((".", ",", ";", "?", "!", "/")):
        return False
    if not all(_NAME.fullmatch(part) for part in text.split(" ")):
        return False
    name = text.rsplit("/", 1)[-1]
    return _has_ending(text) or "/" in text or name.lower() in _BARE_NAMES


def _has_ending(text: str) -> bool:
    return bool(_ENDING.search(text.rsplit(" ", 1)[-1]))


def _is_spaced_path(text: str) -> bool:
    """A path with blanks in it has a folder before the first blank, and no complete file name before it."""
    first = text.split(" ", 1)[0]
    return "/" in first and not _ENDING.search(first) and _has_ending(text)


def read_info_string(info: str) -> PathReading | None:
    """The path in a fence's info string: alone, after the language, or as `title=...`."""
    info = info.strip()
    if not info or len(info) > _LONGEST:
        return None
    keyed = _INFO_KEY.search(info)
    if keyed:
        return PathReading(next(group for group in keyed.groups() if group))
    if looks_like_path(info) and (" " not in info or _is_spaced_path(info)):
        return PathReading(info)
    for part in re.split(r"\s+|(?<=\w):(?=\S)", info, maxsplit=1)[1:]:
        if looks_like_path(part.strip("{}()")):
            return PathReading(part.strip("{}()"))
    return None


def read_prose(line: str) -> PathReading | None:
    """The one path that a line of prose names."""
    if len(line) > _LONGEST:
        return None
    named = {one or other for one, other in _TOKEN.findall(line)}
    paths = sorted(path for path in named if looks_like_path(path) and (_has_ending(path) or "/" in path))
    return PathReading(paths[0], is_weak=True) if len(paths) == 1 else None
