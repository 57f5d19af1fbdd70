"""How a file is cut, as it is kept in the index."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from copilot_tui.context.cutting import cut_text, cut_up, lines_of, pack_cutting, unpack_cutting
from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.import_lines import is_import
from copilot_tui.context.pieces import Definition
from copilot_tui.context.source import Source, make_source
from copilot_tui.syntax.outlined import outlined

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
def test_a_cutting_is_unpacked_as_it_was_and_counts_what_each_line_says_of_itself(lines: list[str]) -> None:
    cutting = cut_up(lines)
    assert unpack_cutting(pack_cutting(cutting)) == cutting
    bounds = [*cutting.firsts, cutting.last + 1]
    for first, after, imports, size in zip(bounds, bounds[1:], cutting.imports, cutting.sizes, strict=False):
        part = lines[first - 1 : after - 1]
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
    assert list(cut_up(lines).comments) == [7]
    assert list(cut_up(lines).imports) == [1]


def test_a_source_is_the_same_with_what_the_index_knows_of_it(shop: Path) -> None:
    data = (shop / "shop/cart.py").read_bytes()
    definitions = outlined("shop/cart.py", data)[0]
    lines = lines_of(data.decode())
    known = [Definition(*one[:5]) for one in definitions]
    cutting = unpack_cutting(cut_text(data.decode(), definitions))
    assert make_source("shop/cart.py", lines, None, known, {}, cutting) == make_source(
        "shop/cart.py", lines, None, known
    )
    assert make_source("empty.py", [""], None, None, {}, unpack_cutting(cut_text("", []))) == make_source(
        "empty.py", [""]
    )


def test_a_file_that_changed_behind_the_index_is_cut_as_it_is_now(shop: Path) -> None:
    engine = ContextEngine(shop, None)
    engine.update()
    place = shop / "shop/cart.py"
    place.write_text("# new\n\n" + place.read_text())
    source = engine.source("shop/cart.py")
    engine.close()
    assert source is not None
    assert isinstance(source, Source)
    assert source.lines == place.read_text().split("\n")
    assert len(source.piece_of) == len(source.lines) + 1
    assert source.pieces[-1].last == len(source.lines) - 1
