"""What leaves for a model: secrets are kept back, and invisible characters never go out.

Invariant: no secret that `find_secrets` knows stands in the call that is sent, unless the person's settings name it; the answer that
comes back has the secrets in place of their names, so that an edit never writes a name into a file.
"""

import hashlib
import secrets
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from dataclasses import dataclass, replace

from copilot_tui.checks.secret_forms import find_secrets
from copilot_tui.models.call import KeptBack, ModelCall, ReasoningPart, StreamPart, TextPart
from copilot_tui.visible import without_invisible, without_surrogates

# A name tells the model nothing about its secret: it is made with a number that changes with every start of the program.
_SALT = secrets.token_bytes(16)
_PREFIX = "SECRET_"
_SUFFIX = "_KEPT_BACK"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call fit to be sent; `names` leads from the names in it to the secrets, `kinds` says what each is."""

    call: ModelCall
    names: dict[str, str]
    kinds: dict[str, str]

    @property
    def kept_back(self) -> tuple[str, ...]:
        """Each secret as a person reads of it: what it is, and the mark that lets it go out."""
        return tuple(f"{self.kinds[name]} (mark {mark_of(secret)})" for name, secret in self.names.items())


def mark_of(secret: str) -> str:
    """A short mark by which the settings' `send_secrets` names a secret without holding it."""
    return hashlib.sha256(b"copilot-tui" + secret.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def prepare(call: ModelCall, allowed: Collection[str] = ()) -> Outgoing:
    """The call without secrets and invisible characters; secrets whose marks are `allowed` stay."""
    names: dict[str, str] = {}
    kinds: dict[str, str] = {}
    messages = []
    for message in call.messages:
        text = without_surrogates(without_invisible(message.content))
        pieces: list[str] = []
        at = 0
        for found in find_secrets(text):
            secret = text[found.start : found.end]
            if mark_of(secret) in allowed:
                continue
            name = _name_of(secret)
            names[name], kinds[name] = secret, found.what
            pieces += [text[at : found.start], name]
            at = found.end
        messages.append(replace(message, content="".join((*pieces, text[at:]))))
    return Outgoing(replace(call, messages=tuple(messages)), names, kinds)


def _name_of(secret: str) -> str:
    digest = hashlib.blake2s(secret.encode("utf-8", "surrogatepass"), key=_SALT, digest_size=4).hexdigest()
    return f"{_PREFIX}{digest}{_SUFFIX}"


class Restorer:
    """Puts the secrets back into a text that comes in pieces."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        self._longest = max(map(len, names), default=0)
        self._held = ""

    def feed(self, piece: str) -> str:
        """What is certain of the text so far; the beginning of a name waits for its rest."""
        if not self._names:
            return piece
        text = self._held + piece
        for name, secret in self._names.items():
            text = text.replace(name, secret)
        most = min(self._longest - 1, len(text))
        keep = next((size for size in range(most, 0, -1) if self._may_begin(text[-size:])), 0)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def rest(self) -> str:
        """What still waited when the text ended."""
        held, self._held = self._held, ""
        return held

    def _may_begin(self, end: str) -> bool:
        return any(name.startswith(end) for name in self._names)


async def send_guarded(
    call: ModelCall, allowed: Collection[str], send: Callable[[ModelCall], AsyncGenerator[StreamPart, None]]
) -> AsyncGenerator[StreamPart, None]:
    """The parts of the answer to the call as it may be sent, with what was kept back put in again; says first what that was."""
    outgoing = prepare(call, allowed)
    if outgoing.names:
        yield KeptBack(outgoing.kept_back, tuple(map(mark_of, outgoing.names.values())))
    text, reasoning = Restorer(outgoing.names), Restorer(outgoing.names)
    async with aclosing(send(outgoing.call)) as parts:
        async for part in parts:
            if isinstance(part, TextPart):
                if shown := text.feed(part.text):
                    yield TextPart(shown)
                continue
            if isinstance(part, ReasoningPart):
                if shown := reasoning.feed(part.text):
                    yield ReasoningPart(shown)
                continue
            if shown := reasoning.rest():
                yield ReasoningPart(shown)
            if shown := text.rest():
                yield TextPart(shown)
            yield part
