"""The real program as a process of its own, and repositories for it to work in."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEY = "sk-CANARYKEY-0123456789abcdef"

CART = """\
class Cart:
    def __init__(self):
        self.items = []

    def add(self, price):
        self.items.append(price)

    def total(self, tax):
        return sum(self.items) - tax
"""
CHECKOUT = """\
from shop.cart import Cart


def checkout(prices):
    cart = Cart()
    for price in prices:
        cart.add(price)
    return cart.total(0)
"""
README = "# Shop\n\nA cart and a checkout.\n"


@dataclass(frozen=True)
class Ended:
    """How a run of the program ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as the one JSON object that it must be."""
        loaded: dict[str, Any] = json.loads(self.stdout)
        return loaded

    @property
    def events(self) -> list[dict[str, Any]]:
        """Standard output as lines of JSON."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def complaint(self) -> str:
        """The one line in which the program says what went wrong; fails where there are several, or a traceback."""
        assert "Traceback" not in self.stderr, self.stderr
        (line,) = [line for line in self.stderr.splitlines() if line.startswith("copilot-tui: ")]
        return line.removeprefix("copilot-tui: ")


def run_program(
    *arguments: str, repository: Path | None, environment: Mapping[str, str], text: str = "", seconds: float = 60.0
) -> Ended:
    """Run `copilot-tui ARGUMENTS` (with `--repo REPOSITORY` if there is one) to its end; `text` is its standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "copilot_tui", *arguments, *(["--repo", str(repository)] if repository else [])],
        env=dict(environment),
        input=text.encode(),
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def hears_ctrl_c() -> None:
    """For `preexec_fn`: a program that was started from a job in the background would ignore ctrl+c."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def environment_for(base_url: str, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment in which a scripted endpoint answers, with a key that must never turn up anywhere."""
    return {
        **(os.environ if environment is None else environment),
        "OPENAI_BASE_URL": base_url,
        "OPENAI_API_KEY": KEY,
        "OPENAI_MODEL": "scripted",
    }


def make_repository(root: Path, files: Mapping[str, str] | None = None) -> Path:
    """A git repository with these files in one commit: a small shop where none are given."""
    shop = {"shop/__init__.py": "", "shop/cart.py": CART, "web/checkout.py": CHECKOUT, "README.md": README}
    for path, text in (shop if files is None else files).items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Begin"]):
        # The identity is given here, because a fixture of a whole module runs before the home of a test is set.
        identity = ["-c", "user.name=Test Person", "-c", "user.email=person@example.invalid"]
        subprocess.run(["git", *identity, *command], cwd=root, check=True)
    return root


def work_tree(root: Path) -> dict[str, bytes]:
    """Every file of the work tree, git's own aside, with its bytes."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }
