"""`copilot-tui trust`: what could run is named, nothing of it runs, and only --yes allows it."""

from pathlib import Path

import pytest

from tests.support.program import make_repository, run_program


@pytest.mark.fault("O05", "O10", "O16")
def test_what_could_run_is_named_and_allowed_only_by_a_clear_yes(tmp_path: Path, environment: dict[str, str]) -> None:
    root = make_repository(tmp_path / "shop")
    canary = tmp_path / "canary"
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {canary}\n")
    hook.chmod(0o755)
    with (root / ".git/config").open("a") as config:
        config.write(f'[filter "loud"]\n\tclean = touch {canary}\n[core]\n\tfsmonitor = touch {canary}\n')

    def run(*options: str) -> dict[str, object]:
        return run_program("trust", "--json", *options, repository=root, environment=environment).json

    assert run() == {
        "version": 1,
        "root": str(root),
        "trusted": False,
        "could_run": [f"the hook {hook}", "the filter loud"],
    }
    assert run("--yes")["trusted"] is True
    assert run()["trusted"] is True
    assert run("--no")["trusted"] is False
    assert not canary.exists()
    assert "is not trusted" in run_program("trust", repository=root, environment=environment).stdout
