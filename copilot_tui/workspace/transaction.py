"""A batch of files written whole or not at all.

Order: journal (synced), temporary files beside their targets (synced), then each is swapped with its target so that the old file
waits under the temporary name, the journal again, and only then are the old files cleared away. What fails before that is taken back
by swapping again, which needs no space; what a killed program left is taken back, or cleared, by `settle` at the next start.

Invariant: at any moment each file is wholly old or wholly new, bytes that changed since they were looked at are never overwritten, and
no temporary file outlives the batch or its settling.
"""

import os
import secrets
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from copilot_tui.diff.compute import changed_lines
from copilot_tui.errors import LandingError
from copilot_tui.visible import visible
from copilot_tui.workspace.entry import Entry, Image
from copilot_tui.workspace.journal import Journal
from copilot_tui.workspace.place import Found, HeldFolders, find, read_plain
from copilot_tui.workspace.put import put_temporary, sync_temporary
from copilot_tui.workspace.rename import exchange, rename_new
from copilot_tui.workspace.settle import finish, restore

TEMPORARY_PREFIX = ".copilot-tui-"


@dataclass(frozen=True, slots=True)
class Write:
    """One file to be written: what must be there now (None: nothing), and what shall be there (None: nothing).

    `is_executable` None leaves the permission bits as they are; `mode` sets them all. `owner` and `attributes` are for a file that comes
    back; `source` names the file whose bits, owner and attributes a new one takes over.
    """

    path: str
    expected: bytes | None
    content: bytes | None
    is_executable: bool | None = None
    mode: int | None = None
    owner: tuple[int, int] | None = None
    attributes: tuple[tuple[str, bytes], ...] = ()
    source: str = ""


class ChangedUnderneathError(LandingError):
    """A file is not as the proposal saw it; `paths` names all of them."""

    def __init__(self, paths: Sequence[str]) -> None:
        names = ", ".join(visible(path) for path in paths[:5])
        super().__init__(
            f"Nothing was written: {names} changed since the proposal was made: put it back as it was and apply again, or ask anew."
        )
        self.paths = tuple(paths)


def write_batch(root: Path, journal: Journal, writes: Sequence[Write], entry: Entry) -> Entry:
    """Write all or nothing, inside `journal.locked()`; gives the journal's entry. Raises `LandingError`, and then all is as before."""
    images = tuple(_image(root, write) for write in writes)
    try:
        entry = journal.write(replace(entry, state="writing", images=images))
    except OSError as error:
        raise LandingError(
            f"Nothing was written: the journal {visible(str(journal.folder))} cannot be kept ({error.strerror}): "
            "make room for it or let it be written, then try again."
        ) from error
    is_written = False
    with HeldFolders(root) as folders:
        try:
            _each(folders, images, put_temporary)
            _each(folders, images, sync_temporary)
            _each(folders, images, _move_into_place)
            entry = _note_written(folders, journal, entry)
            is_written = True
        finally:
            # However it ended, by an error or by ctrl+c: what is not written whole is taken back.
            if not is_written:
                _take_back(folders, journal, entry)
        return _clear(folders, journal, entry)


def _note_written(folders: HeldFolders, journal: Journal, entry: Entry) -> Entry:
    try:
        folders.sync()
        return journal.set_state(entry, "written")
    except OSError as error:
        raise LandingError(
            f"Nothing was written: the journal {visible(str(journal.folder))} cannot be kept ({error.strerror}): "
            "make room for it or let it be written, then try again."
        ) from error


def _each(folders: HeldFolders, images: Sequence[Image], step: Callable[[HeldFolders, Image], None]) -> None:
    for image in images:
        try:
            step(folders, image)
        except OSError as error:
            raise LandingError(
                f"Nothing was written: {visible(image.path)} could not be written ({error.strerror})."
            ) from error


def _take_back(folders: HeldFolders, journal: Journal, entry: Entry) -> None:
    try:
        for image in reversed(entry.images):
            restore(folders, image)
        folders.sync()
        journal.set_state(entry, "rolled-back")
    except OSError as error:
        raise LandingError(
            f"The landing failed half way and could not be taken back ({error.strerror}): it is taken back at the next start. "
            f"Every old file is kept in {visible(str(journal.folder))}."
        ) from error


def _clear(folders: HeldFolders, journal: Journal, entry: Entry) -> Entry:
    """Clear the old files away after all new ones are in their places; what cannot be cleared now is cleared at the next start."""
    try:
        return finish(folders, journal, entry)
    except OSError:
        return entry


def _image(root: Path, write: Write) -> Image:
    """The file before and after; raises `LandingError` for whatever forbids writing it, before anything is touched."""
    found = find(root, write.path)
    if (found.content if found else None) != write.expected:
        raise ChangedUnderneathError([write.path])
    _check_writable(root, write.path, found)
    like = found or (find(root, write.source) if write.source else None)
    added, removed = changed_lines(write.expected or b"", write.content or b"")
    return Image(
        path=write.path,
        before=write.expected,
        after=write.content,
        before_mode=found.mode if found else 0,
        after_mode=_mode(write, like),
        temporary=f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}",
        owner=like.owner if like else write.owner,
        attributes=like.attributes if like else write.attributes,
        added=added,
        removed=removed,
    )


def _mode(write: Write, like: Found | None) -> int:
    if write.mode is not None:
        return write.mode
    if like is None:
        mask = os.umask(0)
        os.umask(mask)
        return (0o777 if write.is_executable else 0o666) & ~mask
    if write.is_executable is None or write.is_executable == bool(like.mode & 0o100):
        return like.mode
    # As git does: whoever may read may then run.
    return like.mode | 0o100 | (0o111 & like.mode >> 2) if write.is_executable else like.mode & ~0o111


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
        if not following.is_dir():
            break
        folder = following
    if not stat.S_IMODE(folder.stat().st_mode) & 0o200 or not os.access(folder, os.W_OK | os.X_OK):
        raise LandingError(f"Nothing was written: the folder of {shown} is read-only; make it writable with chmod u+w.")


def _move_into_place(folders: HeldFolders, image: Image) -> None:
    """Swap the new file with the old one; what turns out to be another file than the one that was looked at is swapped back."""
    folders.check(image.path)
    folder, target = folders.of(image.path)
    spare = os.fsencode(image.temporary)
    try:
        if image.before is None:
            rename_new(folder, spare, target)
        elif image.after is None:
            os.rename(target, spare, src_dir_fd=folder, dst_dir_fd=folder)
            if not _is_before(folder, spare, image):
                rename_new(folder, spare, target)
                raise ChangedUnderneathError([image.path])
        elif exchange(folder, spare, target):
            if not _is_before(folder, spare, image):
                exchange(folder, spare, target)
                raise ChangedUnderneathError([image.path])
        else:
            # A file system that cannot swap: a last look, then the old file is kept under a second name.
            if not _is_before(folder, target, image):
                raise ChangedUnderneathError([image.path])
            os.rename(spare, target, src_dir_fd=folder, dst_dir_fd=folder)
    except (FileExistsError, FileNotFoundError):
        raise ChangedUnderneathError([image.path]) from None


def _is_before(folder: int, name: bytes, image: Image) -> bool:
    try:
        found = read_plain(folder, name, image.path)
    except LandingError:
        return False
    return found is not None and found.content == image.before and found.mode == image.before_mode
