"""A batch of files written whole or not at all.

Order: journal (synced), temporary files beside their targets (synced), renames and removals, journal again. What fails before
the first rename leaves everything old; what fails after it is rolled back at once, or by `roll_back` at the next start.

Invariant: at any moment each file is wholly old or wholly new, and no temporary file outlives the batch or its recovery.
"""

import contextlib
import os
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from copilot_tui.errors import LandingError
from copilot_tui.visible import visible
from copilot_tui.workspace.journal import Entry, Image, Journal
from copilot_tui.workspace.place import Found, find, parent_folder, remove_empty_folders

TEMPORARY_PREFIX = ".copilot-tui-"


@dataclass(frozen=True, slots=True)
class Write:
    """One file to be written: what must be there now (None: nothing), what shall be there (None: nothing), and its permission bits."""

    path: str
    expected: bytes | None
    content: bytes | None
    is_executable: bool


class ChangedUnderneathError(LandingError):
    """A file is not as the proposal saw it; `paths` names all of them."""

    def __init__(self, paths: Sequence[str]) -> None:
        names = ", ".join(visible(path) for path in paths[:5])
        super().__init__(f"Nothing was written: {names} changed since the proposal was made.")
        self.paths = tuple(paths)


def write_batch(root: Path, journal: Journal, writes: Sequence[Write], entry: Entry) -> Entry:
    """Write all or nothing, inside `journal.locked()`; gives the journal's entry. Raises `LandingError`, and then all is as before."""
    images = tuple(_image(root, write) for write in writes)
    try:
        entry = journal.write(replace(entry, state="writing", images=images))
    except OSError as error:
        raise LandingError(
            f"Nothing was written: the journal {journal.folder} cannot be kept ({error.strerror})."
        ) from error
    current = ""
    try:
        for image in images:
            current = image.path
            if image.after is not None:
                _write_temporary(root, image)
        for image in images:
            current = image.path
            _move_into_place(root, image)
    except (OSError, LandingError) as error:
        roll_back(root, journal, entry)
        cause = error.strerror if isinstance(error, OSError) else str(error)
        raise LandingError(f"Nothing was written: {visible(current)} could not be written ({cause}).") from error
    return journal.set_state(entry, "landed")


def _image(root: Path, write: Write) -> Image:
    """The file before and after; raises `LandingError` for whatever forbids writing it, before anything is touched."""
    found = find(root, write.path)
    if (found.content if found else None) != write.expected:
        raise ChangedUnderneathError([write.path])
    _check_writable(root, write.path, found)
    before_mode = found.mode if found else 0o644
    after_mode = (before_mode | 0o111 & (before_mode >> 2 | 0o100)) if write.is_executable else before_mode & ~0o111
    if found is None:
        mask = os.umask(0)
        os.umask(mask)
        after_mode = (0o777 if write.is_executable else 0o666) & ~mask
    elif write.is_executable == bool(before_mode & 0o100):
        after_mode = before_mode
    return Image(
        path=write.path,
        before=write.expected,
        after=write.content,
        before_mode=before_mode,
        after_mode=after_mode,
        temporary=f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}",
    )


def _check_writable(root: Path, path: str, found: Found | None) -> None:
    shown = visible(path)
    if found is not None:
        if not found.mode & 0o200:
            raise LandingError(f"Nothing was written: {shown} is read-only; make it writable with chmod u+w.")
        if found.links > 1:
            raise LandingError(
                f"Nothing was written: {shown} has another hard link, so writing it could change a file elsewhere."
            )
    folder = root
    for part in path.split("/")[:-1]:
        following = folder / part
        if not following.exists():
            break
        folder = following
    if not stat.S_IMODE(folder.stat().st_mode) & 0o200 or not os.access(folder, os.W_OK | os.X_OK):
        raise LandingError(f"Nothing was written: the folder of {shown} is read-only; make it writable with chmod u+w.")


def _write_temporary(root: Path, image: Image) -> None:
    """The new content beside its target, with the old file's mode, owner and extended attributes, synced to the disk."""
    assert image.after is not None  # noqa: S101  (the caller asks only for files that will exist)
    with parent_folder(root, image.path, create=True) as (folder, name):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(image.temporary, flags, 0o600, dir_fd=folder)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(image.after)
            stream.flush()
            if image.before is not None:
                _copy_attributes(folder, name, stream.fileno())
            os.fchmod(stream.fileno(), image.after_mode)
            os.fsync(stream.fileno())


def _copy_attributes(folder: int, name: str, target: int) -> None:
    source = os.open(os.fsencode(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        info = os.fstat(source)
        if (info.st_uid, info.st_gid) != (os.geteuid(), os.getegid()):
            with contextlib.suppress(PermissionError):
                os.fchown(target, info.st_uid, info.st_gid)
        if hasattr(os, "listxattr"):
            for attribute in os.listxattr(source):
                with contextlib.suppress(OSError):  # a file system may refuse a system attribute that it sets itself
                    os.setxattr(target, attribute, os.getxattr(source, attribute))
    finally:
        os.close(source)


def _move_into_place(root: Path, image: Image) -> None:
    with parent_folder(root, image.path) as (folder, name):
        target = os.fsencode(name)
        # The last look before the write: what changed since the first one is somebody's work.
        found = find(root, image.path)
        if (found.content if found else None) != image.before:
            raise ChangedUnderneathError([image.path])
        if image.after is None:
            os.unlink(target, dir_fd=folder)
        else:
            os.rename(image.temporary, target, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    if image.after is None:
        remove_empty_folders(root, image.path)


def roll_back(root: Path, journal: Journal, entry: Entry) -> list[str]:
    """Bring a batch that did not finish back to all-old; gives the paths that somebody has changed since, which stay as they are."""
    entry = journal.with_bytes(entry)
    left = []
    for image in entry.images:
        _remove_temporary(root, image)
        try:
            found = find(root, image.path)
        except LandingError:
            left.append(image.path)
            continue
        content = found.content if found else None
        if content == image.before:
            if image.before is None:
                remove_empty_folders(root, image.path)
            continue
        if content != image.after:
            left.append(image.path)
            continue
        back = replace(
            image, before=image.after, after=image.before, before_mode=image.after_mode, after_mode=image.before_mode
        )
        if back.after is not None:
            _write_temporary(root, back)
        _move_into_place(root, back)
    journal.set_state(entry, "rolled-back")
    return left


def _remove_temporary(root: Path, image: Image) -> None:
    with contextlib.suppress(OSError, LandingError), parent_folder(root, image.path) as (folder, _):
        os.unlink(image.temporary, dir_fd=folder)
