"""Text of an answer as bytes of a file.

Invariant: nothing that is not text becomes bytes: a lone surrogate is a fault of the answer.
"""

from collections.abc import Sequence


def encode_lines(lines: Sequence[str]) -> list[bytes] | str:
    """The lines as UTF-8 (bytes that were no UTF-8 come back as they were), or the reason why they are no text."""
    try:
        return [line.encode("utf-8", "surrogateescape") for line in lines]
    except UnicodeEncodeError as error:
        return f"the block holds a character that is no text (U+{ord(error.object[error.start]):04X})"
