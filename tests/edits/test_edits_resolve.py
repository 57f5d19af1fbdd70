"""One error kind of model answers a test: applied as meant, or refused with a reason."""

import pytest

from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.edits import RefusalCode, Resolution, parse_answer, resolve

CART = b"""def total(items):
    amount = 0
    for item in items:
        amount += item.price
    return amount


def count(items):
    amount = 0
    for item in items:
        amount += 1
    return amount
"""


def run(
    answer: str, files: dict[str, bytes] | None = None, hint: str = "auto", links: frozenset[str] = frozenset()
) -> Resolution:
    contents = {"shop/cart.py": CART} if files is None else files
    snapshot = Snapshot({path: SnapshotFile(data) for path, data in contents.items()}, frozenset(contents), links)
    return resolve(parse_answer(answer, hint), snapshot, root="/home/me/shop")


def block(search: str, replace: str, path: str = "shop/cart.py") -> str:
    return f"{path}\n```python\n<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n```\n"


def after(resolution: Resolution, path: str = "shop/cart.py") -> bytes:
    assert not resolution.refused
    return next(change.after for change in resolution.change_set if change.path == path) or b""


def code(resolution: Resolution) -> RefusalCode:
    assert not resolution.change_set
    return resolution.refused[0].code


PRICE = ("        amount += item.price\n", "        amount += item.price * item.count\n")
WANTED = CART.replace(b"item.price", b"item.price * item.count")


@pytest.mark.parametrize(
    "answer",
    [
        block(*PRICE),
        block(*PRICE).replace("shop/cart.py\n", "**`shop/cart.py`**:\n"),
        block(*PRICE).replace("shop/cart.py\n", "File: shop/cart.py\n"),
        block(*PRICE).replace("shop/cart.py\n", "cart.py\n"),
        block(*PRICE).replace("shop/cart.py\n", "/home/me/shop/shop/cart.py\n"),
        block(*PRICE).replace("\n", "\r\n"),
        block(PRICE[0].strip() + "\n", PRICE[1].strip() + "\n"),
        block(PRICE[0].replace("        ", "\t\t"), PRICE[1].replace("        ", "\t\t")),
        block("\n" + PRICE[0], "\n" + PRICE[1]),
        "<think>\n" + block("x\n", "y\n") + "</think>\n" + block(*PRICE),
        (
            "```diff\n--- a/shop/cart.py\n+++ b/shop/cart.py\n@@ ... @@\n     for item in items:\n-        amount += item.price\n"
            "+        amount += item.price * item.count\n     return amount\n```\n"
        ),
        "--- shop/cart.py\n+++ shop/cart.py\n@@ -4 +4 @@\n-        amount += item.price\n+        amount += item.price * item.count\n",
        (
            "*** Begin Patch\n*** Update File: shop/cart.py\n@@ def total(items):\n-        amount += item.price\n"
            "+        amount += item.price * item.count\n*** End Patch\n"
        ),
        '{"edits": [{"file": "shop/cart.py", "old_string": "item.price", "new_string": "item.price * item.count"}]}',
        f"shop/cart.py\n```python\n{WANTED.decode()}```\n",
    ],
)
def test_one_change_is_understood_in_every_form(answer: str) -> None:
    assert after(run(answer)) == WANTED


def test_text_that_stands_twice_is_refused_with_its_lines() -> None:
    resolution = run(block("    amount = 0\n", "    amount = 1\n"))
    assert code(resolution) is RefusalCode.AMBIGUOUS
    assert "lines 2, 9" in resolution.refused[0].reason


def test_a_scope_line_decides_between_two_places() -> None:
    answer = "*** Begin Patch\n*** Update File: shop/cart.py\n@@ def count(items):\n-    amount = 0\n+    amount = 1\n*** End Patch\n"
    assert after(run(answer)) == CART[:90] + CART[90:].replace(b"amount = 0", b"amount = 1")


def test_a_wrong_number_in_a_removed_line_is_refused_with_the_nearest_lines() -> None:
    resolution = run(block("        amount += 2\n", "        amount += 3\n"))
    assert code(resolution) is RefusalCode.NOT_FOUND
    assert "amount += 1" in resolution.refused[0].nearest


def test_kept_lines_come_from_the_file_with_their_own_blanks_and_line_ends() -> None:
    old = b"\xef\xbb\xbfa = 1  \r\nb = \xe2\x80\x9ctwo\xe2\x80\x9d\nc = 3"
    answer = block('a = 1\nb = "two"\nc = 3\n', 'a = 1\nb = "two"\nc = 4\n', "x.py")
    assert after(run(answer, {"x.py": old}), "x.py") == old[:-1] + b"4"


def test_a_look_alike_in_a_changed_line_stays_as_the_file_has_it() -> None:
    old = "say(\u2018it\u2019, 1)\n".encode()
    assert (
        after(run(block("say('it', 1)\n", "say('it', 2)\n", "x.py"), {"x.py": old}), "x.py")
        == "say(\u2018it\u2019, 2)\n".encode()
    )


def test_bytes_that_are_no_text_survive_and_take_ascii_alone() -> None:
    old = b"# caf\xe9\nx = 1\n"
    assert after(run(block("x = 1\n", "x = 2\n", "x.py"), {"x.py": old}), "x.py") == b"# caf\xe9\nx = 2\n"
    assert code(run(block("x = 1\n", "x = 'é'\n", "x.py"), {"x.py": old})) is RefusalCode.BINARY


def test_a_good_block_stands_where_another_is_cut() -> None:
    resolution = run(block(*PRICE) + block("    return amount\n", "")[:-25])
    assert [applied.block for applied in resolution.applied] == [0]
    assert resolution.refused[0].code is RefusalCode.TRUNCATED


def test_two_blocks_on_the_same_lines_keep_the_first() -> None:
    resolution = run(block(*PRICE) + block(PRICE[0], "        amount -= item.price\n"))
    assert resolution.change_set.files[0].after == WANTED
    assert resolution.refused[0].code is RefusalCode.CONFLICT


def test_a_repeated_block_and_an_empty_one_change_nothing_more() -> None:
    resolution = run(block(*PRICE) * 2 + block("def count(items):\n", "def count(items):\n"))
    assert after(resolution) == WANTED
    assert [applied.match for applied in resolution.applied] == ["exact", "repeated", "empty"]


def test_dots_on_both_sides_stand_for_lines_and_are_never_written() -> None:
    dots = "    # ...\n"
    good = block(
        "def total(items):\n" + dots + "        amount += item.price\n", "def total(items):\n" + dots + PRICE[1]
    )
    assert after(run(good)) == WANTED
    assert (
        code(run(block("def total(items):\n    amount = 0\n", "def total(items):\n    # ... existing code ...\n")))
        is RefusalCode.MALFORMED
    )


@pytest.mark.parametrize(
    "path",
    [
        "../x.py",
        "/etc/passwd",
        "~/x.py",
        "a\\b.py",
        ".git/config",
        "./.GIT/hooks/x",
        "sub/.git /x",
        "git~1/config",
        ".g\u200cit/config",
        "C:/x.py",
    ],
)
def test_no_path_leaves_the_repository_or_enters_git(path: str) -> None:
    assert code(run(block("", "pwned = 1\n", path))) in {
        RefusalCode.OUTSIDE,
        RefusalCode.PROTECTED,
        RefusalCode.MALFORMED,
    }
    patch = f"*** Begin Patch\n*** Add File: {path}\n+pwned = 1\n*** End Patch\n"
    assert code(run(patch)) in {RefusalCode.OUTSIDE, RefusalCode.PROTECTED}


def test_links_are_never_followed() -> None:
    assert code(run(block("", "x = 1\n", "vendor/new.py"), links=frozenset({"vendor"}))) is RefusalCode.OUTSIDE


def test_create_delete_and_rename() -> None:
    create = "--- /dev/null\n+++ b/shop/new.py\n@@ -0,0 +1 @@\n+x = 1\n"
    assert after(run(create), "shop/new.py") == b"x = 1\n"
    delete = "*** Begin Patch\n*** Delete File: shop/cart.py\n*** End Patch\n"
    assert run(delete).change_set.files[0].after is None
    rename = "diff --git a/shop/cart.py b/shop/basket.py\nsimilarity index 100%\nrename from shop/cart.py\nrename to shop/basket.py\n"
    change = run(rename).change_set.files[0]
    assert (change.old_path, change.path, change.after) == ("shop/cart.py", "shop/basket.py", CART)


def test_creating_a_file_that_exists_is_refused() -> None:
    assert code(run(block("", "x = 1\n"))) is RefusalCode.EXISTS


def test_a_stale_deletion_is_refused() -> None:
    answer = "--- a/shop/cart.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-other = 1\n"
    assert code(run(answer)) is RefusalCode.CONFLICT


def test_an_excerpt_never_replaces_the_whole_file() -> None:
    assert code(run("shop/cart.py\n```python\ndef total(items):\n    amount = 0\n```\n")) is RefusalCode.MALFORMED


def test_an_answer_without_edits_says_so() -> None:
    assert code(run("I would not change anything here.")) is RefusalCode.NO_EDITS
