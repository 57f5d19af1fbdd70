"""The file of rules that assistants read, as text: which one it is, and what it becomes with a rule more.

Invariant: every line that stands in the file stays as it is, byte for byte; a rule is one line, and is put below a heading of its own.
"""

import re
from collections.abc import Collection, Sequence

from copilot_tui.context.rules import RULES_FILES
from copilot_tui.visible import HIDDEN

HEADING = "## Learnt in reviews"
_LONGEST = 200  # characters of a rule
_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")


def rules_file(known: Collection[str]) -> str:
    """The rules file in force at the root of a repository with these paths; where there is none, the one to be made."""
    return next((name for name in RULES_FILES if name in known), RULES_FILES[0])


def clean_rule(text: str) -> str:
    """A rule as one line without marks, headings or hidden characters; empty where nothing of it is left."""
    line = HIDDEN.sub(" ", text).strip().lstrip("#>").strip()
    line = " ".join(_MARK.sub("", line).split()).replace("```", "")
    return line if 0 < len(line) <= _LONGEST else ""


def stands_in(rule: str, content: bytes | None) -> bool:
    """Whether the file says so already, in other letters or with other marks at most."""
    lines = (content or b"").decode("utf-8", "replace").splitlines()
    return _plain(rule) in {_plain(line) for line in lines}


def with_rules(content: bytes | None, rules: Sequence[str]) -> bytes:
    """The file with the rules below its heading, at the end of those that stand there; a new file where there is none."""
    if content is None:
        return _joined(["# Rules for assistants", "", HEADING, "", *(f"- {rule}" for rule in rules)], b"\n")
    newline = b"\r\n" if b"\r\n" in content else b"\n"
    lines = content.splitlines(keepends=True)
    added = [f"- {rule}".encode() + newline for rule in rules]
    heading = next((at for at, line in enumerate(lines) if line.strip() == HEADING.encode()), None)
    if heading is None:
        gap = [newline] if lines and lines[-1].strip() else []
        return _ended(lines, newline) + b"".join([*gap, HEADING.encode() + newline, newline, *added])
    end = next((at for at in range(heading + 1, len(lines)) if lines[at].startswith(b"#")), len(lines))
    while end > heading + 1 and not lines[end - 1].strip():
        end -= 1
    gap = [newline] if end == heading + 1 else []
    return _ended(lines[:end], newline) + b"".join([*gap, *added, *lines[end:]])


def _ended(lines: Sequence[bytes], newline: bytes) -> bytes:
    text = b"".join(lines)
    return text if not text or text.endswith(b"\n") else text + newline


def _joined(lines: Sequence[str], newline: bytes) -> bytes:
    return b"".join(line.encode() + newline for line in lines)


def _plain(line: str) -> str:
    return " ".join(re.findall(r"\w+", _MARK.sub("", line).casefold()))
