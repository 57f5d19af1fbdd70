"""`copilot-tui demo` where there is no terminal: the steps of the tour, and how far the person came.

Invariant: nothing is made or changed.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from copilot_tui.config import Folders
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.tour.progress import read_progress
from copilot_tui.tour.steps import STEPS


def demo(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """List the steps; gives the exit status."""
    kept = read_progress(Folders.of(environment, home).state)
    if options.json:
        steps = [
            {"name": step.name, "chapter": step.chapter, "says": step.says, "request": step.types} for step in STEPS
        ]
        say_json({"version": 1, "steps": steps, "next": kept.step, "is_done": kept.is_done, "folder": kept.folder})
        return 0
    for number, step in enumerate(STEPS, start=1):
        say(f"{number:>2}  {step.chapter:<6} {step.says}" + (f" ({step.types})" if step.types else ""))
    remark("The tour itself needs a terminal: copilot-tui demo.")
    return 0
