"""What this machine has: memory and free room on the disk.

Invariant: what cannot be found out is 0, and nothing is ever refused for it.
"""

import os
import shutil
from pathlib import Path


def memory_bytes() -> int:
    """The machine's memory in bytes, 0 where that cannot be found out."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0


def free_bytes(folder: Path) -> int:
    """The free bytes of the disk on which a folder lies, or will lie."""
    existing = next((place for place in (folder, *folder.parents) if place.exists()), None)
    return shutil.disk_usage(existing).free if existing is not None else 0
