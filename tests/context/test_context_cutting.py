"""How a file is cut."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from copilot_tui.context.cutting import cut_up
from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.import_lines import is_import
from copilot_tui.context.layout import outline_by_layout

LINES = st.lists(
    st.sampled_from(
        [
            "", "import os", "  from a import b", "# a comment", "#include <a.h>", "# define A", "\t// x", "} from 'x'", "} else {",
            "def total(cart):", "class Cart:", "    return 1", "using\u2003Shop;", "using", "x = 1 # import", '"""', "/* a", "* b", "-- c",
            "export { a } from './a'", "let a = require('b')", "\x0cimport a", "\r", "const a = 1;",
        ]
    ),
    max_size=40,
)  # fmt: skip


@given(LINES)
def test_each_piece_counts_what_its_lines_say_of_themselves(lines: list[str]) -> None:
    cutting = cut_up(lines, outline_by_layout(lines))
    assert sum(len(range(first, last + 1)) for first, last in cutting.pieces) == len(lines) - (lines[-1:] == [""])
    for (first, last), imports, size in zip(cutting.pieces, cutting.imports, cutting.sizes, strict=True):
        part = lines[first - 1 : last]
        assert imports == sum(is_import(line.lstrip()) for line in part)
        assert size == sum(len(line) + 1 for line in part)


def test_lines_that_comment_are_counted_and_directives_are_none() -> None:
    lines = [
        "# one",
        "  // two",
        "/* three",
        "* four",
        "-- five",
        '"""six',
        "#include <a.h>",
        "# define A",
        "x = 1  # seven",
        "#!x",
    ]
    assert cut_up(lines, ()).comments == [7]
    assert cut_up(lines, ()).imports == [1]


def test_a_file_that_changed_behind_the_index_is_cut_as_it_is_now(shop: Path) -> None:
    engine = ContextEngine(shop, None)
    engine.update()
    place = shop / "shop/cart.py"
    place.write_text("# new\n\n" + place.read_text())
    source = engine.source("shop/cart.py")
    engine.close()
    assert source is not None
    assert source.lines == place.read_text().split("\n")
    assert len(source.piece_of) == len(source.lines) + 1
    assert source.pieces[-1].last == len(source.lines) - 1
