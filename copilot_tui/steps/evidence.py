"""What a person rejected or rewrote, as a value: the evidence that a rule is drawn from.

Invariant: a piece of evidence is short, and says what was proposed and what the person did, never more of the file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from copilot_tui.prompts import fenced
from copilot_tui.visible import visible

_ENOUGH = 3  # decisions; one that the person explained counts twice
_REVIEWS = 2  # different ones: what happened once is no pattern


class Verdict(StrEnum):
    """What the person did with a hunk."""

    REJECTED = "rejected"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One decision: `proposed` and `written` are changed lines with their signs, `comment` is the person's own words.

    `identity` and `review` are 12 hexadecimal digits; `made` is ISO 8601 in UTC; `written` is empty for a rejected hunk.
    """

    identity: str
    review: str
    made: str
    verdict: Verdict
    path: str
    request: str
    proposed: str
    written: str = ""
    comment: str = ""


def is_enough(evidence: Sequence[Evidence]) -> bool:
    """Whether there is enough to look for a rule: three decisions of two reviews, an explained one counting twice."""
    weight = sum(2 if one.comment else 1 for one in evidence)
    return weight >= _ENOUGH and len({one.review for one in evidence}) >= _REVIEWS


def carries(cited: Sequence[Evidence]) -> bool:
    """Whether a rule may rest on these: decisions of at least two reviews."""
    return len({one.review for one in cited}) >= _REVIEWS


def evidence_to_json(one: Evidence) -> dict[str, Any]:
    """A piece of evidence as JSON values."""
    return asdict(one)


def evidence_from_json(entry: Mapping[str, Any]) -> Evidence:
    """The evidence that `evidence_to_json` wrote; raises KeyError, TypeError or ValueError if it is none."""
    if not all(isinstance(value, str) for value in entry.values()):
        raise TypeError("a piece of evidence holds texts alone")
    return Evidence(**{**entry, "verdict": Verdict(entry["verdict"])})


def to_text(evidence: Sequence[Evidence]) -> str:
    """Evidence as the one text that a request carries and its record keeps."""
    return json.dumps([evidence_to_json(one) for one in evidence])


def from_text(text: str) -> tuple[Evidence, ...]:
    """The evidence of `to_text`; empty where it is none."""
    try:
        return tuple(evidence_from_json(entry) for entry in json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()


def described(evidence: Sequence[Evidence]) -> str:
    """The evidence as a prompt shows it: numbered from 1, each text in a fence."""
    reviews = {review: number for number, review in enumerate(dict.fromkeys(one.review for one in evidence), 1)}
    parts = []
    for number, one in enumerate(evidence, 1):
        asked = f"asked: {' '.join(visible(one.request).split())}"
        parts.append(f"[{number}] review {reviews[one.review]}, {visible(one.path)}, {asked}\nProposed:\n")
        parts.append(fenced(one.proposed))
        if one.verdict is Verdict.EDITED:
            parts.append(f"\nThe person rewrote it:\n{fenced(one.written)}")
        else:
            parts.append("\nThe person rejected it.")
        parts.append(f"\nTheir words:\n{fenced(one.comment)}\n\n" if one.comment else "\n\n")
    return "".join(parts).rstrip()
