"""The person's own editor on a text that is under review.

Invariant: the editor works on a copy outside of the repository; nothing comes of one that ends with an error.
"""

import shlex
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from copilot_tui.errors import UsageError


def editor_of(environment: Mapping[str, str]) -> list[str]:
    """The person's editor as a command: VISUAL, else EDITOR, else vi. Raises `UsageError` where it is no command."""
    name = "VISUAL" if environment.get("VISUAL") else "EDITOR"
    try:
        return shlex.split(environment.get(name) or "vi") or ["vi"]
    except ValueError:
        raise UsageError(
            f"{name} is no command: a quotation mark in it is not closed, or nothing follows a \\."
        ) from None


def edit_text(command: Sequence[str], path: str, text: bytes, line: int) -> bytes | None:
    """The text after the editor ended well, opened at a line (from 1); None where it did not. Raises `OSError` where it does not start."""
    with tempfile.TemporaryDirectory(prefix="copilot-tui-") as folder:
        copy = Path(folder) / PurePosixPath(path).name
        copy.write_bytes(text)
        ended = subprocess.run([*command, f"+{line}", str(copy)], check=False)
        return copy.read_bytes() if ended.returncode == 0 and copy.is_file() else None
