"""Reviews and places as sentences: what plain mode reads out.

Invariant: what a sign or a colour says elsewhere stands here in words, at the beginning of its line.
"""

from copilot_tui.autonomy.request import Target
from copilot_tui.diff.line import LineKind
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.review import Review
from copilot_tui.steps.asking import Citation

_STATES = {
    Decision.ACCEPTED: "accepted",
    Decision.REJECTED: "rejected",
    Decision.PENDING: "not decided",
    None: "decided line by line",
}
_MOST_LINES = 200


def place_words(target: Target) -> str:
    """`shop/cart.py, lines 8 to 9`; the repository where there is no path."""
    if not target.path:
        return "the whole repository"
    if target.lines is None:
        return target.path
    if len(target.lines) == 1:
        return f"{target.path}, line {target.lines.first}"
    return f"{target.path}, lines {target.lines.first} to {target.lines.last}"


def said_of_place(citation: Citation) -> str:
    """A place that an answer names, and whether it is there."""
    place = place_words(Target(citation.path, citation.lines))
    if not citation.exists:
        return f"Wrong place: {place} is not there; do not rely on what is said of it."
    seen = "" if citation.was_shown else " The model did not see it."
    return f"Place: {place}: {citation.text}.{seen}"


def summary_words(review: Review) -> str:
    """How many hunks there are, and what was decided of them."""
    counts = review.counts
    parts = [
        f"{number} {word}"
        for number, word in (
            (counts.accepted, "accepted"),
            (counts.rejected, "rejected"),
            (counts.partly, "decided in part"),
            (counts.pending, "not decided"),
            (counts.withheld, "withheld"),
        )
        if number
    ]
    files, units = len(review.files), len(review.units)
    return f"{units} hunk{'s' if units != 1 else ''} in {files} file{'s' if files != 1 else ''}: {', '.join(parts)}."


def hunk_words(review: Review, at: int) -> list[str]:
    """One hunk as lines: where it is, what is known of it, then its lines, each with what becomes of it."""
    unit = review.units[at]
    file, note, reason = review.files[unit.file], review.note(unit), review.withheld_reason(unit)
    state = f"withheld: {reason}" if reason is not None else _STATES[review.state(unit)]
    lines = [f"Hunk {at + 1} of {len(review.units)}, {file.path}, {file.change.kind.value}, {state}."]
    if note.why:
        lines.append(f"Why: {note.why}.")
    if note.risk is not None:
        lines.append(f"Risk: {note.risk.value}.")
    lines += [f"Look twice: {flag}." for flag in review.flags(unit)]
    lines += [f"Check, {one.severity.value}: {one.message}." for one in review.findings(unit) if not one.blocks_batches]
    if unit.hunk is None:
        return [*lines, "The file as a whole."]
    hunk = file.change.hunks[unit.hunk]
    old, new = hunk.old_start, hunk.new_start
    begins = next(at for at, one in enumerate(file.lines) if one.hunk == unit.hunk)
    shows_each = review.state(unit) is None
    told: list[str] = []
    at = begins
    for line in hunk.lines:
        text = line.text.decode("utf-8", "surrogateescape")
        if line.kind is LineKind.CONTEXT:
            told.append(f"same line {new}: {text}")
        else:
            word, number = ("removed", old) if line.kind is LineKind.REMOVED else ("added", new)
            state = f", {_STATES[Decision(file.states[at])]}" if shows_each else ""
            other = "" if unit.first <= at < unit.last else ", of another hunk"
            told.append(f"{word} line {number}{state}{other}: {text}")
            at += 1
        old += line.kind is not LineKind.ADDED
        new += line.kind is not LineKind.REMOVED
    rest = len(told) - _MOST_LINES
    return [*lines, *told[:_MOST_LINES], *([f"and {rest} more lines"] if rest > 0 else [])]
