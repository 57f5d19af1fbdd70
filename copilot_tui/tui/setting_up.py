"""The first run, and /setup at any time: opens the sheets of the set-up and does what the person chooses.

Invariant: it opens by itself on a first run alone, and never over something that the person has begun.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from copilot_tui.errors import CopilotTuiError, InstallError
from copilot_tui.tui.key_sheet import KeySheet
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.setup_sheet import LARGER, LOOK_AGAIN, SetupSheet

if TYPE_CHECKING:
    from copilot_tui.models.ways import Way
    from copilot_tui.tui.main_screen import MainScreen


def offer_setup(screen: "MainScreen") -> None:
    """Open the choices if this is a first run and the person has not begun with anything else."""
    setup = screen.session.setting_up

    def opened(first: bool) -> None:
        if first and not screen.query_one(Prompt).text and len(screen.app.screen_stack) == 1:
            open_setup(screen, by_itself=True)

    def look() -> bool:
        return setup.is_first_run

    screen.bridge.in_thread(look, then=opened)


def open_setup(screen: "MainScreen", *, by_itself: bool = False) -> None:
    """Show the three ways; `by_itself` where no key asked for them."""
    setup, bridge = screen.session.setting_up, screen.bridge

    def show(ways: "tuple[Way, ...]") -> None:
        if by_itself and screen.query_one(Prompt).text:
            return  # the person has begun meanwhile

        def chosen(key: str | None) -> None:
            if key is None:
                bridge.in_thread(setup.put_off, then=lambda _: None)
            elif key == LOOK_AGAIN:
                open_setup(screen)
            elif key == LARGER:
                screen.do("models")
            else:
                _choose(screen, ways[int(key)])

        screen.app.push_screen(SetupSheet(ways), chosen)

    bridge.call(setup.ways(), show, group="setup", opens_sheet=not by_itself)


def _choose(screen: "MainScreen", way: "Way") -> None:
    if way.kind.value == "provider":
        screen.bridge.in_thread(
            screen.session.setting_up.keyring_trouble,
            then=lambda trouble: _ask_key(screen, way, trouble),
            opens_sheet=True,
        )
    elif way.is_ready:
        _take(screen, way)
    else:
        install(screen, way.local_model, way.model, lambda: _take(screen, way))


def _take(screen: "MainScreen", way: "Way", *, in_keyring: bool = False) -> None:
    setup = screen.session.setting_up

    def choose() -> str:
        model = way.model if way.kind.value == "server" else ""
        return setup.choose(way.profile, model, local_model=way.local_model, in_keyring=in_keyring)

    name = way.model if way.kind.value == "built in" else way.title
    screen.bridge.in_thread(choose, then=lambda said: _done(screen, f"{name} answers from now on. {said}"))


def _done(screen: "MainScreen", sentence: str) -> None:
    screen.tell(sentence, "information")
    screen.opening.renew()


def _ask_key(screen: "MainScreen", way: "Way", trouble: str) -> None:
    setup, bridge = screen.session.setting_up, screen.bridge

    def test(key: str, then: Callable[[str], None]) -> None:
        async def attempt() -> str:
            try:
                await setup.try_way(way.profile, key)
                if key and not trouble:
                    await asyncio.to_thread(setup.keep_key, way.profile, key)
            except CopilotTuiError as error:
                return f"{error}."
            return ""

        bridge.call(attempt(), then, group="setup")

    def answered(key: str | None) -> None:
        if key is None:
            open_setup(screen)  # back to the other ways
        elif key and trouble:
            bridge.in_thread(setup.use_here, way.profile, key, then=lambda said: _done(screen, said))
        else:
            _take(screen, way, in_keyring=bool(key))

    screen.app.push_screen(KeySheet(way, trouble, test), answered)


def install(screen: "MainScreen", name: str, title: str, then: Callable[[], None]) -> None:
    """Fetch a model with its progress on a sheet; `then` once it is there."""
    from copilot_tui.tui.install_sheet import InstallSheet  # noqa: PLC0415

    sheet = InstallSheet(title)

    def progress(what: str, done: int, of: int) -> None:
        if sheet.is_stopped:
            raise InstallError("the installation was stopped: nothing of it is left half done")
        screen.app.call_from_thread(sheet.show, what, done, of)

    def work() -> None:
        screen.session.setting_up.install(name, progress)

    async def attempt() -> str:
        await shown  # a sheet that comes when it has been left already would take the notice away that tells of it
        try:
            await asyncio.to_thread(work)
        except CopilotTuiError as error:
            return str(error)
        return ""

    def ended(fault: str) -> None:
        if sheet.is_current:
            sheet.dismiss(None)
        if fault:
            screen.tell(f"{fault}.", "information" if sheet.is_stopped else "error")
        else:
            then()

    shown = screen.app.push_screen(sheet)
    screen.bridge.call(attempt(), ended, group="install")
