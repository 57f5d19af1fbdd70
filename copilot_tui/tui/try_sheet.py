"""The pane for trying: the project's commands, what the running one prints, and what may be done with its outcome.

Invariant: a command that was not agreed to is only shown, in full; nothing but the key for it is a yes; escape first ends what is under
way.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from copilot_tui.tui.key_words import KeyWords
from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace
from copilot_tui.visible import visible

if TYPE_CHECKING:
    from copilot_tui.workspace.project_commands import ProjectCommand

_MOST_LINES = 5_000
_REDRAW_SECONDS = 0.05
_OTHER = "another"
_TONES = {"good": "$text-success", "bad": "$text-error", "warning": "$text-warning"}


@dataclass(frozen=True, slots=True)
class Offer:
    """A command that may be tried; `before`: what was agreed to under its name, None for nothing."""

    command: "ProjectCommand"
    is_allowed: bool
    before: str | None = None


@dataclass(frozen=True, slots=True)
class TryVerbs:
    """What the sheet asks for.

    `run` of a command, with True once the person agreed to it here; `guard` lets no key act before what is painted was there to be read.
    """

    run: Callable[["ProjectCommand", bool], None]
    run_typed: Callable[[str], None]
    bisect: Callable[["ProjectCommand"], None]
    take: Callable[[], None]
    cancel: Callable[[], None]
    guard: Callable[[Widget], None]


class TrySheet(Sheet[None]):
    """Commands above, their output below; `what` says what is tried."""

    heading = "try what is accepted, in a copy"
    place = SheetPlace.TRY
    DEFAULT_CSS: ClassVar[str] = """
    TrySheet {
        & > #sheet { width: 96%; max-width: 160; height: 90%; }
        & #what { height: auto; width: 1fr; color: $foreground 70%; }
        & #commands { height: auto; max-height: 6; margin: 1 0; }
        & #typed { display: none; border: none; height: 1; background: $panel; }
        & #typed:focus { border: none; }
        & #state { height: auto; width: 1fr; }
        & #output { height: 1fr; max-height: 100%; }
    }
    """

    def __init__(self, verbs: TryVerbs, what: str) -> None:
        super().__init__()
        self._verbs = verbs
        self._what = what
        self._offers: dict[str, Offer] = {}
        self._ended: dict[str, tuple[str, str]] = {}  # by the command's name: how it ended, and the tone to say it in
        self._lines: deque[Row] = deque(maxlen=_MOST_LINES)
        self._printed = 0
        self._is_drawing = False
        self._asked: ProjectCommand | None = None
        self._failed: ProjectCommand | None = None
        self._changed = 0
        self._is_ready = False  # the copy is being made
        self._is_running = False

    def key_line(self) -> tuple[KeyWord, ...]:
        """What is possible now."""
        if not self._is_ready:
            return (("esc", "back"),)
        if self._is_running:
            return (("tab", "output"), ("esc", "cancel"))
        if self._asked is not None:
            return ("try.agree", ("esc", "no"))
        return (
            ("enter", "run"),
            "try.type",
            *(("try.bisect",) if self._failed else ()),
            *(("try.take",) if self._changed else ()),
            ("tab", "output"),
            ("esc", "back"),
        )

    def body(self) -> list[Widget]:
        """What is tried, the commands, how it stands, the output."""
        return [
            Static(self._what, id="what", markup=False),
            RowList(id="commands"),
            Input(placeholder="a command, run without a shell", id="typed"),
            Static("making a copy of the repository …", id="state", markup=False),
            RowList(id="output"),
        ]

    def on_mount(self) -> None:
        """Keys act on the commands."""
        self.query_one("#commands", RowList).focus()

    # What the owner says

    def offer(self, offers: Sequence[Offer]) -> None:
        """List the commands; nothing runs."""
        self._offers = {offer.command.name: offer for offer in offers}
        self._is_ready = True
        self._say("" if offers else "No command was found here: type one, or name it in the settings under [commands].")

    def begin(self, line: str) -> None:
        """A command starts."""
        self._asked = None
        self._lines.clear()
        self._printed = 0
        self.show_output()
        self._say(f"{one_line(line)}: running …")

    def take_line(self, line: str) -> None:
        """A line that it printed; what came together is drawn together."""
        self._printed += 1
        self._lines.append(Row(str(self._printed), ((visible(line.expandtabs(4)), "plain"),)))
        if not self._is_drawing:
            self._is_drawing = True
            self.set_timer(_REDRAW_SECONDS, self.show_output)

    def report(self, sentence: str) -> None:
        """How far it is."""
        if self.is_current:
            self._say(one_line(sentence))

    def end(
        self, sentence: str, tone: str = "", *, command: "ProjectCommand | None" = None, failed: bool = False
    ) -> None:
        """Nothing runs any more; `command` is the one that ended, `failed` whether it failed by itself."""
        self._is_running = False
        if command is not None:
            self._ended[command.name] = ("failed" if failed else "passed" if tone == "good" else "ended", tone)
            self._failed = command if failed else None
        self._say(sentence, tone)

    def allow(self, command: "ProjectCommand") -> None:
        """The command may run from now on."""
        self._offers[command.name] = Offer(command, is_allowed=True)

    def found(self, lines: Sequence[str]) -> None:
        """Lines under the output, as the outcome of a search."""
        for line in lines:
            self._printed += 1
            self._lines.append(Row(str(self._printed), ((one_line(line), "bad"),)))
        self.show_output()

    def count_changes(self, files: int) -> None:
        """How many files the commands changed that may be taken as hunks."""
        self._changed = files

    # Drawing

    def show_output(self) -> None:
        """Draw the lines; the end stays in view while the person looks at it."""
        self._is_drawing = False
        for output in self.query("#output").results(RowList):
            follows = output.cursor >= len(output.rows) - 1
            output.show(tuple(self._lines), cursor=len(self._lines) - 1 if follows else None)

    def _say(self, sentence: str, tone: str = "") -> None:
        if not self.query("#state"):
            return  # the person left
        self.query_one("#state", Static).update(
            Content.styled(visible(sentence), _TONES[tone]) if tone else Content(visible(sentence))
        )
        self.query_one(KeyWords).show(self.words())
        rows = [self._row(offer) for offer in self._offers.values()]
        self.query_one("#commands", RowList).show([*rows, Row(_OTHER, (("another command …", "muted"),))])

    def _row(self, offer: Offer) -> Row:
        command = offer.command
        ended = self._ended.get(command.name)
        state = ended or (("", "plain") if offer.is_allowed else ("not agreed to yet", "warning"))
        mark = {"good": ("✓ ", "good"), "bad": ("✗ ", "bad")}.get(state[1], ("  ", "plain"))
        return Row(
            command.name,
            (mark, (f"{one_line(command.name, 20):<8} ", "strong"), (one_line(command.line), "plain")),
            ((state[0], state[1] or "muted"),) if state[0] else (),
        )

    # What the person does

    @property
    def _is_free(self) -> bool:
        return self._is_ready and not self._is_running and self._asked is None

    @on(RowList.Chosen, "#commands")
    def _chosen(self, event: RowList.Chosen) -> None:
        if not self._is_free:
            return
        offer = self._offers.get(event.key)
        if offer is None:
            self.action_type()
        elif offer.is_allowed:
            self._is_running = True
            self._verbs.run(offer.command, False)
        else:
            self._ask(offer)

    def _ask(self, offer: Offer) -> None:
        """Show all that a yes would agree to."""
        self._asked = offer.command
        self._lines.clear()
        self._printed = 0
        for line in offer.command.shown.split("\n"):
            self._lines.append(Row(str(len(self._lines)), ((line.expandtabs(4), "plain"),)))
        if offer.before is not None:
            self._lines.append(Row("before", (("you agreed before to:", "warning"),)))
            for line in visible(offer.before, keep="\n\t").split("\n"):
                self._lines.append(Row(str(len(self._lines)), ((line.expandtabs(4), "muted"),)))
        self.query_one("#output", RowList).show(tuple(self._lines), cursor=0)
        self._verbs.guard(self)
        self._say(
            "This would run in the copy, as you, without a shell, with your files and network but not your keys:",
            "warning",
        )

    def action_agree(self) -> None:
        """Yes to what is shown."""
        if self._asked is not None and not self._is_running:
            self._is_running = True
            self._verbs.run(self._asked, True)

    def action_bisect(self) -> None:
        """Search for the hunks that make the last command fail."""
        if self._failed is not None and self._is_free:
            self._is_running = True
            self._verbs.bisect(self._failed)

    def action_take(self) -> None:
        """Take what the commands changed into the review."""
        if self._changed and self._is_free:
            self._is_running = True
            self._verbs.take()

    def action_type(self) -> None:
        """Type a command."""
        if self._is_free:
            box = self.query_one("#typed", Input)
            box.display = True
            box.focus()

    @on(Input.Submitted, "#typed")
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self._hide_box()
            self._is_running = True
            self._verbs.run_typed(event.value.strip())

    def _hide_box(self) -> None:
        self.query_one("#typed", Input).display = False
        self.query_one("#commands", RowList).focus()

    def action_leave(self) -> None:
        """End what is under way; where nothing is, go back to the review."""
        if self.query_one("#typed", Input).display:
            self._hide_box()
        elif self._asked is not None:
            self._asked = None
            self._lines.clear()
            self.show_output()
            self._say("Nothing was run.")
        elif self._is_running:
            self._verbs.cancel()
        else:
            self.dismiss(None)
