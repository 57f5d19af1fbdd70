"""What is shipped: the wheel, its parts, what it needs, and how little a command loads."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from email.parser import BytesParser
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.program import make_repository

ROOT = Path(__file__).parents[2]
MOST_LINES = 400
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def tracked(*folders: str) -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    return {path for path in listed.decode().split("\0") if path and (ROOT / path).exists()}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an empty environment in which the wheel was installed; it borrows the packages that the wheel needs."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    install = ["-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, *install], check=True, capture_output=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    # Packages alone: a path that a .pth file names does not have its own .pth files read, so the checkout is not seen.
    (packages / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return python.parent


def run(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_wheel_holds_the_package_the_prompts_and_the_pages(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {name for name in names if name.startswith("copilot_tui/")}
    prompts = {f"copilot_tui/{path}" for path in tracked("prompts")}
    pages = {f"copilot_tui/{path}" for path in tracked("docs")}
    assert {name for name in ours if name.startswith("copilot_tui/prompts/")} == prompts
    assert {name for name in ours if name.startswith("copilot_tui/docs/")} == pages
    assert ours - prompts - pages == tracked("copilot_tui")
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_what_the_wheel_needs_is_what_is_installed_here(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    lines = BytesParser().parsebytes(archive.read(metadata)).get_all("Requires-Dist") or []
    needed = [Requirement(text) for text in lines]
    for requirement in needed:
        if "fuzz" in str(requirement.marker or ""):
            continue  # the one extra that make does not install
        assert requirement.specifier.contains(version(requirement.name), prereleases=True), requirement
    locked = dict(line.split("==") for line in (ROOT / "requirements.lock").read_text().split())
    names = {name.lower().replace("_", "-") for name in locked}
    assert {requirement.name.lower() for requirement in needed} <= names
    assert not re.search(r"https?:|@|--", (ROOT / "requirements.lock").read_text()), "the lock names no addresses"


def test_every_dependency_is_imported_and_has_its_reason() -> None:
    """A package that nothing imports is not asked for; docs/dependencies.md says of each one why it is there."""
    modules = {"tree-sitter": "tree_sitter"}
    source = "\n".join(path.read_text() for path in (ROOT / "copilot_tui").rglob("*.py"))
    reasons = (ROOT / "docs" / "dependencies.md").read_text()
    extras = PROJECT["optional-dependencies"]
    for text in (*PROJECT["dependencies"], *extras["local"], *extras["mcp"]):
        name = Requirement(text).name
        module = modules.get(name, name.replace("-", "_"))
        assert re.search(rf"\b{module}\b", source), f"{name} is not used"
        grammar = name.startswith("tree-sitter-")
        assert f"**{name}**" in reasons or (grammar and "tree-sitter-*" in reasons), f"{name} has no reason"


def test_it_runs_where_it_was_installed_outside_of_the_checkout(
    installed: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    repository = make_repository(tmp_path / "repository")
    program = str(installed / "copilot-tui")
    for command in ([program, "--version"], [str(installed / "python"), "-m", "copilot_tui", "--version"]):
        assert run(command, tmp_path, environment).stdout == f"copilot-tui {PROJECT['version']}\n"
    where = run(
        [str(installed / "python"), "-c", "import copilot_tui; print(copilot_tui.__file__)"], tmp_path, environment
    )
    assert where.stdout.startswith(str(installed.parent)), "the checkout was taken instead of the wheel"
    context = run([program, "context", "tax", "--json"], repository, environment)
    assert json.loads(context.stdout)["files"][0]["path"] == "shop/cart.py"
    page = run([program, "docs", "levels"], tmp_path, environment)
    assert page.stdout.startswith("# Levels"), page.stderr
    # Without a model the request gets as far as its prompt, which lies in the wheel.
    estimate = run([program, "propose", "Add one.", "--at", "shop/cart.py:9", "--estimate"], repository, environment)
    assert "no call was made" in estimate.stdout, estimate.stderr


def test_no_module_is_longer_than_it_may_be() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines())
        for path in (ROOT / "copilot_tui").rglob("*.py")
    }
    assert not {path: length for path, length in lengths.items() if length > MOST_LINES}


def test_the_top_level_holds_nothing_but_what_belongs_there() -> None:
    allowed = {"pyproject.toml", "copilot_tui", "tests", "prompts", "docs"}
    allowed |= {"README.md", "Makefile", "LICENSE", "requirements.lock"}
    top = {path.partition("/")[0] for path in tracked(".")}
    assert {name for name in top if not name.startswith(".")} == allowed


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_load_nothing_heavy(option: str, environment: dict[str, str], tmp_path: Path) -> None:
    heavy = {"textual", "rich", "openai", "httpx2", "pydantic", "tree_sitter", "jinja2", "asyncio", "sqlite3"}
    script = (
        "import sys, copilot_tui.cli as cli\n"
        "try:\n    cli.main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        f"print(sorted({heavy} & set(sys.modules)), file=sys.stderr)\n"
    )
    ended = run([sys.executable, "-c", script, option], ROOT, environment)
    assert ended.stderr == "[]\n"


def test_the_version_is_said_at_once(environment: dict[str, str]) -> None:
    """In processor time, which does not depend on what else runs here, beside the same Python that loads its own parser."""
    bare = _least_seconds([sys.executable, "-c", "import argparse, pathlib"], environment)
    ours = _least_seconds([sys.executable, "-m", "copilot_tui", "--version"], environment)
    assert ours < 3 * bare + 0.02, f"{ours:.3f} s beside {bare:.3f} s"


def _least_seconds(command: list[str], environment: dict[str, str]) -> float:
    seconds = []
    for _ in range(5):
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        seconds.append(usage.ru_utime + usage.ru_stime)
    return min(seconds)
