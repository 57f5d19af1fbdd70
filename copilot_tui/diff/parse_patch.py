"""Standard patches read back: what `git diff`, `git format-patch`, `diff -u` and we ourselves write.

Invariant: a file section is read whole by its own counts, so that no line of a text is ever taken for a header; what is no patch at
all is an error that names the line.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from copilot_tui.diff.binary_patch import BinaryPatchError, decode_lines
from copilot_tui.diff.change import ChangeKind, ChangeSet, FileChange
from copilot_tui.diff.file_patch import BinaryPart, FilePatch, PatchHunk, PatchMiss, file_change
from copilot_tui.diff.line import LineKind, split_raw
from copilot_tui.diff.patch_path import paths_of_git_line, stripped, unquoted
from copilot_tui.diff.snapshot import SYMLINK, SnapshotFile
from copilot_tui.errors import UsageError

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_PART = re.compile(rb"(literal|delta) (\d+)$")
_KINDS = {b" ": LineKind.CONTEXT, b"+": LineKind.ADDED, b"-": LineKind.REMOVED, b"\n": LineKind.CONTEXT}
_NOWHERE = "/dev/null"


def parse_patch(data: bytes) -> tuple[FilePatch, ...]:
    """The files of a patch in their order; text around them is passed over. Raises `UsageError` where a section is cut or mangled."""
    reader = _Reader(split_raw(data))
    files = []
    while (section := reader.section()) is not None:
        files.append(section)
    return tuple(files)


def patched(
    files: tuple[FilePatch, ...], find: Callable[[str], SnapshotFile | None]
) -> tuple[ChangeSet, tuple[PatchMiss, ...]]:
    """The change set that a patch makes of the files that `find` gives by path, and the files that it does not fit."""
    changes: list[FileChange] = []
    misses: list[PatchMiss] = []
    for file in files:
        made = file_change(file, find)
        if isinstance(made, PatchMiss):
            misses.append(made)
        elif any(change.path == made.path for change in changes):
            misses.append(PatchMiss(made.path, "the patch has this file twice"))
        elif not made.is_empty:
            changes.append(made)
    return ChangeSet(tuple(changes)), tuple(misses)


@dataclass(slots=True)
class _Reader:
    lines: list[bytes]
    at: int = 0
    problem: str = field(default="")

    def section(self) -> FilePatch | None:
        """The next file; None at the end."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.startswith(b"diff --git "):
                return self._git_section()
            if line.startswith(b"--- ") and self._line(1).startswith(b"+++ ") and self._line(2).startswith(b"@@ "):
                return self._plain_section()
            if line.startswith((b"diff --cc ", b"diff --combined ")):
                raise UsageError(
                    "The patch is the combined diff of a merge: take it against one parent, as with `git diff A B`."
                )
            self.at += 1
        return None

    def _line(self, ahead: int = 0) -> bytes:
        return self.lines[self.at + ahead] if self.at + ahead < len(self.lines) else b""

    def _git_section(self) -> FilePatch:
        old, new = paths_of_git_line(_text(self._line())[len("diff --git ") :])
        patch = FilePatch(new, old)
        self.at += 1
        while (changed := _with_header(patch, _text(self._line()))) is not None:
            patch = changed
            self.at += 1
        if self._line().startswith(b"Binary files "):
            self.at += 1
            return replace(patch, problem="the patch says that this binary file differs, and not how")
        if self._line().startswith(b"GIT binary patch"):
            self.at += 1
            return replace(patch, forward=self._binary(), backward=self._binary())
        if self._line().startswith(b"--- ") and self._line(1).startswith(b"+++ "):
            patch = self._with_names(patch)
        return self._finished(replace(patch, hunks=self._hunks()))

    def _plain_section(self) -> FilePatch:
        return self._finished(replace(self._with_names(FilePatch("", "")), hunks=self._hunks()))

    def _with_names(self, patch: FilePatch) -> FilePatch:
        """The patch with what its `---` and `+++` lines say."""
        old, new = (unquoted(_text(self._line(ahead))[4:].split("\t")[0]) for ahead in (0, 1))
        self.at += 2
        if old == _NOWHERE:
            path = stripped(new, new)[1]
            return replace(patch, kind=ChangeKind.CREATE, path=patch.path or path, old_path=patch.path or path)
        if new == _NOWHERE:
            path = stripped(old, old)[0]
            return replace(patch, kind=ChangeKind.DELETE, path=patch.path or path, old_path=patch.path or path)
        if patch.path and patch.path != patch.old_path:
            return patch
        old, new = stripped(old, new)
        # Of `x` and `x.orig` the shorter one is meant, as `patch` itself takes it.
        old = new = old if patch.path == "" and len(old) < len(new) else new
        return replace(patch, path=new, old_path=old)

    def _hunks(self) -> tuple[PatchHunk, ...]:
        hunks = []
        while (head := _HUNK.match(self._line())) is not None:
            self.at += 1
            hunks.append(self._hunk(head))
        return tuple(hunks)

    def _hunk(self, head: "re.Match[bytes]") -> PatchHunk:
        old_left, new_left = (int(head[group]) if head[group] else 1 for group in (2, 4))
        rows: list[tuple[LineKind, bytes]] = []
        while old_left or new_left or self._line().startswith(b"\\"):
            line = self._line()
            if line.startswith(b"\\") and rows:
                rows[-1] = (rows[-1][0], rows[-1][1].removesuffix(b"\n"))
                self.at += 1
                continue
            kind = _KINDS.get(line[:1])
            if kind is None:
                raise UsageError(
                    f"The patch is cut off or mangled at its line {self.at + 1}: a hunk has fewer lines than it says."
                )
            rows.append((kind, line[1:] if line != b"\n" else line))
            old_left -= kind is not LineKind.ADDED
            new_left -= kind is not LineKind.REMOVED
            if old_left < 0 or new_left < 0:
                raise UsageError(
                    f"The patch is mangled at its line {self.at + 1}: a hunk has other lines than it says."
                )
            self.at += 1
        return PatchHunk(int(head[1]), int(head[3]), tuple(rows))

    def _binary(self) -> BinaryPart | None:
        head = _PART.match(self._line().rstrip())
        if head is None:
            return None
        self.at += 1
        lines = []
        while self._line().strip():
            lines.append(self._line().rstrip(b"\r\n"))
            self.at += 1
        self.at += 1
        try:
            return BinaryPart(decode_lines(lines, int(head[2])), head[1] == b"delta")
        except BinaryPatchError as error:
            raise UsageError(f"The patch is mangled above its line {self.at}: {error}.") from error

    @staticmethod
    def _finished(patch: FilePatch) -> FilePatch:
        special = {
            mode for mode in (patch.old_mode, patch.new_mode) if mode is not None and mode & 0o170000 != 0o100000
        }
        if special:
            what = "link" if SYMLINK in special else "submodule"
            return replace(patch, problem=f"it is a {what}, which is never changed")
        return patch


def _with_header(patch: FilePatch, line: str) -> FilePatch | None:
    """The patch with what one line of git's extended header says; None for a line that is none."""
    words = line.split(" ")
    mode = int(words[-1], 8) if re.fullmatch(r"[0-7]{6}", words[-1]) else None
    if line.startswith("new file mode "):
        return replace(patch, kind=ChangeKind.CREATE, old_path=patch.path, new_mode=mode)
    if line.startswith("deleted file mode "):
        return replace(patch, kind=ChangeKind.DELETE, path=patch.old_path, old_mode=mode)
    if line.startswith("old mode "):
        return replace(patch, old_mode=mode)
    if line.startswith("new mode "):
        return replace(patch, new_mode=mode)
    if line.startswith(("rename from ", "copy from ")):
        return replace(patch, old_path=unquoted(line.split(" from ", 1)[1]))
    if line.startswith("rename to "):
        return replace(patch, path=unquoted(line[len("rename to ") :]), kind=ChangeKind.RENAME)
    if line.startswith("copy to "):
        return replace(patch, path=unquoted(line[len("copy to ") :]), kind=ChangeKind.CREATE, is_copy=True)
    return patch if line.startswith(("index ", "similarity index ", "dissimilarity index ")) else None


def _text(line: bytes) -> str:
    return line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
