"""What the terminal sends that is no UTF-8: a letter of an old terminal, a paste of bytes, a character that was cut.

Invariant: no byte ends the program; one that is no text becomes U+FFFD, as it does on every screen.

Textual 8.2 decodes strictly, and the first such byte ends its reader, and with it the program.
"""

import codecs
import sys
from functools import partial


def _lenient(encoding: str) -> "partial[codecs.IncrementalDecoder]":
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


def accept_any_bytes() -> None:
    """Let Textual's reader go on behind bytes that are no text; call it before the application runs."""
    if sys.platform != "win32":
        from textual.drivers import linux_driver  # noqa: PLC0415  (there is none on Windows)

        linux_driver.getincrementaldecoder = _lenient  # type: ignore[attr-defined,assignment]
