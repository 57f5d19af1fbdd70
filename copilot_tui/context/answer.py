"""The answer to a query as the command line gives it: what is shown, with the reasons, and what is not.

Invariant: the text is no longer than the room, and every file is named as it can be shown safely.
"""

from collections.abc import Callable, Sequence

from copilot_tui.context.packing import further
from copilot_tui.context.ranking import Ranking
from copilot_tui.context.reasons import MOST_OMITTED, why_not_shown
from copilot_tui.context.source import Source
from copilot_tui.context.view import View, render, runs
from copilot_tui.visible import visible

_LISTED_PATHS = 400


def make_answer(
    ranking: Ranking,
    views: Sequence[View],
    room: int,
    source_of: Callable[[str], Source | None],
    why_not: Callable[[str], str],
) -> dict[str, object]:
    """`files`, `text`, `tokens`, `items` and `omitted` of the views that fit into `room` characters, best first.

    `why_not`: why a file without a source has none. What is left of the room names further files.
    """
    parts, used, items = [], 0, []
    shown: dict[str, list[tuple[int, int]]] = {}
    for view in views:
        text = render(view)
        if used + len(text) > room:
            continue
        used += len(text)
        parts.append(text)
        path = view.source.path
        shown[path] = runs(view.shown | view.heads)
        items.append({"path": visible(path), "lines": shown[path], "tokens": len(text) // 4, "reason": view.reason})
    paths = (visible(one.file.path) for one in ranking.files if one.file.path not in shown)
    parts.append(further(paths, room - used))
    text = "".join(parts)
    files = [
        {"path": visible(one.file.path), "score": round(one.score, 5), "ranges": shown.get(one.file.path, [])}
        for one in ranking.files[:_LISTED_PATHS]
    ]
    omitted = []
    for path in (one.file.path for one in ranking.files[:MOST_OMITTED] if one.file.path not in shown):
        source = source_of(path)
        reason = why_not_shown(source, why_not(path) if source is None else "", room - len(text), room)
        omitted.append({"path": visible(path), "reason": reason})
    return {"files": files, "text": text, "tokens": len(text) // 4, "items": items, "omitted": omitted}
