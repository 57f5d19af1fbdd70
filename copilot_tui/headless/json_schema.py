"""A JSON schema made from the types of our own values: typed dictionaries, frozen dataclasses, enumerations.

Invariant: what a type says stands in its schema and nothing else does; an object may get further entries within a version, so none are
forbidden unless the maker is `strict`.
"""

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

Schema = dict[str, Any]
_PLAIN: Mapping[object, str] = {
    str: "string",
    Path: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


class SchemaMaker:
    """Makes schemas that share their objects: each object's type stands once in `definitions`, under its name."""

    def __init__(self, *, strict: bool = False) -> None:
        self.definitions: dict[str, Schema] = {}
        self._strict = strict

    def schema_of(self, kind: Any) -> Schema:  # noqa: ANN401  (any type of ours)
        """The schema of a type; raises TypeError for one that has no place in JSON."""
        if kind in _PLAIN:
            return {"type": _PLAIN[kind]}
        if kind is Any:
            return {}
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"type": "string", "enum": [one.value for one in kind]}
        if is_typeddict(kind) or is_dataclass(kind):
            name = kind.__name__.removeprefix("_").removesuffix("Json")
            if name not in self.definitions:
                self.definitions[name] = {}  # it may hold itself
                self.definitions[name] = self.object_of(kind)
            return {"$ref": f"#/$defs/{name}"}
        return self._compound(kind)

    def object_of(self, kind: Any, tag: str = "") -> Schema:  # noqa: ANN401
        """The object of a typed dictionary or dataclass itself, with `event` as its first entry where there is a tag."""
        hints = get_type_hints(kind, include_extras=True)
        if is_typeddict(kind):
            needed = [name for name in hints if name in kind.__required_keys__]
        else:
            hints = {one.name: hints[one.name] for one in fields(kind) if one.repr and hints[one.name] is not bytes}
            needed = list(hints)
        tagged: Schema = {"event": {"const": tag}} if tag else {}
        return {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").partition("\n\n")[0].split()),
            "properties": tagged | {name: self.schema_of(hint) for name, hint in hints.items()},
            "required": [*tagged, *needed],
            **({"additionalProperties": False} if self._strict else {}),
        }

    def any_of(self, kinds: Sequence[Any]) -> Schema:
        """One of these types."""
        options = [self.schema_of(kind) for kind in kinds]
        return options[0] if len(options) == 1 else {"anyOf": options}

    def _compound(self, kind: Any) -> Schema:  # noqa: ANN401
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in {NotRequired, Required}:
            return self.schema_of(arguments[0])
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin in {Union, types.UnionType}:
            return _union([self.schema_of(one) for one in arguments])
        if origin in {list, frozenset, set, Sequence} or (origin is tuple and arguments[-1] is Ellipsis):
            return {"type": "array", "items": self.schema_of(arguments[0])}
        if origin is tuple:
            items = [self.schema_of(one) for one in arguments]
            return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
        if origin in {dict, Mapping}:
            return {"type": "object", "additionalProperties": self.schema_of(arguments[1])}
        raise TypeError(f"{kind} has no place in JSON")


def _union(options: list[Schema]) -> Schema:
    simple = [one["type"] for one in options if set(one) == {"type"}]
    return {"type": simple} if len(simple) == len(options) else {"anyOf": options}
