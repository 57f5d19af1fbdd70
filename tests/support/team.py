"""A scripted endpoint that answers each role as a good model would, so that whole recipes can be run.

server.otherwise = Team(plan=[("shop/cart.py", "Give total a default.")], edits={"shop/cart.py": block(...)})
"""

import json
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support import replies
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest

_OPENINGS = {
    "You find the places": "locate",
    "You plan a change": "plan",
    "You change source files": "edit",
    "You edit one region": "edit",
    "Some of the edits": "repair",
    "You check a proposed": "critique",
    "You describe a proposed": "summarize",
    "You write commit": "commit",
    "You find the rule": "remember",
}


def block(path: str, search: str, replacement: str) -> str:
    """One search/replace block; both texts are whole lines."""
    return f"{path}\n```\n<<<<<<< SEARCH\n{search}=======\n{replacement}>>>>>>> REPLACE\n```\n"


def role_of(request: RecordedRequest) -> str:
    """Which role a request is for, by how its system message begins."""
    system = str(request.body["messages"][0]["content"])
    return next((role for opening, role in _OPENINGS.items() if system.startswith(opening)), "unknown")


@dataclass
class Team:
    """`edits` answers by the path of the plan's step (empty path: a call without a step); answers may be whole replies."""

    locate: Sequence[int] = (1,)
    plan: Sequence[tuple[str, str]] = ()
    edits: Mapping[str, str | Reply] = field(default_factory=dict)
    repairs: Sequence[str | Reply] = ()
    critique: str = '{"met": true, "gap": "", "hunks": []}'
    summarize: str = "{}"
    seconds: float = 0.0
    roles: Counter[str] = field(default_factory=Counter)
    prompts: dict[str, list[str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: RecordedRequest) -> Reply:
        role = role_of(request)
        with self._lock:
            self.roles[role] += 1
            self.prompts.setdefault(role, []).append(request.prompt)
            number = self.roles[role]
        said: Any = {
            "locate": json.dumps({"files": list(self.locate)}),
            "plan": json.dumps({"steps": [{"path": path, "what": what} for path, what in self.plan]}),
            "critique": self.critique,
            "summarize": self.summarize,
        }.get(role)
        if role == "edit":
            said = self.edits.get(_step_of(request), "I would change nothing.")
        elif role == "repair":
            said = self.repairs[number - 1] if number <= len(self.repairs) else "I cannot mend that."
        return said if isinstance(said, Reply) else replies.answer(str(said or ""), every=self.seconds)


def _step_of(request: RecordedRequest) -> str:
    """The path of the plan's step that an edit call carries out, empty where it carries out none."""
    lines = [line for line in request.prompt.splitlines() if line.startswith("Your step: ")]
    return lines[-1].removeprefix("Your step: ").partition(":")[0] if lines else ""
