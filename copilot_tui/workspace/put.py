"""New bytes as a temporary file beside their target.

Invariant: the file has the permission bits, the owner and the extended attributes of the file whose place it takes before it takes
it; whoever moves it into place has it synced first.
"""

import contextlib
import os

from copilot_tui.workspace.entry import Image
from copilot_tui.workspace.place import HeldFolders

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def put_temporary(folders: HeldFolders, image: Image) -> None:
    """Write `image.after`, if there is one; raises OSError or `LandingError`, and may then leave a part of it."""
    if image.after is None:
        folders.of(image.path)
        return
    folder, _ = folders.of(image.path, create=True)
    descriptor = os.open(os.fsencode(image.temporary), _FLAGS, 0o600, dir_fd=folder)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(image.after)
        stream.flush()
        if image.owner is not None and image.owner != (os.geteuid(), os.getegid()):
            with contextlib.suppress(PermissionError):
                os.fchown(descriptor, *image.owner)
        for name, value in image.attributes:
            with contextlib.suppress(OSError):  # a file system may refuse a system attribute that it sets itself
                os.setxattr(descriptor, name, value)
        os.fchmod(descriptor, image.after_mode)


def sync_temporary(folders: HeldFolders, image: Image) -> None:
    """Make what `put_temporary` wrote last. For many files this is faster than each at once: the first call takes most along."""
    if image.after is not None:
        folder, _ = folders.of(image.path)
        descriptor = os.open(os.fsencode(image.temporary), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
