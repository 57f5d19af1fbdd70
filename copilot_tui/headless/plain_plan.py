"""A plan in plain mode: its steps as sentences, and the person's word on them before anything is edited.

Invariant: no edit starts without `go`; the end of the input stops the plan.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from copilot_tui.headless.plain_reading import read_line
from copilot_tui.headless.printing import say
from copilot_tui.steps.events import PlanStep

_HELP = (
    "go starts the edits of these steps, stop starts nothing, say repeats the steps,",
    "strike 2 leaves step 2 out, move 2 to 1 puts it before the first, change 2 and new words says what it does.",
)
_STRIKE = re.compile(r"strike\s+(\d+)", re.IGNORECASE)
_MOVE = re.compile(r"move\s+(\d+)\s+(?:to\s+)?(\d+)", re.IGNORECASE)
_CHANGE = re.compile(r"change\s+(\d+)\s+(\S.*)", re.IGNORECASE)


async def agree_on(steps: Sequence[PlanStep], beyond: Collection[str]) -> tuple[PlanStep, ...] | None:
    """The steps that the person agrees to, None where they stop the plan; the level would withhold what is `beyond` it."""
    at_hand = list(steps)
    say("This is the plan; nothing is edited yet.")
    _say_steps(at_hand)
    for path in beyond:
        say(f"The level does not reach {path}: what is proposed there is withheld.")
    while (line := await read_line("go, stop, strike, move, change or help: ")) is not None:
        word = line.strip()
        if word.lower() in {"go", "g", "yes", "y"} and at_hand:
            return tuple(at_hand)
        if word.lower() in {"stop", "s", "no", "n", "quit"}:
            return None
        if word.lower() in {"say", ""}:
            _say_steps(at_hand)
        elif not _changed(at_hand, word):
            for sentence in _HELP:
                say(sentence)
    return None


def _changed(steps: list[PlanStep], word: str) -> bool:
    """Do what a word asks for with the steps; false where it asks for nothing that can be done."""
    strike, move, change = (one.fullmatch(word) for one in (_STRIKE, _MOVE, _CHANGE))
    numbers = [int(found[1]) for found in (strike, move, change) if found] + ([int(move[2])] if move else [])
    if not numbers:
        return False
    if not all(1 <= number <= len(steps) for number in numbers):
        say(f"There is no such step: they have the numbers 1 to {len(steps)}." if steps else "There is no step left.")
        return True
    at = numbers[0] - 1
    if strike:
        say(f"Left out: {steps.pop(at).path}.")
    elif move:
        steps.insert(int(move[2]) - 1, steps.pop(at))
    elif change:
        steps[at] = replace(steps[at], what=change[2].strip())
    _say_steps(steps)
    return True


def _say_steps(steps: Sequence[PlanStep]) -> None:
    for number, step in enumerate(steps, start=1):
        say(f"Step {number}, {step.path}: {step.what}")
    if not steps:
        say("No step is left: stop ends the plan.")
