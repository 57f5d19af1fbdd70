"""The target of a request in its pack: a file with the lines that are meant, or the folder that may change.

Invariant: the lines that are meant come before all others of their file; the file's text is that of the snapshot.
"""

from collections.abc import Callable
from functools import partial

from copilot_tui.autonomy.request import LineRange
from copilot_tui.autonomy.secret_names import is_secret
from copilot_tui.context.filling import Filling, line_count
from copilot_tui.context.pack import ItemKind
from copilot_tui.context.pieces import definition_at
from copilot_tui.context.view import View
from copilot_tui.visible import visible

_SHARE = 0.6
_SMALL = 1_000  # tokens that are free: so few go to the target alone
_FOLDER_SHARE = 0.2
_MOST_LISTED = 60  # files
_AROUND = 8  # lines around what is meant


def add_target(filling: Filling, path: str, lines: LineRange | None) -> View | None:
    """Add the target file; gives what is shown of it, None where it cannot be shown."""
    if is_secret(path):
        filling.leave_out(path, "its name says that it holds secrets")
        return None
    source = filling.source(path)
    if source is None:
        data = filling.snapshot.content(path)
        reason = filling.sources.why_not(path) if data is None else "" if data else "it is empty"
        filling.leave_out(path, reason or "it cannot be read as text")
        return None
    room = int(filling.free * (1.0 if filling.free < _SMALL else _SHARE))
    place = ""
    if lines is not None:
        place = f", lines {lines.first}-{lines.last}" if len(lines) > 1 else f", line {lines.first}"
    # Which lines are meant stands in the prompt below the context: the beginning stays the same from request to request.
    view, text = filling.show(source, partial(grow, lines=lines), room, f"Target: {visible(path)}\n")
    if not filling.add(path, view.shown | view.heads, text, f"the target{place}", ItemKind.TARGET):
        filling.leave_out(path, "the target does not fit the budget")
    return view


def add_folder(filling: Filling, folder: str) -> None:
    """The folder that may change, as the list of its files with what they define."""
    room = int(filling.free * _FOLDER_SHARE)
    text, _ = folder_text(filling, folder, f"Target: {visible(folder)}/\n", room, filling.sources.names)
    filling.add(folder, set(), text + "\n", "the target folder", ItemKind.TARGET)


def folder_text(
    filling: Filling, folder: str, heading: str, room: int, names_of: Callable[[str], tuple[str, ...]]
) -> tuple[str, bool]:
    """The files of a folder that change most, each with what it defines, within so many tokens; and whether none was left out."""
    text = heading
    paths = filling.sources.busiest(_MOST_LISTED + 1, folder)
    for path in paths[:_MOST_LISTED]:
        names = ", ".join(names_of(path)) if filling.may_show(path) else ""
        longer = text + visible(path) + (f": {names}" if names else "") + "\n"
        if filling.order.count(longer) > room:
            return text, False
        text = longer
    return text, len(paths) <= _MOST_LISTED


def grow(view: View, room: int, lines: LineRange | None) -> None:
    """Show all of a file if it fits, else the lines that are meant, the definition around them, the file's head and other heads."""
    source = view.source
    count = line_count(source)
    room -= 2 * len(source.path) + 60

    def take(first: int, last: int) -> None:
        nonlocal room
        for number in range(max(first, 1), min(last, count) + 1):
            size = len(source.lines[number - 1]) + 1
            if number not in view.shown and size <= room:
                view.shown.add(number)
                room -= size

    if sum(map(len, source.lines)) + count <= room:
        view.shown.update(range(1, count + 1))
        return
    if lines is not None:
        take(lines.first, lines.last)
        around = definition_at(source.definitions, lines.first)
        for distance in range(1, _AROUND + 1):
            take(lines.first - distance, lines.last + distance)
        if around is not None:
            take(around.first, around.head_last)
            take(around.first, around.last)
    take(1, 20)
    for one in source.definitions:
        size = len(source.lines[one.first - 1]) + 10
        if one.first not in view.shown and size <= room and one.last - one.first >= 2:
            view.heads.add(one.first)
            room -= size
    if lines is None:
        take(1, count)
