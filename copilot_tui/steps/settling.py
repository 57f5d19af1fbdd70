"""From answers to a change set: every edit of every answer resolved together, against the files as they are.

Invariant: no answer is taken in part by accident: what could not be used, and an answer that was cut, always leaves a refusal.
"""

import asyncio
from dataclasses import replace

from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.edits.edit import ParsedAnswer, Refusal, RefusalCode
from copilot_tui.edits.parse import parse_answer, strip_reasoning
from copilot_tui.edits.region import read_needs
from copilot_tui.edits.resolve import mentioned_paths, resolve
from copilot_tui.review.proposal import LevelWish
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.events import EditRefused, LevelOffered
from copilot_tui.steps.workshop import Answer, Workshop


async def settle(workshop: Workshop, draft: Draft, answers: tuple[tuple[Answer, str | None], ...]) -> Draft:
    """What the answers (each with the path that a block without one belongs to) do to the files of the draft's snapshot."""
    parsed: list[ParsedAnswer] = []
    offer = draft.offer
    for answer, default_path in answers:
        one = with_default_path(await asyncio.to_thread(parse_answer, answer.text), default_path)
        wish = read_needs(strip_reasoning(answer.text))
        if wish is not None and offer is None:
            offer = LevelWish(wish.level, wish.why)
            workshop.emit(LevelOffered(wish.level, wish.why))
        if not answer.complete:
            one = _cut(one, answer, default_path)
        elif not one.edits and not one.refusals and wish is None:
            nothing = Refusal(default_path or "", 0, RefusalCode.NO_EDITS, "The answer has no edit in it.")
            one = replace(one, refusals=(nothing,))
        parsed.append(one)
    whole = join_answers(parsed)
    paths = mentioned_paths(whole, draft.snapshot.known_paths)
    snapshot = await with_files(workshop, draft.snapshot, paths)
    resolution = await asyncio.to_thread(resolve, whole, snapshot)
    blocks = {edit.block: edit for edit in whole.edits}
    refused = tuple(replace(refusal, edit=blocks.get(refusal.block)) for refusal in resolution.refused)
    for refusal in refused:
        workshop.emit(EditRefused(refusal))
    return replace(
        draft,
        snapshot=snapshot,
        change_set=resolution.change_set,
        refusals=refused,
        offer=offer,
        answers=(*draft.answers, *(answer.text for answer, _ in answers)),
    )


def _cut(parsed: ParsedAnswer, answer: Answer, path: str | None) -> ParsedAnswer:
    """A cut answer keeps its finished blocks, and says that it was cut."""
    known = [refusal for refusal in parsed.refusals if refusal.code is RefusalCode.TRUNCATED]
    if known:
        told = replace(known[0], reason=f"{known[0].reason}. {answer.reason}")
        return replace(parsed, refusals=tuple(told if refusal is known[0] else refusal for refusal in parsed.refusals))
    reason = f"The answer is not whole, so edits may be missing; send those. {answer.reason}"
    cut = Refusal(path or "", len(parsed.edits) + len(parsed.refusals), RefusalCode.TRUNCATED, reason)
    return replace(parsed, refusals=(*parsed.refusals, cut))


def with_default_path(parsed: ParsedAnswer, path: str | None) -> ParsedAnswer:
    """The answer with `path` for every edit that names none."""
    if not path:
        return parsed
    return replace(parsed, edits=tuple(edit if edit.path else replace(edit, path=path) for edit in parsed.edits))


def join_answers(answers: list[ParsedAnswer]) -> ParsedAnswer:
    """Several answers as one, their blocks numbered through."""
    edits, refusals, offset = [], [], 0
    for answer in answers:
        edits += [replace(edit, block=edit.block + offset) for edit in answer.edits]
        refusals += [replace(refusal, block=refusal.block + offset) for refusal in answer.refusals]
        offset += len(answer.edits) + len(answer.refusals)
    return ParsedAnswer(tuple(edits), tuple(refusals))


async def with_files(workshop: Workshop, snapshot: Snapshot, paths: frozenset[str]) -> Snapshot:
    """The snapshot with the files of `paths` in it; those it holds already stay as they are."""
    missing = paths - snapshot.files.keys()
    if not missing:
        return snapshot
    loaded = await workshop.load(sorted(missing))
    return replace(
        loaded,
        files={**loaded.files, **snapshot.files},
        known_paths=loaded.known_paths | snapshot.known_paths,
        links=loaded.links | snapshot.links,
        ignored=loaded.ignored | snapshot.ignored,
    )
