"""Runs every command of README.md and docs/ in a temporary repository: `make docs-check`.

What is run: each line that begins with `copilot-tui` in a block of code, but for usage lines and the bare interface, which is opened on
a terminal by tests of its own. Of lines that begin with `make`, the target must exist. A scripted endpoint answers; nothing leaves the
machine.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from copilot_tui.cli import main
from tests.docs import sample
from tests.docs.make_screenshots import isolated_environment, make_sample
from tests.support import replies
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer
from tests.support.team import Team, block, role_of

ROOT = Path(__file__).parents[2]
_FINE = {"doctor": {0, 1}}  # it says what is to be done, and in an empty home something is
_GGUF = b"GGUF" + (3).to_bytes(4, "little") + bytes(64)


@dataclass(frozen=True)
class Said:
    """One command and where it stands."""

    page: str
    line: int
    command: str


@dataclass(frozen=True)
class Outcome:
    """What came of one command; `problem` is empty if all is well."""

    said: Said
    problem: str


def commands_in(page: Path) -> Iterator[Said]:
    """Every line of a block of code, fenced as sh or indented, that is a command of ours or of make."""
    fence: str | None = None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("```"):
            fence = None if fence is not None else line.removeprefix("```").strip()
            continue
        if fence == "sh" or (fence is None and line.startswith("    ")):
            command = re.split(r"\s+#", line.strip())[0]
            if command.split(" ")[0] in {"copilot-tui", "make"} and "[-h]" not in command:
                yield Said(page.name, number, command)


def every_command() -> list[Said]:
    """The commands of all pages, in their order."""
    return [said for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) for said in commands_in(page)]


def answer(request: RecordedRequest) -> Reply:
    """A model that answers whatever the documentation asks for."""
    if "You answer a question" in request.prompt:
        return replies.answer("`checkout` calls it (shop/web/checkout.py:10), and so does tests/test_cart.py:7.")
    if "You edit one region" in request.prompt:
        one_line = "line 17 of" in request.prompt.partition("Request:")[0][-2000:]
        return replies.answer(
            f"```python\n{sample.NEW_TOTAL.splitlines()[-1] if one_line else sample.NEW_TOTAL.rstrip()}\n```"
        )
    edit = block("shop/cart.py", sample.TOTAL, sample.NEW_TOTAL)
    team = Team(plan=[("shop/cart.py", "Add the tax as a share.")], edits={"": edit, "shop/cart.py": edit})
    assert role_of(request) != "unknown", request.prompt[:200]
    return team(request)


def run_all(commands: list[Said]) -> Iterator[Outcome]:
    """Run the commands one after another in one repository."""
    with tempfile.TemporaryDirectory() as place, ScriptedServer() as server, _isolated(Path(place), server):
        server.otherwise = answer
        repository = make_sample(Path(place))
        # The shop's first line of the method is 15 here; paths in the pages are placeholders that exist.
        (repository / "path/to").mkdir(parents=True)
        (repository / "path/to/model.gguf").write_bytes(_GGUF)
        os.chdir(repository)
        subprocess.run(["git", "add", "--all"], check=True)
        subprocess.run(["git", "commit", "--quiet", "--message", "Placeholders"], check=True)
        for said in commands:
            yield Outcome(said, _problem_of(said))


def _problem_of(said: Said) -> str:
    words = shlex.split(said.command)
    if words[0] == "make":
        targets = [word for word in words[1:] if "=" not in word]
        known = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return "" if set(targets) <= set(known) else f"the Makefile has no target {' '.join(targets)}"
    if len(words) < 2 or "/" in words[1]:
        return ""  # the interface itself
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(words[1:])
        except SystemExit as ending:
            status = ending.code if isinstance(ending.code, int) else 2
    if status not in _FINE.get(words[1], {0}):
        return f"status {status}: {err.getvalue().strip()[-300:]}"
    out.flush()
    shown = out.buffer.getvalue()
    return "" if shown.strip() else "it printed nothing"


@contextlib.contextmanager
def _isolated(place: Path, server: ScriptedServer) -> Iterator[None]:
    before, here = dict(os.environ), Path.cwd()
    home = place / "home"
    home.mkdir()
    endpoint = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "not-a-key", "OPENAI_MODEL": "scripted"}
    os.environ.clear()
    os.environ.update({**isolated_environment(home), **endpoint, "COPILOT_TUI_MODELS": str(home / "models")})
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)


if __name__ == "__main__":
    found = list(run_all(every_command()))
    for outcome in found:
        mark = "ok" if not outcome.problem else "!!"
        print(f"{mark}  {outcome.said.page}:{outcome.said.line}  {outcome.said.command}  {outcome.problem}")  # noqa: T201
    sys.exit(1 if any(outcome.problem for outcome in found) else 0)
