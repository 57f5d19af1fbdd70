"""A pack fills its budget as the model counts it, whatever a token is, and is never over it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.filling import Order
from copilot_tui.models.tokens import TokenCounter

ROOMS = Path(__file__).parents[2] / "copilot_tui"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContextEngine]:
    """Of a room of this very program: more than any of the budgets holds."""
    root = tmp_path_factory.mktemp("repository")
    for file in (ROOMS / "context").glob("*.py"):
        (root / file.name).write_bytes(file.read_bytes())
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    made = ContextEngine(root, None)
    made.update()
    yield made
    made.close()


@pytest.mark.parametrize("budget", [1_000, 4_000, 16_000])
@pytest.mark.parametrize("factor", [0.7, 1.0, 1.6])
@pytest.mark.parametrize(
    "query", ["put outlines into the index", "which files changed together", "the budget of tokens"]
)
def test_a_pack_fills_its_budget_and_is_never_over_it(
    engine: ContextEngine, budget: int, factor: float, query: str
) -> None:
    found = engine.pack(Order(None, query, budget, count=TokenCounter(factor)))
    assert 0.95 * budget <= found.tokens <= budget
