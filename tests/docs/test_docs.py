"""The documentation says what is true: its commands run, its tables are the program's own, its links lead somewhere."""

import argparse
import re
import shlex
import subprocess
import textwrap
from pathlib import Path

import pytest

from copilot_tui.cli.program import COMMANDS, build_parser
from copilot_tui.config import Folders, load_settings
from copilot_tui.headless.docs import pages
from copilot_tui.headless.manual import commands_of, completion, manual_page
from copilot_tui.tui.actions import all_actions
from copilot_tui.tui.key_table import read_keys
from tests.docs.action_commands import COMMANDS as COMMAND_OF
from tests.docs.action_commands import OF_THE_SCREEN
from tests.docs.check_commands import ROOT, Said, commands_in, every_command, run_all
from tests.docs.make_pages import pages_of

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_every_command_of_the_documentation_runs() -> None:
    commands = every_command()
    assert len(commands) > 30
    assert [outcome for outcome in run_all(commands) if outcome.problem] == []


def test_a_command_that_does_not_run_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "    copilot-tui propose --colour red   # no such option\n\n```sh\ncopilot-tui docs nowhere\n```\nmake nothing\n"
    )
    wrong = [*commands_in(page), Said("page.md", 9, "make nothing")]
    assert [said.command for said in wrong] == [
        "copilot-tui propose --colour red",
        "copilot-tui docs nowhere",
        "make nothing",
    ]
    assert [bool(outcome.problem) for outcome in run_all(wrong)] == [True] * 3


def test_the_pages_made_from_the_program_are_as_it_is_now() -> None:
    stale = [page.name for page, text in pages_of(ROOT / "docs").items() if page.read_text() != text]
    assert not stale, "run `make pages`"


def anchors_of(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    prose = re.sub(r"`[^`\n]*`", "", page.read_text())
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), f"{page.name} links to {link}"
        assert not anchor or anchor in anchors_of(target), f"{page.name} links to {link}"


def test_every_page_is_offered_in_the_terminal_and_named_for_machines() -> None:
    assert set(pages()) == {page.stem for page in PAGES[1:]} | {"llms"}
    listed = (ROOT / "docs" / "llms.txt").read_text()
    assert all(f"({page.name})" in listed for page in PAGES[1:])


def parser_of(parser: argparse.ArgumentParser) -> argparse.Action:
    (group,) = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return group


def test_the_interface_takes_no_command_for_a_folder() -> None:
    """The names are known without a parser, and are the parser's."""
    choices = parser_of(build_parser()).choices
    assert choices is not None
    assert set(COMMANDS) == set(choices)


def test_every_action_of_the_interface_is_a_command_or_of_the_screen_alone() -> None:
    """A new action needs a command for programs, or a reason why a program has no use for it."""
    known = {action.identifier for action in all_actions()}
    assert set(COMMAND_OF) | set(OF_THE_SCREEN) == known
    assert not set(COMMAND_OF) & set(OF_THE_SCREEN)
    parser = build_parser()
    for identifier, command in COMMAND_OF.items():
        options = parser.parse_args(shlex.split(command))
        assert options.run, identifier
        assert {"--json", "--events", "--patch"} & set(command.split()), "for a program"


def test_the_keys_that_the_documentation_sets_are_taken(
    folders: Folders, environment: dict[str, str], home: Path
) -> None:
    example = (ROOT / "docs" / "settings.md").read_text().partition("An example:\n\n")[2].partition("\n\n<!--")[0]
    folders.settings_file.parent.mkdir(parents=True)
    folders.settings_file.write_text(textwrap.dedent(example))
    page = (ROOT / "docs" / "review-keys.md").read_text()
    named = dict(re.findall(r'`"?([a-z._-]+)"? = "([^"]+)"`', page))
    assert len(named) >= 3
    for wishes in (load_settings(environment, home).keys, named):
        assert wishes
        assert read_keys(wishes)[1] == ()


def test_every_command_and_option_has_its_sentence() -> None:
    for command in commands_of(build_parser()):
        assert command.help, command.name
        for argument in command.arguments:
            assert argument.help, f"{command.name} {argument.form}"


def test_the_manual_page_is_taken_by_groff() -> None:
    page = manual_page(build_parser(), "1.0")
    assert all(f".SS {name}\n" in page for name in COMMANDS)
    try:
        ended = subprocess.run(
            ["groff", "-man", "-Tascii", "-ww"], input=page.encode(), capture_output=True, check=False
        )
    except FileNotFoundError:
        return  # a machine without groff
    assert (ended.returncode, ended.stderr) == (0, b"")
    shown = re.sub(rb"\x1b\[\d+m|.\x08", b"", ended.stdout)
    assert b"copilot-tui propose [-h] [--at" in b" ".join(shown.split())


def test_bash_completes_commands_levels_and_options(tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(completion(build_parser(), "bash"))
    ask = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _shtab_copilot_tui; echo "${COMPREPLY[@]}"'

    def complete(*words: str) -> set[str]:
        ended = subprocess.run(
            ["bash", "-c", ask, str(script), *words], capture_output=True, text=True, check=True, timeout=20
        )
        return set(ended.stdout.split())

    assert {"propose", "context", "models", "completion"} <= complete("copilot-tui", "")
    assert complete("copilot-tui", "wai") == {"waiting"}
    assert complete("copilot-tui", "propose", "text", "--level", "") == {"line", "block", "file", "directory", "repo"}
    assert "--accept" in complete("copilot-tui", "propose", "--a")
