"""What each action of the table does, and the same actions typed after a slash.

Invariant: nothing is done that the table does not allow at the place where the person is; what is not named here belongs to the review.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.errors import CopilotTuiError
from copilot_tui.tui.actions import Place, all_actions, find_action
from copilot_tui.tui.moving import can_move, move, moves
from copilot_tui.tui.prompt import Prompt

if TYPE_CHECKING:
    from textual.widget import Widget

    from copilot_tui.tui.main_screen import MainScreen


class Acting:
    """The actions of the screen."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen
        self._handlers: dict[str, Callable[[], object]] = {
            **self._of_request(),
            **self._of_looking(),
            **self._of_context(),
            **self._of_work(),
            **self._of_talking(),
        }
        self._with_words: dict[str, Callable[[str], object]] = {
            "level": self._set_level,
            "themes": lambda words: screen.looks.take_theme(words) if words else screen.looks.choose_theme(),
            "ask": lambda words: screen.sending.ask(words, f"? {words}"),
        }

    def is_possible(self, identifier: str) -> bool:
        """Whether an action of the table is possible where the person is."""
        found, screen = find_action(identifier), self._screen
        if found is None or screen.place not in found.places:
            return False
        return not moves(identifier) or can_move(identifier, screen.focused, screen.deciding.pane)

    def do(self, identifier: str, number: int = 0) -> None:
        """Do an action of the table, if it is possible here; `number` is that of a numbered key."""
        if self.is_possible(identifier):
            if self._screen.place is Place.REVIEW:
                self._screen.hush()
            self._carry_out(identifier, number)

    def _carry_out(self, identifier: str, number: int = 0) -> None:
        screen = self._screen
        handler = self._handlers.get(identifier)
        if handler is not None:
            try:
                handler()
            except CopilotTuiError as error:  # such as: the repository is not open yet, or never will be
                screen.tell(str(error), "warning")
        elif moves(identifier):
            move(identifier, screen.focused, screen.deciding.pane, number)
            screen.deciding.point()
        elif screen.deciding.pane is not None:
            screen.deciding.pane.do(identifier)
            screen.deciding.point()

    def take_command(self, text: str) -> bool:
        """Do the action that stands after a slash; False where the text is no such thing, but a request."""
        if not text.startswith("/"):
            return False
        word, _, rest = text[1:].partition(" ")
        if word in self._with_words:
            self._with_words[word](rest.strip())
            return True
        if word in {"pin", "drop"} and rest.strip():
            self._screen.picturing.wish(word, rest.strip())
            return True
        found = find_action(word)
        if found is None or (found.own and word not in self._handlers):
            return False
        if found.places & self._reached:
            self._carry_out(word, int(rest) if found.numbered and rest.strip().isdecimal() else 0)
        else:
            self._screen.tell(
                f"/{word} is not possible now: {self._screen.key_table.shown('help')} shows what is.", "warning"
            )
        return True

    @property
    def _reached(self) -> set[Place]:
        """The places whose actions can be typed now: a key is bound to where the person is, a name reaches all that the screen shows."""
        reading = {Place.READING} if self._screen.reading.pane is not None else set()
        reached = {Place.ANSWERING} if self._screen.bridge.is_busy else {Place.PROMPT, Place.CODE, Place.FILES}
        reached |= {Place.CONTEXT} if self._screen.picturing.is_shown and not self._screen.bridge.is_busy else set()
        return reached | reading | ({Place.REVIEW} if self._screen.deciding.is_reviewing else set())

    def commands(self) -> list[tuple[str, str]]:
        """What can be typed after a slash now: name and title."""
        reached = self._reached
        found = [(one.identifier, one.title) for one in all_actions() if one.places & reached and not one.own]
        return sorted([*found, ("level", f"Say how much may change: {', '.join(AutonomyLevel)}")])

    def _set_level(self, words: str) -> None:
        if words in set(AutonomyLevel):
            self._slide(AutonomyLevel(words))
        else:
            self._screen.tell(f"The levels are: {', '.join(AutonomyLevel)}.", "warning")

    def _slide(self, level: AutonomyLevel) -> None:
        reviewed = self._screen.deciding.reviewed_here
        if reviewed is not None and reviewed.scope is None:
            keys = self._screen.key_table
            self._screen.tell(
                f"No request made this change, so there is no level to set: {keys.shown('request')} goes to a request of yours.",
                "information",
            )
        elif reviewed is not None:
            self._screen.deciding.change_level(level)  # of this proposal; where the person aims is not concerned
        else:
            self._screen.slider_was_moved = True
            self._screen.set_level(level)

    @property
    def _level(self) -> AutonomyLevel:
        """The level that the line below tells."""
        reviewed = self._screen.deciding.reviewed_here
        return reviewed.scope.level if reviewed is not None and reviewed.scope else self._screen.aiming.aim.level

    def _of_request(self) -> dict[str, Callable[[], object]]:
        screen = self._screen
        aiming, requesting = screen.aiming, screen.requesting
        return {
            "send": lambda: screen.sending.send(self._prompt.text),
            "recall": screen.sending.recall,
            "newline": lambda: self._prompt.insert("\n"),
            "cancel": requesting.cancel,
            "lower": lambda: self._slide(self._level.lowered()),
            "raise": lambda: self._slide(self._level.raised()),
            "grow": lambda: aiming.grow(1),
            "shrink": lambda: aiming.grow(-1),
            "reasoning": requesting.toggle_reasoning,
            "alternative": screen.deciding.next_alternative,
        }

    def _of_talking(self) -> dict[str, Callable[[], object]]:
        screen = self._screen
        sending, reading = screen.sending, screen.reading
        return {
            "ask": reading.follow_up,
            "answer": reading.again,
            "next-place": lambda: reading.next_place(1),
            "previous-place": lambda: reading.next_place(-1),
            "copy-answer": reading.copy,
            "follow-up": reading.follow_up,
            "close-answer": reading.close,
            "send-now": sending.send_now,
            "queue": sending.queue.open,
            "fresh": sending.start_fresh,
            "watch": screen.watching.toggle,
        }

    def _of_looking(self) -> dict[str, Callable[[], object]]:
        screen = self._screen
        sheets = screen.sheets
        return {
            "find": lambda: sheets.find(screen.marks),
            "context": screen.picturing.toggle,
            "calls": lambda: sheets.calls(screen.requesting.log),
            "raw": lambda: sheets.raw(screen.requesting.log),
            "model": sheets.model,
            "setup": sheets.setup,
            "models": sheets.models,
            "history": sheets.history,
            "trust": sheets.trust,
            "remember": screen.records.remember,
            "sessions": screen.records.sessions,
            "stats": screen.records.stats,
            "waiting": screen.records.waiting,
            "palette": lambda: sheets.palette(screen.place),
            "help": lambda: sheets.help(screen.place),
            "question": lambda: sheets.help(screen.place),
        }

    def _of_context(self) -> dict[str, Callable[[], object]]:
        picturing = self._screen.picturing
        return {
            "pin": picturing.pin,
            "drop": picturing.drop,
            "add": picturing.add,
            "open-item": picturing.open_item,
            "read-item": picturing.read_item,
        }

    def _of_work(self) -> dict[str, Callable[[], object]]:
        screen = self._screen
        return {
            "files": screen.folding.toggle,
            "finish": self._finish,
            "try": screen.deciding.try_out,
            "resume": screen.deciding.resume,
            "commit": screen.landing.committing.begin,
            "revert": screen.landing.revert,
            "copy": self._copy,
            "focus-prompt": screen.action_focus_prompt,
            "switch": self._switch,
            "theme": screen.looks.next_theme,
            "themes": screen.looks.choose_theme,
            "copy-hunk": screen.looks.copy_hunk,
            "copy-path": screen.looks.copy_path,
            "quit": self._quit,
        }

    @property
    def _prompt(self) -> Prompt:
        return self._screen.query_one(Prompt)

    def _switch(self) -> None:
        screen = self._screen
        middle = screen.deciding.pane or screen.parts.code
        parts = (self._prompt, screen.reading.pane, middle, screen.parts.files)
        shown = (part for part in parts if part is not None and part.display)
        order: list[Widget] = [*shown, *screen.picturing.parts]
        at = next((index for index, part in enumerate(order) if part is screen.focused), -1)
        order[(at + 1) % len(order)].focus()

    def _quit(self) -> None:
        self._screen.app.exit()

    def _finish(self) -> None:
        pane = self._screen.deciding.pane
        if pane is not None:  # at once, not by a message of the pane: the next key is for the sheet
            self._screen.session.replace_review(pane.review, self._screen.deciding.viewed)
            self._screen.landing.finish(pane.review)

    def _copy(self) -> None:
        pane = self._screen.deciding.pane
        if pane is not None and self._screen.place is Place.REVIEW:
            pane.do("copy")
            return
        code = self._screen.parts.code
        if code.picked_text:
            self._screen.app.copy_to_clipboard(code.picked_text)
            self._screen.tell("Copied what is picked.", "information")
            return
        lines = code.selection
        first, last = (lines.first, lines.last) if lines else (code.cursor, code.cursor)
        self._screen.app.copy_to_clipboard(code.document.text(first, last))
        self._screen.tell(f"Copied {last - first + 1} line{'s' if last > first else ''}.", "information")
