"""A keyring in a file, for programs that run as a process of their own: PYTHON_KEYRING_BACKEND=tests.support.file_keyring.FileKeyring."""

import json
import os
from pathlib import Path

import keyring.backend
from keyring.errors import PasswordDeleteError

ROOT = Path(__file__).parents[2]


class FileKeyring(keyring.backend.KeyringBackend):
    """Keeps what it is given in the file that TEST_KEYRING names."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    @property
    def _file(self) -> Path:
        return Path(os.environ["TEST_KEYRING"])

    def _kept(self) -> dict[str, str]:
        kept: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}
        return kept

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file.write_text(json.dumps({**self._kept(), f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError("not needed")


def with_keyring(environment: dict[str, str], file: Path) -> dict[str, str]:
    """The environment of a program that has this keyring."""
    return {
        **environment,
        "PYTHON_KEYRING_BACKEND": "tests.support.file_keyring.FileKeyring",
        "PYTHONPATH": str(ROOT),
        "TEST_KEYRING": str(file),
    }
