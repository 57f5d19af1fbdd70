"""What commands print.

Invariant: text from files, models and git is printed with its hidden characters made visible; JSON is printed in ASCII, and a patch for a
program byte for byte.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from copilot_tui.errors import OutputError
from copilot_tui.visible import decode_visible, visible


@contextmanager
def printing() -> Iterator[None]:
    """Whoever prints results does so within this: raises `OutputError` where they cannot be, and lets be told of a reader that has gone."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"The output cannot be written: {error.strerror}. See where it goes to.") from error


def say(text: str = "") -> None:
    """Print a result line."""
    with printing():
        sys.stdout.write(visible(text, keep="\n\t") + "\n")
        sys.stdout.flush()


def remark(text: str) -> None:
    """Print a line for the person beside the result."""
    sys.stderr.write(visible(text, keep="\n\t") + "\n")
    sys.stderr.flush()


def say_patch(data: bytes) -> None:
    """Print a patch: byte for byte for a program, with its hidden characters made visible on a terminal."""
    with printing():
        if sys.stdout.isatty():
            sys.stdout.write(decode_visible(data, keep="\n\t"))
            sys.stdout.flush()
        else:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()


class Lines:
    """Standard output for whoever makes lines of bytes."""

    def write(self, data: bytes) -> None:
        """Print some; raises `OutputError`."""
        with printing():
            sys.stdout.buffer.write(data)

    def flush(self) -> None:
        """Let them be read; raises `OutputError`."""
        with printing():
            sys.stdout.buffer.flush()


def say_json(value: Any) -> None:  # noqa: ANN401  (any JSON value)
    """Print one JSON value on one line; ASCII alone, so that any terminal and any pipe takes it."""
    with printing():
        sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")
        sys.stdout.flush()
