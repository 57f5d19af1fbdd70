"""Frozen values as plain JSON and back, by the types of their fields.

Invariant: `from_plain(kind, to_plain(value)) == value` for dataclasses of text, numbers, bytes, enums, tuples, frozen sets and None; what
does not fit its type is a `PlainValueError` and never half a value.
"""

import base64
import types
import zlib
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

_MOST_BYTES = 60_000_000
_EFFORT = 1  # of deflating: a third of the time of the usual one, for a tenth more bytes


class PlainValueError(ValueError):
    """A plain value is not of the type that it is read as."""


def to_plain(value: Any, packed: dict[bytes, str] | None = None) -> Any:  # noqa: ANN401  (any of our values becomes any JSON value)
    """The value as JSON takes it; bytes are deflated and in base 64, those that `packed` holds already are not packed again."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return _packed(value, {} if packed is None else packed)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name), packed) for field in fields(value) if field.init}
    if isinstance(value, (frozenset, set)):
        return sorted(to_plain(one, packed) for one in value)
    if isinstance(value, (tuple, list)):
        return [to_plain(one, packed) for one in value]
    return value


def _packed(data: bytes, known: dict[bytes, str]) -> str:
    found = known.get(data)
    if found is None:
        found = known[data] = base64.b64encode(zlib.compress(data, _EFFORT)).decode()
    return found


def from_plain(kind: Any, plain: Any) -> Any:  # noqa: ANN401  (the type says what comes back)
    """The value of type `kind` that `to_plain` wrote; raises `PlainValueError`."""
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        if plain is None:
            return None
        (kind,) = (one for one in get_args(kind) if one is not type(None))
        return from_plain(kind, plain)
    if origin is tuple:
        return _tuple(get_args(kind), plain)
    if origin is frozenset:
        return frozenset(from_plain(get_args(kind)[0], one) for one in _as(list, plain))
    if kind is bytes:
        return _bytes(_as(str, plain))
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(plain)
        except ValueError as error:
            raise PlainValueError(str(error)) from error
    if is_dataclass(kind):
        return _dataclass(kind, _as(dict, plain))
    return _as(kind, plain)


def _dataclass(kind: Any, plain: dict[str, Any]) -> Any:  # noqa: ANN401
    hints = _hints(kind)
    unknown = plain.keys() - hints.keys()
    if unknown:
        raise PlainValueError(f"{kind.__name__} has no {min(unknown)}")
    try:
        return kind(**{name: from_plain(hints[name], value) for name, value in plain.items()})
    except TypeError as error:
        raise PlainValueError(str(error)) from error


@cache
def _hints(kind: Any) -> dict[str, Any]:  # noqa: ANN401
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind) if field.init}


def _tuple(kinds: tuple[Any, ...], plain: Any) -> tuple[Any, ...]:  # noqa: ANN401
    values = _as(list, plain)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(from_plain(kinds[0], one) for one in values)
    if len(kinds) != len(values):
        raise PlainValueError(f"{len(kinds)} values are wanted, and there are {len(values)}")
    return tuple(from_plain(kind, one) for kind, one in zip(kinds, values, strict=True))


def _as(kind: Any, plain: Any) -> Any:  # noqa: ANN401
    if not isinstance(plain, kind) or (isinstance(plain, bool) and kind is not bool):
        raise PlainValueError(f"{kind.__name__} is wanted, and there is {type(plain).__name__}")
    return plain


def _bytes(text: str) -> bytes:
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text, validate=True), _MOST_BYTES)
    except (ValueError, zlib.error) as error:
        raise PlainValueError("bytes are wanted in deflated base 64") from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise PlainValueError("bytes are cut off or too many")
    return data
