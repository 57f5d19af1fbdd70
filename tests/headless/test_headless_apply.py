"""`copilot-tui apply`: a model's answer from a file lands whole where it may, and nowhere else."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from copilot_tui.cli import main
from tests.support.program import CART, make_repository, work_tree
from tests.support.team import block

FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")
FIXED = CART.replace("- tax", "+ tax")
Apply = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "around" / "shop")


@pytest.fixture
def apply(capfd: pytest.CaptureFixture[str], tmp_path: Path, home: Path) -> Apply:
    """Apply an answer in this process; gives the exit status and the object on standard output."""

    def call(repository: Path, answer: str | bytes, *options: str) -> tuple[int, dict[str, Any]]:
        file = tmp_path / "answer"
        file.write_bytes(answer if isinstance(answer, bytes) else answer.encode("utf-8", "surrogatepass"))
        capfd.readouterr()
        status = main(["apply", "--input", str(file), "--json", *options, "--repo", str(repository)])
        printed: dict[str, Any] = json.loads(capfd.readouterr().out)
        return status, printed

    return call


def edits(*changes: Mapping[str, str]) -> str:
    return json.dumps(list(changes))


def everything(folder: Path) -> dict[str, bytes]:
    """Each file below a folder, git's own too, links by where they lead."""
    return {
        str(path.relative_to(folder)): os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def refusals(printed: Mapping[str, Any]) -> dict[str, str]:
    return {one["path"]: one["code"] for one in printed["refused"]}


def test_an_edit_lands(apply: Apply, shop: Path) -> None:
    status, printed = apply(shop, FIX)
    assert status == 0
    assert [(one["path"], one["op"]) for one in printed["applied"]] == [("shop/cart.py", "edit")]
    assert (shop / "shop/cart.py").read_text() == FIXED


def test_a_dry_run_says_the_same_and_writes_nothing(apply: Apply, shop: Path) -> None:
    before = everything(shop)
    status, printed = apply(shop, FIX, "--dry-run")
    assert (status, len(printed["applied"])) == (0, 1)
    assert everything(shop) == before


ELSEWHERE = [
    "../x", "/tmp/canary-of-copilot-tui", "~/.bashrc", "shop/../../x", "./../x", "C:\\x", "C:/x", "a\0b", "a\nb", "a\tb", "x.", "",
    ".", "..", "con", "nul.txt", "\\\\host\\share", "a\\..\\..\\x", "file:///tmp/x", "x\u202egnp.py", "a/../../../../../tmp/x",
    "x" * 300, "a/" * 3000 + "x",
]  # fmt: skip


@pytest.mark.fault("O23")
@pytest.mark.parametrize("path", ELSEWHERE, ids=lambda path: repr(path[:20]))
def test_a_path_that_leads_elsewhere_is_refused(apply: Apply, shop: Path, home: Path, path: str) -> None:
    before, home_before = everything(shop.parent), everything(home)
    status, printed = apply(shop, edits({"path": path, "search": "", "replace": "canary\n"}), "--format", "json")
    assert (status, printed["applied"]) == (2, [])
    assert all(one["reason"] for one in printed["refused"])
    assert everything(shop.parent) == before
    assert {name for name in everything(home) if ".state/" not in name} == set(home_before)
    assert not Path("/tmp/canary-of-copilot-tui").exists()


@pytest.mark.fault("O23")
@pytest.mark.parametrize(("path", "taken"), [("shop//x", "shop/x"), ("x ", "x"), ("./shop/./x", "shop/x")])
def test_a_path_that_is_only_written_oddly_is_taken_as_what_it_means(
    apply: Apply, shop: Path, path: str, taken: str
) -> None:
    before = everything(shop.parent)
    apply(shop, edits({"path": path, "search": "", "replace": "x\n"}), "--format", "json")
    assert everything(shop.parent).keys() - before.keys() == {f"shop/{taken}"}


@pytest.mark.fault("O25")
@pytest.mark.parametrize(
    "path",
    [
        ".git/config", ".git/hooks/post-commit", ".GIT/config", ".git./x", "git~1/x", ".g\u200cit/x", "sub/.git/config", ".git /x",
        ".git::$INDEX_ALLOCATION/x", "shop/.Git/hooks/x", ".git",
    ],
)  # fmt: skip
def test_gits_own_folder_is_never_written(apply: Apply, shop: Path, path: str) -> None:
    before = everything(shop.parent)
    for unlock in ((), ("--unlock", path)):
        status, printed = apply(
            shop, edits({"path": path, "search": "", "replace": "[core]\n"}), "--format", "json", *unlock
        )
        assert (status, len(printed["refused"])) == (2, 1)
        assert everything(shop.parent) == before


@pytest.mark.fault("O24")
def test_nothing_is_written_through_a_link(apply: Apply, shop: Path) -> None:
    outside = shop.parent / "outside"
    outside.mkdir()
    (outside / "f.py").write_text("secret = 1\n")
    (shop / "lnk").symlink_to(outside)
    (shop / "f.py").symlink_to(outside / "f.py")
    before = everything(shop.parent)
    status, printed = apply(
        shop,
        edits(
            {"path": "lnk/new.py", "search": "", "replace": "x\n"},
            {"path": "lnk/f.py", "search": "secret = 1", "replace": "secret = 2"},
            {"path": "f.py", "search": "secret = 1", "replace": "secret = 2"},
        ),
        "--format",
        "json",
    )
    assert (status, printed["applied"], len(printed["refused"])) == (2, [], 3)
    assert "secret" not in json.dumps(printed)
    assert everything(shop.parent) == before


@pytest.mark.fault("O26")
def test_files_that_make_tools_run_code_wait_to_be_named(apply: Apply, shop: Path) -> None:
    paths = [
        ".husky/pre-commit", ".github/workflows/x.yml", ".vscode/tasks.json", ".envrc", "conftest.py", "Makefile", "package.json",
        ".pre-commit-config.yaml", ".gitattributes", ".gitmodules", "AGENTS.md", "poetry.lock", ".env",
    ]  # fmt: skip
    changes = [{"path": path, "search": "", "replace": "canary\n"} for path in paths]
    answer = edits(*changes, {"path": "shop/a.py", "search": "", "replace": "a = 1\n"})
    status, printed = apply(shop, answer, "--format", "json")
    assert status == 1
    assert refusals(printed) == dict.fromkeys(paths, "protected")
    assert all("--unlock" in one["reason"] for one in printed["refused"])
    assert work_tree(shop).keys() - work_tree(make_repository(shop.parent / "same")).keys() == {"shop/a.py"}
    status, printed = apply(shop, edits(changes[5]), "--format", "json", "--unlock", "Makefile")
    assert (status, (shop / "Makefile").read_text()) == (0, "canary\n")


@pytest.mark.fault("O04")
def test_our_own_settings_are_never_written(apply: Apply, shop: Path) -> None:
    (shop / ".copilot-tui.toml").write_text('level = "line"\n')
    before = everything(shop)
    for options in ((), ("--unlock", ".copilot-tui.toml")):
        status, printed = apply(
            shop,
            edits({"path": ".copilot-tui.toml", "search": 'level = "line"', "replace": 'level = "repo"'}),
            "--format",
            "json",
            *options,
        )
        assert (status, printed["applied"]) == (2, [])
        assert everything(shop) == before


@pytest.mark.fault("O27")
def test_a_link_is_never_made_and_a_mode_is_a_change_of_its_own(apply: Apply, shop: Path) -> None:
    before = everything(shop)
    link = "diff --git a/evil b/evil\nnew file mode 120000\n--- /dev/null\n+++ b/evil\n@@ -0,0 +1 @@\n+/etc/passwd\n"
    status, printed = apply(shop, f"```diff\n{link}```\n", "--format", "udiff")
    assert (status, printed["applied"]) == (2, [])
    assert everything(shop) == before


@pytest.mark.fault("O45", "O60")
@pytest.mark.parametrize(
    ("miss", "code"),
    [
        (block("README.md", "This is not there\n", "x\n"), "not-found"),
        (block("web/checkout.py", "    ", "x\n"), None),
        ("README.md\n```\n<<<<<<< SEARCH\nA cart and a checkout.\n=======\n", "truncated"),
    ],
)
def test_an_edit_that_cannot_be_placed_is_refused_and_its_file_stays(
    apply: Apply, shop: Path, miss: str, code: str | None
) -> None:
    before = work_tree(shop)
    status, printed = apply(shop, FIX + "\n" + miss)
    (refused,) = printed["refused"]
    assert (status, refused["code"] == code or code is None, bool(refused["reason"])) == (1, True, True)
    after = work_tree(shop)
    assert {path for path in after if after[path] != before[path]} == {"shop/cart.py"}


@pytest.mark.fault("O60")
@pytest.mark.parametrize(
    "answer", ["", "I would rather not.", "```python\nprint(1)\n```\n", b"\xff\xfe\x00", b"\0" * 1000, "{}", "[]"]
)
def test_an_answer_without_an_edit_changes_nothing(apply: Apply, shop: Path, answer: str | bytes) -> None:
    before = everything(shop)
    status, printed = apply(shop, answer)
    assert (status, printed["applied"], len(printed["refused"]) >= 1) == (2, [], True)
    assert everything(shop) == before


@pytest.mark.parametrize(
    ("options", "status", "wanted"),
    [
        (["--input", "/nowhere/answer"], 64, "cannot be read"),
        (["--input", "."], 64, "cannot be read"),
        (["--format", "poem"], 64, "'poem' is no format: the formats are"),
    ],
)
def test_an_answer_that_is_not_there(
    shop: Path, capfd: pytest.CaptureFixture[str], options: Sequence[str], status: int, wanted: str
) -> None:
    assert main(["apply", *options, "--repo", str(shop)]) == status
    assert wanted in capfd.readouterr().err
