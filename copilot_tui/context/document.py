"""One text as the index keeps it: on which lines each term stands.

Invariant: line numbers count from 1 and split on LF; terms of lines that define something stand a second time, behind `=`;
the lines that are too long to be read to their end stand under `LONG_LINES`.
"""

import re
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot_tui.context.words import WORD, terms_of_word

if TYPE_CHECKING:
    Numbers = array[int]
else:
    Numbers = array

MOST_BYTES = 1_000_000
_MOST_LINE = 2_000  # characters of one line that are indexed
LONG_LINES = "!long"  # as no term is written
DEFINES = re.compile(
    r"^\s*(?:(?:export|default|pub(?:\([a-z]+\))?|public|private|protected|internal|static|final|abstract|async|inline|virtual|"
    r"override|const|unsafe|extern|sealed|open|data|local|declare)\s+)*"
    r"(?:def|class|func|fun|fn|function|struct|enum|interface|type|impl|trait|module|namespace|object|protocol|macro_rules!|"
    r"#\s*define)\b"
    r"|^[A-Za-z_][\w\s*&<>:,]*\([^;]*$"
    r"|^\s+(?:(?:public|private|protected|static|final|async|override|virtual)\s+)+[\w<>\[\],.? ]+\([^;]*$"
    r"|^\s*(?:export\s+)?(?:const|let|var)\s+\w+\s*=\s*(?:async\s*)?(?:\(|function)"
    r"|^\s*[\w.]+\s*=\s*function\b"
)


@dataclass(frozen=True, slots=True)
class Document:
    """Term to the numbers of its lines; `sums[n]`: how many words the first n lines hold."""

    lines: dict[str, Numbers]
    sums: Numbers

    @property
    def size(self) -> int:
        """How many words the text has."""
        return self.sums[-1]


def is_binary(data: bytes) -> bool:
    """Whether a file holds something else than text."""
    return b"\0" in data[:8000]


def is_pointer(data: bytes) -> bool:
    """Whether a file only points to one that Git LFS keeps elsewhere."""
    return data.startswith(b"version https://git-lfs.github.com/spec/")


def make_document(text: str) -> Document:
    """The index of a text."""
    by_word: dict[str, list[int]] = {}
    defining: dict[str, list[int]] = {}
    sums = array("I", [0])
    total = 0
    long = array("I")
    find, is_defining = WORD.findall, DEFINES.match
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _MOST_LINE:
            long.append(number)
            line = line[:_MOST_LINE]  # noqa: PLW2901
        words = find(line)
        if words:
            total += len(words)
            for word in words:
                if word in by_word:
                    by_word[word].append(number)
                else:
                    by_word[word] = [number]
            if is_defining(line[:200]):
                for word in words[:12]:
                    defining.setdefault(word, []).append(number)
        sums.append(total)
    lines = {LONG_LINES: long} if long else {}
    _add_terms(lines, "", by_word)
    _add_terms(lines, "=", defining)
    return Document(lines, sums)


def _add_terms(lines: dict[str, Numbers], mark: str, found: dict[str, list[int]]) -> None:
    for word, numbers in found.items():
        for term in terms_of_word(word):
            key = mark + term
            if key in lines:
                lines[key].extend(numbers)
            else:
                lines[key] = array("I", numbers)
