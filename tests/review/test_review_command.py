"""`copilot-tui review` as a script runs it: real processes, real repositories, real patches."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.program import CART as SHORT
from tests.support.program import Ended, make_repository, run_program, work_tree

MORE = """\
    def count(self):
        return len(self.items)

    def clear(self):
        self.items.clear()

"""
CART = SHORT.replace("    def total", MORE + "    def total")
FEES = CART.replace("- tax", "+ tax").replace("self.items = []", "self.items = list()")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", {"shop/cart.py": CART, "old.py": "x = 1\n" * 9, "gone.py": "bye\n"})


def review(repository: Path, *arguments: str, text: str = "") -> Ended:
    return run_program("review", *arguments, repository=repository, environment=dict(os.environ), text=text)


def git(repository: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=repository, check=True, capture_output=True).stdout.decode()


def change(repository: Path) -> dict[str, bytes]:
    """Two hunks in the cart, one file moved and touched, one gone, one new."""
    (repository / "shop/cart.py").write_text(FEES)
    (repository / "old.py").rename(repository / "moved.py")
    (repository / "moved.py").write_text("x = 1\n" * 9 + "y = 2\n")
    (repository / "gone.py").unlink()
    (repository / "new.py").write_text("fresh = True\n")
    return work_tree(repository)


def numbers(ended: Ended, path: str) -> list[int]:
    return [hunk["number"] for hunk in ended.json["hunks"] if hunk["path"] == path]


def test_the_uncommitted_changes_are_shown_and_nothing_is_touched(repository: Path) -> None:
    after = change(repository)
    ended = review(repository, "--json")
    assert ended.status == 0, ended.stderr
    kinds = {(hunk["path"], hunk["change"], hunk["old_path"]) for hunk in ended.json["hunks"]}
    assert kinds == {
        ("shop/cart.py", "edit", None),
        ("moved.py", "rename", "old.py"),
        ("gone.py", "delete", None),
        ("new.py", "create", None),
    }
    assert ended.json["in_place"] is True
    assert work_tree(repository) == after


def test_rejecting_everything_gives_the_last_commit_back_and_undo_the_work(repository: Path) -> None:
    before = work_tree(repository)
    after = change(repository)
    ended = review(repository, "--reject", "all")
    assert (ended.status, ended.stderr) == (0, "Put back. `copilot-tui undo` takes that back.\n")
    assert work_tree(repository) == before
    assert git(repository, "status", "--porcelain") == ""
    run_program("undo", repository=repository, environment=dict(os.environ))
    assert work_tree(repository) == after


def test_a_rejected_hunk_is_put_back_and_the_rest_stays(repository: Path) -> None:
    change(repository)
    cart = numbers(review(repository, "--json"), "shop/cart.py")
    assert len(cart) == 2
    review(repository, "--reject", f"{cart[0]}", "--accept", f"{cart[1]}")
    assert (repository / "shop/cart.py").read_text() == CART.replace("- tax", "+ tax")
    assert (repository / "moved.py").exists()


def test_accepted_hunks_are_staged_and_no_file_is_written(repository: Path) -> None:
    after = change(repository)
    shown = review(repository, "--json")
    wanted = [numbers(shown, "shop/cart.py")[1], *numbers(shown, "moved.py"), *numbers(shown, "new.py")]
    ended = review(repository, "--stage", "--accept", ",".join(map(str, wanted)), "--json")
    assert ended.status == 0, ended.stderr
    assert set(ended.json["staged"]) == {"shop/cart.py", "old.py", "moved.py", "new.py"}
    assert work_tree(repository) == after
    assert git(repository, "show", ":shop/cart.py") == CART.replace("- tax", "+ tax")
    staged = git(repository, "diff", "--cached", "--name-status", "--find-renames").splitlines()
    assert [line.split("\t")[1:] for line in staged] == [["old.py", "moved.py"], ["new.py"], ["shop/cart.py"]]
    assert git(repository, "ls-files", "gone.py").strip() == "gone.py"


def test_what_was_staged_before_in_other_lines_stays_staged(repository: Path) -> None:
    (repository / "shop/cart.py").write_text(CART.replace("self.items = []", "self.items = list()"))
    git(repository, "add", "shop/cart.py")
    (repository / "shop/cart.py").write_text(FEES)
    cart = numbers(review(repository, "--json"), "shop/cart.py")
    ended = review(repository, "--stage", "--accept", str(cart[1]))
    assert ended.status == 0, ended.stderr
    assert git(repository, "show", ":shop/cart.py") == FEES


def test_a_piped_git_diff_is_reviewed_in_place(repository: Path) -> None:
    before = work_tree(repository)
    change(repository)
    git(repository, "add", "--all")
    patch = git(repository, "diff", "--cached", "-M", "--binary")
    shown = review(repository, "-", "--json", text=patch)
    assert shown.json["in_place"] is True
    assert len(shown.json["hunks"]) == 6
    review(repository, "-", "--reject", "all", text=patch)
    assert work_tree(repository) == before


def test_a_patch_file_is_applied_where_it_is_accepted(repository: Path, tmp_path: Path) -> None:
    before = work_tree(repository)
    after = change(repository)
    git(repository, "add", "--all")
    (tmp_path / "fix.patch").write_text(git(repository, "diff", "--cached", "-M"))
    git(repository, "reset", "--quiet", "--hard")
    assert work_tree(repository) == before
    shown = review(repository, str(tmp_path / "fix.patch"), "--json")
    assert (shown.json["in_place"], work_tree(repository)) == (False, before)
    review(repository, str(tmp_path / "fix.patch"), "--accept", f"1-{len(shown.json['hunks'])}")
    assert work_tree(repository) == after


def test_commits_are_reviewed_and_the_rejected_is_put_back_with_later_work_kept(repository: Path) -> None:
    change(repository)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "Change")
    (repository / "shop/cart.py").write_text("# later\n" + FEES)
    for source in ("HEAD~1..HEAD", "HEAD", "HEAD~1..."):
        shown = review(repository, source, "--json")
        assert shown.status == 0, shown.stderr
        assert {hunk["path"] for hunk in shown.json["hunks"]} == {"shop/cart.py", "moved.py", "gone.py", "new.py"}
    cart = numbers(shown, "shop/cart.py")
    review(repository, "HEAD~1..HEAD", "--reject", str(cart[0]))
    kept = FEES.replace("self.items = list()", "self.items = []")
    assert (repository / "shop/cart.py").read_text() == "# later\n" + kept


def test_a_commit_of_another_branch_is_taken_over_by_accepting(repository: Path) -> None:
    before = work_tree(repository)
    git(repository, "switch", "--quiet", "--create", "other")
    after = change(repository)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "Change")
    git(repository, "switch", "--quiet", "-")
    assert work_tree(repository) == before
    ended = review(repository, "HEAD..other", "--accept", "all")
    assert ended.status == 0, ended.stderr
    assert work_tree(repository) == after


def test_the_first_commit_is_reviewed_against_nothing(repository: Path) -> None:
    shown = review(repository, "HEAD", "--json")
    assert {hunk["change"] for hunk in shown.json["hunks"]} == {"create"}


def test_the_exported_patch_is_what_was_accepted(repository: Path) -> None:
    after = change(repository)
    whole = review(repository, "--patch")
    cart = numbers(review(repository, "--json"), "shop/cart.py")
    part = review(repository, "--patch", "--accept", str(cart[0]))
    assert work_tree(repository) == after
    git(repository, "stash", "--quiet", "--include-untracked")
    subprocess.run(["git", "apply", "-"], cwd=repository, input=part.stdout.encode(), check=True)
    assert (repository / "shop/cart.py").read_text() == CART.replace("self.items = []", "self.items = list()")
    git(repository, "checkout", "--quiet", ".")
    subprocess.run(["git", "apply", "-"], cwd=repository, input=whole.stdout.encode(), check=True)
    assert work_tree(repository) == after


@pytest.mark.parametrize(
    ("arguments", "text", "status", "sentence"),
    [
        ((), "", 64, "nothing to review"),
        (("nowhere..else",), "", 64, "names neither commits nor a patch"),
        (("--output=x",), "", 2, ""),
        (("-",), "hello\n", 64, "There is no patch on standard input."),
        (("-",), "--- a/gone.py\n+++ b/gone.py\n@@ -1 +1 @@\n-other\n+text\n", 64, "does not fit the work tree"),
        (("-",), "--- a/../up.py\n+++ b/../up.py\n@@ -1 +1 @@\n-a\n+b\n", 64, "no path inside the repository"),
        (("HEAD", "--accept", "9"), "", 64, "no hunk 9"),
        (("HEAD", "--accept", "1", "--reject", "1"), "", 64, "both accepted and rejected"),
        (("HEAD", "--stage", "--accept", "1"), "", 64, "committed already, so there is nothing to stage"),
    ],
)
def test_what_cannot_be_reviewed_is_one_sentence(
    repository: Path, arguments: tuple[str, ...], text: str, status: int, sentence: str
) -> None:
    before = work_tree(repository)
    ended = review(repository, *arguments, text=text)
    assert ended.status == status
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
    assert work_tree(repository) == before


def test_links_and_hidden_names_are_left_out_and_said(repository: Path) -> None:
    (repository / "link").symlink_to("gone.py")
    (repository / "plain.py").write_text("x\n")
    ended = review(repository, "--json")
    assert ended.status == 1
    assert [hunk["path"] for hunk in ended.json["hunks"]] == ["plain.py"]
    assert "link" in ended.json["left_out"][0]


def test_what_is_known_of_each_hunk_stands_beside_it(repository: Path) -> None:
    (repository / "shop/tax.py").write_text("def tax_of(price):\n    return price // 5\n")
    (repository / "shop/cart.py").write_text(
        CART.replace("- tax", "+ tax_of(tax)").replace("def add(self", "def put(self")
    )
    ended = review(repository, "--json")
    hunks = {(hunk["path"], hunk["number"]): hunk for hunk in ended.json["hunks"]}
    defining = next(hunk for (path, _), hunk in hunks.items() if path == "shop/tax.py")
    using = next(hunk for hunk in hunks.values() if any("tax_of(tax)" in line for line in hunk["lines"]))
    assert using["symbol"] == "Cart.total"
    assert using["needs"] == [defining["number"]]
    renaming = next(hunk for hunk in hunks.values() if any("def put" in line for line in hunk["lines"]))
    assert renaming["risk"] == "medium"
    assert renaming["risk_reasons"] == ["takes out the public Cart.add, which nothing calls"]
    warned = review(repository, "--patch", "--accept", str(using["number"]), "--reject", str(defining["number"]))
    assert f"warning: hunk {using['number']} uses tax_of, which you rejected" in warned.stderr


def test_a_binary_patch_that_the_work_tree_has_is_reviewed_in_place(repository: Path) -> None:
    (repository / "data.bin").write_bytes(bytes(range(256)))
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "data")
    (repository / "data.bin").write_bytes(bytes(range(255, -1, -1)))
    ended = review(repository, "-", "--reject", "1", "--json", text=git(repository, "diff", "--binary"))
    assert ended.status == 0, ended.stderr
    assert ended.json["in_place"] is True
    assert (repository / "data.bin").read_bytes() == bytes(range(256))
