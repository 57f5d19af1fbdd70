"""Risk by program, where no model judged it: what the hunk changes that others rely on, and what it takes away.

Invariant: what a model said is never overwritten; a hunk of which nothing speaks gets no risk at all, and each risk has its reasons.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from copilot_tui.checks.tests_weakened import is_test_path
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.line import LineKind
from copilot_tui.review.proposal import HunkKey, HunkNote, Proposal, Risk
from copilot_tui.syntax import Symbol

Callers = Callable[[Collection[str]], Mapping[str, Sequence[str]]]
"""By name the places (`path:line`) in the repository that call it; asked once for all names."""

_MANY_CALLERS = 3
_MOST_NAMED = 3  # callers that are named with their places
_LINES = 256  # that are looked at between two pauses
_MUCH_DELETED = 10  # lines
_ERROR_HANDLING = re.compile(
    rb"\b(?:except|catch|rescue|finally|ensure|raise|throw|assert|recover)\b|\berr\s*!=\s*nil|\.catch\(|\bon_?error\b",
    re.IGNORECASE,
)
_SECURITY = re.compile(
    rb"\b\w*(?:verif(?:y|ies)|validat|saniti[sz]|escap|authenti|authori[sz]|permission|csrf|hmac|compare_digest|encrypt|decrypt"
    rb"|is_?allowed|check_?access|login_?required|safe_?join|quote)\w*\s*[(!]|@\w*(?:login|permission|auth)\w*",
    re.IGNORECASE,
)
_FUNCTIONS = {"function", "method", "constructor", "macro"}
_TYPES = {"class", "struct", "interface", "trait"}
_RANK = {Risk.LOW: 0, Risk.MEDIUM: 1, Risk.HIGH: 2}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks of risk."""

    risk: Risk
    text: str


@dataclass(frozen=True, slots=True)
class _Changed:
    """A definition whose head a hunk changes, or that it takes out."""

    hunk: int
    symbol: Symbol
    what: str


def with_computed_risk(
    proposal: Proposal, callers: Callers | None = None, pause: Callable[[], object] = int
) -> Proposal:
    """The proposal with a risk and its reasons at each hunk that no model judged.

    Parses every file: not for the event loop; `pause` is called every few milliseconds, and what it raises ends the work.
    """
    notes = dict(proposal.notes)
    for key, reasons in risk_reasons(proposal.change_set, callers, pause).items():
        note = notes.get(key, HunkNote())
        if note.risk is None:
            risk = max((reason.risk for reason in reasons), key=_RANK.__getitem__)
            ordered = sorted(reasons, key=lambda reason: -_RANK[reason.risk])
            notes[key] = replace(note, risk=risk, risk_reasons=tuple(dict.fromkeys(reason.text for reason in ordered)))
    return replace(proposal, notes=MappingProxyType(notes))


def risk_reasons(
    change_set: ChangeSet, callers: Callers | None = None, pause: Callable[[], object] = int
) -> Mapping[HunkKey, tuple[Reason, ...]]:
    """What speaks of risk, hunk by hunk; hunks of which nothing speaks are left out."""
    changed = {change.path: tuple(_definitions(change, pause)) for change in change_set if not change.is_binary}
    names = {one.symbol.name for found in changed.values() for one in found}
    calls = callers(names) if callers is not None and names else None
    found: dict[HunkKey, tuple[Reason, ...]] = {}
    for change in change_set:
        if change.is_binary:
            continue
        by_hunk: dict[int, list[Reason]] = {}
        for one in changed[change.path]:
            by_hunk.setdefault(one.hunk, []).append(_of_definition(one, calls))
        for hunk, reason in _lines(change, pause):
            by_hunk.setdefault(hunk, []).append(reason)
        found |= {HunkKey(change.path, hunk): tuple(dict.fromkeys(by_hunk[hunk])) for hunk in sorted(by_hunk)}
    return found


def _definitions(change: FileChange, pause: Callable[[], object]) -> Iterator[_Changed]:
    """Definitions with another head than before, and those that are gone."""
    if change.before is None or is_test_path(change.path):
        return
    from copilot_tui.syntax import definitions  # noqa: PLC0415  (grammars are loaded when first needed)

    after = {symbol.qualified_name: symbol for symbol in definitions(change.path, change.after or b"", pause=pause)}
    hunk_of_line = {line.index: line.hunk for line in change.changed_lines if line.kind is LineKind.REMOVED}
    added = {line.index: line.hunk for line in change.changed_lines if line.kind is LineKind.ADDED}
    before = definitions(change.source_path, change.before, pause=pause)
    functions = {symbol.qualified_name for symbol in before if symbol.kind in _FUNCTIONS}
    for symbol in before:
        if not (symbol.kind in _FUNCTIONS or symbol.kind in _TYPES) or symbol.parent in functions:
            continue  # what is local to a function concerns nobody else
        now = after.get(symbol.qualified_name)
        places = range(symbol.head.first - 1, symbol.head.last)
        hunks = [hunk_of_line[at] for at in places if at in hunk_of_line]
        if now is not None:
            hunks += [added[at] for at in range(now.head.first - 1, now.head.last) if at in added]
        if not hunks or (now is not None and _head(change.old_lines, symbol) == _head(change.new_lines, now)):
            continue
        what = "changes the signature of" if now is not None else "takes out"
        yield _Changed(hunks[0], symbol, what)


def _head(lines: list[bytes], symbol: Symbol) -> bytes:
    return b" ".join(b" ".join(lines[symbol.head.first - 1 : symbol.head.last]).split())


def _of_definition(one: _Changed, calls: Mapping[str, Sequence[str]] | None) -> Reason:
    symbol = one.symbol
    is_public = not symbol.name.startswith("_")
    text = f"{one.what} {'the public ' if is_public else ''}{symbol.qualified_name}"
    if calls is None:
        return Reason(Risk.MEDIUM if is_public else Risk.LOW, text)
    places = calls.get(symbol.name, ())
    count = len(places)
    # A method is known by its name alone, and other types may have one of that name.
    which = "whose name" if symbol.parent else "which"
    named = ", ".join(places[:_MOST_NAMED]) + (", …" if count > _MOST_NAMED else "")
    text += (
        f", {which} is called {count} time{'s' if count != 1 else ''}: {named}" if count else ", which nothing calls"
    )
    return Reason(Risk.HIGH if count >= _MANY_CALLERS else Risk.MEDIUM if count or is_public else Risk.LOW, text)


def _lines(change: FileChange, pause: Callable[[], object]) -> Iterator[tuple[int, Reason]]:
    """What the changed lines of each hunk take away."""
    for hunk, blocks in enumerate(change.hunk_blocks):
        pause()
        removed = [line for block in blocks for line in change.old_lines[block.old_first : block.old_last]]
        added = [line for block in blocks for line in change.new_lines[block.new_first : block.new_last]]
        if len(removed) >= _MUCH_DELETED and 4 * len(added) <= len(removed):
            yield hunk, Reason(Risk.MEDIUM, f"deletes {len(removed) - len(added)} lines more than it adds")
        if _count(_SECURITY, removed, pause) > _count(_SECURITY, added, pause):
            yield hunk, Reason(Risk.HIGH, "takes out a check that looks like one of security")
        if is_test_path(change.path):
            if removed and change.before is not None:
                yield hunk, Reason(Risk.MEDIUM, "changes a test")
        elif _count(_ERROR_HANDLING, removed, pause) > _count(_ERROR_HANDLING, added, pause):
            yield hunk, Reason(Risk.MEDIUM, "takes out error handling")


def _count(pattern: "re.Pattern[bytes]", lines: list[bytes], pause: Callable[[], object]) -> int:
    count = 0
    for first in range(0, len(lines), _LINES):
        pause()
        count += sum(len(pattern.findall(line[:2000])) for line in lines[first : first + _LINES])
    return count
