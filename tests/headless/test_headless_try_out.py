"""`try` from the command line: the project's commands on a change before it lands, run only after a yes to exactly them."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.program import Ended, make_repository, run_program, work_tree

CART = "".join(f"def price_{number}():\n    return {number}\n\n\n\n\n\n\n\n" for number in range(5))
CHECK = """\
import sys, cart
for number in range(5):
    if getattr(cart, f"price_{number}")() < 0:
        sys.exit(f"cart.py:{number * 9 + 2}: error: a price below zero")
"""
FORMAT = "import pathlib\nfile = pathlib.Path('cart.py')\nfile.write_text(file.read_text().replace('    return', '  return'))\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    files = {
        "cart.py": CART,
        "check.py": CHECK,
        "format.py": FORMAT,
        ".copilot-tui.toml": '[commands]\ntest = "python3 check.py"\n',
    }
    return make_repository(tmp_path / "shop", files)


def patch(shop: Path, **returns: int) -> str:
    """A patch that gives functions other prices; the work tree is as before."""
    file = shop / "cart.py"
    for name, value in returns.items():
        file.write_text(re.sub(rf"(def {name}\(\):\n    return )\d+", rf"\g<1>{value}", file.read_text()))
    printed = subprocess.run(["git", "diff", "cart.py"], cwd=shop, capture_output=True, text=True, check=True).stdout
    file.write_text(CART)
    return printed


def run_try(shop: Path, environment: dict[str, str], *options: str, text: str) -> Ended:
    return run_program("try", "-", *options, repository=shop, environment=environment, text=text)


@pytest.mark.fault("O05", "O10")
def test_without_a_yes_the_command_is_shown_and_nothing_runs(shop: Path, environment: dict[str, str]) -> None:
    (shop / ".copilot-tui.toml").write_text(f'[commands]\ntest = "touch {shop}/canary"\n')
    change = patch(shop, price_1=11)
    ended = run_try(shop, environment, text=change)
    assert ended.status == 1
    assert f"touch {shop}/canary" in ended.stdout
    assert "Nothing was run" in ended.stderr
    run_program("doctor", repository=shop, environment=environment)
    assert not (shop / "canary").exists()


@pytest.mark.fault("O06")
def test_a_command_that_changed_is_shown_beside_the_one_that_was_agreed_to(
    shop: Path, environment: dict[str, str]
) -> None:
    change = patch(shop, price_1=11)
    before = work_tree(shop)
    assert run_try(shop, environment, "--yes", text=change).status == 0
    again = run_try(shop, environment, text=change)
    assert again.status == 0
    assert "test: passed after" in again.stdout
    assert work_tree(shop) == before
    (shop / ".copilot-tui.toml").write_text('[commands]\ntest = "touch canary"\n')
    asked = run_try(shop, environment, "--json", text=change)
    (waiting,) = asked.json["waiting"]
    assert waiting["command"] == "touch canary"
    assert waiting["agreed_before"].startswith("python3 check.py\n")
    assert not (shop / "canary").exists()


def test_a_failure_is_shown_at_its_hunk_and_the_guilty_hunk_is_found(shop: Path, environment: dict[str, str]) -> None:
    change = patch(shop, price_0=10, price_2=12, price_3=-3, price_4=14)
    before = work_tree(shop)
    ended = run_try(shop, environment, "--yes", "--bisect", text=change)
    assert ended.status == 1
    assert "  hunk 3: cart.py:29: test: error: a price below zero" in ended.stdout
    assert "one of 4 hunks makes python3 check.py fail" in ended.stdout
    assert ended.stdout.rstrip().endswith("Hunk 3.")
    told = run_try(shop, environment, "--json", text=change).json
    assert told["passed"] is False
    assert told["commands"][0]["findings"][0]["hunks"] == [3]
    assert run_try(shop, environment, "--accept", "1,2,4", text=change).status == 0
    assert work_tree(shop) == before


def test_uncommitted_changes_are_tried_and_bisected_where_they_are(shop: Path, environment: dict[str, str]) -> None:
    text = CART.replace("return 1\n", "return 11\n").replace("return 4\n", "return -4\n")
    (shop / "cart.py").write_text(text)
    ended = run_program("try", "--yes", "--bisect", "--json", repository=shop, environment=environment)
    assert ended.status == 1
    assert ended.json["commands"][0]["culprits"]["hunks"] == [2]
    assert (shop / "cart.py").read_text() == text


def test_a_formatters_work_comes_as_a_patch_to_be_reviewed(shop: Path, environment: dict[str, str]) -> None:
    (shop / ".copilot-tui.toml").write_text('[commands]\nformat = "python3 format.py"\ntest = "python3 check.py"\n')
    change = patch(shop, price_1=11)
    before = work_tree(shop)
    ended = run_try(shop, environment, "--yes", "--only", "format", "--patch", text=change)
    assert ended.status == 0
    assert "-    return 11\n+  return 11" in ended.stdout
    assert work_tree(shop) == before
    assert run_program("review", "-", repository=shop, environment=environment, text=change + ended.stdout).status in {
        0,
        1,
    }


def test_where_there_is_nothing_to_run_it_is_said(tmp_path: Path, environment: dict[str, str]) -> None:
    bare = make_repository(tmp_path / "bare", {"cart.py": CART})
    ended = run_try(bare, environment, text=patch(bare, price_1=11))
    assert (ended.status, ended.complaint[:36]) == (64, "No command was found to try the chan")
    (bare / "go.mod").write_text("module x\n")
    ended = run_try(bare, environment, "--only", "nonsense", text=patch(bare, price_1=11))
    assert ended.complaint == "There is no command nonsense here: there are lint, test."


def test_a_command_that_is_typed_runs_in_place_of_the_projects_own(shop: Path, environment: dict[str, str]) -> None:
    change = patch(shop, price_1=11)
    ended = run_try(shop, environment, "--command", "python3 -c 'import cart; print(cart.price_1())'", text=change)
    assert (ended.status, "  11\n" in ended.stdout) == (0, True)
    assert "check.py" not in ended.stdout
    refused = run_try(shop, environment, "--command", "python3 'check", text=change)
    assert refused.status == 64
    assert refused.stderr == "copilot-tui: The command python3 'check cannot be understood: No closing quotation.\n"
