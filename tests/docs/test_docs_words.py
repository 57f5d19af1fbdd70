"""What the prose of the documentation names is there: keys, actions after a slash, commands and their options, make targets, settings."""

import importlib
import inspect
import pkgutil
import re
import shlex
from pathlib import Path

import pytest

from copilot_tui import tui
from copilot_tui.cli.program import COMMANDS, build_parser
from copilot_tui.headless.manual import commands_of
from copilot_tui.tui.actions import all_actions
from copilot_tui.tui.key_names import shown_key
from copilot_tui.tui.sheet import Sheet
from copilot_tui.tui.sheet_actions import SHEET_TABLE
from tests.docs.check_commands import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_KEY = re.compile(r"(?:(?:ctrl|alt|shift)\+\S+|f\d{1,2}|escape|enter|space|tab|[A-Za-z<>#?.=\-\[\]])")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_OWN = {"down", "shift", "shift+tab", "E", "ctrl+c"}  # arrows, and what a terminal itself takes


def codes_of(page: Path) -> list[str]:
    """Every piece of inline code outside of blocks."""
    prose = re.sub(r"^```.*?^```$|^    .*$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return _CODE.findall(prose)


def sheet_keys() -> set[str]:
    """The keys that sheets name at their foot and bind."""
    keys: set[str] = set()
    for module in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(found, Sheet):
                bound = [str(getattr(one, "key", one)) for one in found.BINDINGS]
                keys |= {key.strip() for names in bound for key in names.split(",")}
                keys |= {one[0] for one in found.keys if isinstance(one, tuple)}
    keys |= {shown_key(key) for row in SHEET_TABLE for key in row.keys}
    return {"escape" if key == "esc" else key for key in keys}


KEYS = {shown_key(key) for action in all_actions() for key in action.keys} | sheet_keys() | _OWN


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_key_of_the_prose_is_bound(page: Path) -> None:
    named = {code for code in codes_of(page) if _KEY.fullmatch(code)}
    assert named <= KEYS, named - KEYS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_action_after_a_slash_is_one(page: Path) -> None:
    actions = {action.identifier for action in all_actions()} | {"level"}
    named = {
        found for code in codes_of(page) if (found := code.removeprefix("/")) != code and re.fullmatch("[a-z-]+", found)
    }
    assert named <= actions, named - actions


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_the_prose_is_one_with_its_options(page: Path) -> None:
    options = {
        one.name: {part for argument in one.arguments for part in argument.form.split()}
        for one in commands_of(build_parser())
    }
    wrong = []
    for code in codes_of(page):
        words = shlex.split(code) if code.startswith("copilot-tui ") and code.count("'") % 2 == 0 else []
        if len(words) < 2 or words[1].startswith(("-", "[")) or words[1] in {"COMMAND", "."} or "/" in words[1]:
            continue
        deep = " ".join(words[1:3])
        name = deep if deep in options else words[1]
        known = options.get(name, set()) | {"--help"}
        missing = [word for word in words[2:] if word.startswith("--") and word.partition("=")[0] not in known]
        if words[1] not in COMMANDS or missing:
            wrong.append(code)
    assert not wrong


def test_what_is_not_there_is_found() -> None:
    assert "ctrl+alt+f" not in KEYS
    assert _KEY.fullmatch("ctrl+alt+f")
    assert not _KEY.fullmatch("tests")


def test_every_picture_and_recording_shows_the_program_and_no_place_of_this_machine() -> None:
    for picture in sorted((ROOT / "docs/images").iterdir()):
        text = picture.read_text()
        assert len(text) > 1_000, picture.name
        assert not re.search(r"/(?:home|root|Users|tmp)/\w", text), picture.name
    pages = "".join(page.read_text() for page in PAGES)
    unused = [one.name for one in (ROOT / "docs/images").iterdir() if f"images/{one.name}" not in pages]
    assert not unused
