"""Which sheet opens for which action, and what its answer does.

Invariant: a sheet is imported when it is first opened; opening one changes nothing.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from copilot_tui.errors import CopilotTuiError
from copilot_tui.tui.actions import Place, possible
from copilot_tui.tui.safety import one_line
from copilot_tui.visible import visible

if TYPE_CHECKING:
    from copilot_tui.models.call import Role
    from copilot_tui.session.trusting import TrustState
    from copilot_tui.tui.calls import CallLog
    from copilot_tui.tui.finder import Finder
    from copilot_tui.tui.main_screen import MainScreen
    from copilot_tui.tui.row_list import Row
    from copilot_tui.workspace.receipt import Receipt


class Sheets:
    """Opens sheets over the screen."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen
        self._files: Finder | None = None

    def help(self, place: Place) -> None:
        """What is possible here."""
        from copilot_tui.tui.help_sheet import HelpSheet  # noqa: PLC0415  (after the first paint)

        self._screen.app.push_screen(HelpSheet(place, self._screen.key_table), self._do)

    def palette(self, place: Place) -> None:
        """Every action that is possible here, by some letters."""
        from copilot_tui.tui.finder import Finder  # noqa: PLC0415  (after the first paint)
        from copilot_tui.tui.row_list import Row  # noqa: PLC0415

        rows = [
            Row(
                action.identifier,
                ((f"{action.title:<32}", "plain"), (action.help, "muted")),
                ((self._screen.key_table.shown(action.identifier), "marked"),),
            )
            for action in possible(place)
            if action.identifier not in {"palette", "question"}
        ]
        finder = Finder("all actions", rows, lambda row: f"{row.key} {row.parts[0][0].strip()}")
        self._screen.app.push_screen(finder, self._do)

    def find(self, marks: Mapping[str, str]) -> None:
        """Open a file by some letters of its path."""
        from copilot_tui.tui.finder import Finder  # noqa: PLC0415  (after the first paint)

        finder = self._files = Finder("open a file", _file_rows(marks))

        def opened(path: str | None) -> None:
            if path:
                self._screen.open_file(path, finder.line)

        self._screen.app.push_screen(finder, opened)

    def offer_files(self, marks: Mapping[str, str]) -> None:
        """Show a new list of files where one is being looked through."""
        if self._files is not None and self._files.is_current:
            self._files.offer(_file_rows(marks))

    def model(self) -> None:
        """Choose a role, then the profile that answers for it."""
        from copilot_tui.models.call import Role  # noqa: PLC0415  (after the first paint)
        from copilot_tui.tui.finder import Finder  # noqa: PLC0415
        from copilot_tui.tui.row_list import Row  # noqa: PLC0415

        names = ["all roles", *(role.value for role in Role)]
        rows = [Row(name, ((name, "plain"),)) for name in names]

        def chosen(name: str | None) -> None:
            if name:
                self._profile(None if name == names[0] else Role(name))

        self._screen.app.push_screen(Finder("which role?", rows), chosen)

    def setup(self) -> None:
        """Choose who answers."""
        from copilot_tui.tui.setting_up import open_setup  # noqa: PLC0415  (after the first paint)

        open_setup(self._screen)

    def models(self) -> None:
        """The local models."""
        from copilot_tui.tui.models_screen import open_models  # noqa: PLC0415  (after the first paint)

        open_models(self._screen)

    def _profile(self, role: "Role | None") -> None:
        from copilot_tui.tui.finder import Finder  # noqa: PLC0415  (after the first paint)
        from copilot_tui.tui.row_list import Row  # noqa: PLC0415

        session = self._screen.session
        rows = [
            Row(name, ((f"{one_line(name):<14}", "plain"), (one_line(model or "its first model"), "muted")))
            for name, model in session.model_choices()
        ]

        def chosen(name: str | None) -> None:
            if name:
                try:
                    session.choose_model(name, "", role)
                except CopilotTuiError as error:
                    self._screen.tell(str(error), "warning")
                self._screen.opening.renew()

        self._screen.app.push_screen(Finder("which model answers?", rows), chosen)

    def calls(self, log: "CallLog") -> None:
        """The calls to models."""
        from copilot_tui.tui.calls_sheet import CallsSheet  # noqa: PLC0415  (after the first paint)

        self._screen.app.push_screen(CallsSheet(log))

    def history(self) -> None:
        """Every landing with its diff."""
        from copilot_tui.tui.history_sheet import HistorySheet, HistoryVerbs  # noqa: PLC0415  (after the first paint)

        screen, bridge, landings = self._screen, self._screen.bridge, self._screen.session.landings

        def take_back(number: int, then: Callable[[], None]) -> None:
            def done(receipt: "Receipt") -> None:
                screen.landing.taken_back(receipt)
                then()

            bridge.in_thread(landings.take_back, number, then=done)

        def land_again(then: Callable[[], None]) -> None:
            def done(receipt: "Receipt") -> None:
                screen.landing.landed_again(receipt)
                then()

            bridge.in_thread(landings.land_again, then=done)

        verbs = HistoryVerbs(
            patch=lambda number, then: bridge.in_thread(landings.patch, number, then=then),
            take_back=take_back,
            land_again=land_again,
            list=lambda then: bridge.in_thread(landings.list, then=then),
        )

        def opened(found: "tuple[Receipt, ...]") -> None:
            screen.app.push_screen(HistorySheet(found, verbs))

        bridge.in_thread(landings.list, then=opened, opens_sheet=True)

    def trust(self) -> None:
        """What of the repository may run, and the person's answer."""
        from copilot_tui.tui.trust_sheet import TrustSheet  # noqa: PLC0415  (after the first paint)

        screen, bridge, trusting = self._screen, self._screen.bridge, self._screen.session.trusting

        def said(state: "TrustState") -> None:
            runs = "Its hooks and filters run when you commit." if state.trusted else "Nothing of this repository runs."
            screen.tell(runs, "information")

        def answered(yes: bool | None) -> None:
            if yes is not None:
                bridge.in_thread(trusting.allow if yes else trusting.take_back, then=said)

        def ask(state: "TrustState") -> None:
            sheet = TrustSheet(state, "let nothing run")
            screen.app.push_screen(sheet, answered)
            screen.requesting.open_gate(sheet)  # a y that was typed before the question is no answer to it

        bridge.in_thread(trusting.state, then=ask, opens_sheet=True)

    def raw(self, log: "CallLog") -> None:
        """The newest answer as it came."""
        from copilot_tui.tui.calls_sheet import answer_text  # noqa: PLC0415  (after the first paint)
        from copilot_tui.tui.text_sheet import TextSheet  # noqa: PLC0415

        text = answer_text(log.records[-1]) if log.records else "There is no answer yet."
        self._screen.app.push_screen(TextSheet("the answer as it came", text))

    def _do(self, identifier: str | None) -> None:
        if identifier:
            self._screen.call_after_refresh(self._screen.do, identifier)


def _file_rows(marks: Mapping[str, str]) -> "list[Row]":
    from copilot_tui.tui.row_list import Row  # noqa: PLC0415  (after the first paint)

    return [
        Row(path, ((visible(path), "plain"),), ((mark, "warning"),) if mark else ())
        for path, mark in sorted(marks.items())
    ]
