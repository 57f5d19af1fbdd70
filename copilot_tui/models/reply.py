"""What the chunks of one reply add up to: text, reasoning, how it ended and what it used.

Invariant: nothing but `finish_reason` of a known good kind makes a reply complete; a chunk that has no meaning raises
`UnreadableReply` and never passes as silence.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from copilot_tui.models.call import ReasoningPart, TextPart, Usage
from copilot_tui.models.failures import quoted

MOST_CHARACTERS = 10_000_000
_CUT_BY_LENGTH = (
    "The answer reached its length limit{limit}: raise max_tokens in the settings, or ask for less at once."
)
_CUT_BY_CALL = (
    "The answer is longer than this request leaves room for{limit}: ask for less at once, or choose a larger model."
)
_ENDED_BADLY = {
    "": "The answer was cut before its end: ask again.",
    "length": _CUT_BY_LENGTH,
    "max_tokens": _CUT_BY_LENGTH,
    "content_filter": "The endpoint's content filter stopped the answer: word the request differently, or choose another model.",
    "error": "The endpoint broke off the answer with an error: ask again.",
}
_REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking")


class UnreadableReply(Exception):  # noqa: N818 - says what is the case; the link turns it into a sentence
    """A chunk that is no part of a chat completion."""


class ErrorInReply(Exception):  # noqa: N818 - as above
    """The endpoint reports an error where a part of the answer was due; the text is what it says."""


def text_of_error(body: object) -> str:
    """What an error body says, whatever its shape: OpenAI's, FastAPI's `detail`, a bare text, or anything else as JSON."""
    if isinstance(body, list) and len(body) == 1:
        return text_of_error(body[0])
    if isinstance(body, Mapping):
        for key in ("error", "message", "detail", "msg", "error_message"):
            inner = body.get(key)
            if inner:
                said = text_of_error(inner)
                extra = [str(body[name]) for name in ("code", "param", "type") if isinstance(body.get(name), str)]
                return " ".join([said, *(f"[{item}]" for item in extra if item not in said)])
        return json.dumps(body, default=str)[:2000] if body else ""
    if body is None:
        return ""
    text = body if isinstance(body, str) else str(body)
    if re.match(r"\s*<(?:!doctype|html|\?xml)", text, re.IGNORECASE):
        title = re.search(r"<title[^>]*>(.*?)</title>", text[:20_000], re.IGNORECASE | re.DOTALL)
        return f"a web page, {title.group(1).strip()!r}" if title else "a web page"
    return text


@dataclass(slots=True)
class Reply:
    """The reply so far; `finish_reason` is empty until the endpoint says how it ended."""

    finish_reason: str = ""
    refusal: str = ""
    usage: Usage | None = None
    characters: int = 0
    reasoning_characters: int = 0
    saw_chunk: bool = False
    called_tool: bool = False
    _half_pair: str = ""

    def take(self, chunk: object) -> list[TextPart | ReasoningPart]:
        """The parts that a decoded chunk (or a whole reply that is no stream) brings; raises the two errors above."""
        if not isinstance(chunk, Mapping):
            raise UnreadableReply(f"a chunk is {quoted(json.dumps(chunk, default=str))[:60]} instead of an object")
        if chunk.get("error"):
            raise ErrorInReply(text_of_error(chunk))
        self._take_usage(chunk.get("usage"))
        choices = chunk.get("choices")
        if choices is None and not (
            "usage" in chunk or "choices" in chunk or chunk.get("object") == "chat.completion.chunk"
        ):
            raise UnreadableReply(f"a chunk has no choices: {quoted(json.dumps(chunk, default=str))[:120]}")
        self.saw_chunk = True
        if not choices:
            return []
        if not isinstance(choices, list) or not isinstance(choices[0], Mapping):
            raise UnreadableReply("the choices of a chunk are no list of objects")
        return self._take_choice(choices[0])

    def _take_choice(self, choice: Mapping[str, Any]) -> list[TextPart | ReasoningPart]:
        delta = choice.get("delta")
        if not isinstance(delta, Mapping):
            delta = choice.get("message")
        parts: list[TextPart | ReasoningPart] = []
        if isinstance(delta, Mapping):
            for name in _REASONING_FIELDS:
                reasoning = delta.get(name)
                if isinstance(reasoning, str) and reasoning:
                    self.reasoning_characters += len(reasoning)
                    parts.append(ReasoningPart(reasoning))
                    break
            text = self._joined(_text_of_content(delta.get("content")))
            if text:
                self.characters += len(text)
                parts.append(TextPart(text))
            refusal = delta.get("refusal")
            if isinstance(refusal, str) and refusal and len(self.refusal) < 2000:
                self.refusal += refusal
            if delta.get("tool_calls") or delta.get("function_call"):
                self.called_tool = True
        reason = choice.get("finish_reason")
        if isinstance(reason, str) and reason:
            self.finish_reason = reason
        return parts

    def _joined(self, text: str) -> str:
        """`text` with surrogate pairs made whole, also one that was cut in two by the chunks; a half without its other is replaced."""
        if text.isascii() and not self._half_pair:
            return text
        text, self._half_pair = self._half_pair + text, ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._half_pair = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _take_usage(self, usage: object) -> None:
        if not isinstance(usage, Mapping):
            return
        prompt, completion = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
        if prompt is None or completion is None:
            return
        details = usage.get("prompt_tokens_details")
        cached = details.get("cached_tokens") if isinstance(details, Mapping) else usage.get("prompt_cache_hit_tokens")
        self.usage = Usage(prompt, completion, min(_count(cached) or 0, prompt))

    def incompleteness(self, max_tokens: int | None, *, by_call: bool = False) -> str:
        """Why the reply is not a whole answer, as a sentence for a person; empty if it is one.

        With `by_call` the limit is that of the request, which no setting raises.
        """
        ended = _ENDED_BADLY.get(self.finish_reason)
        limit = f" of {max_tokens} tokens" if max_tokens else ""
        if by_call and ended is _CUT_BY_LENGTH:
            ended, limit = _CUT_BY_CALL, f" ({max_tokens} tokens)"
        if ended is not None:
            return ended.format(limit=limit)
        if self.refusal:
            return f"The model refused: {quoted(self.refusal)}"
        if self.called_tool and not self.characters:
            return "The model asked for a tool instead of answering: choose another model."
        if not self.characters and self.reasoning_characters:
            return "The model only reasoned and gave no answer: raise max_tokens in the settings, or ask again."
        return ""


def _text_of_content(content: object) -> str:
    """The text of a content field: a text itself, or a list of parts of which some are text."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(
            part["text"] for part in content if isinstance(part, Mapping) and isinstance(part.get("text"), str)
        )
    return ""


def _count(value: object) -> int | None:
    """`value` as a number of tokens, None if it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**12:
        return int(value)
    return None
