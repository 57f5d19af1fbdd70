"""The tree of files as rows."""

from copilot_tui.tui.file_rows import FileTree, parents

MARKS = {"a.py": "", "shop/cart.py": "M", "shop/web/api.py": "?", "shop/tax.py": ""}


def keys(tree: FileTree, opened: set[str]) -> list[str]:
    return [row.key for row in tree.rows(opened)]


def test_folders_come_first_and_open_one_by_one() -> None:
    tree = FileTree(MARKS)
    assert keys(tree, set()) == ["shop/", "a.py"]
    assert keys(tree, {"shop"}) == ["shop/", "shop/web/", "shop/cart.py", "shop/tax.py", "a.py"]


def test_every_file_is_shown_once_when_all_is_open() -> None:
    opened = {folder for path in MARKS for folder in parents(path)}
    shown = [key for key in keys(FileTree(MARKS), opened) if not key.endswith("/")]
    assert sorted(shown) == sorted(MARKS)


def test_a_closed_folder_counts_the_changes_in_it() -> None:
    assert FileTree(MARKS).rows(set())[0].right == (("±2", "muted"),)


def test_a_file_name_is_shown_with_its_hidden_characters_as_marks() -> None:
    row = FileTree({"a\x1b]0;x\x07.py": ""}).rows(set())[0]
    assert row.parts[2][0] == "a␛]0;x␇.py"


def test_what_may_change_is_marked() -> None:
    rows = FileTree(MARKS).rows({"shop"}, lit="shop")
    assert [row.key for row in rows if row.parts[0][0] == "▌"] == ["shop/", "shop/web/", "shop/cart.py", "shop/tax.py"]
