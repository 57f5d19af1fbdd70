"""What stands above a unit of a review: why it is withheld, why it is there, its risk, its flags, findings and comments.

Invariant: notes depend on the proposal, its texts and the comments, never on decisions; a unit that nothing is said of has none.
"""

from copilot_tui.review.facts import Facts
from copilot_tui.review.proposal import HunkKey
from copilot_tui.review.review import NOT_CHECKED, Review, Unit

Note = tuple[str, str]  # text, tone


def notes_of(review: Review, unit: Unit, facts: Facts, *, explains: bool, raise_key: str = "") -> list[Note]:
    """The notes of a unit as (text, tone); with `explains` off only what stops a decision and what the person wrote.

    `raise_key` is what a person presses for a higher level.
    """
    notes: list[Note] = []
    withheld = review.withheld_reason(unit)
    if withheld is not None:
        level = _admitting_level(review, unit)
        by_key = f" ({raise_key})" if raise_key else ""
        way = f" · {level} admits it{by_key}" if level else ""
        # The reason comes first: what is cut off at a narrow screen is the way out, which the header and the slider tell too.
        notes.append((f"withheld: {withheld}{way}", "withheld"))
    notes += [(f"you    {comment}", "comment") for key, comment in review.comments if key == review.key(unit)]
    if not explains:
        return notes
    notes += _step(review, unit)
    note = review.note(unit)
    if note.why:
        notes.append((f"why    {note.why}", "why"))
    if note.risk is not None:
        reasons = f": {'; '.join(note.risk_reasons)}" if note.risk_reasons else ""
        notes.append((f"risk   {note.risk.value}{reasons}", f"risk-{note.risk.value}"))
    flags = [flag for flag in review.flags(unit) if flag != NOT_CHECKED and not flag.startswith("high risk")]
    notes += [(f"⚑      {flag}", "flag") for flag in flags]
    notes += [(f"check  {one.message}", "check") for one in review.findings(unit) if not one.blocks_batches]
    return notes + _known(review, unit, facts)


def _step(review: Review, unit: Unit) -> list[Note]:
    """What the plan wanted in the unit's file, above its first unit; a plan of one step says no more than the request."""
    steps, number = review.proposal.steps, review.proposal.step_of(review.files[unit.file].change)
    if len(steps) < 2 or number is None or review.layout.of_file[unit.file][0] != unit:
        return []
    return [(f"step   {number + 1} of {len(steps)}: {steps[number].what}", "why")]


def _known(review: Review, unit: Unit, facts: Facts) -> list[Note]:
    """What the texts say of the unit's hunk."""
    key = review.key(unit)
    notes = [(f"moved  {words}", "moved-note") for words in facts.moves.get(key, ())]
    if key in facts.layout_only:
        notes.append(("layout only the layout changes, no token of the code", "check"))
    return notes + [(f"link   {words}", "link") for words in facts.links.get(key, ())]


def has_notes(review: Review, file: int, facts: Facts) -> bool:
    """Whether any unit of a file may have a note; a cheap question, asked of every file."""
    proposal, path = review.proposal, review.files[file].path
    return (
        path in facts.paths
        or bool(proposal.notes or review.comments or proposal.steps)
        or path in review.flagged_paths
        or path in proposal.findings_by_path
        or bool(review.withheld)
        or review.files[file].change.changes_mode
    )


def _admitting_level(review: Review, unit: Unit) -> str:
    levels, key = review.proposal.admitting_levels, review.key(unit)
    level = levels.get(HunkKey(key.path, None)) or levels.get(key)
    return level.value if level is not None else ""
