"""`copilot-tui doctor`: git, terminal, settings, model, keys and index, each ok or with what to do.

Invariant: a check never fails the others; the exit status is 1 if one of them asks for something.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from copilot_tui.config import LOCAL_PROFILE, Folders, load_settings
from copilot_tui.errors import CopilotTuiError
from copilot_tui.headless.printing import say, say_json
from copilot_tui.headless.settings import WishesReader
from copilot_tui.models.keys import key_of
from copilot_tui.models.library import find_model, models_folder
from copilot_tui.session.session_file import MOST_FILES, session_files
from copilot_tui.workspace.git import Git
from copilot_tui.workspace.journal import Journal, folder_size
from copilot_tui.workspace.repository import Repository

_LEAST_GIT = (2, 30)
_LEAST_TERMINAL = (60, 16)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, and what to do (empty if it is fine)."""

    name: str
    found: str
    to_do: str = ""


def doctor(options: argparse.Namespace, environment: Mapping[str, str], home: Path, read_wishes: WishesReader) -> int:
    """Print every finding; gives the exit status."""
    folder = Path(options.repo)
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("git", lambda: _git(environment, folder)),
        ("repository", lambda: _repository(folder, environment)),
        ("terminal", _terminal),
        ("settings", lambda: _settings(environment, home, folder, read_wishes)),
        ("model", lambda: _model(environment, home, folder)),
        ("keys", lambda: _keys(environment, home, folder)),
        ("index", lambda: _index(environment, home)),
        ("journal", lambda: _journal(environment, home, folder)),
        ("sessions", lambda: _sessions(environment, home, folder)),
    ]
    findings = [_guarded(name, check) for name, check in checks]
    if options.json:
        say_json(
            {
                "version": 1,
                "checks": [
                    {"name": one.name, "ok": not one.to_do, "found": one.found, "to_do": one.to_do} for one in findings
                ],
            }
        )
    else:
        for one in findings:
            say(f"{'ok' if not one.to_do else '!!'}  {one.name:<11} {one.found}")
            if one.to_do:
                say(f"                {one.to_do}")
    return 1 if any(one.to_do for one in findings) else 0


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except CopilotTuiError as error:
        return Finding(name, "does not work", str(error))


def _git(environment: Mapping[str, str], folder: Path) -> Finding:
    git = Git(folder if folder.is_dir() else Path.cwd(), environment)
    version = git.run("--version").output.decode(errors="replace").strip()
    words = version.split()
    numbers = tuple(int(part) for part in words[2].split(".")[:2] if part.isdecimal()) if len(words) > 2 else ()
    if numbers < _LEAST_GIT:
        return Finding("git", version or "gives no version", "Install git 2.30 or newer.")
    return Finding("git", version)


def _repository(folder: Path, environment: Mapping[str, str]) -> Finding:
    repository = Repository.open(folder, environment)
    return Finding("repository", f"{repository.root} on {repository.branch() or 'no branch'}")


def _terminal() -> Finding:
    if not sys.stdout.isatty():
        return Finding("terminal", "none here: the commands work, the interface needs one")
    size = shutil.get_terminal_size()
    term = os.environ.get("TERM", "")
    if term in {"", "dumb"}:
        return Finding(
            "terminal", f"TERM is {term!r}", "Set TERM to what your terminal is, for example xterm-256color."
        )
    if size.columns < _LEAST_TERMINAL[0] or size.lines < _LEAST_TERMINAL[1]:
        return Finding(
            "terminal", f"{size.columns}x{size.lines}", "Make it at least 60 columns wide and 16 lines high."
        )
    return Finding("terminal", f"{term}, {size.columns}x{size.lines}")


def _settings(environment: Mapping[str, str], home: Path, folder: Path, read_wishes: WishesReader) -> Finding:
    settings = load_settings(environment, home, folder if folder.is_dir() else None)
    file = Folders.of(environment, home).settings_file
    found = str(file) if file.exists() else f"none yet ({file})"
    return Finding("settings", found, "; ".join((*settings.notices, *read_wishes(settings.keys))))


def _model(environment: Mapping[str, str], home: Path, folder: Path) -> Finding:
    settings = load_settings(environment, home, folder if folder.is_dir() else None)
    name = settings.default_profile
    profile = settings.profiles.get(name)
    if profile is None:
        return Finding(
            "model", f"profile {name}", f"There is no profile {name}: `copilot-tui models list` shows those there are."
        )
    if name == LOCAL_PROFILE:
        try:
            model = find_model(models_folder(environment, Folders.of(environment, home)), settings.local_model)
        except CopilotTuiError as error:
            return Finding("model", "no key and no model installed", str(error))
        return Finding("model", f"{model.title}, built in; set OPENAI_API_KEY for a strong one")
    return Finding("model", f"{profile.model or 'the first model'} of {profile.title or name} at {profile.base_url}")


def _keys(environment: Mapping[str, str], home: Path, folder: Path) -> Finding:
    """Which keys there are, by the names of their variables: a key itself is never shown."""
    settings = load_settings(environment, home, folder if folder.is_dir() else None)
    present = sorted(
        {one.key_env for one in settings.profiles.values() if environment.get(one.key_env or "", "").strip()}
    )
    wanted = settings.profiles.get(settings.default_profile)
    if wanted is None or settings.default_profile == LOCAL_PROFILE or not wanted.needs_key:
        return Finding("keys", ", ".join(present) or "none, and none is needed")
    if wanted.key_env in present:
        return Finding("keys", ", ".join(present))
    if wanted.key_keyring:
        if key_of(wanted, wanted.base_url, environment):
            return Finding("keys", f"the keyring has one for {wanted.base_url}")
        to_do = f"The keyring has no key for {wanted.base_url}: set {wanted.key_env}, or store one."
        return Finding("keys", "none in the keyring", to_do)
    return Finding("keys", f"none for {wanted.title or settings.default_profile}", f"Set {wanted.key_env}.")


def _index(environment: Mapping[str, str], home: Path) -> Finding:
    folder = Folders.of(environment, home).cache
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not os.access(existing, os.W_OK):
        return Finding(
            "index", f"{folder} cannot be written", "Requests work without it, but slower: make the folder writable."
        )
    return Finding("index", str(folder))


def _journal(environment: Mapping[str, str], home: Path, folder: Path) -> Finding:
    """How much the landings take that can be undone, here and in all repositories."""
    settings = load_settings(environment, home, folder if folder.is_dir() else None)
    state = Folders.of(environment, home).state
    try:
        journal = Journal(state, Repository.open(folder, environment).root)
        landings = sum(not entry.undo_of for entry in journal.entries())
        here = f"{landings} landing{'s' if landings != 1 else ''} here, {_size(folder_size(journal.folder))}; "
    except CopilotTuiError:
        here = ""
    everywhere = f"{_size(folder_size(state / 'landings'))} in all, in {state / 'landings'}; "
    kept = f"kept for {settings.keep_landings_days} days, up to {settings.keep_landings_megabytes} MB a repository"
    return Finding("journal", here + everywhere + kept)


def _sessions(environment: Mapping[str, str], home: Path, folder: Path) -> Finding:
    """How much the record of requests and answers takes."""
    settings = load_settings(environment, home, folder if folder.is_dir() else None)
    place = Folders.of(environment, home).state / "sessions"
    count = len(session_files(place))
    found = f"{count} recorded, {_size(folder_size(place))}, in {place}; the newest {MOST_FILES} are kept"
    return Finding("sessions", found if settings.record_sessions else f"{found}; record_sessions = false: no more come")


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{count / 1000:.1f} kB"
