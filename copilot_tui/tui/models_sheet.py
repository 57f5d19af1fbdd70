"""The models of this machine: those installed, and those that can be fetched, with size and memory beside what there is.

Invariant: the sheet only chooses; fetching, removing and testing are done by who opened it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.models.catalogue import gigabytes
from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace

if TYPE_CHECKING:
    from copilot_tui.models.inventory import Inventory


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """What is to be done with which model; `title` is what a person reads."""

    verb: Literal["use", "install", "remove", "test"]
    name: str
    title: str


class ModelsSheet(Sheet[ModelChoice]):
    """Gives what is to be done."""

    heading = "local models"
    place = SheetPlace.MODELS
    keys: ClassVar[tuple[KeyWord, ...]] = (
        ("enter", "install or use"),
        "models.test",
        "models.remove",
        ("esc", "back"),
    )
    DEFAULT_CSS: ClassVar[str] = (
        "ModelsSheet #machine { height: auto; width: 1fr; margin-top: 1; color: $foreground 70%; }"
    )

    def __init__(self, inventory: "Inventory") -> None:
        super().__init__()
        self._inventory = inventory
        self._titles = {one.name: one.title for one in inventory.installed}
        self._titles |= {one.name: one.title for one in inventory.fetchable}

    def body(self) -> list[Widget]:
        """The models, and the machine."""
        return [RowList(_rows(self._inventory), id="models"), Static(self._machine(), id="machine", markup=False)]

    def _machine(self, said: str = "") -> Content:
        found = self._inventory
        facts = (
            f"This machine has {gigabytes(found.memory)} of memory and {gigabytes(found.free_disk)} free on the disk. "
            "A file of your own: copilot-tui models add PATH."
        )
        return Content.assemble((f"{said} ", "$text-warning"), facts) if said else Content(facts)

    def on_mount(self) -> None:
        """Choose at once."""
        self.query_one(RowList).focus()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        is_here = any(one.name == event.key and one.is_present for one in self._inventory.installed)
        self._leave("use" if is_here else "install", event.key)

    def action_test(self) -> None:
        """Test the model that answers now."""
        self._leave("test", "")

    def action_remove_model(self) -> None:
        """Take the model at the cursor away, if it is here."""
        key = self.query_one(RowList).current_key
        if any(one.name == key for one in self._inventory.installed):
            self._leave("remove", key)
        elif key:
            said = f"{one_line(self._titles[key], 60)} is not installed: there is nothing to remove."
            self.query_one("#machine", Static).update(self._machine(said))

    def _leave(self, verb: Literal["use", "install", "remove", "test"], name: str) -> None:
        self.dismiss(ModelChoice(verb, name, self._titles.get(name, name)))


def _rows(found: "Inventory") -> list[Row]:
    rows = []
    catalogue = {one.name: one for one in found.fetchable}
    for model in found.installed:
        state = ("is here", "good") if model.is_present else ("its file is gone", "bad")
        words = catalogue[model.name].words if model.name in catalogue else "a file of your own"
        rows.append(_row(model.name, model.title, words, f"{gigabytes(model.size)}  ", state))
    here = {model.name for model in found.installed}
    for one in found.fetchable:
        if one.name not in here:
            sizes = f"{gigabytes(one.size)}, {gigabytes(one.memory)} RAM  "
            rows.append(
                _row(
                    one.name,
                    one.title,
                    one.words,
                    sizes,
                    ("too large here", "bad") if one.trouble else ("fits here", "warning"),
                )
            )
    return rows


def _row(name: str, title: str, words: str, sizes: str, state: tuple[str, str]) -> Row:
    shown = one_line(title.replace(" (tiny demo model)", ""), 22)
    return Row(name, ((f" {shown:<23}", "plain"), (one_line(words, 60), "muted")), ((sizes, "muted"), state))
