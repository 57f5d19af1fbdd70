"""The command line called in this process: as fast as a function, and with the real everything below it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.cli import main
from tests.support.program import Ended, environment_for, make_repository
from tests.support.scripted_server import ScriptedServer

Copilot = Callable[..., Ended]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The small shop of tests/support/program.py."""
    return make_repository(tmp_path / "shop")


@pytest.fixture
def copilot(
    shop: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Copilot:
    """`copilot("ask", "Why?")` runs the command in the shop, with the scripted endpoint as its model."""
    monkeypatch.chdir(shop)
    for name, value in environment_for(server.base_url, {}).items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> Ended:
        capfd.readouterr()
        try:
            status = main(arguments)
        except SystemExit as ending:  # how argparse ends
            status = ending.code if isinstance(ending.code, int) else 2
        printed = capfd.readouterr()
        return Ended(status, printed.out, printed.err)

    return run
