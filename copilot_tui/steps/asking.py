"""A question answered without an edit: numbered pieces of files in, an answer with its places out.

Invariant: every place that an answer names is looked up in the work tree; one that is not there is marked, never passed on as true.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

from copilot_tui.autonomy.request import LineRange, Request
from copilot_tui.autonomy.scope import Scope
from copilot_tui.autonomy.secret_names import is_secret
from copilot_tui.context.pack import ContextItem, ContextPack, ItemKind
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.errors import TargetError
from copilot_tui.models.call import Role
from copilot_tui.prompts import fenced
from copilot_tui.steps.events import ContextPacked
from copilot_tui.steps.workshop import Answer, Question, Workshop, ask, context_order
from copilot_tui.visible import visible, without_invisible

_TEXTS = (ItemKind.OUTLINE, ItemKind.TARGET)  # an outline, or the files of a folder, where no lines are shown
_NUMBERS_SHARE = 0.75  # of the budget goes to the files, the rest is for the numbers before their lines
_MOST_CITED = 100
_SMALL_ANSWER = 120  # tokens: a tiny model that has more to say says the same again
_LINES = r":[Ll]?(?P<first>\d{1,7})(?:\s?[-\u2013]\s?[Ll]?(?P<last>\d{1,7}))?(?![\w:])"
_QUOTED = re.compile(rf"`(?P<path>[^`\n:]{{1,400}}){_LINES}")
_BARE = re.compile(rf"(?<![\w/.:`-])(?P<path>[\w.@+~-][\w./@+~-]*){_LINES}")


@dataclass(frozen=True, slots=True)
class Citation:
    """A place that an answer names: `exists` if the work tree has these lines, `was_shown` if the model saw them.

    `path` is as in the work tree, or as the answer wrote it where there is no such file; `text` is the first line, for a person.
    """

    path: str
    lines: LineRange
    exists: bool
    was_shown: bool
    text: str = ""

    @property
    def place(self) -> str:
        """`shop/cart.py:15-17`."""
        first, last = self.lines.first, self.lines.last
        return f"{self.path}:{first}" + (f"-{last}" if last != first else "")


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """The whole answer with its places, in the order in which it names them, and what it was made from."""

    answer: Answer
    citations: tuple[Citation, ...]
    pack: ContextPack


async def answer_question(workshop: Workshop, request: Request, scope: Scope) -> QuestionAnswered:
    """Ask the plan role; raises `ModelError`, or `PromptError`."""
    pack = await workshop.pack(context_order(workshop.models, Role.PLAN, request, scope, share=_NUMBERS_SHARE))
    workshop.emit(ContextPacked(pack))
    snapshot = await workshop.load({item.path for item in pack.items if item.lines})
    variables = {
        "context": await asyncio.to_thread(numbered, pack, snapshot),
        "path": _place_of(request),
        "request": request.text,
        "remarks": workshop.remarks,
    }
    limit = _SMALL_ANSWER if workshop.is_small(Role.PLAN) else None
    answer = await ask(workshop, Question(Role.PLAN, "ask/question", variables, max_tokens=limit))
    return QuestionAnswered(answer, await _checked(workshop, answer.text, pack, snapshot), pack)


def _place_of(request: Request) -> str:
    target = request.target
    if target.lines is None:
        return visible(target.path)
    return Citation(visible(target.path), target.lines, exists=True, was_shown=True).place


def numbered(pack: ContextPack, snapshot: Snapshot) -> str:
    """The pack as text in which every line of a file stands behind its number; paths alone where no lines are shown."""
    parts: list[str] = []
    names = [visible(item.path) for item in pack.items if not item.lines and item.kind not in _TEXTS]
    for item in pack.items:
        content = snapshot.content(item.path)
        if item.kind in _TEXTS and not item.lines:
            parts.append(item.text.rstrip("\n"))
        if not item.lines or content is None:
            continue
        parts.append(f"{visible(item.path)}\n{fenced(_numbered_lines(item, content))}")
    if names:
        parts.append("Other files: " + ", ".join(names))
    return "\n\n".join(parts)


def _numbered_lines(item: ContextItem, content: bytes) -> str:
    lines = without_invisible(content.decode("utf-8", "replace")).split("\n")
    shown: list[str] = []
    for run in item.lines:
        shown += [
            f"{number} {lines[number - 1].rstrip(chr(13))}"
            for number in range(run.first, run.last + 1)
            if number <= len(lines)
        ]
    return "\n".join(shown) + "\n"


def places_in(answer: str, known: frozenset[str]) -> list[tuple[str, LineRange]]:
    """The places that an answer names, each once; `known` are the paths of the work tree.

    A path that is not known stands as it was written if it looks like one (times of day and hosts do not); one that is the end of exactly
    one known path means that one.
    """
    found: dict[tuple[str, LineRange], int] = {}
    # Between backticks a known path may hold anything, also spaces; what is taken there is not read a second time.
    quoted = [match for match in _QUOTED.finditer(answer) if _known_path(match["path"], known) is not None]
    taken = {match.start("first") for match in quoted}
    bare = [match for match in _BARE.finditer(answer) if match.start("first") not in taken]
    for match in (*quoted, *bare):
        path, first = match["path"].removeprefix("./"), int(match["first"])
        last = int(match["last"] or first)
        meant = _known_path(path, known)
        if (meant is not None or _looks_like_path(path)) and 0 < first <= last:
            place = (meant or path, LineRange(first, last))
            found[place] = min(match.start("path"), found.get(place, len(answer)))
    return sorted(found, key=lambda place: found[place])[:_MOST_CITED]


def _known_path(path: str, known: frozenset[str]) -> str | None:
    if path in known:
        return path
    fitting = [one for one in known if one.endswith(f"/{path}")]
    return fitting[0] if len(fitting) == 1 else None


def _looks_like_path(path: str) -> bool:
    name = path.rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    return bool(re.search(r"[A-Za-z]", name)) and (
        "/" in path or bool(dot and stem and re.fullmatch(r"[A-Za-z]\w{0,9}", ending))
    )


async def _checked(workshop: Workshop, answer: str, pack: ContextPack, snapshot: Snapshot) -> tuple[Citation, ...]:
    known = (snapshot if snapshot.known_paths else await workshop.load([])).known_paths
    places = places_in(answer, known)
    shown = _shown_lines(pack)
    texts = await _lines_of(workshop, {path for path, _ in places if path in known})
    return tuple(_citation(path, lines, texts.get(path, []), shown.get(path, set())) for path, lines in places)


def _citation(path: str, lines: LineRange, text: list[str], shown: set[int]) -> Citation:
    exists = lines.last <= len(text)
    was_shown = exists and not shown.isdisjoint(range(lines.first, lines.last + 1))
    quoted = text[lines.first - 1].strip() if exists and not is_secret(path) else ""
    return Citation(path, lines, exists, was_shown, quoted)


def _shown_lines(pack: ContextPack) -> Mapping[str, set[int]]:
    shown: dict[str, set[int]] = {}
    for item in pack.items:
        for run in item.lines:
            shown.setdefault(item.path, set()).update(range(run.first, run.last + 1))
    return shown


async def _lines_of(workshop: Workshop, paths: set[str]) -> dict[str, list[str]]:
    """The lines of the cited files; one that is too large to be read is left out."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        try:
            content = (await workshop.load([path])).content(path)
        except TargetError:
            continue
        if content is not None:
            found[path] = content.decode("utf-8", "replace").removesuffix("\n").split("\n") if content else []
    return found
