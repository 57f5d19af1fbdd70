r"""A request in a file whose name is no UTF-8: it is sent and shown with its bytes (`caf\xe9.py`) and lands in the file itself."""

import os
from pathlib import Path

import pytest

from tests.support.program import environment_for, make_repository, run_program
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

NAME = os.fsdecode(b"caf\xe9.py")
SHOWN = r"caf\xe9.py"
OLD, NEW = "    return sum(items)\n", "    return sum(items, start=0)\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    (root / NAME).write_text(f"def tax_total(items):\n{OLD}")
    return make_repository(root)


@pytest.mark.parametrize(
    ("level", "answer"),
    [
        (["--at", f"{NAME}:2"], NEW),
        (["--at", NAME], block(SHOWN, OLD, NEW)),
        (["--level", "repo"], block(SHOWN, OLD, NEW)),
    ],
    ids=["line", "file", "several files"],
)
def test_a_request_lands_in_it(repository: Path, server: ScriptedServer, level: list[str], answer: str) -> None:
    server.otherwise = Team(plan=[(SHOWN, "say where the sum begins")], edits={"": answer, SHOWN: answer, NAME: answer})
    ended = run_program(
        "propose", "Begin the tax total with zero.", *level, "--accept", "all", "--json",
        repository=repository, environment=environment_for(server.base_url),
    )  # fmt: skip
    assert ended.status == 0, ended.stderr + ended.stdout
    assert (repository / NAME).read_text() == f"def tax_total(items):\n{NEW}"
    sent = b"".join(request.raw_body for request in server.requests)
    assert b"\\\\xe9.py" in sent
    assert b"\\udc" not in sent


def test_the_context_command_prints_it_readably(repository: Path, server: ScriptedServer) -> None:
    environment = environment_for(server.base_url)
    ended = run_program("context", "tax total", "--json", repository=repository, environment=environment)
    assert ended.json["files"][0]["path"] == SHOWN
    assert ended.json["text"].startswith(f"{SHOWN}\n")
    assert "\\udc" not in ended.stdout
