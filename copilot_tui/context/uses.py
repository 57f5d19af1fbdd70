"""The definitions that some lines use: what they call, and the types that they name.

Invariant: a definition is given only if it has the very name that the lines hold; there is no guess.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copilot_tui.context.filling import Filling
from copilot_tui.context.kinds import FileKind, kind_of
from copilot_tui.context.pieces import Definition
from copilot_tui.context.source import Source

# A name as code writes one: of several parts, with a capital, called, or a part of something; plain words are prose more often.
_NAME = re.compile(r"[A-Za-z]\w*_\w+|_\w{2,}|\w*[A-Z]\w+|[A-Za-z]\w{2,}(?=\()|(?<=[\w)]\.)[A-Za-z]\w{2,}(?!\s+[a-z])")
_MOST_LINES = 300  # of the target that are looked through
_MOST_NAMES = 60
_MOST_PLACES = 6  # that may define a name: one of more places says too little
_MOST_FILES = 10
_MOST_USES = 12
_NEAR = 3  # lines: with a decorator or without


@dataclass(frozen=True, slots=True)
class Use:
    """A definition that is used under this name."""

    source: Source
    definition: Definition
    name: str


def used_definitions(filling: Filling, path: str, lines: Sequence[str]) -> list[Use]:
    """The definitions of other files that the lines of `path` use, in the order in which the lines name them."""
    names = list(dict.fromkeys(name for line in lines[:_MOST_LINES] for name in _NAME.findall(line[:400])))
    found: list[Use] = []
    sources: dict[str, Source | None] = {}
    for name in names[:_MOST_NAMES]:
        places = [
            (other, line)
            for other, line in filling.sources.defining(name)
            if other != path and filling.may_show(other) and kind_of(other) is FileKind.CODE
        ]
        if not 0 < len(places) <= _MOST_PLACES:
            continue
        uses = []
        for other, line in places:
            if other not in sources:
                if len(sources) >= _MOST_FILES:
                    continue
                sources[other] = filling.source(other)
            source = sources[other]
            definition = _at(source, line, name) if source is not None else None
            if source is not None and definition is not None:
                uses.append(Use(source, definition, name))
        if len(uses) <= 2:  # of more than two nobody knows which is meant
            found += uses
        if len(found) >= _MOST_USES:
            break
    return found[:_MOST_USES]


def _at(source: Source, line: int, name: str) -> Definition | None:
    for one in source.definitions:
        if one.first - _NEAR <= line <= one.head_last + _NEAR and re.split(r"[.:#]+", one.name)[-1] == name:
            return one
    return None
