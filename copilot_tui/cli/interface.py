"""Starts the interface, for a repository or for a review of changes that no request made.

Invariant: nothing is loaded here that the first screen does without.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from copilot_tui.bootstrap import open_session
from copilot_tui.config.appearance import read_appearance
from copilot_tui.tui.app import CopilotApp

if TYPE_CHECKING:
    import argparse

    from copilot_tui.session.resuming import Resumed
    from copilot_tui.session.session import Session
    from copilot_tui.tui.port import BeginsWith


def run_interface(folder: Path, environment: Mapping[str, str], home: Path) -> int:
    """Open the interface on a repository; gives the exit status."""
    seen = read_appearance(environment, home)
    return _run(CopilotApp(open_session(folder, environment, home), blinks=seen.motion, theme=seen.theme))


def wants_interface(options: "argparse.Namespace") -> bool:
    """Whether a person at a terminal asked for a review without saying what is to come of it."""
    is_told = options.json or options.print or options.accept or options.reject or options.stage or options.patch
    is_told = is_told or options.unfinished or options.finish
    is_there = sys.stdout.isatty() and (sys.stdin.isatty() or options.source == "-")
    return not is_told and (options.plain or is_there)


def review_in_interface(options: "argparse.Namespace", environment: Mapping[str, str], home: Path) -> int:
    """Open the interface on a review; gives the exit status."""
    from copilot_tui.headless.review import read_given  # noqa: PLC0415

    given = read_given(options.source)
    if sys.stdout.isatty() and not sys.stdin.isatty() and options.source == "-":
        # The patch came through standard input; from here on that is the person's keyboard.
        terminal = os.open(os.ttyname(sys.stdout.fileno()), os.O_RDWR)
        os.dup2(terminal, 0)
        os.close(terminal)
    session = open_session(Path(options.repo), environment, home)

    async def load() -> "tuple[str, ...] | Resumed":
        if options.resume is not None:
            return await asyncio.to_thread(session.kept.resume, options.resume)
        from copilot_tui.session.review_source import open_review  # noqa: PLC0415  (after the first paint)

        return (await open_review(session, options.source, given)).left_out

    return _review(session, load, options, environment, home)


def resume_in_interface(options: "argparse.Namespace", environment: Mapping[str, str], home: Path) -> int:
    """Open the interface on the review that a recorded session left unfinished; gives the exit status."""
    session = open_session(Path(options.repo), environment, home)

    async def load() -> "Resumed":
        await asyncio.to_thread(session.records.go_on, options.session)
        found = await asyncio.to_thread(session.records.shelf.unfinished_of, options.session)
        return await asyncio.to_thread(session.kept.resume, found)

    return _review(session, load, options, environment, home)


def _review(
    session: "Session", load: "BeginsWith", options: "argparse.Namespace", environment: Mapping[str, str], home: Path
) -> int:
    seen = read_appearance(environment, home)
    if seen.plain or getattr(options, "plain", False):
        from copilot_tui.headless.plain import plain_review  # noqa: PLC0415  (the interface does without)

        return plain_review(session, Path(options.repo), load)
    return _run(CopilotApp(session, begins_with=load, blinks=seen.motion, theme=seen.theme))


def run_tour(environment: Mapping[str, str], home: Path, *, recorded: bool, restart: bool) -> int:
    """Open the interface on the sample project, with its guide; gives the exit status."""
    from copilot_tui.tour.opening import open_tour  # noqa: PLC0415  (not for a repository of the person's own)
    from copilot_tui.tour.progress import read_progress  # noqa: PLC0415
    from copilot_tui.tour.sample import remove_sample  # noqa: PLC0415
    from copilot_tui.tui.tour_app import TourApp  # noqa: PLC0415

    tour = open_tour(environment, home, recorded=recorded, restart=restart)
    seen = read_appearance(environment, home)
    status = _run(TourApp(tour, blinks=seen.motion, theme=seen.theme))
    if read_progress(tour.state).is_done:
        remove_sample(tour.folder)
    return status


def _run(app: CopilotApp) -> int:
    app.run()
    return app.return_code or 0
