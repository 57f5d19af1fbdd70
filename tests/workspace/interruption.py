"""Something that happens in the middle of a call, at a chosen moment: another program's write, a signal, a kill."""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

_ROOM = os.path.join("copilot_tui", "workspace") + os.sep  # noqa: PTH118


class At:
    """While entered: `action` happens when `function` of the workspace is called for the `turn`-th time, and once."""

    def __init__(self, function: str, action: Callable[[], None], turn: int = 1) -> None:
        self._function = function
        self._action = action
        self._left = turn

    def __enter__(self) -> Self:
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        assert self._left <= 0, f"{self._function} was not called that often"

    def _trace(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code.co_name == self._function and _ROOM in frame.f_code.co_filename:
            self._left -= 1
            if self._left == 0:
                self._action()


class KillAtLine:
    """While entered: this process kills itself with SIGKILL before its `number`-th line of the workspace; counts lines otherwise.

    Lines count from the first call of `write_batch` on.
    """

    def __init__(self, number: int = 0) -> None:
        self._number = number
        self._begun = False
        self.lines = 0

    def __enter__(self) -> Self:
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        if _ROOM not in frame.f_code.co_filename:
            return None
        self._begun = self._begun or frame.f_code.co_name == "write_batch"
        if event == "line" and self._begun:
            self.lines += 1
            if self.lines == self._number:
                os.kill(os.getpid(), signal.SIGKILL)
        return self._trace
