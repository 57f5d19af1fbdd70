"""A small repository of a shop, made by real git."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Commit = Callable[[dict[str, str], str], None]

CART = '''"""The cart of a customer."""

from shop.prices import price_of


class Cart:
    """What a customer wants to buy."""

    def __init__(self):
        self.items = []

    def add(self, item):
        self.items.append(item)

    def total(self):
        """The sum of all prices."""
        return sum(price_of(item) for item in self.items)
'''
PRICES = '''"""Prices of items."""


def price_of(item):
    return item.price


def parse_discount(text):
    """A discount like 10% as a number."""
    return float(text.rstrip("%")) / 100
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty repository."""
    folder = tmp_path / "shop repository"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main", "."], cwd=folder, check=True)
    return folder


@pytest.fixture
def commit(root: Path) -> Commit:
    """Write files and commit them."""

    def make(files: dict[str, str], message: str) -> None:
        for path, text in files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        subprocess.run(["git", "add", "-A"], cwd=root, check=True)
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *identity, "commit", "-q", "-m", message], cwd=root, check=True)

    return make


@pytest.fixture
def shop(root: Path, commit: Commit) -> Path:
    """The repository with a cart, prices, a test and some other files."""
    commit(
        {
            "shop/cart.py": CART,
            "shop/prices.py": PRICES,
            "shop/__init__.py": "",
            "tests/test_cart.py": "def test_total_of_an_empty_cart():\n    assert Cart().total() == 0\n",
            "README.md": "# Shop\n\nA shop with a cart.\n",
        },
        "Begin",
    )
    return root
