"""The actions on what was recorded: sessions, numbers, waiting proposals, and rules drawn from decisions.

Invariant: as for the whole table, see `actions`; each of these is also reached by its name after a slash.
"""

from copilot_tui.tui.action import BESIDE_PROMPT, Action

RECORD_TABLE = (
    Action(
        "waiting",
        ("W",),
        "Proposals that wait",
        "What other agents and watch have proposed, and waits for you: look at it in the review, or reject it.",
        BESIDE_PROMPT,
    ),
    Action(
        "stats",
        ("number_sign",),
        "Numbers",
        "What was accepted, edited, rejected and undone, time, tokens and cost: by level, model, repository, week.",
        BESIDE_PROMPT,
    ),
    Action(
        "sessions",
        ("S",),
        "Sessions",
        "What was asked and answered before: read it, go on with it, name it, write it out as Markdown.",
        BESIDE_PROMPT,
    ),
    Action(
        "remember",
        ("M",),
        "Propose a rule",
        "Draws a rule from what you rejected and rewrote: a change of AGENTS.md, yours to decide.",
        BESIDE_PROMPT,
    ),
)
