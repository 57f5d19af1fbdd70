"""The parts of the measuring of context: which commits are cases, what they ask, and how answers are scored."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.evidence import SIGNALS, gather, weighed
from copilot_tui.context.ranking import SIGNALS as RANKING_SIGNALS
from copilot_tui.context.weights import WEIGHTS
from tests.bench.context_cases import Case, GoldRange, hunks_of, is_incidental, is_telling, make_cases, query_of
from tests.bench.context_collect import collect
from tests.bench.context_fit import between, fit_lists, gain_of, settled, success
from tests.bench.context_measures import range_and_sym, reciprocal_rank, share_in_first

Commit = Callable[[dict[str, str], str], None]


def test_a_chore_is_no_case() -> None:
    assert is_telling("fix(cart): round the total of an invoice")
    assert not is_telling("bump version to 1.2.0 in all files")
    assert not is_telling("round total")


def test_a_query_says_nothing_of_the_names_of_what_was_changed() -> None:
    message = "fix: Round in parse_total.py once (#12)\n\nThe parse_total module is `late`.\nSigned-off-by: A <a@b.c>\nhttps://x.y/z"
    assert query_of(message, ["shop/parse_total.py"]) == "Round in once\nThe module is `late`."


def test_hunks_are_lines_of_the_old_text() -> None:
    assert hunks_of(b"@@ -3,2 +3 @@\n-a\n-b\n+c\n@@ -9,0 +9,2 @@ def f\n+x\n+y\n") == [(3, 4, False), (9, 10, True)]


def test_imports_and_comments_at_the_margin_are_incidental() -> None:
    assert is_incidental(["import os", "", "# a remark", "from a import b"])
    assert not is_incidental(["    # in a function"])


def test_an_answer_is_scored_by_the_lines_that_it_shows() -> None:
    lines = {"a.py": ["def f():", "    x = 1", "    y = 2", "    z = 3", "    return x"]}
    ranges = (GoldRange("a.py", 3, 4, insert=False, incidental=False, def_start=1, def_end=5),)
    assert range_and_sym(ranges, {"a.py": {3}}, lines) == (1.0, 1.0)
    assert range_and_sym(ranges, {"a.py": {1}}, lines) == (0.0, 1.0)
    assert range_and_sym(ranges, {"a.py": {5}}, lines) == (0.0, 0.0)
    assert range_and_sym(ranges, {}, {}) == (0.0, 0.0)


def test_ranks() -> None:
    assert reciprocal_rank([7, 4], [3, 4, 7]) == 0.5
    assert reciprocal_rank([-1], [3, 4]) == 0.0
    assert share_in_first([3, 9], [3, 4, 9], 2) == 0.5


def test_weights_turn_to_the_signal_that_finds_what_is_wanted() -> None:
    lists = [([[1.0, 0.0], [0.0, 1.0], [0.0, 0.9]], {0: 1.0})] * 5
    useful, useless = fit_lists(lists, [1.0, 1.0], 0.0, steps=40)
    assert useful > 2
    assert 0 <= useless < 1


def test_other_weights_link_the_pieces_that_are_likeliest_by_them(shop: Path, commit: Commit) -> None:
    query = "the total price of a cart"
    words = query.split()
    commit(
        {
            f"shop/part{number}.py": f"def {words[number % 6]}_{number}(cart):\n"
            f"    # {' '.join(words[: number % 7])}\n    return {words[(number + 1) % 6]}_{number + 1}(cart)\n"
            for number in range(12)
        },
        "Parts",
    )
    engine = ContextEngine(shop, None)
    engine.update()
    collected = collect(Case("a", "shop", "python", "", 0, query, ("shop/cart.py",), ()), engine)
    ranking = engine.rank(query)
    sources = engine.sources(ranking, 30)
    engine.close()
    shown = [one for one in ranking.files if one.file.path in sources]
    other = WEIGHTS._replace(piece_text=0.5, piece_head=0.0)
    for weights in (WEIGHTS, other):
        expected = gather(shown, sources, ranking, weights)
        for file, pieces in enumerate(settled(collected, weights)[1]):
            assert pieces.signals == [pytest.approx(signals) for signals in expected[file].signals]
            assert pieces.likely == pytest.approx(expected[file].likely)
            assert pieces.likely == pytest.approx(weighed(pieces.signals, weights).likely)
    assert gather(shown, sources, ranking, WEIGHTS) != gather(shown, sources, ranking, other)


def test_a_table_is_as_good_as_itself_and_one_that_is_the_wrong_way_round_is_worse(shop: Path) -> None:
    engine = ContextEngine(shop, None)
    engine.update()
    gold = GoldRange("shop/cart.py", 1, 2, insert=False, incidental=False, def_start=1, def_end=2)
    cases = [
        collect(Case(query, "shop", "python", "", 0, query, ("shop/cart.py",), (gold,)), engine)
        for query in ("the total price of a cart", "the cart")
    ]
    engine.close()
    assert gain_of(cases, {"shop": WEIGHTS}) == (0.0, 0.0)
    names = [*RANKING_SIGNALS, *(f"piece_{name}" for name in SIGNALS)]
    wrong = WEIGHTS._replace(**{name: -getattr(WEIGHTS, name) for name in names})
    assert all(success(one, WEIGHTS) > success(one, wrong) for one in cases)
    assert gain_of(cases, {"shop": wrong})[0] < 0
    assert between(WEIGHTS, wrong, 0.5).window == 0


def test_a_commit_of_a_clone_becomes_a_case(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.invalid"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--quiet")
    for text in (
        "def total(items):\n    return sum(items)\n",
        "def total(items):\n    found = sum(items)\n    return round(found, 2)\n",
    ):
        (tmp_path / "cart.py").write_text(text)
        git("add", "--all")
        git("commit", "--quiet", "--message", "Round the total once only")
    (case,) = make_cases("shop/cart", tmp_path / ".git", 5)
    assert (case.lang, case.gold_files, case.query) == ("python", ("cart.py",), "Round the total once only")
    assert [(one.start, one.end, one.def_start, one.def_end) for one in case.gold_ranges] == [(2, 2, 1, 2)]
