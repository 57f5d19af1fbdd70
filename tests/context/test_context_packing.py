"""What of a file is shown: pieces with what they stand in, the imports that they use, and the heads of runners-up."""

from array import array

import pytest

from copilot_tui.context.evidence import SIGNALS, weighed
from copilot_tui.context.import_lines import is_import
from copilot_tui.context.packing import fill, further, room_for_further
from copilot_tui.context.pieces import Definition
from copilot_tui.context.source import Source, frame_of, make_source
from copilot_tui.context.view import View, render
from copilot_tui.context.weights import WEIGHTS

TEXT = """import json
import os
from decimal import Decimal

class Cart:
    @property
    def total(self):
        found = Decimal(0)
        for one in self.items:
            found += one.price
        return found

    def add(self, item):
        self.items.append(item)
        self.changed = True
        return item
"""


def source_of(text: str = TEXT) -> Source:
    definitions = (
        Definition(5, 16, 5, "Cart", "class"),
        Definition(6, 11, 7, "Cart.total", "method"),
        Definition(13, 16, 13, "Cart.add", "method"),
    )
    return make_source("cart.py", text.split("\n"), array("I", range(18)), definitions)


def shown_of(source: Source, best: int, room: int) -> View:
    """The view of a source whose piece `best` (by its first line) stands out."""
    text = SIGNALS.index("text")
    signals = [[0.0] * len(SIGNALS) for _ in source.pieces]
    signals[source.piece_of[best]][text] = 1.0
    for one, share in zip(signals, source.imports, strict=True):
        one[SIGNALS.index("imports")] = share
    (view,) = fill([View(source, 1.0, "")], [weighed(signals, WEIGHTS)], room, WEIGHTS)
    return view


def test_a_piece_knows_the_smallest_definition_that_it_is_of() -> None:
    source = source_of()
    assert [source.definitions[owner].name if owner >= 0 else "" for owner in source.owner] == [
        "",
        "Cart",
        "Cart.total",
        "Cart.add",
    ]
    assert frame_of(source, source.piece_of[14]) == [5]
    assert source.imports[0] == 0.75


def test_a_fragment_shows_what_it_stands_in() -> None:
    view = shown_of(source_of(), 8, 215)
    assert set(range(6, 12)) <= view.shown
    assert 5 in view.heads
    assert not view.has(14)


def test_an_import_is_shown_where_its_name_is_used_and_only_there() -> None:
    filler = [f"{chr(97 + number % 26)}_{number} = {number} * {number}" for number in range(400)]
    text = "\n".join(
        [
            "import json",
            "import os",
            "from decimal import Decimal",
            *filler,
            "",
            "def total():",
            *["    return Decimal(0)"] * 4,
        ]
    )
    last = text.count("\n") + 1
    source = make_source(
        "cart.py", text.split("\n"), None, (Definition(last - 4, last, last - 4, "total", "function"),)
    )
    view = shown_of(source, last - 4, 3_000)
    assert last in view.shown
    assert [view.has(number) for number in (1, 2, 3)] == [False, False, True]


def test_the_text_never_outgrows_its_room() -> None:
    for room in range(0, 500, 7):
        source = source_of()
        signals = [[float(piece)] * len(SIGNALS) for piece in range(len(source.pieces))]
        views = fill([View(source, 1.0, "")], [weighed(signals, WEIGHTS)], room, WEIGHTS)
        assert sum(len(render(view)) for view in views) <= max(room, 0)


@pytest.mark.parametrize(
    "line",
    [
        "import json", "from decimal import Decimal", "import { cart } from './cart'", "} from './cart'", "export { cart } from './cart'",
        "export * from './cart'", "const cart = require('./cart')", "const { cart } = require('./cart')", "#include <cart.h>",
        '# include "cart.h"', "using Shop.Cart;", "use shop::cart;", "extern crate shop;", "require 'cart'", "require_relative 'cart'",
        "require_once 'cart.php';", "requires shop.cart;", "package shop", "namespace Shop\\Cart;",
    ],
)  # fmt: skip
def test_a_line_that_imports_is_known_by_how_it_is_written(line: str) -> None:
    assert is_import(line)


@pytest.mark.parametrize(
    "line",
    [
        "", "}", "# from 'x' comes this", "important = 1", "from there on", "export default cart", "const cart = [];", "used = 1",
        "requireLogin()",
    ],
)  # fmt: skip
def test_a_line_that_only_reads_alike_imports_nothing(line: str) -> None:
    assert not is_import(line)


def test_the_paths_of_further_files_are_told_as_far_as_there_is_room_for_them() -> None:
    paths = [f"shop/part{number}.py" for number in range(20)]
    text = further(paths, 1_000)
    assert text.splitlines() == ["Also likely:", *paths[:12]]
    assert further(paths, len(text) - 1).splitlines() == ["Also likely:", *paths[:11]]
    assert further(paths, 20) == further([], 1_000) == ""
    assert room_for_further(1_000) == 40
    assert room_for_further(1_000_000) < 1_000
