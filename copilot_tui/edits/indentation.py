"""The map from the indentation that a model wrote to the one that the file has.

Invariant: a map turns the indentation of every matched line into exactly the file's; one that the matched lines do not settle has no
image.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class IndentMap:
    """`pairs` from written to real indentation; beyond them one rule: a prefix to put on or take off, or a unit to convert.

    `put` and `take` are prefixes, at most one of them is set. `unit` is the number of blanks for one tab, with `to_tabs` as the direction.
    `first` is set where the first quoted line alone had lost its indentation: (written, real).
    """

    pairs: dict[bytes, bytes] = field(default_factory=dict)
    put: bytes = b""
    take: bytes = b""
    unit: int = 0
    to_tabs: bool = False
    first: tuple[bytes, bytes] | None = None

    @property
    def is_identity(self) -> bool:
        """Whether nothing is to be mapped."""
        return not (self.put or self.take or self.unit or self.first)

    def apply(self, line: bytes) -> bytes | None:
        """The line with the file's indentation; None where the map does not say which."""
        if self.is_identity:
            return line
        text = line.lstrip(b" \t")
        if not text:
            return b""
        image = self._image(line[: len(line) - len(text)])
        return None if image is None else image + text

    def _image(self, written: bytes) -> bytes | None:
        if written in self.pairs:
            return self.pairs[written]
        if self.unit:
            return convert(written, self.unit, to_tabs=self.to_tabs)
        if self.take:
            return written[len(self.take) :] if written.startswith(self.take) else None
        return self.put + written


def indent_of(line: bytes) -> bytes:
    """The blanks and tabs that a line starts with."""
    return line[: len(line) - len(line.lstrip(b" \t"))]


def convert(indent: bytes, unit: int, *, to_tabs: bool) -> bytes | None:
    """Blanks as tabs or tabs as blanks, `unit` blanks a tab; None where the indentation is not made of whole units of one kind."""
    if to_tabs:
        return b"\t" * (len(indent) // unit) if not indent.strip(b" ") and len(indent) % unit == 0 else None
    return b" " * (unit * len(indent)) if not indent.strip(b"\t") else None


def learn(quoted: Sequence[bytes], real: Sequence[bytes]) -> IndentMap | None:
    """The map from the quoted lines to the real ones (same count, equal but for outer blanks); None where there is no consistent one."""
    both = [(indent_of(one), indent_of(other)) for one, other in zip(quoted, real, strict=True) if one.strip()]
    whole = _learn(both)
    if whole is not None or len(both) < 2 or len(both[0][0]) >= len(both[0][1]):
        return whole
    rest = _learn(both[1:])
    if rest is None or rest.unit:
        return None
    return IndentMap(rest.pairs, rest.put, rest.take, first=both[0])


def _learn(both: list[tuple[bytes, bytes]]) -> IndentMap | None:
    pairs = dict(both)
    if any(pairs[written] != real for written, real in both):
        return None
    if all(written == real for written, real in both):
        return IndentMap(pairs)
    return _shift(pairs) or _units(pairs)


def _shift(pairs: dict[bytes, bytes]) -> IndentMap | None:
    written, real = next(iter(pairs.items()))
    if real.endswith(written):
        put = real[: len(real) - len(written)]
        return IndentMap(pairs, put=put) if all(put + one == other for one, other in pairs.items()) else None
    if written.endswith(real):
        take = written[: len(written) - len(real)]
        return IndentMap(pairs, take=take) if all(one == take + other for one, other in pairs.items()) else None
    return None


def _units(pairs: dict[bytes, bytes]) -> IndentMap | None:
    written, real = max(pairs.items(), key=lambda pair: len(pair[0]))
    to_tabs = real.count(b"\t") == len(real)
    more, less = (written, real) if to_tabs else (real, written)
    if not less or not more or len(more) % len(less):
        return None
    unit = len(more) // len(less)
    if unit < 2 or any(convert(one, unit, to_tabs=to_tabs) != other for one, other in pairs.items()):
        return None
    return IndentMap(pairs, unit=unit, to_tabs=to_tabs)
