"""`apply`, `undo` and `redo` from the command line, each run a process of its own."""

import subprocess
from pathlib import Path

import pytest

from tests.support.program import CART, Ended, make_repository, run_program, work_tree

ANSWER = """\
shop/cart.py
```python
<<<<<<< SEARCH
        return sum(self.items) - tax
=======
        return sum(self.items) + tax
>>>>>>> REPLACE
```
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "shop")


@pytest.mark.fault("O47")
def test_later_processes_undo_and_redo(shop: Path, environment: dict[str, str]) -> None:
    before = work_tree(shop)
    assert run_program("apply", repository=shop, environment=environment, text=ANSWER).status == 0
    after = work_tree(shop)
    assert after != before
    listed = run_program("undo", "--list", "--json", repository=shop, environment=environment).json["landings"]
    assert [(one["number"], one["undone"], one["files"][0]["path"]) for one in listed] == [(1, False, "shop/cart.py")]
    undone = run_program("undo", repository=shop, environment=environment)
    assert undone.status == 0
    assert "shop/cart.py" in undone.stdout
    assert work_tree(shop) == before
    assert "(undone)" in run_program("undo", "--list", repository=shop, environment=environment).stdout
    assert run_program("redo", repository=shop, environment=environment).status == 0
    assert work_tree(shop) == after


def test_a_landing_is_shown_as_the_patch_that_it_was(shop: Path, environment: dict[str, str]) -> None:
    run_program("apply", repository=shop, environment=environment, text=ANSWER)
    shown = run_program("undo", "--show", "1", "--json", repository=shop, environment=environment).json["patch"]
    subprocess.run(["git", "apply", "--reverse", "-"], cwd=shop, input=shown.encode(), check=True)
    assert (shop / "shop/cart.py").read_text() == CART
    printed = run_program("undo", "--show", "1", repository=shop, environment=environment).stdout
    assert "+        return sum(self.items) + tax" in printed
    missing = run_program("undo", "--show", "7", repository=shop, environment=environment)
    assert missing.complaint == "There is no landing 7 in this repository: `copilot-tui undo --list` names them."


def test_a_landing_is_taken_back_by_its_number(shop: Path, environment: dict[str, str]) -> None:
    run_program("apply", repository=shop, environment=environment, text=ANSWER)
    other = ANSWER.replace("shop/cart.py", "NOTES.md").replace("        return sum(self.items) - tax\n", "")
    assert run_program("apply", repository=shop, environment=environment, text=other).status == 0
    undone = run_program("undo", "1", "--json", repository=shop, environment=environment).json
    assert [file["path"] for file in undone["files"]] == ["shop/cart.py"]
    assert (shop / "shop/cart.py").read_text() == CART
    assert (shop / "NOTES.md").exists()
    again = run_program("undo", "1", repository=shop, environment=environment)
    assert again.complaint.startswith("Landing 1 does not stand in this repository: ")


@pytest.mark.parametrize("file", [".copilot-tui.toml", "home"])
def test_what_the_settings_protect_is_not_applied_unless_it_is_named(
    shop: Path, environment: dict[str, str], home: Path, file: str
) -> None:
    place = shop / file if file != "home" else Path(environment["XDG_CONFIG_HOME"]) / "copilot-tui/config.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text('protected = ["SHOP/*.py"]\n')
    refused = run_program("apply", repository=shop, environment=environment, text=ANSWER)
    assert refused.status == 2
    assert "shop/cart.py is protected by the settings: name it with --unlock" in refused.stdout + refused.stderr
    assert (shop / "shop/cart.py").read_text() == CART
    opened = run_program("apply", "--unlock", "shop/cart.py", repository=shop, environment=environment, text=ANSWER)
    assert opened.status == 0
    (shop / "shop/cart.py").write_text((shop / "shop/cart.py").read_text() + "\n")
    hunks = run_program("review", "--json", repository=shop, environment=environment).json["hunks"]
    assert "protected" in str([hunk for hunk in hunks if hunk["path"] == "shop/cart.py"])


@pytest.mark.parametrize(
    ("command", "sentence"),
    [("undo", "There is no landing to undo"), ("redo", "There is no undone landing to land again")],
)
def test_nothing_to_take_back_is_one_sentence(
    shop: Path, environment: dict[str, str], command: str, sentence: str
) -> None:
    ended = run_program(command, repository=shop, environment=environment)
    assert ended.status == 73
    assert ended.complaint.startswith(sentence)


@pytest.mark.fault("O37")
def test_an_undo_that_would_lose_an_edit_says_so(shop: Path, environment: dict[str, str]) -> None:
    run_program("apply", repository=shop, environment=environment, text=ANSWER)
    cart = shop / "shop/cart.py"
    cart.write_text(cart.read_text().replace("+ tax", "* tax"))
    before = work_tree(shop)
    ended = run_program("undo", repository=shop, environment=environment)
    assert ended.complaint == "shop/cart.py was changed since, so it stays as it is."
    assert work_tree(shop) == before


def test_what_goes_from_the_journal_by_its_bounds_is_said(
    tmp_path: Path, environment: dict[str, str], home: Path
) -> None:
    shop = make_repository(tmp_path / "shop", {"large.txt": ""})
    for number in (1, 2):
        lines = f"+{number} a line of thirty characters\n" * 20_000
        change = f"--- a/large.txt\n+++ b/large.txt\n@@ -0,0 +1,20000 @@\n{lines}"
        run_program("review", "-", "--accept", "all", repository=shop, environment=environment, text=change)
        (shop / "large.txt").write_text("")
    settings = home / ".config" / "copilot-tui" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("keep_landings_megabytes = 1\n")
    said = run_program("waiting", "list", repository=shop, environment=environment).stderr
    assert said.startswith("One landing cannot be undone any more")
    listed = run_program("undo", "--list", "--json", repository=shop, environment=environment)
    assert [one["number"] for one in listed.json["landings"]] == [2]


def git(shop: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=shop, check=True, capture_output=True, text=True).stdout.strip()


def test_what_landed_is_committed_and_nothing_else(shop: Path, environment: dict[str, str]) -> None:
    def run(*words: str, text: str = "") -> Ended:
        return run_program(*words, repository=shop, environment=environment, text=text)

    assert run("commit").complaint == "Nothing that landed here still stands, so there is nothing to commit."
    assert run("apply", text=ANSWER).status == 0
    (shop / "README.md").write_text("edited besides\n")
    made = run("commit", "--message", "Add the tax", "--json").json
    assert (made["message"], made["landings"]) == ("Add the tax", [1])
    assert git(shop, "log", "-1", "--format=%h %s") == f"{made['commit']} Add the tax"
    assert git(shop, "show", "--name-only", "--format=", "HEAD") == "shop/cart.py"
    assert git(shop, "status", "--short") == "M README.md"
    assert "nothing to commit" in run("commit", "1").complaint
    assert run("commit", "7").complaint == "No landing 7 stands here: `copilot-tui undo --list` lists them."
    assert run("commit", "all").status == 64
