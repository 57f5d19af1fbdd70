"""Watching in the interface: a comment that ends in `AI!` in a saved file becomes a request at that place, `AI?` a question.

Invariant: it is off until the person says so, in the settings or by the action, and what it starts is reviewed like any other request.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from textual.worker import Worker

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.errors import CopilotTuiError, TargetError
from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.safety import one_line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from copilot_tui.session.ai_comments import AiComment
    from copilot_tui.tui.main_screen import MainScreen

_SHOWN = 60


class Watching:
    """Looks at files as they are saved, while it is on."""

    def __init__(self, screen: "MainScreen", bridge: Bridge) -> None:
        self._screen = screen
        self._bridge = bridge
        self._worker: Worker[None] | None = None

    @property
    def is_on(self) -> bool:
        """Whether saved files are looked at."""
        return self._worker is not None and not self._worker.is_finished

    def toggle(self) -> None:
        """Begin or end it, and say which."""
        if self._worker is not None and self.is_on:
            self._worker.cancel()
            self._worker = None
            self._screen.tell("Saved files are not watched any more.", "information")
        else:
            self.begin()
            self._screen.tell(
                "Saved files are watched: a comment that ends in AI! asks for a change there, AI? asks a question.",
                "information",
            )

    def begin(self) -> None:
        """Look at files from now on; raises `UsageError` where the repository is not open."""
        if not self.is_on:
            found = self._screen.session.desk.comments.watch()
            self._worker = self._screen.run_worker(self._watch(found), group="watch", exclusive=True)

    async def _watch(self, found: "AsyncIterator[tuple[str, AiComment]]") -> None:
        try:
            async for path, comment in found:
                with suppress(TargetError):  # the file is gone again: so is what its comment asked for
                    self._found(path, comment, await self._screen.session.read_file(path))
        except CopilotTuiError as error:
            self._screen.tell(f"Saved files are not watched any more. {error}", "warning")

    def _found(self, path: str, comment: "AiComment", data: bytes) -> None:
        from copilot_tui.session.watching import question_of, request_of  # noqa: PLC0415  (after the first paint)

        place = one_line(f"{path}:{comment.lines.last}", _SHOWN)
        words = one_line(comment.text, _SHOWN) or "do what stands here"
        self._screen.tell(f"{place}: {words}", "information")
        request = question_of(path, comment) if comment.is_question else request_of(path, comment, AutonomyLevel.BLOCK)
        text = f"{place}: {words}"
        from copilot_tui.session.queued import Entry  # noqa: PLC0415  (after the first paint)

        entry = Entry(text, request, is_question=comment.is_question, before=data, is_typed=False)
        self._screen.sending.take(entry, at_once=comment.is_question)
