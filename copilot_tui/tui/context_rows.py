"""What the context pane shows: a meter of the window and a row for each item; pure, from a pack and the person's wishes.

Invariant: every item has one row, so has every dropped file, and the meter's cells are the whole window: what nothing fills is free.
"""

from collections.abc import Collection

from textual.content import Content

from copilot_tui.context.pack import ContextItem, ContextPack, ItemKind
from copilot_tui.tui.header import short_number
from copilot_tui.tui.row_list import Row
from copilot_tui.tui.safety import one_line
from copilot_tui.visible import visible

MOST_OMITTED = 30
_MOST_SPANS = 3
_LONGEST_SPANS = 22
_WIDE = 100  # columns from which on a row says of which kind it is
_OUTLINE = "outline of the repository"
_TONES = {
    ItemKind.TARGET: "accent",
    ItemKind.RULES: "warning",
    ItemKind.MENTIONED: "good",
    ItemKind.PINNED: "good",
    ItemKind.NAMED: "good",
    ItemKind.OUTLINE: "muted",
    ItemKind.RANKED: "marked",
}
_COLOURS = {
    "accent": "$text-accent",
    "warning": "$text-warning",
    "good": "$text-success",
    "muted": "$foreground 60%",
    "marked": "$text-primary",
}
_FREE = "$foreground 60%"


def spans_of(item: ContextItem) -> str:
    """The lines that an item shows, in short."""
    if not item.lines:
        return "" if item.kind is not ItemKind.RANKED else "path only"
    spans = [f"{span.first}-{span.last}" if len(span) > 1 else str(span.first) for span in item.lines[:_MOST_SPANS]]
    return ", ".join(spans) + (", …" if len(item.lines) > _MOST_SPANS else "")


def rows_of(pack: ContextPack, dropped: Collection[str], width: int, drop_key: str) -> list[Row]:
    """The rows: what is in, what the person dropped with the key for it, and what found no room."""
    names = [visible(item.path) or _OUTLINE for item in pack.items]
    longest = min(max(map(len, names), default=0), max(18, width // 3))
    spans = [spans_of(item) for item in pack.items]
    sizes = (
        longest,
        min(max(map(len, spans), default=0), _LONGEST_SPANS if width >= _WIDE else _LONGEST_SPANS // 2 + 3),
    )
    rows = [_item_row(f"item:{index}", item, sizes, is_wide=width >= _WIDE) for index, item in enumerate(pack.items)]
    rows += [
        Row(
            f"dropped:{path}",
            (
                ("✕ ", "bad"),
                (visible(path) or _OUTLINE, "muted"),
                (f"  dropped by you: {drop_key} lets it in again", "muted"),
            ),
        )
        for path in sorted(dropped)
    ]
    for index, omitted in enumerate(pack.omitted[:MOST_OMITTED]):
        if omitted.path not in dropped:
            reason = one_line(omitted.reason)
            rows.append(
                Row(
                    f"omitted:{index}",
                    (("  ", "plain"), (visible(omitted.path), "muted"), (f"  not in: {reason}", "muted")),
                )
            )
    return rows


def _item_row(key: str, item: ContextItem, sizes: tuple[int, int], *, is_wide: bool) -> Row:
    longest, most_spans = sizes
    name = visible(item.path) or _OUTLINE
    shown = name if len(name) <= longest else f"…{name[len(name) - longest + 1 :]}"
    spans = spans_of(item)
    spans = spans if len(spans) <= most_spans else f"{spans[: most_spans - 1]}…"
    tone = _TONES[item.kind]
    return Row(
        key,
        (
            ("● " if item.pinned else "  ", "good"),
            *(((f"{item.kind.value:<10}", tone),) if is_wide else ()),
            (f"{shown:<{longest}}  ", "plain" if is_wide or item.kind is ItemKind.RANKED else tone),
            (f"{spans:<{most_spans}}  ", "marked"),
            (one_line(item.reason), "muted"),
        ),
        ((short_number(item.tokens), "plain"),),
    )


def meter_of(pack: ContextPack, width: int) -> Content:
    """The window as cells, each kind in its colour, with the tokens of each; one line where `width` is enough for it, else two."""
    shares = pack.shares()
    free = max(pack.budget - pack.tokens, 0)
    legend = Content("  ").join(
        [
            *(
                Content.assemble((f"{kind.value} ", _COLOURS[_TONES[kind]]), short_number(tokens))
                for kind, tokens in shares.items()
            ),
            Content.assemble(("free ", _FREE), short_number(free)),
        ]
    )
    total = f"  {short_number(pack.tokens)} of {short_number(pack.budget)} tokens"
    room = width - len(total) - 2
    one_line_room = room - legend.cell_length - 3
    is_one = one_line_room >= 24
    cells = _cells(pack, min(one_line_room, 48) if is_one else min(room, 48))
    return Content.assemble(*cells, total, "   " if is_one else "\n", legend)


def _cells(pack: ContextPack, count: int) -> list[tuple[str, str]]:
    """So many cells, shared as the budget is; a kind that has anything has a cell."""
    whole = max(pack.budget, pack.tokens, 1)
    cells: list[tuple[str, str]] = []
    filled, tokens = 0, 0
    for kind, size in pack.shares().items():
        tokens += size
        until = min(max(round(tokens / whole * count), filled + 1), count)
        cells.append(("▮" * (until - filled), _COLOURS[_TONES[kind]]))
        filled = until
    return [*cells, ("▯" * (count - filled), _FREE)]


def told_by(pack: ContextPack, most: int) -> list[str]:
    """Sentences that the person should read with the pack."""
    return [one_line(sentence) for sentence in pack.told()][:most]
