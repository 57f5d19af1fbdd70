"""An outline of the repository: its folders with the files that change most and what those define.

Invariant: it depends on the files and their history alone, not on the request, so that it is the same from request to request.
"""

from collections.abc import Callable

from copilot_tui.context.source import Source
from copilot_tui.visible import visible

_MOST_OF_FOLDER = 6
_MOST_NAMES = 4
HEADING = "Outline of the repository: folders, the files that change most, what they define\n"


def make_outline(paths: list[str], source_of: Callable[[str], Source | None], room: int) -> str:
    """The outline within `room` characters; `paths` are files of code, the busiest first. Empty where there is nothing to say."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    lines = [HEADING]
    room -= len(HEADING) + 1
    for folder, files in folders.items():
        line = visible(folder) + "/" if folder else "./"
        parts = []
        for path in files[:_MOST_OF_FOLDER]:
            names = ", ".join(main_names(source_of(path)))
            parts.append(visible(path.rpartition("/")[2]) + (f" ({names})" if names else ""))
        line = f"{line}: {', '.join(parts)}\n"
        if len(line) > room:
            break
        lines.append(line)
        room -= len(line)
    return "".join(lines) + "\n" if len(lines) > 1 else ""


def main_names(source: Source | None, most: int = _MOST_NAMES) -> tuple[str, ...]:
    """The names of a file's largest outermost definitions."""
    if source is None:
        return ()
    outermost = []
    last = 0
    for one in source.definitions:
        if one.first > last:
            outermost.append(one)
            last = one.last
    wanted = [one for one in outermost if one.kind not in {"variable", "field", "constant"}]
    wanted.sort(key=lambda one: (one.name.startswith("_"), one.first - one.last, one.first))
    return tuple(dict.fromkeys(visible(one.name) for one in wanted[:most]))
