"""`--at PATH[:LINE[-LINE]]` and `--level` as a request.

Invariant: what cannot be understood ends in one sentence that says what it should look like.
"""

import re
from pathlib import Path

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.errors import UsageError

_PLACE = re.compile(r"^(?P<path>.*?)(?::(?P<first>\d+)(?:-(?P<last>\d+))?)?$", re.DOTALL)


def parse_level(name: str | None, default: AutonomyLevel) -> AutonomyLevel:
    """The level of that name; raises `UsageError` that lists them."""
    if name is None:
        return default
    try:
        return AutonomyLevel(name.lower())
    except ValueError:
        levels = ", ".join(level.value for level in AutonomyLevel)
        raise UsageError(f"{name!r} is no level: the levels are {levels}.") from None


def parse_place(text: str, root: Path, here: Path) -> Target:
    """A place as a target; paths may be absolute or relative to `here`, and must lie in the work tree at `root`."""
    match = _PLACE.match(text)
    assert match is not None  # noqa: S101  (every part of the pattern may be empty)
    first, last = match["first"], match["last"]
    lines = None
    if first is not None:
        low, high = int(first), int(last or first)
        if low < 1 or high < low:
            raise UsageError(f"{text!r} names no lines: lines count from 1, as in cart.py:12 or cart.py:12-20.")
        lines = LineRange(low, high)
    if not match["path"]:
        if lines is not None:
            raise UsageError(f"{text!r} names no file: write it before the line, as in cart.py:12.")
        return Target("")
    return Target(_relative(match["path"], root, here), lines)


def _relative(path: str, root: Path, here: Path) -> str:
    """The path from the root, without following links below it: those are for the scope to refuse."""
    given = Path(path)
    whole = given if given.is_absolute() else here / given
    parts: list[str] = []
    for part in whole.parts:
        if part == "..":
            parts = parts[:-1] or parts
        elif part != ".":
            parts.append(part)
    plain = Path(*parts)
    for base in (root, root.resolve()):
        if plain == base:
            return ""
        if plain.is_relative_to(base):
            return plain.relative_to(base).as_posix()
    resolved = plain.parent.resolve() / plain.name
    if resolved.is_relative_to(root):
        return resolved.relative_to(root).as_posix()
    raise UsageError(f"{path!r} lies outside the repository {root}: name a file inside it.")


def make_request(text: str, place: str, level: str | None, default: AutonomyLevel, root: Path, here: Path) -> Request:
    """The request that the options make; a level that fits the place is taken where none is named."""
    target = parse_place(place, root, here)
    if level is None and not place:
        chosen = AutonomyLevel.REPO
    elif level is None and target.lines is None:
        chosen = AutonomyLevel.DIRECTORY if (root / target.path).is_dir() else AutonomyLevel.FILE
    elif level is None:
        chosen = AutonomyLevel.LINE if target.lines is not None and len(target.lines) == 1 else AutonomyLevel.BLOCK
    else:
        chosen = parse_level(level, default)
    if chosen.is_region and target.lines is None:
        raise UsageError(f"The level {chosen.value} needs a line: write --at PATH:LINE or --at PATH:LINE-LINE.")
    if chosen is AutonomyLevel.LINE and target.lines is not None and len(target.lines) > 1:
        raise UsageError("The level line takes one line: write --at PATH:LINE, or use the level block for more.")
    if chosen is AutonomyLevel.FILE and not target.path:
        raise UsageError("The level file needs a file: write --at PATH.")
    return Request(text, target, chosen)
