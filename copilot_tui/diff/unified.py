"""Change sets as standard patches, as git writes them.

Invariant: `git apply` of the patch on the old files gives the new files, for every change set without binary content; names are
quoted as git quotes them, so that no name can forge a line of the patch.
"""

import base64
import zlib
from collections.abc import Sequence

from copilot_tui.diff.change import ChangeKind, ChangeSet, FileChange
from copilot_tui.diff.compute import CONTEXT, Block
from copilot_tui.diff.snapshot import SnapshotFile

_ESCAPES = {0x07: "a", 0x08: "b", 0x09: "t", 0x0A: "n", 0x0B: "v", 0x0C: "f", 0x0D: "r", 0x22: '"', 0x5C: "\\"}
_BASE85_LINE = 52  # bytes on one line of git's binary patches


def format_patch(change_set: ChangeSet) -> bytes:
    """The change set as one patch; empty bytes for none."""
    return b"".join(_file(change) for change in change_set if not change.is_empty)


def quote_path(prefix: str, path: str) -> bytes:
    """`prefix/path`, in double quotes with C escapes if a byte of it is not plain printable ASCII."""
    raw = (f"{prefix}/{path}" if prefix else path).encode("utf-8", "surrogateescape")
    if all(0x20 <= byte < 0x7F and byte not in b'"\\' for byte in raw):
        return raw
    quoted = "".join(
        f"\\{_ESCAPES[byte]}" if byte in _ESCAPES else chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"
        for byte in raw
    )
    return f'"{quoted}"'.encode()


def _file(change: FileChange) -> bytes:
    old, new = quote_path("a", change.source_path), quote_path("b", change.path)
    head = [b"diff --git %s %s" % (old, new)]
    if change.kind is ChangeKind.CREATE:
        head.append(b"new file mode %o" % change.new_mode)
    elif change.kind is ChangeKind.DELETE:
        head.append(b"deleted file mode %o" % change.old_mode)
    elif change.changes_mode:
        head += [b"old mode %o" % change.old_mode, b"new mode %o" % change.new_mode]
    if change.kind is ChangeKind.RENAME:
        head += [b"rename from " + quote_path("", change.source_path), b"rename to " + quote_path("", change.path)]
    body = b""
    if change.before != change.after and change.is_binary:
        head.append(b"index %s..%s" % (_blob_id(change.before), _blob_id(change.after)))
        body = b"GIT binary patch\n" + _literal(change.after or b"") + _literal(change.before or b"")
    elif change.blocks:
        # A name with a space needs a tab behind it, or patch programs take what follows the space for a date.
        tab = b"\t" if b" " in old + new and not old.startswith(b'"') else b""
        before = b"/dev/null" if change.before is None else old + tab
        after = b"/dev/null" if change.after is None else new + tab
        body = b"--- %s\n+++ %s\n" % (before, after) + b"".join(
            _hunk(change.old_lines, change.new_lines, blocks) for blocks in change.hunk_blocks
        )
    return b"\n".join(head) + b"\n" + body


def _hunk(old: Sequence[bytes], new: Sequence[bytes], blocks: Sequence[Block]) -> bytes:
    """A hunk from the raw lines: no value is made for a line of it."""
    first, last = blocks[0], blocks[-1]
    at = max(0, first.old_first - CONTEXT)
    end = min(len(old), last.old_last + CONTEXT)
    new_first, new_last = first.new_first - (first.old_first - at), last.new_last + end - last.old_last
    parts = [b"@@ -%s +%s @@\n" % (_span(at + 1, end - at), _span(new_first + 1, new_last - new_first))]
    for block in blocks:
        parts.append(_marked(b" ", old[at : block.old_first]))
        parts.append(_marked(b"-", old[block.old_first : block.old_last]))
        parts.append(_marked(b"+", new[block.new_first : block.new_last]))
        at = block.old_last
    parts.append(_marked(b" ", old[at:end]))
    return b"".join(parts)


def _marked(sign: bytes, lines: Sequence[bytes]) -> bytes:
    """Raw lines with a sign before each; only the last line of a text can lack its line feed."""
    if not lines:
        return b""
    text = sign + sign.join(lines)
    return text if text.endswith(b"\n") else text + b"\n\\ No newline at end of file\n"


def _span(start: int, count: int) -> bytes:
    """A hunk's span as git writes it: a side without lines is named by the line before it."""
    if count == 0:
        return b"%d,0" % (start - 1)
    return b"%d" % start if count == 1 else b"%d,%d" % (start, count)


def _blob_id(content: bytes | None) -> bytes:
    return b"0" * 40 if content is None else SnapshotFile(content).blob_id.encode()


def _literal(content: bytes) -> bytes:
    """A side of a binary change as a literal of git's binary patch format: deflated, in base 85 lines of 52 bytes."""
    packed = zlib.compress(content)
    lines = [b"literal %d" % len(content)]
    for start in range(0, len(packed), _BASE85_LINE):
        piece = packed[start : start + _BASE85_LINE]
        length = chr(len(piece) + 64) if len(piece) <= 26 else chr(len(piece) + 70)
        lines.append(length.encode() + base64.b85encode(piece, pad=True))
    return b"\n".join(lines) + b"\n\n"
