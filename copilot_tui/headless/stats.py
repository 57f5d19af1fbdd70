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
from copilot_tui.session.stats_plots import plots_of


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
    for line in lines_of(found):
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


def lines_of(found: Stats) -> list[str]:
    """The plots as lines of text, the names of all of them in one column."""
    plots = plots_of(found)
    width = max((len(row.name) for plot in plots for row in plot.rows), default=0)
    lines: list[str] = []
    for plot in plots:
        lines += [""] if lines else []
        lines.append(f"{plot.title}   {plot.legend}".rstrip())
        for row in plot.rows:
            drawn = "".join(text for text, _ in row.bar)
            lines.append(f"  {row.name:<{width}}  {drawn}  {row.words}".rstrip())
    return lines
