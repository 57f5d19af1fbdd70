"""`copilot-tui docs`: the documentation in the terminal, page by page, and as a manual page.

Invariant: what is printed is the file that ships with this version.
"""

import argparse
import re
from pathlib import Path

from copilot_tui import __version__
from copilot_tui.errors import UsageError
from copilot_tui.headless.manual import completion, manual_page
from copilot_tui.headless.printing import say, say_json
from copilot_tui.headless.schema import schema_document
from copilot_tui.visible import visible

_PACKAGE = Path(__file__).parents[1]
_ORDER = ("tour", "levels", "review-keys", "models", "settings", "security", "command-line")


def docs_folder() -> Path:
    """Where the pages lie: inside the package in a wheel, beside it in a checkout."""
    shipped = _PACKAGE / "docs"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "docs"


def pages() -> dict[str, Path]:
    """Page name to file: what a person needs first comes first."""
    found = {path.stem: path for path in sorted(docs_folder().glob("*.md"))}
    order = {name: number for number, name in enumerate(_ORDER)}
    ordered = {name: found[name] for name in sorted(found, key=lambda name: (order.get(name, len(order)), name))}
    machine = docs_folder() / "llms.txt"
    return {**ordered, "llms": machine} if machine.is_file() else ordered


def title_of(page: Path) -> str:
    """The page's first heading."""
    found = re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1) if found else page.stem


def docs(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Print a page, the list of them, or the manual page made from `parser`; gives the exit status."""
    if options.man:
        say(manual_page(parser, __version__).rstrip("\n"))
        return 0
    if options.schema:
        say_json(schema_document())
        return 0
    known = pages()
    if options.page:
        page = known.get(options.page.removesuffix(".md").removesuffix(".txt"))
        if page is None:
            raise UsageError(f"There is no page {visible(options.page)}: the pages are {', '.join(known)}.")
        text = page.read_text(encoding="utf-8")
        if options.json:
            say_json({"version": 1, "page": page.stem, "title": title_of(page), "text": text})
        else:
            say(text.rstrip("\n"))
    elif options.json:
        listed = [{"page": name, "title": title_of(page), "file": str(page)} for name, page in known.items()]
        say_json({"version": 1, "pages": listed})
    else:
        for name, page in known.items():
            say(f"{name:<14} {title_of(page)}")
    return 0


def complete(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Print a shell's completion; gives the exit status."""
    say(completion(parser, options.shell).rstrip("\n"))
    return 0
