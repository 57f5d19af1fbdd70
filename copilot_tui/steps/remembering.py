"""The remember step: a rule drawn from what the person rejected and rewrote, as a change of the rules file.

Invariant: a rule that does not rest on decisions of two reviews, or stands in the file already, is refused; the step only drafts, the
person decides on the hunk like on any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from copilot_tui.autonomy.request import Request
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import REGULAR
from copilot_tui.edits.edit import Refusal, RefusalCode
from copilot_tui.errors import UsageError
from copilot_tui.models.call import Role
from copilot_tui.prompts import fenced
from copilot_tui.review.proposal import HunkKey, HunkNote
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.evidence import Evidence, carries, described, from_text, is_enough
from copilot_tui.steps.lenient import json_object, text_of
from copilot_tui.steps.rules_file import clean_rule, stands_in, with_rules
from copilot_tui.steps.workshop import Question, Workshop, ask

_MOST_RULES = 2
_MOST_CHARACTERS = 20_000  # of the rules that are there already
_TOKENS = 600

RULES_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "rules": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"rule": {"type": "string"}, "evidence": {"type": "array", "items": {"type": "integer"}}},
                "required": ["rule", "evidence"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["rules"],
    "additionalProperties": False,
}


async def remember(workshop: Workshop, request: Request, draft: Draft) -> Draft:
    """The draft with the rules file as it would be; raises `UsageError` or `ModelError` where no rule can be looked for."""
    evidence = from_text(workshop.remarks)
    if not is_enough(evidence):
        raise UsageError("There is not enough to draw a rule from: three decisions of two reviews are needed.")
    if workshop.is_small(Role.SUMMARIZE):
        raise UsageError("This model is too small to find a rule: choose another one for the role summarize.")
    path = request.target.path
    answer = await ask(workshop, remember_question(request, evidence, draft.snapshot.content(path)))
    rules, refusals = _read(workshop.strike(answer.text), evidence, path, draft.snapshot.content(path))
    refused = replace(draft, refusals=(*draft.refusals, *refusals), answers=(*draft.answers, answer.text))
    if not answer.complete:
        return replace(refused, refusals=(Refusal(path, 0, RefusalCode.NO_EDITS, f"{answer.reason}: ask again"),))
    return _drafted(refused, path, rules)


def remember_question(request: Request, evidence: Sequence[Evidence], content: bytes | None) -> Question:
    """The question for a rule."""
    there = (content or b"").decode("utf-8", "replace")[:_MOST_CHARACTERS]
    variables = {"rules": fenced(there or "(none)"), "evidence": described(evidence), "request": request.text}
    return Question(Role.SUMMARIZE, "summarize/rules", variables, max_tokens=_TOKENS, schema=RULES_SCHEMA)


Rule = tuple[str, tuple[Evidence, ...]]


def _read(
    text: str, evidence: Sequence[Evidence], path: str, content: bytes | None
) -> tuple[list[Rule], tuple[Refusal, ...]]:
    """The rules that an answer gives, each with the decisions that it rests on, and those that are refused."""
    entries = (json_object(text) or {}).get("rules")
    rules: list[Rule] = []
    refusals: list[Refusal] = []
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        rule = clean_rule(text_of(entry.get("rule"), 1000)) if isinstance(entry, dict) else ""
        cited = _cited(entry.get("evidence"), evidence) if isinstance(entry, dict) else ()
        reason = _why_not(rule, cited, [known for known, _ in rules], content)
        if reason:
            refusals.append(Refusal(path, number, RefusalCode.NO_EDITS, reason))
        elif len(rules) < _MOST_RULES:
            rules.append((rule, cited))
    if not rules and not refusals:
        why = (
            "the model finds no rule behind these decisions"
            if isinstance(entries, list)
            else "the answer has no rules in it"
        )
        refusals.append(Refusal(path, 0, RefusalCode.NO_EDITS, why))
    return rules, tuple(refusals)


def _why_not(rule: str, cited: Sequence[Evidence], known: Sequence[str], content: bytes | None) -> str:
    if not rule:
        return "a rule is one sentence of at most 200 characters"
    if not carries(cited):
        return f"the rule {rule!r} does not rest on decisions of two reviews"
    if stands_in(rule, content) or rule in known:
        return f"the rule {rule!r} stands there already"
    return ""


def _cited(numbers: object, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    wanted = {one for one in numbers if isinstance(one, int)} if isinstance(numbers, list) else set()
    return tuple(one for number, one in enumerate(evidence, 1) if number in wanted)


def _drafted(draft: Draft, path: str, rules: Sequence[Rule]) -> Draft:
    if not rules:
        return draft
    there = draft.snapshot.files.get(path)
    mode = there.mode if there is not None else REGULAR
    before = there.content if there is not None else None
    change = FileChange(path, before, with_rules(before, [rule for rule, _ in rules]), old_mode=mode, new_mode=mode)
    why = HunkNote(why="; ".join(_because(cited) for _, cited in rules))
    keys = [HunkKey(path, index) for index in range(len(change.hunks))]
    title = f"Remember: {rules[0][0]}"
    return replace(
        draft,
        change_set=ChangeSet((change,)),
        notes=MappingProxyType(dict.fromkeys(keys, why)),
        title=title[:80],
        commit_message=f"Add a rule to {path}\n\n" + "\n".join(f"- {rule}" for rule, _ in rules),
    )


def _because(cited: Sequence[Evidence]) -> str:
    files = ", ".join(dict.fromkeys(one.path for one in cited))
    counts = [(one.verdict, sum(other.verdict is one.verdict for other in cited)) for one in cited]
    return f"you {' and '.join(f'{verdict.value} {count}' for verdict, count in dict.fromkeys(counts))} in {files}"
