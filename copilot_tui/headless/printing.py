"""What commands print.

Invariant: text from files, models and git is printed with its hidden characters made visible; JSON is printed in ASCII, and a patch for a
program byte for byte.
"""

import json
import sys
from typing import Any

from copilot_tui.visible import decode_visible, visible


def say(text: str = "") -> None:
    """Print a result line."""
    sys.stdout.write(visible(text, keep="\n\t") + "\n")
    sys.stdout.flush()


def remark(text: str) -> None:
    """Print a line for the person beside the result."""
    sys.stderr.write(visible(text, keep="\n\t") + "\n")
    sys.stderr.flush()


def say_patch(data: bytes) -> None:
    """Print a patch: byte for byte for a program, with its hidden characters made visible on a terminal."""
    if sys.stdout.isatty():
        sys.stdout.write(decode_visible(data, keep="\n\t"))
        sys.stdout.flush()
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def say_json(value: Any) -> None:  # noqa: ANN401  (any JSON value)
    """Print one JSON value on one line; ASCII alone, so that any terminal and any pipe takes it."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")
    sys.stdout.flush()
