"""Every error that a person may meet, in one tree.

    CopilotTuiError                 one sentence that says what happened and what to do
    ├── UsageError                  the command line or a box of the interface was filled in wrongly
    ├── SettingsError               a settings file has a mistake
    ├── PromptError                 a prompt file is missing, or its variables do not fit
    ├── RepositoryError             the folder is no git repository, or one in a state that we cannot work in
    ├── TargetError                 the file or line that a request aims at cannot be edited
    ├── ModelError                  no model answered: see `models/failures.py` for the kinds
    ├── OutputError                what was to be printed could not be
    ├── LandingError                nothing was written, because it could not be written safely
    └── InstallError                a model could not be fetched or checked

Invariant: `str(error)` is plain text without control characters, fit for a person, and never holds a key.
Expected misses (a refused edit, a withheld hunk) are values and have no class here.
"""

from typing import ClassVar


class CopilotTuiError(Exception):
    """The base of every error that is shown as one sentence; `exit_status` is what the command line ends with."""

    exit_status: ClassVar[int] = 1


class UsageError(CopilotTuiError):
    """What was asked for does not exist or does not fit together."""

    exit_status = 64


class SettingsError(CopilotTuiError):
    """A settings file has a mistake: names the file, the entry and what it takes."""

    exit_status = 78


class PromptError(CopilotTuiError):
    """A prompt is missing or was rendered with variables that it does not declare."""

    exit_status = 70


class RepositoryError(CopilotTuiError):
    """The folder cannot be worked in as a git repository."""

    exit_status = 65


class TargetError(CopilotTuiError):
    """The file or line that a request aims at cannot be edited."""

    exit_status = 66


class ModelError(CopilotTuiError):
    """No usable answer came from the model."""

    exit_status = 69


class OutputError(CopilotTuiError):
    """A result could not be printed."""


class LandingError(CopilotTuiError):
    """Nothing was written: the work tree is as it was before."""

    exit_status = 73


class InstallError(CopilotTuiError):
    """A model file could not be fetched, or is not what it should be."""

    exit_status = 74
