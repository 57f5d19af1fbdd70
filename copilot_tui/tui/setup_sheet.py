"""Who answers: the three ways with what each costs and needs, one row each, the chosen one explained below.

Invariant: the sheet only chooses; nothing is fetched, tested or written by it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import MOVING, KeyWord, Sheet

if TYPE_CHECKING:
    from copilot_tui.models.ways import Way

LOOK_AGAIN, LARGER = "look again", "larger"
_TOUR = "New here? `copilot-tui demo` is a tour of five minutes on a sample."
_NUMBERS = {"built in": "1 in the program", "server": "2 on this machine", "provider": "3 a provider"}


class SetupSheet(Sheet[str]):
    """Gives the number of a way in `ways`, `LOOK_AGAIN` or `LARGER`; None for later."""

    heading = "who answers? everything here can be changed later: /setup"
    keys: ClassVar[tuple[KeyWord, ...]] = ((MOVING, "look"), ("enter", "choose"), ("esc", "later"))
    DEFAULT_CSS: ClassVar[str] = """
    SetupSheet #about { height: 5; width: 1fr; margin-top: 1; color: $foreground 80%; }
    SetupSheet #tour { height: 1; width: 1fr; color: $foreground 60%; }
    """

    def __init__(self, ways: "Sequence[Way]") -> None:
        super().__init__()
        self._ways = ways

    def body(self) -> list[Widget]:
        """The rows, and the words about the one at the cursor."""
        return [RowList(rows_of(self._ways), id="ways"), Static("", id="about", markup=False), Static(_TOUR, id="tour")]

    def on_mount(self) -> None:
        """Choose at once."""
        self.query_one(RowList).focus()
        self._explain(self.query_one(RowList).current_key)

    @on(RowList.Pointed)
    def _pointed(self, event: RowList.Pointed) -> None:
        self._explain(event.key)

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self.dismiss(event.key)

    def _explain(self, key: str) -> None:
        self.query_one("#about", Static).update(Content(about(self._ways, key)))


def rows_of(ways: "Sequence[Way]") -> list[Row]:
    """One row for each way; the first of each kind carries its number."""
    rows: list[Row] = []
    told: set[str] = set()
    for index, way in enumerate(ways):
        if way.kind.value == "provider" and "server" not in told:
            rows.append(_extra(LOOK_AGAIN, _NUMBERS["server"], "no server was found", "enter looks again"))
            told.add("server")
        number = "" if way.kind.value in told else _NUMBERS[way.kind.value]
        told.add(way.kind.value)
        name = way.model.replace(" (tiny demo model)", ", tiny")
        name = name if way.kind.value == "built in" else f"{way.title}: {name or 'its first model'}"
        price = "paid, " if way.kind.value == "provider" else "free, "
        right = ((price, "muted"), (way.needs, "good" if way.is_ready else "warning"))
        rows.append(Row(str(index), ((f" {number:<19}", "marked"), (one_line(name, 40), "plain")), right))
        following = ways[index + 1] if index + 1 < len(ways) else None
        if way.kind.value == "built in" and (following is None or following.kind is not way.kind):
            rows.append(_extra(LARGER, "", "a larger one", "free, 1 to 5 GB to fetch"))
    return rows


def _extra(key: str, number: str, words: str, right: str) -> Row:
    return Row(key, ((f" {number:<19}", "marked"), (words, "muted")), ((right, "muted"),))


def about(ways: "Sequence[Way]", key: str) -> str:
    """What the row of that key means: what it costs, what it needs, and where the code goes."""
    if key == LOOK_AGAIN:
        return (
            "Free; your code stays on this machine. Start Ollama, LM Studio, a llama.cpp server or vLLM with a model, "
            "then press enter: they are found on their usual ports."
        )
    if key == LARGER:
        return (
            "Free; your code stays on this machine. Named models that are much better than the tiny one and need more "
            "memory: enter shows their sizes beside what this machine has."
        )
    if not key.isdecimal():
        return ""
    way = ways[int(key)]
    if way.kind.value == "built in":
        tiny = " Tiny: good for learning the keys, wrong at most real work." if "tiny" in way.model else ""
        return f"Free, no key, no network afterwards: it runs in this program and your code stays here.{tiny}"
    if way.kind.value == "server":
        return f"Free: {way.title} runs on this machine and has {one_line(way.model, 60) or 'a model'}; your code stays here."
    ready = "Its key is set already; enter tests it." if way.is_ready else "enter asks for its key, typed hidden."
    return (
        f"{way.costs[:1].upper()}{way.costs[1:]}; what a request needs of your code goes to {way.title}. {ready} "
        f"The key is tested by one small call before it is kept in the system's keyring; {way.key_env} in the environment works as well."
    )
