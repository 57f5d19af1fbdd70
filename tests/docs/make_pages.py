"""Writes what the documentation takes from the program itself: keys, settings, commands, and the list of pages for machines.

`make_pages.py [FOLDER]` renews the part between the two marks of each page; `pages_of` gives the texts without writing, for the test that
holds them equal.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.cli.program import build_parser
from copilot_tui.headless.docs import title_of
from copilot_tui.headless.manual import markdown_of
from copilot_tui.headless.schema import schema_document
from copilot_tui.headless.settings import Description, descriptions
from copilot_tui.tui.actions import ASKING, MOVING, Action, Place, all_actions
from copilot_tui.tui.key_names import shown_key
from copilot_tui.tui.sheet_actions import SHEET_TABLE, SheetPlace
from tests.docs import action_commands

_BEGIN, _END = "<!-- begin: made by `make pages` -->\n", "<!-- end -->\n"
_PLACES = {
    Place.REVIEW: "While reviewing",
    Place.PROMPT: "In the request",
    Place.CODE: "In the code",
    Place.FILES: "In the list of files",
    Place.ANSWERING: "While an answer comes",
    Place.READING: "While reading an answer",
}


def keys_text() -> str:
    """The action table, place by place: what is possible anywhere comes last and once."""
    anywhere = [action for action in all_actions() if action.places == frozenset(Place)]
    asking = [action for action in all_actions() if action.places >= ASKING and action not in anywhere]
    moving = [action for action in all_actions() if action.places == MOVING]
    parts = []
    for place, title in _PLACES.items():
        own = [one for one in all_actions() if place in one.places and one not in (*anywhere, *asking, *moving)]
        parts.append(_table(title, own))
        if place is Place.REVIEW:
            parts.append(_table("Moving, wherever lines or files are shown", moving))
            parts.append(_table("While asking, wherever the cursor is", asking))
    parts.append(_table("Anywhere", anywhere))
    parts.append(_sheets())
    return "\n".join(part for part in parts if part)


def _table(title: str, actions: list[Action]) -> str:
    if not actions:
        return ""
    rows = [f"## {title}\n", "| keys | name | action | what it does |", "|---|---|---|---|"]
    for action in actions:
        keys = " ".join(f"`{shown_key(key)}`" for key in action.keys) or f"`/{action.identifier}`"
        rows.append(f"| {keys} | {action.identifier} | {_cell(action.title)} | {_cell(action.help)} |")
    return "\n".join(rows) + "\n"


def _sheets() -> str:
    """The rows for sheets, sheet by sheet."""
    rows = ["## In sheets\n", "| sheet | keys | name | action | what it does |", "|---|---|---|---|---|"]
    for row in SHEET_TABLE:
        keys = " ".join(f"`{shown_key(key)}`" for key in row.keys)
        sheets = ", ".join(place.value for place in SheetPlace if place in row.places)
        rows.append(f"| {sheets} | {keys} | {row.identifier} | {_cell(row.title)} | {_cell(row.help)} |")
    return "\n".join(rows) + "\n"


def settings_text() -> str:
    """Every setting, table by table."""
    tables: dict[str, list[Description]] = {}
    for one in descriptions():
        tables.setdefault(one.key.rpartition(".")[0], []).append(one)
    parts = []
    for name, entries in tables.items():
        parts.append(f"## {f'[{name}]' if name else 'At the top'}\n")
        parts.append("| entry | takes | unless set |\n|---|---|---|")
        parts += [f"| {one.key.rpartition('.')[2]} | {_cell(one.takes)} | {_default(one)} |" for one in entries]
        parts.append("")
    return "\n".join(parts)


def _default(one: Description) -> str:
    table, _, entry = one.key.rpartition(".")
    value = AutonomyLevel(entry).budget if table == "budgets" else one.default
    if value is None or value in {"", ()}:
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def commands_text() -> str:
    """Exit statuses and every command with its options."""
    parser = build_parser()
    statuses = "\n".join(f"    {line.removeprefix('  ')}" for line in (parser.epilog or "").splitlines()[1:])
    return f"## Exit statuses\n\n{statuses}\n\n{actions_text()}\n## Commands\n\n{markdown_of(parser)}"


def actions_text() -> str:
    """What each action of the interface is on the command line."""
    titles = {action.identifier: action for action in all_actions()}
    rows = ["## The interface for programs\n", "| action | command |", "|---|---|"]
    for identifier, command in action_commands.COMMANDS.items():
        rows.append(f"| {_cell(titles[identifier].title)} | `{command}` |")
    alone = sorted({_cell(titles[identifier].title).lower() for identifier in action_commands.OF_THE_SCREEN})
    return "\n".join(rows) + f"\n\nOf the screen alone, because they move, fold or draw: {', '.join(alone)}.\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def machine_list(folder: Path) -> str:
    """llms.txt: what the program is, and each page with its title and first sentence."""
    lines = [
        "# copilot-tui\n",
        "> A coding assistant for the terminal: the person sets how much may change and decides on every hunk. Agents use",
        "> `copilot-tui propose --json`, `ask --json`, `context --json`, or the MCP server `copilot-tui mcp`. All JSON has a schema:",
        "> [schema.json](schema.json), or `copilot-tui docs --schema`.\n",
        "## Pages\n",
    ]
    for page in sorted(folder.glob("*.md")):
        body = page.read_text(encoding="utf-8").partition("\n\n")[2]
        first = " ".join(body.split("\n\n")[0].split())
        sentence = re.split(r"(?<=[.:])\s", first)[0].rstrip(":")
        lines.append(f"- [{title_of(page)}]({page.name}): {sentence}")
    return "\n".join(lines) + "\n"


def pages_of(folder: Path) -> Mapping[Path, str]:
    """Each page that is made here, with the text that it must have."""
    made = {"review-keys.md": keys_text(), "settings.md": settings_text(), "command-line.md": commands_text()}
    pages = {}
    for name, text in made.items():
        page = folder / name
        before, begin, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
        pages[page] = f"{before}{begin}\n{text}\n{_END}{rest.partition(_END)[2]}"
    return {**pages, folder / "llms.txt": machine_list(folder), folder / "schema.json": schema_text()}


def schema_text() -> str:
    """The schema with one line for each command, stream and shared object: a change of one shows as a change of its line."""
    parts = []
    for key, value in schema_document().items():
        if isinstance(value, dict):
            entries = [f"  {json.dumps(name)}: {json.dumps(one, ensure_ascii=True)}" for name, one in value.items()]
            parts.append(f" {json.dumps(key)}: {{\n" + ",\n".join(entries) + "\n }")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    for path, words in pages_of(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")).items():
        path.write_text(words, encoding="utf-8")
