"""Records the answers that the tour plays back where there is no model: `python -m tests.docs.make_tour_record`.

The answers are written here, by hand; the calls are those that a real session makes over the sample project. They are found again by role,
request and step, so that a change of a prompt or of the context makes no new record necessary.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.bootstrap import open_parts
from copilot_tui.models.recorded import Record, RecordingModels
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.session.events import RequestFailed
from copilot_tui.session.session import Session
from copilot_tui.tour.answers import RECORDED
from copilot_tui.tour.sample import PROJECT, make_sample, remove_sample
from copilot_tui.tour.steps import BASKET, BLOCK_REQUEST, LINE_REQUEST, PRICE, REPO_REQUEST
from tests.support import replies
from tests.support.program import environment_for
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer
from tests.support.team import Team, block

FILE = Path(__file__).parents[2] / "copilot_tui" / "tour" / "recorded.jsonl"
_LINE = "```python\n    return cents + tax\n```\n"
_BLOCK = '''\
```python
    def receipt(self):
        """One line for each tea, then the total with tax."""
        width = max([len("total"), *map(len, self.teas)])
        lines = []
        for name, cents in self.teas.items():
            euros = cents / 100
            lines.append(f"{name:<{width}} {euros:>7.2f}")

        total = self.total() / 100
        lines.append(f"{'total':<{width}} {total:>7.2f}")
        print(lines)
        return "\\n".join(lines)
```
'''
_TEAM = Team(
    plan=[
        (
            "shop/shipping.py",
            "Give shipping(cents) the price of the basket; from FREE_FROM = 5000 on it costs nothing.",
        ),
        ("shop/checkout.py", "Pass the total to shipping(cents)."),
        ("README.md", "Say from when on shipping is free."),
    ],
    edits={
        "shop/shipping.py": "Shipping gets the price, and is free from FREE_FROM on.\n\n"
        + block("shop/shipping.py", "PRICE = 490\n", "PRICE = 490\nFREE_FROM = 5000\n")
        + "\n"
        + block(
            "shop/shipping.py",
            'def shipping():\n    """The price of shipping."""\n    return PRICE\n',
            'def shipping(cents):\n    """The price of shipping for a basket that costs so many cents."""\n'
            "    return 0 if cents >= FREE_FROM else PRICE\n",
        ),
        "shop/checkout.py": "The total is passed on.\n\n"
        + block(
            "shop/checkout.py",
            "    return basket.total() + shipping()\n",
            "    total = basket.total()\n    return total + shipping(total)\n",
        ),
        "README.md": "The limit is named.\n\n"
        + block(
            "README.md",
            "Prices, a basket and a checkout. Shipping costs 490 cents.\n",
            "Prices, a basket and a checkout. Shipping costs 490 cents, and nothing from 5000 cents on.\n",
        ),
    },
    critique=json.dumps(
        {
            "met": True,
            "gap": "",
            "hunks": [
                {"hunk": 1, "why": "free from the limit on", "risk": "low", "because": "its one caller changes, too"},
                {"hunk": 2, "why": "passes the total on", "risk": "low", "because": "computed once as before"},
                {"hunk": 3, "why": "tells the reader", "risk": "low", "because": "words alone"},
            ],
        }
    ),
    summarize=json.dumps({"title": "Send large orders for free", "hunks": [], "commit": "Send large orders for free"}),
)


def _answer(request: RecordedRequest) -> Reply:
    if LINE_REQUEST in request.prompt:
        return replies.answer(_LINE)
    return replies.answer(_BLOCK) if BLOCK_REQUEST in request.prompt else _TEAM(request)


async def record() -> list[Record]:
    """The records of a session that makes the three requests of the tour; every change is accepted and landed."""
    folder = make_sample(os.environ)
    root = folder / PROJECT
    records: list[Record] = []
    with ScriptedServer() as server, tempfile.TemporaryDirectory() as home:
        server.otherwise = _answer
        own = {name: str(Path(home, name)) for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
        environment = environment_for(server.base_url, {**os.environ, **own})

        def parts() -> Any:
            opened = open_parts(root, environment, Path(home))
            object.__setattr__(opened, "models", RecordingModels(opened.models, records.append))
            return opened

        session = Session(root, parts)
        await session.open()
        for request in (
            Request(LINE_REQUEST, Target(PRICE, LineRange(9, 9)), AutonomyLevel.LINE),
            Request(BLOCK_REQUEST, Target(BASKET, LineRange(18, 28)), AutonomyLevel.BLOCK),
            Request(REPO_REQUEST, Target(), AutonomyLevel.REPO),
        ):
            async for event in session.propose(request):
                if isinstance(event, RequestFailed):
                    raise SystemExit(event.sentence)
            review = session.review
            assert review is not None, "every request of the tour has a proposal"
            for unit in review.units:
                review = decide(review, unit, Decision.ACCEPTED)
            session.replace_review(review)
            await session.land()
        await session.close()
    remove_sample(folder)
    return [_plain(one) for one in records]


def _plain(entry: Record) -> Record:
    """The record under the tour's own name, without the seconds of this machine."""
    if entry["record"] == "models":
        return {**entry, "roles": {role: [RECORDED, 6000] for role in entry["roles"]}}
    parts = [_named(part) for part in entry["parts"]]
    messages = [{**one, "content": _kept(one["content"])} for one in entry["call"]["messages"]]
    return {**entry, "call": {**entry["call"], "messages": messages, "schema": None}, "parts": parts}


def _named(part: dict[str, Any]) -> dict[str, Any]:
    if part["part"] == "started":
        return {**part, "profile": "tour", "model": RECORDED}
    return {**part, "seconds": 0.5, "first_text_seconds": 0.1, "cost": 0.0} if part["part"] == "finished" else part


def _kept(content: str) -> str:
    """What a call is known by again: the request and the step; the context around them changes with every version."""
    steps = [line for line in content.splitlines() if line.startswith("Your step: ")]
    requests = [one for one in (LINE_REQUEST, BLOCK_REQUEST, REPO_REQUEST) if one in content]
    return "\n".join([*requests, *steps])


def main() -> int:
    """Write the file; each line is one record."""
    records = asyncio.run(record())
    FILE.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    print(f"{len(records)} records, {FILE.stat().st_size} bytes", file=sys.stderr)  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
