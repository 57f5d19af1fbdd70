"""The one screen: files, code or review, slider, request, keys.

Invariant: widgets take values and post messages; this screen passes them to whoever owns the matter (`Acting`,
`Aiming`, `Requesting`, `Deciding`, `Landing`, `Sheets`) and decides nothing itself.
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.css.query import NoMatches
from textual.widgets import Static

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.tui.acting import Acting
from copilot_tui.tui.actions import Place
from copilot_tui.tui.aiming import Aiming
from copilot_tui.tui.answering import AnsweringScreen
from copilot_tui.tui.arriving import Arriving
from copilot_tui.tui.attention import Attention
from copilot_tui.tui.bridge import Bridge, Failed, RequestEnded, SessionEvent
from copilot_tui.tui.completing import Completing
from copilot_tui.tui.deciding import Deciding
from copilot_tui.tui.folding import Folding
from copilot_tui.tui.gate import Gate
from copilot_tui.tui.header import Header
from copilot_tui.tui.key_line import KeyLine
from copilot_tui.tui.key_table import KeyTable
from copilot_tui.tui.landing import Landing
from copilot_tui.tui.looks import Looks
from copilot_tui.tui.lost_letters import LostLetters
from copilot_tui.tui.notices import say_alone
from copilot_tui.tui.opening import Opening
from copilot_tui.tui.parts import Parts
from copilot_tui.tui.picturing import Picturing
from copilot_tui.tui.plain_overview import PlainOverview
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.reading import Reading
from copilot_tui.tui.records import Records
from copilot_tui.tui.requesting import Requesting
from copilot_tui.tui.safety import one_line, plain
from copilot_tui.tui.scope_line import ScopeLine
from copilot_tui.tui.sending import Sending
from copilot_tui.tui.sheets import Sheets
from copilot_tui.tui.slider import Slider
from copilot_tui.tui.watching import Watching
from copilot_tui.tui.welcome import Welcome

if TYPE_CHECKING:
    from copilot_tui.tui.code_view import CodeView
    from copilot_tui.tui.files_pane import FilesPane
    from copilot_tui.tui.port import BeginsWith, SessionPort
    from copilot_tui.tui.reading_pane import ReadingPane
    from copilot_tui.tui.review.messages import AgainWanted, Finished, ReviewChanged, Said
    from copilot_tui.tui.row_list import RowList
    from copilot_tui.tui.thread_line import ThreadLine

_READ_SECONDS = 2.0


class MainScreen(AnsweringScreen):
    """Asking and reviewing, in one place."""

    AUTO_FOCUS = "#prompt"
    BINDINGS: ClassVar[list[BindingType]] = [*KeyTable().bindings()]
    DEFAULT_CSS: ClassVar[str] = """
    MainScreen {
        background: $background;
        & #middle { height: 1fr; layers: base over; }
        & #main { width: 1fr; height: 1fr; layers: base over; }
        & #place { height: 1; width: 1fr; padding: 0 1; color: $foreground 70%; text-wrap: nowrap; text-overflow: ellipsis; }
        & CodeView { height: 1fr; }
        & #files-room { width: 30; height: 1fr; background: $surface; color: $foreground 50%; }
        & FilesPane.-over { layer: over; dock: left; width: 40; max-width: 80%; border-right: outer $accent 60%; }
        & AnswerPane { layer: over; dock: bottom; max-height: 50%; display: none; }
        & #ask { height: auto; max-height: 8; min-height: 1; }
        & #sign { width: 3; height: 1; padding: 0 0 0 1; color: $text-accent; text-style: bold; }
        & #small { display: none; width: 1fr; height: 1fr; content-align: center middle; text-align: center; }
        & ProgressLine { display: none; }
        &.-small > * { display: none; }
        &.-small > #small { display: block; }
    }
    """

    def __init__(
        self,
        session: "SessionPort",
        gate: Gate,
        *,
        begins_with: "BeginsWith | None" = None,
        blinks: bool = True,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__()
        self.session = session
        self.bridge = Bridge(self, session, gate.sheets)
        self.aiming = Aiming(self, self.bridge)
        self.requesting = Requesting(self, self.bridge, gate, clock)
        self.deciding = Deciding(self, self.bridge, gate)
        self.landing = Landing(self, self.bridge, self.deciding)
        self.sheets = Sheets(self)
        self.parts = Parts(self)
        self.folding = Folding(self)
        self.records = Records(self)
        self.sending = Sending(self, self.bridge, gate)
        self.reading = Reading(self)
        self.watching = Watching(self, self.bridge)
        self.looks = Looks(self)
        self.lost_letters = LostLetters(self)
        self.completing = Completing(self, self.bridge)
        self.picturing = Picturing(self, self.bridge)
        self.acting = Acting(self)
        self.marks: Mapping[str, str] = {}
        self.key_table = KeyTable()
        self.slider_was_moved = False
        self.attention = Attention(self._write, lambda: self.app.app_focus)
        self._blinks = blinks
        self.arriving = Arriving(self, self.bridge, gate, begins_with)
        self.opening = Opening(self, self.bridge, gate)
        self._told = 0.0

    def compose(self) -> ComposeResult:
        """What the first paint shows, from top to bottom; `Parts` puts the rest in its place."""
        yield Header(PlainOverview(self.session.root.absolute().name))
        with Horizontal(id="middle"):
            if not self.folding.is_narrow:
                yield self.parts.make_room_for_files()
            with Vertical(id="main"):
                yield Static("", id="place", markup=False)
                yield (welcome := Welcome())
        yield ScopeLine(self.app.size.width)
        with Horizontal(id="ask"):
            yield Static(">", id="sign", markup=False)
            yield (prompt := Prompt(blinks=self._blinks))
        self.arriving.begin(prompt, welcome)
        yield KeyLine(is_blank=self.arriving.is_awaited)

    def on_mount(self) -> None:
        """Start what is slow after the first paint."""
        self.session.asks_about_plans = True
        self.session.checking.pause = self.courtesy.pause
        self.query_one(Prompt).takes_key = self.completing.take_key
        self.aiming.show()
        self.opening.begin()

    def tell(self, sentence: str, severity: str) -> None:
        """Say something at the foot of the screen, without a box to close."""
        known: Mapping[str, Literal["information", "warning", "error"]] = {"warning": "warning", "error": "error"}
        shown = known.get(severity, "information")
        seconds = 8 if shown == "information" else 600  # what went wrong stays until the person goes on typing
        say_alone(self.app, one_line(sentence), shown, seconds)
        self._told = monotonic()

    def hush(self) -> None:
        """The person goes on in a review: a sentence that stood long enough to be read gives the lines below it free."""
        if monotonic() - self._told > _READ_SECONDS:
            self.app.clear_notifications()

    def on_resize(self, event: events.Resize) -> None:
        """Fit what is shown into the terminal."""
        self.folding.fit(event.size)

    # Where the person is

    @property
    def place(self) -> Place:
        """Where the person is."""
        if self.bridge.is_busy:
            return Place.ANSWERING
        focused = self.focused
        if self.parts.is_files(focused):
            return Place.FILES
        if self.picturing.has_focus:
            return Place.CONTEXT
        if focused is not None and focused is self.reading.pane:
            return Place.READING
        if self.deciding.is_reviewing and not isinstance(focused, Prompt):
            return Place.REVIEW
        return Place.CODE if self.parts.is_code(focused) else Place.PROMPT

    def on_descendant_focus(self) -> None:
        """Show what is possible at the new place."""
        self.lost_letters.moved()
        self.show_place()

    def on_key(self, event: events.Key) -> None:
        """A key came that nothing took."""
        self.lost_letters.take(event)

    def show_place(self) -> None:
        """Show what is possible now."""
        try:
            self.query_one(KeyLine).show(self.place, self.deciding.progress)
            self.query_one(ScopeLine).review(self.deciding.reviewed_here)
        except NoMatches:
            return

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action of the table is possible here."""
        if action == "do" and self.completing.is_open and parameters[0] in {"switch", "cancel"}:
            return False  # tab and escape belong to the list
        return action != "do" or self.acting.is_possible(str(parameters[0]))

    def action_do(self, identifier: str, number: int = 0) -> None:
        """Do an action of the table; `number` is that of a numbered key."""
        self.do(identifier, number)

    def do(self, identifier: str, number: int = 0) -> None:
        """Do an action of the table, if it is possible here."""
        self.acting.do(identifier, number)

    def _write(self, sequence: str) -> None:
        driver = self.app._driver  # noqa: SLF001  (Textual writes to the terminal itself in this way alone)
        if driver is not None:
            driver.write(sequence)

    def set_level(self, level: AutonomyLevel) -> None:
        """Move the slider; a proposal of the person's own request under review is admitted anew."""
        self.aiming.set_level(level)
        if self.deciding.reviewed is None:
            self.deciding.change_level(level)

    def action_focus_prompt(self) -> None:
        """Back to the request."""
        self.set_focus(self.query_one(Prompt))  # at once: what is typed behind the key is for it
        self.folding.fold()

    # What the widgets say

    @on(Prompt.Sent)
    def _prompt_sent(self, event: Prompt.Sent) -> None:
        self.sending.pressed(event.text, event.pressed)

    def _on_thread_line_wanted(self, event: "ThreadLine.Wanted") -> None:
        self.do(event.identifier)

    def on_reading_pane_jumped(self, event: "ReadingPane.Jumped") -> None:
        """The person wants to see a place that the answer names."""
        self.reading.go_to(event.citation)

    def on_screen_resume(self) -> None:
        """A sheet went: what waits behind it may go on."""
        if self.is_mounted:
            self.call_after_refresh(self.sending.queue.wake)

    @on(Prompt.PasteRefused)
    def _paste_refused(self, event: Prompt.PasteRefused) -> None:
        self.tell(
            f"The paste is too long for a request ({event.characters:,} characters): save it to a file and mention that with @.",
            "warning",
        )

    @on(Prompt.Changed)
    @on(Prompt.SelectionChanged)
    def _typed(self) -> None:
        self.completing.follow()
        self.picturing.follow()

    def _on_row_list_chosen(self, event: "RowList.Chosen") -> None:
        if event.rows.id == "completion":
            self.completing.take_current()

    @on(KeyLine.Wanted)
    def _key_clicked(self, event: KeyLine.Wanted) -> None:
        self.do(event.identifier)

    @on(Slider.Moved)
    def _slider_moved(self, event: Slider.Moved) -> None:
        self.slider_was_moved = True
        self.set_level(event.level)

    def _on_code_view_aimed(self, event: "CodeView.Aimed") -> None:
        self.aiming.point(event.line, event.selection)

    def _on_code_view_colours_wanted(self, event: "CodeView.ColoursWanted") -> None:
        self.aiming.colour(event.document, event.lines)

    def _on_files_pane_file_chosen(self, event: "FilesPane.FileChosen") -> None:
        if not self.deciding.go_to_file(event.path):
            self.open_file(event.path)

    def _on_files_pane_folder_pointed(self, event: "FilesPane.FolderPointed") -> None:
        self.aiming.set_folder(event.path)

    def open_file(self, path: str, line: int = 1, *, focus: bool = True) -> None:
        """Show a file."""
        self.query_one(Welcome).display = False
        if not self.deciding.is_reviewing:
            self.parts.code.display = True
        self.aiming.open_file(path, line, focus=focus)

    # What the session says

    @on(SessionEvent)
    def _session_event(self, event: SessionEvent) -> None:
        self.requesting.take(event.event)

    def _on_review_changed(self, event: "ReviewChanged") -> None:
        self.session.replace_review(event.review, self.deciding.viewed)
        self.deciding.follow(event.review)
        if self.session.kept.trouble:
            self.tell(self.session.kept.trouble, "warning")
        self.show_place()

    def _on_said(self, event: "Said") -> None:
        self.tell(event.sentence, event.severity)

    def _on_menu_wanted(self) -> None:
        self.do("palette")

    def _on_again_wanted(self, event: "AgainWanted") -> None:
        self.deciding.ask_again(event.unit, event.comment, self.requesting)

    def _on_prompt_wanted(self) -> None:
        self.set_focus(self.query_one(Prompt))  # at once: what is typed behind the key is for it

    def _on_finished(self, event: "Finished") -> None:
        self.session.replace_review(event.review, self.deciding.viewed)
        self.landing.finish(event.review)

    @on(RequestEnded)
    def _request_ended(self, event: RequestEnded) -> None:
        review = self.requesting.ended(cancelled=event.cancelled)
        if review is None:
            self.deciding.end_growth()
        elif self.requesting.is_typing:
            self.deciding.show(review, focus=False)
            self.tell(f"The proposal is there: {self.key_table.shown('switch')} goes to it.", "information")
        else:
            self.deciding.show(review)
        self.requesting.open_gate(self.reading.pane or self.deciding.pane or self.query_one(Prompt))
        self.sending.queue.wake()
        self.opening.renew_overview()

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        if not self.marks:
            self.query_one(Welcome).say(event.sentence)
        self.query_one("#place", Static).update(plain(self.aiming.aim.path, "bold"))
        self.arriving.failed()
        self.tell(event.sentence, "error")
