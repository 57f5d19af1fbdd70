"""`copilot-tui stats`: what became of proposals, and what they cost, by level, model, repository or week.

Invariant: the plots and the JSON come from the same numbers.
"""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from copilot_tui.config import Folders
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.session.log import log_file
from copilot_tui.session.stats import By, Stats, Tally, stats_of
from copilot_tui.visible import visible

_BAR = 24
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def stats(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Print the numbers; gives the exit status."""
    file = log_file(Folders.of(environment, home).state)
    found = stats_of(file, By(options.by))
    if options.json:
        say_json(stats_json(found))
        return 0
    if not found.whole.requests and not found.whole.questions:
        say(f"There is nothing to count yet: requests are written down in {file}, as numbers alone.")
        return 0
    for line in plots(found):
        say(line)
    if found.not_understood:
        remark(f"{found.not_understood} lines of {file} could not be understood.")
    return 0


def stats_json(found: Stats) -> dict[str, Any]:
    """The numbers as JSON, version 1."""
    return {
        "version": 1,
        "by": found.by.value,
        "groups": [_tally_json(tally) for tally in found.groups],
        "all": _tally_json(found.whole),
        "not_understood": found.not_understood,
    }


def _tally_json(tally: Tally) -> dict[str, Any]:
    return {**asdict(tally), "acceptance": tally.acceptance}


def plots(found: Stats) -> list[str]:
    """Three plots, one bar a group: how much is accepted, how many tokens, how many dollars."""
    width = max(len(visible(tally.name)) for tally in (*found.groups, found.whole))
    lines = [f"accepted of the decided hunks, by {found.by.value}"]
    for tally in (*found.groups, found.whole):
        if not tally.requests:
            continue  # questions alone
        share = tally.acceptance
        said = "nothing decided" if share is None else f"{share:4.0%}"
        hunks = f"{tally.accepted} accepted ({tally.edited} edited), {tally.rejected} rejected, {tally.undecided} left"
        undone = f", {tally.undone} of {tally.landings} landings undone" if tally.landings else ""
        minutes = f", {tally.review_seconds / 60:.1f} min of review" if tally.review_seconds >= 3 else ""
        lines.append(f"  {visible(tally.name):<{width}}  {bar(share or 0.0)}  {said}  {hunks}{undone}{minutes}")
    lines += ["", f"tokens, by {found.by.value}"]
    most = max((tally.prompt_tokens + tally.completion_tokens for tally in found.groups), default=0)
    for tally in found.groups:
        tokens = tally.prompt_tokens + tally.completion_tokens
        lines.append(
            f"  {visible(tally.name):<{width}}  {bar(tokens / most if most else 0.0)}  {tokens:,} in {tally.calls} calls "
            f"({tally.cached_tokens:,} from a cache)"
        )
    lines += ["", f"cost, by {found.by.value}"]
    dearest = max((tally.dollars for tally in found.groups), default=0.0)
    for tally in found.groups:
        unknown = f" and {tally.unpriced} calls whose price is not known" if tally.unpriced else ""
        share = tally.dollars / dearest if dearest else 0.0
        lines.append(f"  {visible(tally.name):<{width}}  {bar(share)}  ${tally.dollars:.4f}{unknown}")
    return lines


def bar(share: float) -> str:
    """A bar for a share from 0 to 1, fine to an eighth of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * _BAR * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(_BAR, "·")
