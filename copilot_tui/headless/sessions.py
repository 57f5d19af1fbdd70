"""`copilot-tui sessions`: the recorded sessions listed, named, exported as Markdown, and gone on with.

Invariant: an export says what was asked, answered and proposed, and how each request ended; it needs neither a model nor the repository.
"""

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copilot_tui.bootstrap import open_session
from copilot_tui.config import Folders
from copilot_tui.errors import RepositoryError
from copilot_tui.headless.printing import say, say_json
from copilot_tui.session.log import place_of
from copilot_tui.session.recorded_sessions import (
    RecordedSession,
    find_session,
    list_sessions,
    name_session,
)
from copilot_tui.session.session import Session
from copilot_tui.session.session_markdown import markdown_of
from copilot_tui.visible import visible
from copilot_tui.workspace.repository import Repository


def sessions(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """List, name or export; gives the exit status."""
    folder = Folders.of(environment, home).state / "sessions"
    match options.action:
        case "name":
            session = find_session(folder, options.session)
            name_session(folder, session, options.name)
            _say(find_session(folder, session.identity), as_json=options.json)
        case "export":
            session = find_session(folder, options.session)
            text = asyncio.run(markdown_of(session))
            if options.json:
                say_json({"version": 1, **session_json(session), "markdown": text})
            else:
                say(text.rstrip("\n"))
        case "resume":
            asyncio.run(_resume(options, open_session(Path(options.repo).absolute(), environment, home)))
        case _:
            _list(list_sessions(folder), _here(Path(options.repo), environment), as_json=options.json)
    return 0


async def _resume(options: argparse.Namespace, session: Session) -> None:
    """Say which review it is, for a program: it is the interface that goes on with it by itself."""
    try:
        await session.open()
        review = await asyncio.to_thread(session.records.shelf.unfinished_of, options.session)
    finally:
        await session.close()
    if options.json:
        say_json({"version": 1, "review": review})
    else:
        say(f"copilot-tui review --resume {review}")


def _here(folder: Path, environment: Mapping[str, str]) -> tuple[str, str]:
    """Name and place of the repository at a folder; empty where there is none: the list needs none."""
    try:
        root = Repository.open(folder, environment).root
    except RepositoryError:
        return "", ""
    return root.name, place_of(root)


def _list(found: tuple[RecordedSession, ...], here: tuple[str, str], *, as_json: bool) -> None:
    if as_json:
        say_json({"version": 1, "sessions": [{**session_json(one), "here": one.is_of(*here)} for one in found]})
    elif not found:
        say("No session is recorded yet.")
    else:
        for one in found:
            _say(one, " elsewhere" if one.is_of_namesake(*here) else "", as_json=False)


def _say(one: RecordedSession, where: str = "", *, as_json: bool) -> None:
    if as_json:
        say_json({"version": 1, **session_json(one)})
        return
    first = " ".join((*one.requests, *one.questions)[:1])[:60]
    name = f"[{visible(one.name)}] " if one.name else ""
    said = [f"{len(words)} {what}{'' if len(words) == 1 else 's'}" for words, what in _kinds(one) if words]
    say(
        f"{one.identity}  {visible(one.repository) + where:<16}  {', '.join(said):<11}  {name}{visible(' '.join(first.split()))}"
    )


def _kinds(one: RecordedSession) -> tuple[tuple[tuple[str, ...], str], ...]:
    return (one.requests, "request"), (one.questions, "question")


def session_json(one: RecordedSession) -> dict[str, Any]:
    """A session as JSON."""
    return {
        "id": one.identity,
        "name": one.name,
        "begun": one.begun,
        "repository": one.repository,
        "requests": list(one.requests),
        "questions": list(one.questions),
        "file": str(one.file),
    }
