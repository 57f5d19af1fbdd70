"""Folders of installed packages (a virtual environment, node_modules), copied so that a command may change its copy.

Invariant: replacing, adding or removing files in the copy leaves the original as it is. Code and large files share their bytes where the
file system lets them: installers replace such files and never write into them, as they do with settings, lists and marks.
"""

import os
import shutil
import stat
from pathlib import Path

INSTALLED = ("node_modules", ".venv", "venv", "vendor")
_LEAST_SHARED = 32_768  # bytes
_CODE = (
    ".py", ".pyc", ".pyi", ".so", ".a", ".h", ".hpp", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".map", ".node", ".css", ".scss",
    ".html", ".md", ".rst", ".php", ".go",
)  # fmt: skip


def copy_installed(source: Path, target: Path) -> None:
    """Copy a folder with its modes, times and links; special files are left out. Raises OSError.

    Links are copied as they are written: relative ones lead to the copy's own neighbours.
    """
    target.mkdir(mode=0o755)
    with os.scandir(source) as entries:
        for entry in entries:
            place = target / entry.name
            if entry.is_symlink():
                place.symlink_to(Path(entry.path).readlink())
            elif entry.is_dir(follow_symlinks=False):
                copy_installed(Path(entry.path), place)
            elif entry.is_file(follow_symlinks=False):
                _copy_file(entry, place)


def _copy_file(entry: os.DirEntry[str], target: Path) -> None:
    info = entry.stat(follow_symlinks=False)
    if info.st_size >= _LEAST_SHARED or entry.name.endswith(_CODE):
        try:
            os.link(entry.path, target, follow_symlinks=False)
        except OSError:  # another file system, too many links, or a file of somebody else's
            pass
        else:
            return
    shutil.copyfile(entry.path, target, follow_symlinks=False)
    target.chmod(stat.S_IMODE(info.st_mode) & 0o777 | 0o200)
    os.utime(target, ns=(info.st_atime_ns, info.st_mtime_ns))
