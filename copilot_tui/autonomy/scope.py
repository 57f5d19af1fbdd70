"""What may change, as a pure value made from a request and the files around it.

Invariant: everything a scope admits lies inside its paths and, at line and block level, inside its region, byte for byte.
"""

from dataclasses import dataclass

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.protected import forbidden_reason
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.diff.change import FileChange
from copilot_tui.diff.line import split_raw
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.errors import TargetError
from copilot_tui.visible import visible

MOST_BYTES = 10_000_000  # of a file that can be a target


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes `start` to `end` (not included) of a file."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Focus:
    """Where the person stood, at whatever level: the line budget is spent there first. `region` and `lines` belong together."""

    path: str = ""
    region: ByteRange | None = None
    lines: LineRange | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """`path`: the file, or the folder of directory level (empty for the root); `paths`: an explicit set of files instead.

    `region` and `lines` are set at line and block level alone; `unlocked` names protected files that the person opened.
    """

    level: AutonomyLevel
    path: str
    budget: int
    paths: frozenset[str] = frozenset()
    region: ByteRange | None = None
    lines: LineRange | None = None
    unlocked: frozenset[str] = frozenset()
    focus: Focus = Focus()

    def allows_path(self, path: str) -> bool:
        """Whether something of the file at `path` may change."""
        if self.level is AutonomyLevel.REPO:
            return True
        if self.level is AutonomyLevel.DIRECTORY:
            if self.paths:
                return path in self.paths
            return not self.path or path.startswith(f"{self.path}/")
        return path == self.path

    def describe_region(self) -> str:
        """The region in words: `lines 30-32 of shop/cart.py`."""
        if self.lines is None:
            return visible(self.path)
        if len(self.lines) == 1:
            return f"line {self.lines.first} of {visible(self.path)}"
        return f"lines {self.lines.first}-{self.lines.last} of {visible(self.path)}"

    def describe_place(self) -> str:
        """What may change in words: the region, the file, the files."""
        if self.level.is_region:
            return self.describe_region()
        if self.level is AutonomyLevel.FILE:
            return visible(self.path)
        if self.level is AutonomyLevel.DIRECTORY:
            if self.paths:
                return ", ".join(visible(path) for path in sorted(self.paths))
            return f"files in {visible(self.path) or '.'}/"
        return "any file of the repository"

    def describe(self) -> str:
        """The whole scope in words, as the prompt line and the models read it."""
        return f"may change {self.describe_place()}; budget {self.budget} line{'s' if self.budget != 1 else ''}"

    def region_bytes(self, snapshot: Snapshot) -> bytes:
        """The text that may change, as the file has it now."""
        content = snapshot.content(self.path) or b""
        return content if self.region is None else content[self.region.start : self.region.end]

    def around_region(self, snapshot: Snapshot) -> tuple[bytes, bytes]:
        """The bytes before and after the region."""
        content = snapshot.content(self.path) or b""
        return (b"", b"") if self.region is None else (content[: self.region.start], content[self.region.end :])

    def splice(self, new: bytes, snapshot: Snapshot) -> FileChange:
        """The change that puts `new` in the region's place and leaves every other byte as it is."""
        before, after = self.around_region(snapshot)
        found = snapshot.files[self.path]
        if after and new and not new.endswith(b"\n"):
            new += b"\r\n" if self.region_bytes(snapshot).endswith(b"\r\n") else b"\n"
        return FileChange(self.path, found.content, before + new + after, old_mode=found.mode, new_mode=found.mode)


def make_scope(request: Request, snapshot: Snapshot) -> Scope:
    """The scope of a request; raises `TargetError` in one sentence where the target cannot be edited."""
    target, level = request.target, request.level
    budget = request.line_budget
    if level is AutonomyLevel.REPO:
        return Scope(level, "", budget, unlocked=request.unlocked, focus=_focus(target, snapshot))
    if level is AutonomyLevel.DIRECTORY:
        return _directory(request, snapshot)
    _check_path(target.path, snapshot)
    if level is AutonomyLevel.LINE:
        budget = min(budget, level.budget)  # at most one line out and one in, whatever the settings say
    found = snapshot.files.get(target.path)
    if level is AutonomyLevel.FILE:
        if found is None and any(path.startswith(f"{target.path}/") for path in snapshot.known_paths):
            raise TargetError(f"{visible(target.path)} is a folder: name a file, or use the level directory.")
        if found is not None:
            _check_content(target.path, found.content)
        return Scope(level, target.path, budget, unlocked=request.unlocked, focus=_focus(target, snapshot))
    if found is None:
        raise TargetError(_missing(target.path, snapshot))
    _check_content(target.path, found.content)
    region, lines = _region(target, level, found.content)
    focus = Focus(target.path, region, lines)
    return Scope(level, target.path, budget, region=region, lines=lines, unlocked=request.unlocked, focus=focus)


def _focus(target: Target, snapshot: Snapshot) -> Focus:
    """The target as a place to spend the budget at first; without lines where they are not those of the file."""
    content = snapshot.content(target.path)
    if content is None or target.lines is None:
        return Focus(target.path)
    try:
        region, lines = _region(target, AutonomyLevel.BLOCK, content)
    except TargetError:
        return Focus(target.path)
    return Focus(target.path, region, lines)


def _directory(request: Request, snapshot: Snapshot) -> Scope:
    target = request.target
    folder = target.path.rstrip("/")
    for path in {folder, *target.paths} - {""}:
        _check_path(path, snapshot)
    if not target.paths and folder:
        if folder in snapshot.known_paths or folder in snapshot.files:
            folder = folder.rpartition("/")[0]  # a file names the folder that it lies in
        elif not any(path.startswith(f"{folder}/") for path in snapshot.known_paths):
            raise TargetError(f"There is no folder {visible(folder)} with files that git knows: check the path.")
    return Scope(
        request.level,
        folder,
        request.line_budget,
        paths=target.paths,
        unlocked=request.unlocked,
        focus=_focus(target, snapshot),
    )


def _check_path(path: str, snapshot: Snapshot) -> None:
    if not path:
        raise TargetError("No file is named: open one, or write it as PATH or PATH:LINE.")
    reason = forbidden_reason(path, snapshot)
    if reason is not None:
        raise TargetError(f"{reason}.")


def _missing(path: str, snapshot: Snapshot) -> str:
    if any(known.startswith(f"{path}/") for known in snapshot.known_paths):
        return f"{visible(path)} is a folder: name a file and a line."
    if path in snapshot.known_paths:
        return f"{visible(path)} cannot be read: it was deleted, or it is not a plain file."
    return f"There is no file {visible(path)}: check the path, or use the level file to have it written."


def _check_content(path: str, content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise TargetError(
            f"{visible(path)} has {len(content) / 1e6:.0f} MB: files above {MOST_BYTES // 1_000_000} MB are not edited."
        )
    if b"\0" in content[:8000]:
        raise TargetError(f"{visible(path)} is a binary file: only text can be edited.")
    if content.startswith(b"version https://git-lfs.github.com/spec/"):
        raise TargetError(f"{visible(path)} is a Git LFS pointer: its content is not here to be edited.")


def _region(target: Target, level: AutonomyLevel, content: bytes) -> tuple[ByteRange, LineRange]:
    lines = target.lines
    if lines is None:
        raise TargetError(f"The level {level.value} needs a line of {visible(target.path)}: write it as PATH:LINE.")
    if level is AutonomyLevel.LINE and len(lines) != 1:
        raise TargetError("The level line changes one line: choose one, or use the level block.")
    raw = split_raw(content)
    if lines.last > len(raw):
        count = f"{len(raw)} line{'s' if len(raw) != 1 else ''}"
        raise TargetError(f"{visible(target.path)} has {count}, so there is no line {lines.last}: choose one of them.")
    if any(len(line) > 1_000_000 for line in raw[lines.first - 1 : lines.last]):
        raise TargetError(f"A line of {visible(target.path)} is longer than a million bytes: it is not edited.")
    start = sum(len(line) for line in raw[: lines.first - 1])
    end = start + sum(len(line) for line in raw[lines.first - 1 : lines.last])
    return ByteRange(start, end), lines
