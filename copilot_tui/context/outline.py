"""An outline of the repository: its folders with the files that change most and what those define.

Invariant: it depends on the files and their history alone, not on the request, so that it is the same from request to request.
"""

from collections.abc import Callable

from copilot_tui.context.outlines import Outlined
from copilot_tui.visible import visible

_MOST_OF_FOLDER = 10
_MOST_NAMES = 4
_NO_NAMES = frozenset({"impl", "key", "section", "table", "rule", "element", "variable", "constant", "field"})
HEADING = "Outline of the repository: folders, the files that change most, what they define\n"


def make_outline(paths: list[str], names_of: Callable[[str], tuple[str, ...]], room: int) -> str:
    """The outline within `room` characters; `paths` are files of code, the busiest first; empty where there is nothing to say."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    lines = [HEADING]
    room -= len(HEADING) + 1
    for folder, files in folders.items():
        line = visible(folder) + "/" if folder else "./"
        parts = []
        for path in files[:_MOST_OF_FOLDER]:
            names = ", ".join(names_of(path))
            parts.append(visible(path.rpartition("/")[2]) + (f" ({names})" if names else ""))
        line = f"{line}: {', '.join(parts)}\n"
        if len(line) > room:
            break
        lines.append(line)
        room -= len(line)
    return "".join(lines) + "\n" if len(lines) > 1 else ""


def main_names(outlined: Outlined | None, most: int = _MOST_NAMES) -> tuple[str, ...]:
    """The names of a file's largest outermost definitions, private ones last; none where it is not parsed yet."""
    if outlined is None:
        return ()
    wanted = [
        one for one in outlined.definitions if not one.parent and one.kind not in _NO_NAMES and one.name != "tests"
    ]
    wanted.sort(key=lambda one: (one.name.startswith("_"), one.first - one.last, one.first))
    return tuple(dict.fromkeys(visible(one.name) for one in wanted))[:most]
