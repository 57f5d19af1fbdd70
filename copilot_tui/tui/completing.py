"""Completion of mentions and commands while the person types: looks for what fits, and puts the chosen one in.

Invariant: nothing is put in but by tab, enter or a click, and escape closes the list until another token is begun.
"""

from typing import TYPE_CHECKING

from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.prompt import Prompt

if TYPE_CHECKING:
    from copilot_tui.tui.completion import Candidate, Token
    from copilot_tui.tui.completion_list import CompletionList
    from copilot_tui.tui.main_screen import MainScreen

_LEAST_LETTERS = 2  # before names are looked for
_MOST_NAMES = 30
_KEYS = frozenset({"up", "down", "tab", "enter", "escape", "pageup", "pagedown"})


class Completing:
    """Keeps the list under the request."""

    def __init__(self, screen: "MainScreen", bridge: Bridge) -> None:
        self._screen = screen
        self._bridge = bridge
        self._token: Token | None = None
        self._closed: tuple[str, int, int] | None = None  # where escape closed the list: sign, row, column
        self._paths: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the list has the keys."""
        return self._screen.parts.is_completing

    def close(self) -> None:
        """Take the list away."""
        self._token = None
        if self.is_open:
            self._list.offer(())

    def follow(self) -> None:
        """Look what stands before the cursor now."""
        prompt = self._prompt
        row, column = prompt.cursor_location
        line = prompt.document.get_line(row) if len(prompt.text) < 100_000 else ""
        if "@" not in line and not (row == 0 and line.startswith("/")):
            self._closed = None
            self.close()
            return
        from copilot_tui.tui.completion import token_before  # noqa: PLC0415  (rapidfuzz: when it is first needed)

        token = token_before(line[:column], is_first_line=row == 0)
        place = (token.sign, row, token.start) if token is not None else None
        if token is None or place == self._closed or not prompt.has_focus:
            self.close()
            return
        self._closed = None
        if token != self._token:
            self._token = token
            self._look(token)

    def _look(self, token: "Token") -> None:
        from copilot_tui.tui.completion import diff_candidate, fitting_commands, fitting_paths  # noqa: PLC0415

        if token.sign == "/":
            self._list.offer(fitting_commands(token.letters, self._screen.acting.commands()))
            return
        marks = self._screen.marks
        if len(marks) != len(self._paths):
            self._paths = tuple(marks)
        changed = tuple(path for path, mark in marks.items() if mark)

        def shown(found: "list[Candidate]") -> None:
            if token is self._token:
                self._list.offer([*diff_candidate(token.letters), *found])
                if len(token.letters) >= _LEAST_LETTERS:
                    self._look_for_names(token, found)

        self._bridge.in_thread(fitting_paths, token.letters, self._paths, changed, then=shown)

    def _look_for_names(self, token: "Token", paths: "list[Candidate]") -> None:
        from copilot_tui.tui.completion import diff_candidate, fitting_names  # noqa: PLC0415

        def shown(names: "list[Candidate]") -> None:
            if token is self._token and names:
                # A name that begins so is more likely meant than a path that merely holds the letters somewhere.
                begun = [
                    one
                    for one in paths
                    if one.shown.rstrip("/").rpartition("/")[2].lower().startswith(token.letters.lower())
                ]
                rest = [one for one in paths if one not in begun]
                self._list.offer([*diff_candidate(token.letters), *begun, *names, *rest])

        def look(letters: str) -> "list[Candidate]":
            return fitting_names(self._screen.session.desk.mentions.names(letters, _MOST_NAMES))

        self._bridge.in_thread(look, token.letters, then=shown)

    def take_key(self, key: str) -> bool:
        """Do what a key means for the list; false where the key is the prompt's."""
        if not self.is_open or key not in _KEYS:
            return False
        if key in {"tab", "enter"} and not self._is_current():
            return self.is_open  # typed faster than the list could follow: nothing is put in that was not seen
        if key == "escape":
            row, _ = self._prompt.cursor_location
            if self._token is not None:
                self._closed = (self._token.sign, row, self._token.start)
            self.close()
        elif key in {"tab", "enter"}:
            return self._take(key)
        else:
            self._list.action_move({"up": -1, "down": 1, "pageup": -6, "pagedown": 6}[key])
        return True

    def _is_current(self) -> bool:
        """Whether the list is about what stands before the cursor; where it is not, it is brought up to it."""
        earlier = self._token
        self.follow()
        token = self._token
        if token == earlier or (token is not None and token.sign == "/"):
            return self._list.is_open
        candidate = self._list.current
        return candidate is not None and token is not None and token.letters.lower() in candidate.shown.lower()

    def take_current(self) -> None:
        """Put the chosen one in: it was clicked."""
        self._take("tab")
        self._prompt.focus()

    def _take(self, key: str) -> bool:
        candidate, token = self._list.current, self._token
        if candidate is None or token is None:
            return False
        row, column = self._prompt.cursor_location
        is_command = token.sign == "/"
        if key == "enter" and candidate.insert == f"{token.sign}{token.letters}":
            self.close()  # it stands there already: enter sends
            return False
        line = self._prompt.document.get_line(row)
        gap = "" if (is_command and key == "enter") or line[column : column + 1] == " " else " "
        self.close()
        self._prompt.replace(candidate.insert + gap, (row, token.start), (row, column), maintain_selection_offset=False)
        return not (is_command and key == "enter")  # a command that enter chose is carried out at once

    @property
    def _list(self) -> "CompletionList":
        return self._screen.parts.completion

    @property
    def _prompt(self) -> Prompt:
        return self._screen.query_one(Prompt)
