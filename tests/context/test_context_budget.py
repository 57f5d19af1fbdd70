"""A pack fits its model: whatever the texts are and however the model cuts them into tokens, the budget holds within 3%."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.filling import Order
from copilot_tui.models.token_rates import TokenRates
from copilot_tui.models.tokens import TokenCounter
from tests.support.tokenizers import MODELS

IDENTIFIERS = st.sampled_from(
    ["total", "price_of", "CartItem", "self", "return", "tax", "load_settings", "HTTPServer", "x"]
)
CODE = st.lists(IDENTIFIERS, min_size=3, max_size=9).map(
    lambda words: "    " + " = ".join(words[:2]) + "(" + ", ".join(words[2:]) + ")"
)
DATA = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).map(lambda numbers: ", ".join(map(str, numbers)))
KEYS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", min_size=20, max_size=200)
SIGNS = st.text("!@#$%^&*()[]{}<>?/\\|~`-=+;:'\",.", max_size=120)
FOREIGN = st.text(
    st.characters(min_codepoint=0xA0, max_codepoint=0x1F6FF, exclude_categories=("Cs", "Cc", "Cf")), max_size=60
)
BLANK = st.sampled_from(["", "\t\t\t", " " * 80, "\r"])


def file_of(line: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    return st.lists(line, min_size=1, max_size=most).map(lambda lines: "def total(tax):\n" + "\n".join(lines) + "\n")


FILES = st.lists(
    st.one_of(
        file_of(CODE, 60),
        file_of(DATA, 30),
        file_of(KEYS, 20),
        file_of(SIGNS, 20),
        file_of(FOREIGN, 20),
        file_of(BLANK, 30),
    ),
    min_size=2,
    max_size=6,
)


@pytest.fixture(scope="module")
def roots() -> Iterator[Callable[[list[str]], Path]]:
    """Makes repositories of files."""
    with tempfile.TemporaryDirectory() as folder:
        made = 0

        def make(texts: list[str]) -> Path:
            nonlocal made
            made += 1
            root = Path(folder, str(made))
            root.mkdir()
            subprocess.run(["git", "init", "-q", str(root)], check=True)
            for number, text in enumerate(texts):
                (root / f"file{number}.py").write_bytes(text.encode("utf-8", "surrogatepass"))
            return root

        yield make


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=FILES, budget=st.integers(60, 3_000), line=st.integers(1, 40), pinned=st.booleans())
def test_the_first_pack_is_never_over_budget_by_more_than_three_percent(
    roots: Callable[[list[str]], Path], texts: list[str], budget: int, line: int, pinned: bool
) -> None:
    engine = ContextEngine(roots(texts), None)
    lines = texts[0].count("\n")
    target = Target("file0.py", LineRange(min(line, lines), min(line + 5, lines)))
    order = Order(Request("the total tax", target, AutonomyLevel.BLOCK), "the total tax", budget, count=TokenCounter())
    pack = engine.pack(replace(order, pinned=frozenset({"file1.py"} if pinned else ())))
    assert pack.text == "".join(item.text for item in pack.items)
    assert pack.tokens == sum(item.tokens for item in pack.items) <= budget
    for name in ("large", "usual"):
        assert MODELS[name](pack.text) <= 1.03 * budget + 1, name


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=FILES, budget=st.integers(300, 3_000), model=st.sampled_from(sorted(MODELS)))
def test_the_packs_after_a_report_hold_the_budget_too(
    roots: Callable[[list[str]], Path], texts: list[str], budget: int, model: str
) -> None:
    code = "\n".join(
        f"def price_of(item{number}, tax):\n    return load_settings(item{number}.total, tax)\n" for number in range(60)
    )
    engine = ContextEngine(roots([code, *texts]), None)
    rates, real = TokenRates(), MODELS[model]
    for query in ("the price of an item", "the total tax", "load the settings", "CartItem"):
        count = rates.counter("there", model)
        request = Request(query, Target(""), AutonomyLevel.REPO)
        pack = engine.pack(Order(request, query, budget, count=count))
        if rates.rate("there", model).factors:
            assert real(pack.text) <= 1.03 * budget + 1
        rates.learn("there", (model,), pack.text, real(pack.text))


def test_a_report_lets_more_in_where_the_model_counts_fewer_tokens(roots: Callable[[list[str]], Path]) -> None:
    words = ("discount", "delivery", "warranty", "customer", "shipping", "currency", "quantity", "category")
    texts = [
        "\n".join(
            f"def {first}_of_{second}(item, {third}):\n    return item.{second} + {third}\n"
            for second in words
            for third in words
        )
        for first in words
    ]
    engine = ContextEngine(roots(texts), None)
    rates, real = TokenRates(), MODELS["large"]
    used = []
    for _ in range(3):
        order = Order(None, "discount of a delivery", 4_000, count=rates.counter("there", "large"))
        pack = engine.pack(order)
        used.append(real(pack.text))
        rates.learn("there", ("large",), pack.text, used[-1])
    assert used[0] < used[-1] <= 1.03 * 4_000
    assert used[-1] >= 0.8 * 4_000
