"""What is secret stays: files that hold keys, tokens in other files, and the person's own key to the endpoint."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import replies
from tests.support.program import CART, KEY, environment_for, make_repository, run_program, work_tree
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

CANARY = "CANARYSECRET0123456789"
TOKEN = "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345"
CONFIGURED = CART + f'\nTOKEN = "{TOKEN}"\n'
SECRET_FILES = (
    ".env",
    ".env.production",
    "keys/id_rsa",
    "server.pem",
    ".npmrc",
    ".netrc",
    "prod.tfvars",
    ".aws/credentials",
)
FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Secret files tracked, untracked and ignored, and a token in a source file."""
    tracked = dict.fromkeys(SECRET_FILES, f"total = {CANARY}\n")
    root = make_repository(
        tmp_path / "repository",
        {"shop/cart.py": CONFIGURED, "README.md": "# Cart\n", ".gitignore": "*.key\n", **tracked},
    )
    (root / "untracked.pem").write_text(f"cart total {CANARY}\n")
    (root / "ignored.key").write_text(f"cart total {CANARY}\n")
    return root


def everything_written(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    for folder in folders:
        yield from ((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file())


@pytest.mark.fault("O32")
@pytest.mark.parametrize(("at", "level"), [("shop/cart.py:9", "line"), ("shop/cart.py", "file"), ("", "repo")])
def test_no_secret_file_and_no_token_is_in_any_request(
    repository: Path, server: ScriptedServer, at: str, level: str
) -> None:
    server.otherwise = Team(plan=[("shop/cart.py", "Add the tax.")], edits={"shop/cart.py": FIX, "": FIX})
    place = ["--at", at] if at else []
    run_program(
        "propose", f"Fix the total of {SECRET_FILES[0]} with TOKEN", *place, "--level", level,
        repository=repository, environment=environment_for(server.base_url),
    )  # fmt: skip
    assert server.requests
    for request in server.requests:
        assert CANARY not in request.prompt
        assert TOKEN not in request.prompt
    assert any("SECRET_" in request.prompt for request in server.requests), "the token's line was shown without it"


@pytest.mark.fault("O32")
@pytest.mark.parametrize("path", SECRET_FILES)
def test_a_secret_file_as_the_target_is_not_sent_unnamed(repository: Path, server: ScriptedServer, path: str) -> None:
    ended = run_program(
        "propose",
        "Rename it.",
        "--at",
        f"{path}:1",
        repository=repository,
        environment=environment_for(server.base_url),
    )
    assert ended.status == 66
    assert path in ended.complaint
    assert not server.requests


@pytest.mark.fault("O32")
def test_a_token_beside_the_change_survives_it(repository: Path, server: ScriptedServer) -> None:
    """The model sees a name in the token's place and gives the whole region back: the file keeps its token."""

    def answer_with_region(request: object) -> replies.Reply:
        shown = str(getattr(request, "prompt", ""))
        name = next(word.strip('"') for word in shown.split() if word.strip('"').startswith("SECRET_"))
        return replies.answer(f'```python\nAPI_TOKEN = "{name}"\n```')

    server.otherwise = answer_with_region
    ended = run_program(
        "propose", "Call it API_TOKEN.", "--at", "shop/cart.py:11", "--level", "line", "--accept", "1",
        repository=repository, environment=environment_for(server.base_url),
    )  # fmt: skip
    assert ended.status == 0, ended.stderr
    assert work_tree(repository)["shop/cart.py"].decode() == CONFIGURED.replace("TOKEN =", "API_TOKEN =")
    assert re.search(r"kept back from the model: a GitHub token \(mark \w+\) in shop/cart.py:11;", ended.stderr)
    assert TOKEN not in ended.stderr


@pytest.mark.fault("O33")
def test_the_key_is_in_no_file_and_on_no_screen(repository: Path, server: ScriptedServer, home: Path) -> None:
    echo = f"Incorrect API key provided: {KEY}"
    environment = environment_for(server.base_url)
    said = ""
    for reply in (replies.answer(FIX), replies.error(401, echo)):
        server.otherwise = lambda _, reply=reply: reply  # type: ignore[misc]
        for command in (
            ["propose", "Add the tax.", "--at", "shop/cart.py", "--accept", "all", "--events"],
            ["models", "test"],
            ["ask", "What does it do?"],
        ):
            place = None if command[0] == "models" else repository
            ended = run_program(*command, repository=place, environment=environment)
            said += ended.stdout + ended.stderr
    for command in (["doctor"], ["models", "list"], ["context", "total"], ["undo"]):
        ended = run_program(
            *command, repository=None if command[0] == "models" else repository, environment=environment
        )
        said += ended.stdout + ended.stderr
    assert all(request.headers["authorization"] == f"Bearer {KEY}" for request in server.requests)
    assert KEY not in said
    assert [path for path, data in everything_written(home, repository) if KEY.encode() in data] == []


@pytest.mark.fault("O35")
def test_what_a_session_writes_is_the_persons_alone(repository: Path, server: ScriptedServer, home: Path) -> None:
    server.otherwise = Team(edits={"": FIX})
    run_program(
        "propose", "Add the tax.", "--at", "shop/cart.py", "--accept", "all",
        repository=repository, environment=environment_for(server.base_url),
    )  # fmt: skip
    state = home / ".state" / "copilot-tui"
    written = list(state.rglob("*"))
    assert written
    for path in written:
        assert path.stat().st_mode & 0o077 == 0, f"{path} can be read by others"
    marks = subprocess.run(["git", "status", "--short"], cwd=repository, capture_output=True, text=True, check=True)
    assert set(marks.stdout.splitlines()) == {" M shop/cart.py", "?? untracked.pem"}
