"""Renames that never overwrite: two names swapped at one stroke, or a name taken only while it is free.

Invariant: whatever stood at the target is still there afterwards, under one of the two names; so a file that somebody saved between
the last look and the write can be put back.
"""

import ctypes
import errno
import os
import sys
from functools import cache
from typing import Any

# renameat2(2) of Linux and renameatx_np(2) of macOS differ in their name and their flags alone.
_CALLS = {"linux": ("renameat2", 1, 2), "darwin": ("renameatx_np", 4, 2)}
_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM}


def exchange(folder: int, one: bytes, other: bytes) -> bool:
    """Swap two names in an open folder; False where the file system cannot; raises OSError."""
    return _rename(folder, one, other, swap=True)


def rename_new(folder: int, source: bytes, target: bytes) -> None:
    """Rename inside an open folder; raises FileExistsError if the target is there, by whatever means the file system has."""
    if _rename(folder, source, target, swap=False):
        return
    os.link(source, target, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    os.unlink(source, dir_fd=folder)


def _rename(folder: int, source: bytes, target: bytes, *, swap: bool) -> bool:
    call = _system_call()
    if call is None:
        return False
    _, no_replace, exchange_flag = _CALLS[sys.platform]
    if call(folder, source, folder, target, exchange_flag if swap else no_replace) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), os.fsdecode(target))


@cache
def _system_call() -> Any:  # noqa: ANN401  (a function of the C library has no type of its own)
    name = _CALLS.get(sys.platform, ("", 0, 0))[0]
    return getattr(ctypes.CDLL(None, use_errno=True), name, None) if name else None
