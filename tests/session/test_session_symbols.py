"""Which modules and names there are: in the repository, and among the packages installed for it; in doubt, they exist."""

import os
from pathlib import Path

import pytest

from copilot_tui.session.symbols import RepositorySymbols
from copilot_tui.workspace.repository import Repository
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.program import make_repository
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

FILES = {
    "pyproject.toml": '[project]\ndependencies = ["typing-things>=1", "PyYAML"]\n',
    "src/shop/__init__.py": "from shop.cart import Cart\n",
    "src/shop/cart.py": "import numpy\n\n\nclass Cart:\n    pass\n\n\nLIMIT, other = 3, 4\n",
    "src/shop/dynamic.py": "from shop.cart import *\n",
    "src/shop/types.py": "class Kind: ...\n",
    "scripts/tool.py": "def run(): ...\n",
    "tests/tool.py": "def walk(): ...\n",
    ".gitignore": "src/shop/generated.py\nvenv/\n",
}


@pytest.fixture
def symbols(tmp_path: Path) -> RepositorySymbols:
    root = make_repository(tmp_path / "repository", FILES)
    (root / "src/shop/generated.py").write_text("VERSION = 1\n")
    site = root / "venv" / "lib" / "python3.12" / "site-packages"
    (site / "requests").mkdir(parents=True)
    (site / "requests" / "__init__.py").write_text("")
    (site / "requests" / "adapters.py").write_text("")
    (site / "six.py").write_text("")
    (site / "lazyone").mkdir()
    (site / "lazyone" / "__init__.py").write_text("def __getattr__(name): ...\n")
    return RepositorySymbols(Repository.open(root, os.environ), os.environ)


@pytest.mark.parametrize(
    "dotted",
    [
        "shop",
        "shop.cart",
        "src.shop.cart",
        "tool",
        "json.decoder",
        "requests",
        "requests.adapters",
        "six.moves",
        "lazyone.anything",
        "numpy.linalg",
        "typing_things",
        "shop.generated",
    ],
)
def test_what_is_there_exists(dotted: str, symbols: RepositorySymbols) -> None:
    assert symbols.has_module(dotted)


@pytest.mark.parametrize("dotted", ["shop.basket", "cartlib", "requests.magic", "shop.cart.inner"])
def test_what_is_nowhere_does_not(dotted: str, symbols: RepositorySymbols) -> None:
    assert not symbols.has_module(dotted)


def test_the_names_of_a_module_are_those_that_it_binds_and_its_submodules(symbols: RepositorySymbols) -> None:
    assert symbols.module_names("shop.cart") == frozenset({"numpy", "Cart", "LIMIT", "other"})
    names = symbols.module_names("shop")
    assert names is not None
    assert {"Cart", "cart", "types"} <= names


@pytest.mark.parametrize("dotted", ["shop.dynamic", "types", "tool", "requests", "nowhere"])
def test_where_another_might_be_meant_the_names_are_unknown(dotted: str, symbols: RepositorySymbols) -> None:
    assert symbols.module_names(dotted) is None


async def test_a_name_that_is_made_up_is_marked_at_its_hunk(asking: Asking, server: ScriptedServer) -> None:
    edit = block("web/checkout.py", "from shop.cart import Cart\n", "from shop.cart import Basket\nimport cartlib\n")
    server.otherwise = Team(edits={"": edit}, repairs=["No."])
    ran = await asking.run(request_of("Use a basket.", "web/checkout.py"))
    found = {finding.message for finding in ran.proposal.findings if finding.rule == "unknown-name"}
    assert any("shop.cart has no Basket" in message for message in found)
    assert any("no module cartlib" in message for message in found)
    assert ran.review.flags(ran.review.units[0])


async def test_names_that_exist_are_silent(asking: Asking, server: ScriptedServer) -> None:
    edit = block(
        "web/checkout.py",
        "from shop.cart import Cart\n",
        "import json\nfrom shop import cart\nfrom shop.cart import Cart\n",
    )
    server.then(replies.answer(edit))
    ran = await asking.run(request_of("Import them.", "web/checkout.py"))
    assert not [finding for finding in ran.proposal.findings if finding.rule == "unknown-name"]


async def test_only_what_was_added_is_looked_up(asking: Asking, server: ScriptedServer, home: Path) -> None:
    """A file's old imports are nobody's mistake, and looking them up could take reading the whole repository."""
    (asking.session.root / "web" / "old.py").write_text("import nowhere\nimport other.place\n\nVALUE = 1\n")
    edit = block("web/old.py", "VALUE = 1\n", "import cartlib\n\nVALUE = 2\n")
    server.otherwise = Team(edits={"": edit})
    ran = await asking.run(request_of("Make it 2.", "web/old.py"))
    assert [finding.lines.first for finding in ran.proposal.findings if finding.lines] == [4]
    (file,) = (home / ".state" / "copilot-tui" / "sessions").glob("*.jsonl")
    asked = [line for line in file.read_text().splitlines() if '"record": "module"' in line]
    assert len(asked) == 1
    assert "cartlib" in asked[0]


async def test_a_made_up_name_in_an_import_of_several_lines_is_found_at_its_line(
    asking: Asking, server: ScriptedServer
) -> None:
    (asking.session.root / "web" / "long.py").write_text("from shop.cart import (\n    Cart,\n)\n\ncart = Cart()\n")
    server.otherwise = Team(edits={"": block("web/long.py", "    Cart,\n", "    Cart,\n    Basket,\n")})
    ran = await asking.run(request_of("Import it.", "web/long.py"))
    found = [
        (one.lines and one.lines.first, one.message) for one in ran.proposal.findings if one.rule == "unknown-name"
    ]
    assert found == [(3, "the module shop.cart has no Basket")]
