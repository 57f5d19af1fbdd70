"""What must be in a pack beside the target: what the request mentions, what a step of the plan names, what the person pinned.

Invariant: together they take a set share of the room, each at most an equal part of what is left of it; what is not in is said.
"""

from functools import partial
from itertools import count

from copilot_tui.autonomy.request import LineRange
from copilot_tui.autonomy.secret_names import is_secret
from copilot_tui.context.filling import Filling, line_count
from copilot_tui.context.mentions import DIFF_ITEM
from copilot_tui.context.pack import ItemKind
from copilot_tui.context.target import folder_text, grow
from copilot_tui.context.view import View
from copilot_tui.visible import visible

_SHARE = 0.7  # of what is free
_DIFF_SHARE = 0.5
_FOLDER_SHARE = 0.2
_MOST_NAMES = 4  # of one file, the largest definitions
_MOST_PARSED = 30  # files of a folder that are parsed at once where the index does not know them yet
_SECRET = "its name says that it holds secrets"  # noqa: S105  (a reason)
_UNREADABLE = "it cannot be read as text"


def add_mentioned(filling: Filling) -> None:
    """What the request mentions: whole files or the definitions of names, outlines of folders, and the uncommitted changes."""
    by_path: dict[str, list[LineRange | None]] = {}
    for path, lines in filling.order.mentioned.places:
        by_path.setdefault(path, []).append(lines)
    paths = {path: meant for path, meant in by_path.items() if path not in filling.taken}  # the target is in already
    room = int(filling.free * _SHARE)
    for place, (path, meant) in enumerate(paths.items()):
        source = filling.source(path) if filling.may_show(path) else None
        if source is None:
            may = filling.may_show(path)
            reason = filling.sources.why_not(path) if may else "it is dropped from the context, or holds secrets"
            filling.unmet.append(f"@{visible(path)} is not sent: {reason or _UNREADABLE}.")
            continue
        view, text = filling.show(source, partial(_grow_all, meant=meant), room // (len(paths) - place))
        before = filling.free
        if not filling.add(path, view.shown | view.heads, text, "you mention it", ItemKind.MENTIONED):
            filling.unmet.append(f"@{visible(path)} is not sent: it does not fit the budget.")
        elif len(view.shown) < line_count(source) and None in meant:
            filling.unmet.append(f"@{visible(path)} is long: a part of it is sent, the rest as an outline.")
        room -= before - filling.free
    for folder in filling.order.mentioned.folders:
        _add_folder(filling, folder)
    if filling.order.mentioned.diff:
        _add_diff(filling, filling.order.mentioned.diff)


def _grow_all(view: View, room: int, meant: list[LineRange | None]) -> None:
    for lines in meant:
        grow(view, room, lines)
        room -= sum(len(view.source.lines[number - 1]) + 1 for number in view.shown)


def _add_folder(filling: Filling, folder: str) -> None:
    """The files of a folder with what they define: what is in them is sent where the files are mentioned themselves."""
    heading = f"Folder {visible(folder)}: its files, those that change most first, and what they define\n"
    parsed = count()

    def names_of(path: str) -> tuple[str, ...]:
        known = filling.sources.names(path)
        source = filling.source(path) if not known and next(parsed) < _MOST_PARSED else None
        outermost = [one for one in source.definitions if "." not in one.name] if source is not None else []
        outermost.sort(key=lambda one: (one.name.startswith("_"), one.first - one.last, one.first))
        return known or tuple(dict.fromkeys(visible(one.name) for one in outermost))[:_MOST_NAMES]

    text, is_whole = folder_text(filling, folder.rstrip("/"), heading, int(filling.free * _FOLDER_SHARE), names_of)
    if text == heading or not filling.add(folder, set(), text + "\n", "you mention it", ItemKind.MENTIONED):
        filling.unmet.append(f"@{visible(folder)} is not sent: it does not fit the budget.")
    elif not is_whole:
        filling.unmet.append(f"@{visible(folder)} is large: the files of it that change most are named.")


def _add_diff(filling: Filling, diff: str) -> None:
    head = "Uncommitted changes, as a patch (data):\n"
    count, room = filling.order.count, int(filling.free * _DIFF_SHARE)
    kept = diff
    while kept and count(head + kept) > room:
        # The count is not proportional to the length, but near to it.
        most = min(int(len(kept) * room / count(head + kept)), len(kept) - 1)
        kept = kept[:most].rpartition("\n")[0]
        kept = f"{kept}\n" if kept else ""
    if kept != diff:
        filling.unmet.append("@diff is long: its beginning is sent." if kept else "@diff does not fit the budget.")
    if kept:
        filling.add(DIFF_ITEM, set(), head + kept, "you mention it", ItemKind.MENTIONED)


def add_wanted(filling: Filling) -> None:
    """The files that a step of the plan names and those that the person pinned, each with its share of the room."""
    order = filling.order
    paths = [path for path in dict.fromkeys((*order.focus, *sorted(order.pinned))) if path not in filling.taken]
    room = int(filling.free * _SHARE)
    for place, path in enumerate(paths):
        if path in order.dropped:
            continue
        is_pinned = path in order.pinned
        source = filling.source(path) if filling.may_show(path) else None
        if source is None:
            secret = _SECRET if is_secret(path) else ""
            filling.leave_out(path, secret or filling.sources.why_not(path) or _UNREADABLE)
            continue
        view, text = filling.show(source, partial(grow, lines=None), room // (len(paths) - place))
        kind = ItemKind.PINNED if is_pinned else ItemKind.NAMED
        reason = "pinned" if is_pinned else "named by the step"
        before = filling.free
        if not filling.add(path, view.shown | view.heads, text, reason, kind):
            filling.leave_out(path, "it does not fit the budget")
        room -= before - filling.free
