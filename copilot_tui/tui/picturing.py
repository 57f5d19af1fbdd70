"""The picture of what the next request will send: packed anew while the person types and moves, kept in a pane.

Invariant: at most one pack is made at a time, beside the screen, and none while the pane is hidden; the newest wish is the last one packed.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.timer import Timer

from copilot_tui.errors import CopilotTuiError
from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.header import Header
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.safety import one_line

if TYPE_CHECKING:
    from textual.widget import Widget

    from copilot_tui.autonomy.request import Request
    from copilot_tui.context.pack import ContextPack
    from copilot_tui.tui.context_pane import ContextPane
    from copilot_tui.tui.main_screen import MainScreen

_REST_SECONDS = 0.12  # without a key before a pack is made
_TITLE = "what the model will see"
_SENT = "what was sent"


class Picturing:
    """Shows and hides the pane, and does what is wanted of its items."""

    def __init__(self, screen: "MainScreen", bridge: Bridge) -> None:
        self._screen = screen
        self._bridge = bridge
        self._pane: ContextPane | None = None
        self._timer: Timer | None = None
        self._is_packing = False
        self._is_stale = False
        self._packed: Request | None = None  # what the shown pack was made for

    @property
    def is_shown(self) -> bool:
        """Whether the pane stands on the screen."""
        return self._pane is not None and self._pane.display

    @property
    def parts(self) -> "tuple[Widget, ...]":
        """What of it the person can go to."""
        return (self._pane.rows,) if self._pane is not None and self._pane.display else ()

    @property
    def has_focus(self) -> bool:
        """Whether the person is in the pane."""
        return (
            self._pane is not None and self._screen.focused is not None and self._pane in self._screen.focused.ancestors
        )

    def toggle(self) -> None:
        """Show the pane; where it is shown go into it, and from there hide it."""
        if not self.is_shown:
            self._screen.run_worker(self._open(), exclusive=True, group="picture")
        elif self._pane is not None and not self.has_focus:
            self._screen.completing.close()
            self._pane.rows.focus()
        else:
            self.hide()

    async def _open(self) -> None:
        if self._pane is None:
            from copilot_tui.tui.context_pane import ContextPane  # noqa: PLC0415  (after the first paint)

            self._pane = ContextPane(self.pin, self.open_item)
            await self._screen.query_one("#main").mount(self._pane)
        self._pane.display = True
        self._pack()

    def hide(self) -> None:
        """Take the pane away."""
        if self._pane is not None:
            had_focus = self.has_focus
            self._pane.display = False
            if had_focus:
                self._screen.query_one(Prompt).focus()

    def follow(self) -> None:
        """What the request says, or where it goes, has changed: pack anew once that rests."""
        if self.is_shown and not self._bridge.is_busy:
            if self._timer is not None:
                self._timer.stop()
            self._timer = self._screen.set_timer(_REST_SECONDS, self._pack_other)

    def renew(self) -> None:
        """The repository has changed: pack anew, even for the same request."""
        self._packed = None
        self.follow()

    def _request(self) -> "Request":
        text = self._screen.query_one(Prompt).text.strip()
        return self._screen.aiming.aim.request("" if text.startswith("/") else text)

    def _pack_other(self) -> None:
        if self._request() != self._packed:
            self._pack()

    def _pack(self) -> None:
        pane, aim = self._pane, self._screen.aiming.aim
        if pane is None or not pane.display:
            return
        if self._is_packing:
            self._is_stale = True
            return
        if not self._screen.sending.is_open:
            pane.say("The repository is still being opened.")
            self.follow()
            return
        if not aim.is_possible:
            keys = self._screen.key_table
            find, higher = keys.shown("find"), keys.shown("raise")
            pane.say(f"Open a file first ({find}), or raise the slider to directory ({higher}).")
            return
        request = self._packed = self._request()
        session = self._screen.session
        self._is_packing, self._is_stale = True, False

        async def packed() -> "ContextPack | str":
            try:
                return await session.pack_context(request)
            except CopilotTuiError as error:
                return str(error)
            finally:
                self._is_packing = False

        self._bridge.call(packed(), self._take, group="context")

    def _take(self, found: "ContextPack | str") -> None:
        pane = self._pane
        if pane is None or not pane.display or self._bridge.is_busy:
            self._packed = None
            return
        if isinstance(found, str):
            pane.say(one_line(found))
        else:
            pane.show(found, frozenset(self._screen.session.wishes.dropped), _TITLE)
            self._screen.query_one(Header).show_context(found.tokens, found.budget)
        if self._is_stale:
            self._pack()

    def sent(self, pack: "ContextPack") -> None:
        """Show the pack that a call was made with."""
        self._packed = None
        if self._pane is not None and self._pane.display:
            self._pane.show(pack, frozenset(self._screen.session.wishes.dropped), _SENT)

    # What is wanted of an item

    def pin(self) -> None:
        """Keep the pointed file in, or let it go."""
        path = self._pane.pointed_path if self._pane is not None else None
        if path and self._is_file(path):
            self._screen.session.wishes.pin(path)
            self._pack()

    def drop(self) -> None:
        """Keep what is pointed at out, or let it in again."""
        pane = self._pane
        path = pane.pointed_path if pane is not None else None
        if pane is None or path is None:
            return
        if path == self._screen.aiming.aim.path and path not in self._screen.session.wishes.dropped:
            self._screen.tell("The target is always sent: a request cannot be understood without it.", "information")
        elif path and not self._is_file(path):
            self._screen.tell("Take the @ out of the request to leave it out.", "information")
        else:
            self._screen.session.wishes.drop(path)
            self._pack()

    def _is_file(self, path: str) -> bool:
        return (not path.startswith("@") and path != self._screen.aiming.aim.folder) or path in self._screen.marks

    def add(self) -> None:
        """Keep a file in that is not in yet."""
        from copilot_tui.tui.finder import Finder  # noqa: PLC0415  (opened by one key)
        from copilot_tui.tui.row_list import Row  # noqa: PLC0415
        from copilot_tui.visible import visible  # noqa: PLC0415

        marks: Mapping[str, str] = self._screen.marks
        pinned = self._screen.session.wishes.pinned
        rows = [Row(path, ((visible(path), "plain"),)) for path in sorted(marks) if path not in pinned]

        def chosen(path: str | None) -> None:
            if path:
                self._screen.session.wishes.pin(path)
                self._pack()

        self._screen.app.push_screen(Finder("keep in the context", rows), chosen)

    def wish(self, word: str, path: str) -> None:
        """Pin or drop a file by its path, or by an end of it that only one has."""
        known = self._screen.marks
        path = path.removeprefix("@").strip('"')
        found = [path] if path in known else [one for one in known if one.endswith(f"/{path}")]
        if len(found) != 1:
            several = f"{len(found)} files end in {path}" if found else f"there is no file {path}"
            self._screen.tell(one_line(f"/{word}: {several}."), "warning")
            return
        wishes = self._screen.session.wishes
        (wishes.pin if word == "pin" else wishes.drop)(found[0])
        state = "pinned" if found[0] in wishes.pinned else "dropped" if found[0] in wishes.dropped else "free again"
        self._screen.tell(one_line(f"{found[0]} is {state} for the next requests."), "information")
        self._pack()

    def open_item(self) -> None:
        """Show the pointed file at the item's first lines."""
        item = self._pane.pointed if self._pane is not None else None
        path = self._pane.pointed_path if self._pane is not None else None
        if path and path in self._screen.marks:
            self._screen.open_file(path, item.lines[0].first if item is not None and item.lines else 1)

    def read_item(self) -> None:
        """Show the item's text as it goes to the model."""
        from copilot_tui.tui.text_sheet import TextSheet  # noqa: PLC0415  (opened by one key)
        from copilot_tui.visible import visible  # noqa: PLC0415

        item = self._pane.pointed if self._pane is not None else None
        if item is not None:
            heading = f"{visible(item.path) or 'outline'}, {item.tokens} tokens: {one_line(item.reason)}"
            self._screen.app.push_screen(TextSheet(heading, item.text))
