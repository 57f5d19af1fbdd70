"""What the best files use raises the files that define it, by how much of it they define."""

import math

import pytest

from copilot_tui.context.linking import used_by_best
from copilot_tui.context.pieces import Definition
from copilot_tui.context.source import Source, make_source


def source(path: str, defines: list[str], uses: list[str]) -> Source:
    lines = [f"def {name}():" for name in defines] or [""]
    definitions = [Definition(place, place, place, name, "function") for place, name in enumerate(defines)]
    return make_source(path, lines, None, definitions, {name: [0] for name in uses})


def test_a_file_gains_by_what_the_best_ones_use_of_it() -> None:
    sources = [
        source("cart.py", ["total"], ["price_of", "round_tax"]),
        source("tax.py", ["round_tax"], []),
        source("prices.py", ["price_of", "parse_discount"], ["parse_discount"]),
        source("pages.py", ["show_page"], ["total"]),
    ]
    assert used_by_best([1.0, 0.6, 0.5, 0.4], sources) == pytest.approx([0.0, math.log(2), math.log(2), 0.0])
    assert used_by_best([1.0, 0.6, 0.5, 0.5], sources) == pytest.approx([math.log(2) / 2, *[math.log(2)] * 2, 0.0])
    assert used_by_best([0.0, 0.0, 0.0, 0.0], sources) == [0.0] * 4, "nothing is asked for"


def test_what_a_file_uses_of_itself_and_what_many_define_counts_nothing() -> None:
    many = [source(f"part{number}.py", ["render"], []) for number in range(5)]
    sources = [source("cart.py", ["total"], ["total", "render", "sum"]), source("short.py", ["sum"], []), *many]
    scores = [1.0] * len(sources)
    assert used_by_best(scores, sources) == [0.0] * len(sources)
    few = sources[:-1]
    assert used_by_best(scores[:-1], few) == pytest.approx([0.0, 0.0, *[math.log1p(1 / 4)] * 4])


def test_the_file_of_which_most_is_used_gains_all_that_there_is_to_gain() -> None:
    names = [f"round_{number}" for number in range(20)]
    sources = [source("cart.py", ["total"], names), source("tax.py", names[3:], []), source("one.py", names[:3], [])]
    assert used_by_best([1.0, 0.9, 0.8], sources) == pytest.approx([0.0, 1.0, math.log(4) / math.log(18)])


def test_no_files_are_no_error() -> None:
    assert used_by_best([], []) == []
