"""An index whose file holds what nobody wrote there is made anew, and what was asked for is done once more.

SQLite tells broken pages, not broken values in whole ones. Invariant: it is tried once; an error that an empty index does not end is shown.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

# What broken values lead to where they are taken apart.
_BROKEN = (ArithmeticError, AttributeError, BufferError, EOFError, LookupError, TypeError, ValueError)


class Mendable(Protocol):
    """Who has an index."""

    def begin_anew(self) -> bool:
        """Put an empty index in the place of the one that is there, and bring it up to date; whether that was done."""
        ...


_Own = TypeVar("_Own", bound=Mendable)
_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


def mended(
    method: Callable[Concatenate[_Own, _Given], _Found],
) -> Callable[Concatenate[_Own, _Given], _Found]:
    """The method, done once more with an index that was made anew where the one that is there breaks it."""

    @wraps(method)
    def call(own: _Own, /, *given: _Given.args, **named: _Given.kwargs) -> _Found:
        try:
            return method(own, *given, **named)
        except _BROKEN:
            if not own.begin_anew():
                raise
            return method(own, *given, **named)

    return call
