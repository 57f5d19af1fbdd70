"""What the next request will send: each item with its lines, tokens and reason; pin, drop, add.

Invariant: it shows the pack that the context room made; a pin or drop only asks for a new pack.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.context.pack import ContextItem, ContextPack
from copilot_tui.tui.header import meter, short_number
from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import Sheet
from copilot_tui.tui.text_sheet import TextSheet
from copilot_tui.visible import visible

_MOST_OMITTED = 50


@dataclass(frozen=True, slots=True)
class ContextVerbs:
    """What the sheet may ask for: keep a file in, keep it out, make the pack anew."""

    pin: Callable[[str], None]
    drop: Callable[[str], None]
    repack: Callable[[Callable[[ContextPack], None]], None]


def item_row(index: int, item: ContextItem) -> Row:
    """An item as a row: pin, path, lines, reason; tokens at the right."""
    if item.lines:
        spans = ", ".join(f"{span.first}-{span.last}" if len(span) > 1 else str(span.first) for span in item.lines[:3])
        spans += ", …" if len(item.lines) > 3 else ""
    else:
        spans = "path only"
    return Row(
        f"item:{index}",
        (
            ("● " if item.pinned else "  ", "accent"),
            (visible(item.path), "plain"),
            (f"  {spans}  ", "marked"),
            (one_line(item.reason), "muted"),
        ),
        ((f"{short_number(item.tokens)}", "plain"),),
    )


class ContextSheet(Sheet[None]):
    """The context pane."""

    heading = "what the model will see"
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("enter", "read"),
        ("p", "pin"),
        ("d", "drop"),
        ("a", "add"),
        ("esc", "back"),
    )
    BINDINGS: ClassVar = [
        Binding("p", "pin", show=False),
        Binding("d,delete", "drop", show=False),
        Binding("a", "add", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = "ContextSheet #meter { height: auto; max-height: 6; width: 1fr; margin-bottom: 1; }"

    def __init__(self, verbs: ContextVerbs, marks: Mapping[str, str]) -> None:
        super().__init__()
        self._verbs = verbs
        self._marks = marks
        self._pack: ContextPack | None = None

    def body(self) -> list[Widget]:
        """Meter and items."""
        return [
            Static("packing …", id="meter", markup=False),
            RowList(id="items", empty="nothing is sent but the request"),
        ]

    def on_mount(self) -> None:
        """Ask for the pack."""
        self.query_one(RowList).focus()
        self._verbs.repack(self.take)

    def take(self, pack: ContextPack) -> None:
        """Show a pack."""
        if not self.query("#meter"):
            return  # the person left the sheet before the pack came
        self._pack = pack
        share = f"{short_number(pack.tokens)} of {short_number(pack.budget)} tokens, {len(pack.items)} items"
        cleaned = [f"{path} holds invisible characters, which are not sent: {words}." for path, words in pack.cleaned]
        told = (*cleaned[:4], *pack.notes[:4])
        notes = [Content.styled("\n" + one_line(note), "$text-warning") for note in told]
        self.query_one("#meter", Static).update(
            Content.assemble((meter(pack.tokens, pack.budget, 24), "$text-primary"), f"  {share}", *notes)
        )
        rows = [item_row(index, item) for index, item in enumerate(pack.items)]
        rows += [
            Row(
                f"omitted:{index}",
                (("  ", "plain"), (visible(omitted.path), "muted"), (f"  not in: {one_line(omitted.reason)}", "muted")),
            )
            for index, omitted in enumerate(pack.omitted[:_MOST_OMITTED])
        ]
        self.query_one(RowList).show(rows)

    def _pointed_path(self) -> str:
        kind, _, index = self.query_one(RowList).current_key.partition(":")
        if self._pack is None or not index:
            return ""
        items = self._pack.items if kind == "item" else self._pack.omitted
        return items[int(index)].path

    def action_pin(self) -> None:
        """Keep the file in."""
        self._ask(self._verbs.pin, self._pointed_path())

    def action_drop(self) -> None:
        """Keep the file out."""
        self._ask(self._verbs.drop, self._pointed_path())

    def action_add(self) -> None:
        """Pin a file that is not in yet."""
        from copilot_tui.tui.finder import Finder  # noqa: PLC0415  (opened by one key)

        rows = [Row(path, ((visible(path), "plain"),)) for path in sorted(self._marks)]
        self.app.push_screen(Finder("add to the context", rows), lambda path: self._ask(self._verbs.pin, path or ""))

    def _ask(self, verb: Callable[[str], None], path: str) -> None:
        if path:
            verb(path)
            self._verbs.repack(self.take)

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        kind, _, index = event.key.partition(":")
        if self._pack is not None and kind == "item":
            item = self._pack.items[int(index)]
            self.app.push_screen(TextSheet(item.path, item.text))
