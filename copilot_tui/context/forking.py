"""Work in a fork of this process, whose result comes back through a pipe: cheap, because what is known already need not be sent.

Only a process with one thread forks. Invariant: a child gives its result and is gone; one that dies gives nothing, and its files are left.
"""

import marshal
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

from copilot_tui.context.order import File

_Mine = TypeVar("_Mine")
_Found = TypeVar("_Found")


class Looked(Generic[_Found]):
    """What was found in files, why some cannot be read, and those that there was no time or room for."""

    __slots__ = ("found", "rest", "unread")

    def __init__(self) -> None:
        self.found: list[_Found] = []
        self.unread: dict[str, str] = {}
        self.rest: list[File] = []


def can_fork() -> bool:
    """Whether this process may be split."""
    return hasattr(os, "fork") and threading.active_count() == 1


def has_cores() -> bool:
    """Whether a child would run beside its parent."""
    return (os.cpu_count() or 1) > 1


def beside(theirs: Callable[[], Any], mine: Callable[[], _Mine]) -> tuple[_Mine, Any]:
    """Do `theirs` in a child while `mine` is done here; gives the results, None for that of a child which died.

    What the child gives must be what can be marshalled.
    """
    gets, gives = os.pipe()
    child = os.fork()
    if not child:
        _hand_over(gives, theirs)
    os.close(gives)
    try:
        with os.fdopen(gets, "rb") as pipe:  # closed first if this is interrupted: then the child ends too
            own = mine()
            handed = pipe.read()
    finally:
        with suppress(ChildProcessError):
            os.waitpid(child, 0)
    try:
        return own, marshal.loads(handed)  # noqa: S302  (from our own child)
    except (EOFError, ValueError, TypeError):  # it was killed
        return own, None


def look_through(
    files: list[File],
    least: int,
    look: Callable[[list[File]], Looked[_Found]],
    as_values: Callable[[list[_Found]], list[Any]] = list,
    of_values: Callable[[list[Any]], list[_Found]] = list,
) -> Looked[_Found]:
    """Look through files: every second one in a child, if they are at least so many and the process can be split cheaply.

    What is found is given by the child `as_values`, which can be marshalled.
    """
    if len(files) < least or not (can_fork() and has_cores()):
        return look(files)
    others = files[1::2]

    def hand_over() -> tuple[list[Any], dict[str, str], list[File]]:
        theirs = look(others)
        return as_values(theirs.found), theirs.unread, theirs.rest

    mine, handed = beside(hand_over, lambda: look(files[::2]))
    found, unread, rest = handed if handed is not None else ([], {}, others)
    mine.found += of_values(found)
    mine.unread |= unread
    mine.rest += rest
    return mine


def _hand_over(pipe: int, work: Callable[[], Any]) -> None:
    """What the child does: it never returns, and nothing that it shares with its parent is closed."""
    status = 1
    try:
        handed = marshal.dumps(work(), 2)
        with os.fdopen(pipe, "wb", closefd=False) as out:
            out.write(handed)
        status = 0
    finally:
        os._exit(status)
