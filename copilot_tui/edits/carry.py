"""Look-alike characters of the file survive in a line that the model changed elsewhere.

Invariant: where model and file agree but for look-alikes, the file's own characters stay; what the model changed is written as it said.
"""

from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

from copilot_tui.edits.text import fold

_LONGEST = 5000


def carry_look_alikes(said: Sequence[bytes], real: Sequence[bytes], added: Sequence[bytes]) -> list[bytes]:
    """`added` with the characters of `real` where `said` (the model's reading of `real`, line by line) and `added` agree.

    Lines are paired by their place when both sides have the same count, and by equality (but for look-alikes) otherwise.
    """
    if len(said) == len(added):
        return [_carry(*three) for three in zip(said, real, added, strict=True)]
    known = {fold(one): other for one, other in zip(said, real, strict=True)}
    return [
        _same_indent(line, known[fold(line)]) if fold(line) in known and not line.isascii() else line for line in added
    ]


def _same_indent(line: bytes, real: bytes) -> bytes:
    return line[: len(line) - len(line.lstrip())] + real.lstrip()


def _carry(said: bytes, real: bytes, added: bytes) -> bytes:
    """Character by character, where the file's line has as many characters as the model's reading of it."""
    one, other, new = (line.decode("utf-8", "surrogateescape") for line in (said, real, added))
    one_body, other_body = one.strip(), other.strip()
    if one_body == other_body or len(one_body) != len(other_body) or max(len(one), len(new)) > _LONGEST:
        return added
    new_body = new.lstrip()
    out = []
    for part in LCSseq.opcodes(one_body, new_body):
        if part.tag == "equal":
            out.append(other_body[part.src_start : part.src_end])
        else:
            out.append(new_body[part.dest_start : part.dest_end])
    indent = new[: len(new) - len(new_body)]
    return (indent + "".join(out)).encode("utf-8", "surrogateescape")
