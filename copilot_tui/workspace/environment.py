"""The variables that programs get which we start.

Invariant: git is never pointed at another repository, no folder of the repository (nor a relative one) is searched for programs, and
no key of a model or of anything else is handed on.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

_KEPT_VARIABLES = {"HOME", "LANG", "TMPDIR", "USER", "LOGNAME", "XDG_CONFIG_HOME", "SSL_CERT_FILE"}
# Who commits, and which configuration of their own the person or the machine has; nothing of it comes from a repository.
_OF_THE_PERSON = {
    "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_DATE",
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES",
}  # fmt: skip
_SECRET_NAME = re.compile(
    r"^(OPENAI|ANTHROPIC|GEMINI|OPENROUTER|AZURE_OPENAI|COPILOT_TUI)_|KEY$|_KEY_|TOKEN|SECRET|PASSW|CREDENTIAL|(^|_)AUTH$",
    re.IGNORECASE,
)
_LEAST_SECRET = 8  # characters: shorter values are no keys


def environment_for_reading(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """For git while it only reads: it fetches nothing, locks nothing and asks nothing."""
    kept = {name: value for name, value in environment.items() if name in _KEPT_VARIABLES | _OF_THE_PERSON}
    return {
        **kept,
        "PATH": search_path(environment, folder),
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        # Stands above every protocol.*.allow of a repository: an object that is not here is not fetched, by whatever transport.
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C.UTF-8",
    }


def environment_for_commands(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """For the person's hooks and commands: their own variables, without keys and without what points git elsewhere."""
    secrets = {
        value for name, value in environment.items() if _SECRET_NAME.search(name) and len(value) >= _LEAST_SECRET
    }
    kept = {
        name: value
        for name, value in environment.items()
        if not _SECRET_NAME.search(name)
        and not any(secret in value for secret in secrets)
        and (not name.startswith("GIT_") or name in _OF_THE_PERSON)
    }
    return {**kept, "PATH": search_path(environment, folder), "GIT_TERMINAL_PROMPT": "0"}


def search_path(environment: Mapping[str, str], folder: Path) -> str:
    """The absolute folders of PATH that do not lie in `folder`."""
    inside = folder.resolve()
    return os.pathsep.join(
        place
        for place in environment.get("PATH", os.defpath).split(os.pathsep)
        if place and Path(place).is_absolute() and not Path(place).resolve().is_relative_to(inside)
    )
