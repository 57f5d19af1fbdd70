"""The pack for a request: the target first and marked, rules, pinned files, an outline, then what the query is about.

Invariant: a dropped, secret or linked file is never in; the target's lines come from the snapshot that the edit will use.
"""

from collections.abc import Mapping
from functools import partial

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange
from copilot_tui.context.around import Around, raise_near
from copilot_tui.context.embedded import raise_alike
from copilot_tui.context.filling import Filling, Order, Sources
from copilot_tui.context.fitting import Choice
from copilot_tui.context.outline import make_outline
from copilot_tui.context.pack import ContextPack, ItemKind
from copilot_tui.context.packing import CHARACTERS_PER_TOKEN
from copilot_tui.context.pieces import definition_at
from copilot_tui.context.ranking import Ranked, Ranking
from copilot_tui.context.reasons import MOST_OMITTED, NOTHING_SPECIAL, reason_of, why_not_shown
from copilot_tui.context.rules import add_rules
from copilot_tui.context.source import Source, name_line
from copilot_tui.context.target import add_folder, add_target
from copilot_tui.context.uses import used_definitions
from copilot_tui.context.view import View
from copilot_tui.context.wanted import add_mentioned, add_wanted

_OUTLINE_LEAST = 6_000  # tokens of budget from which on there is an outline
_OUTLINE_SHARE, _OUTLINE_MOST = 0.05, 600
_OUTLINED = 60  # files
_USES_SHARE = 0.25
_MOST_USED = 4  # names in a reason
_MOST_AROUND = 2  # definitions around a used one whose heads are shown
_LONG_DEFINITION = 40  # lines: of a longer one that the target uses the head is shown
_TRIES = 4
_FEW_FILES, _MANY_FILES = 30, 120  # that are looked into: more only where few are too small to fill the room
_FILLED = 2  # characters of text for each free token


def pack_request(sources: Sources, order: Order) -> ContextPack:
    """The pack for a request within its budget."""
    filling = Filling(sources, order)
    target = order.request.target if order.request is not None else None
    path = target.path if target is not None else ""
    is_folder = False
    view: View | None = None
    if target is not None and path:
        is_folder = order.request is not None and order.request.level is AutonomyLevel.DIRECTORY
        if is_folder:
            add_folder(filling, path)
        else:
            view = add_target(filling, path, target.lines)
    add_rules(filling, path, is_folder=is_folder)
    add_mentioned(filling)
    add_wanted(filling)
    _add_outline(filling)
    used = _used_views(filling, view, target.lines if target is not None else None)
    _add_ranked(filling, used)
    return filling.pack()


def rank_near(sources: Sources, order: Order) -> tuple[Ranking, dict[str, str]]:
    """The ranking for an order, what is near raised in it, and for each file that gained by that the words why."""
    request = order.request
    path = request.target.path if request is not None else ""
    is_folder = request is not None and request.level is AutonomyLevel.DIRECTORY
    ranking = sources.rank(order.query)
    alike = raise_alike(ranking, partial(sources.likeness, order.meaning)) if order.meaning is not None else {}
    around = Around(
        path,
        is_folder,
        sources.companions(path) if path and not is_folder else {},
        tuple(one for one in order.opened if one != path),
        order.edited,
        sources.changed(),
    )
    near = raise_near(ranking, around)
    return ranking, {
        path: "; ".join(filter(None, (alike.get(path), near.get(path)))) for path in alike.keys() | near.keys()
    }


def _add_outline(filling: Filling) -> None:
    """The outline, where the budget is large and what must be in has left half of it free."""
    order = filling.order
    if order.budget < _OUTLINE_LEAST or filling.free < order.budget / 2 or "" in order.dropped:
        return
    room = min(int(order.budget * _OUTLINE_SHARE), _OUTLINE_MOST)
    paths = [path for path in filling.sources.busiest(_OUTLINED) if filling.may_show(path)]
    characters = 4 * room
    for _ in range(_TRIES):
        text = make_outline(paths, filling.sources.names, characters)
        if order.count(text) <= room:
            filling.add("", set(), text, "folders, what changes most in them, what that defines", ItemKind.OUTLINE)
            return
        characters = int(characters * 0.8)


def _used_views(filling: Filling, target: View | None, lines: LineRange | None) -> dict[str, View]:
    """What the target's lines use of other files, as views by path, within its share of the room."""
    if target is None or lines is None:
        return {}
    source = target.source
    around = definition_at(source.definitions, lines.first)
    first = min(lines.first, around.first) if around is not None else lines.first
    last = max(lines.last, around.last) if around is not None else lines.last
    room = filling.free * _USES_SHARE * 3
    views: dict[str, View] = {}
    names: dict[str, dict[str, None]] = {}
    for use in used_definitions(filling, source.path, source.lines[first - 1 : last]):
        one = use.definition
        end = one.last if one.last - one.first < _LONG_DEFINITION else one.head_last
        numbers = range(one.first, end + 1)
        size = sum(len(use.source.lines[number - 1]) + 1 for number in numbers) + len(use.source.path) + 20
        if size > room:
            continue
        room -= size
        view = views.setdefault(use.source.path, View(use.source, 0.0, ""))
        view.shown.update(numbers)
        outer = [other for other in use.source.definitions if other.first < one.first and other.last >= one.last]
        view.heads.update(name_line(use.source.lines, other) for other in outer[-_MOST_AROUND:])
        names.setdefault(use.source.path, {})[use.name] = None
    for path, view in views.items():
        view.reason = f"the target uses {', '.join(list(names[path])[:_MOST_USED])}"
    return views


def _add_ranked(filling: Filling, used: dict[str, View]) -> None:
    ranking, words = rank_near(filling.sources, filling.order)
    ranking.files = [
        one for one in ranking.files if one.file.path not in filling.taken and filling.may_show(one.file.path)
    ]
    texts: list[tuple[View, str]] = []
    sources: dict[str, Source] = {}
    for most in (_FEW_FILES, _MANY_FILES):
        best = ranking.files[: max(6, min(most, filling.free // 250))]
        for one in best:
            source = sources.get(one.file.path) or filling.sources.source(one.file.path)
            if source is not None:
                sources[one.file.path] = source
        reasons = {one.file.path: _reason(one, sources.get(one.file.path), words) for one in best}
        texts = Choice(ranking, sources, reasons, used).fitted(filling.free, filling.order.count)
        if len(best) < most or sum(len(text) for _, text in texts) > filling.free * _FILLED:
            break  # more files would find no room
    for view, text in texts:
        numbers = view.shown | view.heads
        filling.add(view.source.path, numbers, text, view.reason, ItemKind.RANKED, view.score)
    _say_what_is_not_in(filling, ranking, sources)


def _say_what_is_not_in(filling: Filling, ranking: Ranking, sources: Mapping[str, Source]) -> None:
    """Why the next files are not in, by the room that is left: as many characters to a token as what is in has."""
    tokens = sum(one.tokens for one in filling.items)
    rate = sum(len(one.text) for one in filling.items) / tokens if tokens else CHARACTERS_PER_TOKEN
    left, room = int(filling.free * rate), int(filling.order.budget * rate)
    for path in (one.file.path for one in ranking.files[:MOST_OMITTED]):
        if path not in filling.taken:
            source = sources.get(path)
            unreadable = filling.sources.why_not(path) if source is None else ""
            filling.leave_out(path, why_not_shown(source, unreadable, left, room))


def _reason(ranked: Ranked, source: Source | None, words: dict[str, str]) -> str:
    near = words.get(ranked.file.path, "")
    own = reason_of(ranked, source)
    return own if not near else near if own == NOTHING_SPECIAL else f"{own}; {near}"
