"""How many tokens a text has, counted without any model's own tokenizer.

Invariant: the count is of the right size for code and for prose, never exact; a `TokenCounter` without a report of its model counts
rather too many than too few.

Measured on 540 pieces of 4,000 characters from 12 repositories in 10 languages: cl100k has 0.81 times the count in the median (0.69 to
1.09 for nine pieces in ten), o200k 0.81, the tokenizer of SmolLM2 0.96.
"""

import re
from dataclasses import dataclass

from copilot_tui.models.call import Message

# What usual tokenizers make one token of, at most: a short word with the blank before it, two signs, one digit, a few blanks.
_PIECES = re.compile(r" ?[A-Z]?[a-z]{1,7}| ?[A-Z]{1,2}| ?[0-9]| ?[!-/:-@\[-`{-~]{1,2}|\n{1,3}|[ \t\r]{1,8}|[\x00-\x7f]")
_PER_FURTHER_BYTE = 0.8  # of a character that is no ASCII
_TOKENS_PER_MESSAGE = 4
_LARGE = 200_000
_CHUNK = 2_000  # characters that are looked at together
_USUAL = (2.25, 4.75)  # characters to a piece, as code and prose have them
_STRANGE, _RANDOM = (
    1.3,
    2.8,
)  # what keys, tables of numbers and signs, and long random words have of tokens to a piece at most
FIRST_FACTOR = 1.05  # tokens to a piece before a model's endpoint has reported any


def _weigh(text: str) -> float:
    further = 0 if text.isascii() else len(text.encode("utf-8", "surrogatepass")) - len(text)
    return len(_PIECES.findall(text)) + _PER_FURTHER_BYTE * further


def estimate_tokens(text: str) -> int:
    """About how many tokens `text` has."""
    if len(text) > _LARGE:
        return round(len(text) / _LARGE * estimate_tokens(text[:_LARGE]))
    return round(_weigh(text))


def estimate_prompt_tokens(messages: tuple[Message, ...]) -> int:
    """About how many tokens the messages have as a prompt."""
    return sum(_TOKENS_PER_MESSAGE + estimate_tokens(message.content) for message in messages)


@dataclass(frozen=True, slots=True)
class TokenCounter:
    """Counts as one model does, whose endpoint reported `factor` tokens to a piece of the text."""

    factor: float = FIRST_FACTOR

    def __call__(self, text: str) -> int:
        """The tokens of a text, rather too many than too few; parts that are neither code nor prose count more."""
        total = 0.0
        for start in range(0, len(text), _CHUNK):
            part = text[start : start + _CHUNK]
            weight = _weigh(part)
            total += weight * max(self.factor, _least_factor(len(part) / weight))
        return round(total + 0.5)


def _least_factor(characters: float) -> float:
    """What a text with so many characters to a piece counts at least, however few tokens the model makes of usual ones."""
    if _USUAL[0] <= characters <= _USUAL[1]:
        return 0.0
    return _STRANGE if characters < _USUAL[1] + 0.25 else _RANDOM


def usual_share(text: str) -> float:
    """How much of a text reads as code or prose do, 0 to 1."""
    parts = [(_weigh(part), len(part)) for part in (text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK))]
    usual = sum(weight for weight, size in parts if _USUAL[0] <= size / weight <= _USUAL[1])
    return usual / (sum(weight for weight, _ in parts) or 1.0)
