"""A batch that did not finish, brought to all-old; one that was only not cleared, to all-new.

Invariant: each file is told by its bytes: what is neither the old nor the new text is somebody's work and stays as it is.
"""

import os
from dataclasses import replace

from copilot_tui.errors import LandingError
from copilot_tui.workspace.entry import Entry, Image
from copilot_tui.workspace.journal import Journal
from copilot_tui.workspace.place import Found, HeldFolders, read_plain, remove_empty_folders
from copilot_tui.workspace.put import put_temporary, sync_temporary
from copilot_tui.workspace.rename import exchange, rename_new


def take_back(folders: HeldFolders, journal: Journal, entry: Entry) -> list[str]:
    """Bring a batch that was cut off back to all-old; gives the paths that somebody has changed since. Raises OSError."""
    entry = journal.with_bytes(entry)
    left = [image.path for image in reversed(entry.images) if not restore(folders, image)]
    folders.sync()
    journal.set_state(entry, "rolled-back")
    return left


def finish(folders: HeldFolders, journal: Journal, entry: Entry) -> Entry:
    """Clear the old files of a batch away whose new ones are all in their places. Raises OSError."""
    for image in entry.images:
        try:
            folder, _ = folders.of(image.path)
        except (FileNotFoundError, LandingError):
            continue
        _remove(folder, os.fsencode(image.temporary))
        if image.after is None:
            remove_empty_folders(folders.root, image.path)
    return journal.set_state(entry, "landed")


def restore(folders: HeldFolders, image: Image) -> bool:
    """Bring one file of a batch back to its old text; False if it is not ours to bring back. Raises OSError."""
    try:
        folder, target = folders.of(image.path)
    except FileNotFoundError:
        return image.before is None
    except LandingError:
        return False
    spare = os.fsencode(image.temporary)
    try:
        now, kept = read_plain(folder, target, image.path), read_plain(folder, spare, image.path)
    except LandingError:
        _remove(folder, spare)
        return False
    if _is(now, image.before, image.before_mode, image):
        _remove(folder, spare)
    elif _is(now, image.after, image.after_mode, image):
        _put_back(folders, folder, target, image, kept)
    else:
        # Somebody's work stands there; of ours only what the journal has as well is taken away.
        if kept is None or kept.content == image.before or (image.after or b"").startswith(kept.content):
            _remove(folder, spare)
        return False
    if image.before is None:
        remove_empty_folders(folders.root, image.path)
    return True


def _is(found: Found | None, content: bytes | None, mode: int, image: Image) -> bool:
    if found is None or content is None:
        return found is None and content is None
    # Where the text is the same on both sides, the permission bits tell them apart.
    return found.content == content and (image.before != image.after or found.mode == mode)


def _put_back(folders: HeldFolders, folder: int, target: bytes, image: Image, kept: Found | None) -> None:
    spare = os.fsencode(image.temporary)
    if image.before is None:
        _remove(folder, spare)  # it may be a second name of the target, which a rename would leave as it is
        os.unlink(target, dir_fd=folder)
        return
    if kept is None:
        old = replace(image, after=image.before, after_mode=image.before_mode)
        put_temporary(folders, old)
        sync_temporary(folders, old)
    if image.after is None:
        rename_new(folder, spare, target)
    elif not exchange(folder, spare, target):
        os.rename(spare, target, src_dir_fd=folder, dst_dir_fd=folder)
    _remove(folder, spare)


def _remove(folder: int, name: bytes) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return
