"""`make eval`: the fixtures put to the model that the settings name, and a table of what came of them.

    python -m tests.eval.run [--only NAME] [--profile PROFILE] [--model MODEL] [--json]

Nothing is asserted: a model's wit is measured, not tested. The person's settings and keys are used; recordings and receipts go to a
temporary folder.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from copilot_tui.bootstrap import open_session
from copilot_tui.errors import CopilotTuiError
from copilot_tui.headless.target import make_request
from copilot_tui.session.session import Session
from copilot_tui.trials.run import land_everything
from copilot_tui.visible import visible
from tests.eval.fixture import Fixture, judge, load_fixtures, make_repository


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one fixture: `passed`, else `why` not; `refused` blocks could not be used, `withheld` hunks lay outside the scope."""

    name: str
    level: str
    passed: bool
    why: str
    calls: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    dollars: float | None = None
    seconds: float = 0.0
    repairs: int = 0
    refused: int = 0
    withheld: int = 0


async def run_fixture(fixture: Fixture, folder: Path, environment: Mapping[str, str], home: Path) -> Row:
    """Put one fixture to the model; whatever the model does, there is a row."""
    root = make_repository(folder / fixture.name, fixture)
    began = time.perf_counter()
    session = open_session(root, environment, home)
    try:
        await session.open()
        row = await _ask(session, fixture, root)
        spent = session.ledger.session
        row = replace(
            row,
            calls=spent.calls,
            prompt_tokens=spent.prompt_tokens,
            cached_tokens=spent.cached_tokens,
            completion_tokens=spent.completion_tokens,
            dollars=None if spent.unpriced else spent.dollars,
        )
    except CopilotTuiError as error:
        row = Row(fixture.name, fixture.level, False, str(error))
    finally:
        await session.close()
    return replace(row, seconds=time.perf_counter() - began)


async def _ask(session: Session, fixture: Fixture, root: Path) -> Row:
    request = make_request(fixture.text, fixture.at, fixture.level, session.parts.settings.level, session.root, root)
    landed = await land_everything(session, request)
    row = Row(
        fixture.name,
        fixture.level,
        False,
        landed.why,
        repairs=landed.repairs,
        refused=landed.refused,
        withheld=landed.withheld,
    )
    if landed.why and not (landed.is_unchanged and fixture.may_change_nothing):
        return row
    why = await asyncio.to_thread(judge, root, fixture)
    return replace(row, passed=not why, why=why)


def table(rows: Sequence[Row]) -> str:
    """The rows as a person reads them, with their sum."""
    lines = [
        f"{'fixture':<20} {'level':<10} {'pass':<5} {'calls':>5} {'read':>8} {'cached':>8} {'written':>8} {'s':>7}  why not"
    ]
    lines += [
        f"{row.name:<20} {row.level:<10} {'yes' if row.passed else 'no':<5} {row.calls:>5} {row.prompt_tokens:>8} "
        f"{row.cached_tokens:>8} {row.completion_tokens:>8} {row.seconds:>7.1f}  {visible(row.why)[:90]}".rstrip()
        for row in rows
    ]
    count = f"{sum(row.passed for row in rows)}/{len(rows)}"
    lines.append(
        f"{'all':<20} {'':<10} {count:<5} {sum(row.calls for row in rows):>5} {sum(row.prompt_tokens for row in rows):>8} "
        f"{sum(row.cached_tokens for row in rows):>8} {sum(row.completion_tokens for row in rows):>8} "
        f"{sum(row.seconds for row in rows):>7.1f}"
    )
    return "\n".join(lines)


def main(words: Sequence[str] | None = None) -> int:
    """Run the fixtures and print the table; 0 however many pass, 64 for a fixture that there is not."""
    parser = argparse.ArgumentParser(prog="make eval")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="this fixture alone; may be repeated"
    )
    parser.add_argument("--profile", default="", help="the profile that answers (default: the settings')")
    parser.add_argument("--model", default="", help="its model")
    parser.add_argument("--json", action="store_true", help="print each row as a line of JSON")
    options = parser.parse_args(words)
    try:
        fixtures = load_fixtures(tuple(options.only))
    except KeyError as error:
        print(f"There is no fixture {error}: the fixtures lie in tests/eval/fixtures.", file=sys.stderr)  # noqa: T201
        return 64
    rows = []
    with tempfile.TemporaryDirectory(prefix="copilot-tui-eval-") as place:
        folder = Path(place)
        environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache")}
        chosen = {"COPILOT_TUI_PROFILE": options.profile, "COPILOT_TUI_MODEL": options.model}
        environment |= {name: value for name, value in chosen.items() if value}
        for fixture in fixtures:
            row = asyncio.run(run_fixture(fixture, folder / "repositories", environment, Path.home()))
            rows.append(row)
            if options.json:
                print(json.dumps(asdict(row)), flush=True)  # noqa: T201
            else:
                print(f"{fixture.name}: {'pass' if row.passed else 'no'}", file=sys.stderr, flush=True)  # noqa: T201
    if not options.json:
        print(table(rows))  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
