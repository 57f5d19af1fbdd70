"""What each action of the table does to a review pane: a function for each, and one row for it in `VERBS`.

Invariant: a verb decides only what stands on the screen or is named by it, by the pure functions of the review room.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import (
    Grain,
    accept_seen,
    decide,
    decide_alike,
    decide_rest,
    decide_units,
    line_units,
    split,
)
from copilot_tui.review.review import Review, Unit
from copilot_tui.review.symbols import decide_symbol
from copilot_tui.tui.review.changing import ask_again, ask_for_file_again, comment, edit_in_place, edit_outside
from copilot_tui.tui.review.linking import accept_with_links
from copilot_tui.tui.review.messages import Finished, PromptWanted, ReviewChanged
from copilot_tui.tui.review.one_file import RowKind
from copilot_tui.tui.review.pane import ReviewPane
from copilot_tui.tui.review.search import ask_search
from copilot_tui.tui.review.stepping import redo, undo
from copilot_tui.tui.review.view_verbs import VIEW_VERBS

_GRAINS = list(Grain)


def _decide(pane: ReviewPane, decision: Decision) -> None:
    row = pane.row
    if row is None:
        return
    if pane.mark is not None:
        _decide_range(pane, decision)
    elif pane.grain is Grain.ALL:
        pane.take(decide_rest(pane.review, None, decision))
    elif pane.grain is Grain.FILE or (
        row.kind is RowKind.FILE and pane.review.files[row.file].path in pane.view.folded
    ):
        _decide_file(pane, decision)
    elif pane.grain is Grain.LINE and row.kind is not RowKind.ITEM:
        _decide_line(pane, decision)
    else:
        _decide_unit(pane, decision)


def _decide_unit(pane: ReviewPane, decision: Decision) -> None:
    unit = pane.unit
    if unit is None:
        return
    if pane.review.withheld_reason(unit) is not None:
        pane.say(f"This hunk is withheld: it says why, and which level admits it ({pane.keys.shown('raise')}).")
        return
    pane.last = (unit, decision)
    verb = decide_symbol if pane.grain is Grain.SYMBOL else decide
    pane.take(verb(pane.review, unit, decision))
    jump(pane, 1, after=unit)


def _decide_line(pane: ReviewPane, decision: Decision) -> None:
    """The line at the cursor, and on to the next one; between changed lines only on to the next one."""
    _decide_rows(pane, pane.cursor, pane.cursor + 1, decision)
    _next_line(pane)


def _decide_range(pane: ReviewPane, decision: Decision) -> None:
    assert pane.mark is not None  # noqa: S101  (asked only with a range)
    first, last = sorted((pane.mark, pane.cursor))
    pane.mark, pane.keeps_mark = None, False
    _decide_rows(pane, first, last + 1, decision)
    pane.refresh()


def _decide_rows(pane: ReviewPane, first: int, last: int, decision: Decision) -> None:
    """What stands on rows `first` to `last` (not included), lines and items, as one step."""
    lines: dict[int, set[int]] = {}
    units: list[Unit] = []
    for _, row in pane.rows.between(first, last):
        if row.kind is RowKind.ITEM:
            units.append(pane.review.units[row.unit])
        lines.setdefault(row.file, set()).update(at for at in (row.changed, row.changed_right) if at >= 0)
    for file, changed in lines.items():
        for start, end in _runs(sorted(changed)):
            units += line_units(pane.review, file, start, end)
    pane.take(decide_units(pane.review, units, decision, f"{decision.name.lower()} lines"))


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Ascending numbers as runs (first, last; the last one not included)."""
    starts = [at for at, number in enumerate(numbers) if not at or numbers[at - 1] + 1 != number]
    ends = [*starts[1:], len(numbers)] if starts else []
    return [(numbers[start], numbers[end - 1] + 1) for start, end in zip(starts, ends, strict=True)]


def _next_line(pane: ReviewPane) -> None:
    for index, row in pane.rows.between(pane.cursor + 1, len(pane.rows)):
        if not row.part and (row.changed >= 0 or row.changed_right >= 0):
            pane.go_to(index)
            return


def _decide_file(pane: ReviewPane, decision: Decision) -> None:
    row = pane.row
    if row is not None:
        pane.take(decide_rest(pane.review, row.file, decision))
        jump(pane, 1)


def _reject_whole_file(pane: ReviewPane) -> None:
    row = pane.row
    if row is not None:
        pane.take(decide_units(pane.review, pane.review.layout.of_file[row.file], Decision.REJECTED, "reject the file"))
        jump(pane, 1)


def jump(pane: ReviewPane, step: int, after: Unit | None = None, *, at_top: bool = False) -> None:
    """Go to the next undecided unit in the order shown, around the end; stay where nothing is left to decide.

    With `at_top` one that is not wholly on the screen goes to its top, so that as much as possible of what follows is seen.
    """
    review = pane.review
    for unit in pane.rows.units_from(after or pane.unit, step, lambda file: not review.files[file].pending):
        if review.is_pending(unit):
            first, last = pane.rows.ends_of(review.layout.index[unit])
            is_seen = pane.top < first and last < pane.top + pane.page
            pane.go_to(first, at_top=at_top and not is_seen)
            return
    pane.say(f"Everything is decided: {pane.keys.shown('finish')} finishes.", "information")
    pane.refresh()


def _jump_to(pane: ReviewPane, step: int, wanted: Callable[[Review, Unit], bool]) -> None:
    review, knowing = pane.review, pane.knowing

    def is_quiet(file: int) -> bool:
        return review.is_plain(file) and not knowing.warns_of(file)

    for unit in pane.rows.units_from(pane.unit, step, is_quiet):
        if wanted(pane.review, unit) or pane.knowing.warning(unit):
            pane.go_to(pane.row_of(unit))
            return
    pane.say("Nothing is flagged or withheld.", "information")


def _is_flagged(review: Review, unit: Unit) -> bool:
    return bool(review.flags(unit)) or review.withheld_reason(unit) is not None


def _jump_file(pane: ReviewPane, step: int) -> None:
    starts = pane.rows.file_starts
    later = [start for start in starts if (start > pane.cursor if step > 0 else start < pane.cursor)]
    if later:
        pane.go_to(later[0] if step > 0 else later[-1])
    else:
        pane.say(f"This is the {'last' if step > 0 else 'first'} file.", "information")


def _accept_screen(pane: ReviewPane) -> None:
    before = pane.review
    seen = [before.units[index] for index in pane.units_on_screen(wholly=True)]
    pane.take(accept_seen(before, seen))
    if pane.review is not before:
        jump(pane, 1, after=seen[-1], at_top=True)
    elif before.proposal.is_unchecked and any(before.is_pending(unit) for unit in seen):
        key = pane.keys.shown("accept")
        pane.say(
            f"The checks are still running, so nothing is accepted unseen by them: {key} accepts the hunk at hand."
        )
    elif pane.top + pane.page < len(pane.rows):
        pane.turn_page(1)
    else:
        jump(pane, 1)


def _repeat(pane: ReviewPane) -> None:
    if pane.last is None:
        pane.say("There is no decision on a hunk to repeat yet.")
        return
    before = pane.review
    pane.take(decide_alike(before, *pane.last))
    count = before.counts.pending - pane.review.counts.pending
    if not count:
        pane.say("No other undecided hunk that nothing flags has the same edit.", "information")
        return
    pane.say(f"{pane.last[1].name.capitalize()}: {count} more with the same edit.", "information")
    jump(pane, 1)


def _split(pane: ReviewPane) -> None:
    row, before = pane.row, pane.review
    changed = max(row.changed, row.changed_right) if row is not None else -1
    if row is not None and changed > 0:
        pane.take(split(before, row.file, row.changed if row.changed > 0 else changed))
    if pane.review is before:
        pane.say("A hunk is split before a changed line: put the cursor on one that is not its first.")


def _start_range(pane: ReviewPane) -> None:
    pane.mark = None if pane.mark is not None else pane.cursor
    pane.keeps_mark = pane.mark is not None
    pane.refresh()


def _change_grain(pane: ReviewPane, step: int) -> None:
    pane.grain = _GRAINS[max(0, min(_GRAINS.index(pane.grain) + step, len(_GRAINS) - 1))]
    pane.refresh()


def _fold(pane: ReviewPane) -> None:
    row = pane.row
    if row is not None:
        path = pane.review.files[row.file].path
        pane.show_rows(replace(pane.view, folded=pane.view.folded ^ {path}))


def _toggle_viewed(pane: ReviewPane) -> None:
    row = pane.row
    if row is None:
        return
    change = pane.review.files[row.file].change
    is_viewed = pane.viewed.toggle(change)
    pane.post_message(ReviewChanged(pane.review))
    folded = pane.view.folded | {change.path} if is_viewed else pane.view.folded - {change.path}
    pane.show_rows(replace(pane.view, folded=folded))
    if is_viewed:
        _jump_file(pane, 1)


def reject_numbered(pane: ReviewPane, number: int) -> None:
    """Reject the k-th unit of the screen, or take that back."""
    seen = pane.numbered_units()
    if number <= len(seen):
        unit = pane.review.units[seen[number - 1]]
        is_rejected = pane.review.state(unit) is Decision.REJECTED
        pane.take(decide(pane.review, unit, Decision.PENDING if is_rejected else Decision.REJECTED))
    else:
        pane.say(f"No hunk on this screen has the number {number}.")


def _open(pane: ReviewPane) -> None:
    """Show what is hidden at the cursor; in a hunk decide line by line, and back."""
    row = pane.row
    if row is None:
        return
    if row.kind is RowKind.FILE:
        _fold(pane)
    elif row.kind is RowKind.GAP:
        pane.do("more-lines")
    elif row.kind is RowKind.ITEM and pane.view.folds_quiet and pane.review.units[row.unit].hunk is not None:
        pane.do("fold-quiet")
    elif pane.grain is Grain.LINE:
        pane.grain = Grain.HUNK
    else:
        pane.grain = Grain.LINE
        if row.changed < 0 and row.changed_right < 0:
            _next_line(pane)
    pane.refresh()


def _copy(pane: ReviewPane) -> None:
    """The letters that the mouse picked, or else the text of the selected rows, or of the one at the cursor, without signs and numbers."""
    if pane.picked is not None:
        pane.app.copy_to_clipboard(pane.picked_text)
        pane.say("Copied what is picked.", "information")
        return
    first, last = sorted((pane.cursor if pane.mark is None else pane.mark, pane.cursor))
    texts = [
        pane.rows.raw_text(row, old=not row.new).decode("utf-8", "replace")
        for _, row in pane.rows.between(first, last + 1)
        if row.kind in {RowKind.LINE, RowKind.PAIR} and not row.part
    ]
    pane.app.copy_to_clipboard("\n".join(texts))
    pane.say(f"Copied {len(texts)} line{'s' if len(texts) != 1 else ''}.", "information")


def _leave(pane: ReviewPane) -> None:
    if pane.mark is not None or pane.picked is not None:
        pane.mark, pane.picked, pane.keeps_mark = None, None, False
        pane.refresh()
    elif pane.grain is not Grain.HUNK:
        pane.grain = Grain.HUNK
        pane.refresh()
    elif pane.searching.is_shown:
        pane.searching.hide()
    else:
        pane.post_message(Finished(pane.review))


VERBS: Mapping[str, Callable[[ReviewPane], object]] = {
    **VIEW_VERBS,
    "accept": lambda pane: _decide(pane, Decision.ACCEPTED),
    "reject": lambda pane: _decide(pane, Decision.REJECTED),
    "accept-with-needed": lambda pane: accept_with_links(pane, lambda unit: jump(pane, 1, after=unit)),
    "reject-whole-file": _reject_whole_file,
    "next-undecided": lambda pane: jump(pane, 1),
    "previous-undecided": lambda pane: jump(pane, -1),
    "accept-file": lambda pane: _decide_file(pane, Decision.ACCEPTED),
    "reject-file": lambda pane: _decide_file(pane, Decision.REJECTED),
    "accept-screen": _accept_screen,
    "undo-decision": undo,
    "redo-decision": redo,
    "open": _open,
    "copy": _copy,
    "smaller-unit": lambda pane: _change_grain(pane, -1),
    "larger-unit": lambda pane: _change_grain(pane, 1),
    "range": _start_range,
    "split": _split,
    "repeat": _repeat,
    "edit": edit_in_place,
    "edit-outside": edit_outside,
    "again": ask_again,
    "again-file": ask_for_file_again,
    "comment": comment,
    "next-file": lambda pane: _jump_file(pane, 1),
    "previous-file": lambda pane: _jump_file(pane, -1),
    "next-flag": lambda pane: _jump_to(pane, 1, _is_flagged),
    "previous-flag": lambda pane: _jump_to(pane, -1, _is_flagged),
    "search": ask_search,
    "search-again": lambda pane: pane.searching.step(),
    "fold": _fold,
    "viewed": _toggle_viewed,
    "explain": lambda pane: pane.show_rows(replace(pane.view, explains=not pane.view.explains)),
    "request": lambda pane: pane.post_message(PromptWanted()),
    "move-up": lambda pane: pane.move(-1),
    "move-down": lambda pane: pane.move(1),
    "page-up": lambda pane: pane.turn_page(-1),
    "page-down": lambda pane: pane.turn_page(1),
    "first-row": lambda pane: pane.edge(last=False),
    "last-row": lambda pane: pane.edge(last=True),
    "move-left": lambda pane: pane.slide(-8),
    "move-right": lambda pane: pane.slide(8),
    "select-up": lambda pane: pane.select(-1),
    "select-down": lambda pane: pane.select(1),
    "reject-numbered": lambda pane: pane.say(
        "A digit rejects the hunk that has it at its right end, and takes that back.", "information"
    ),
    "finish": lambda pane: pane.post_message(Finished(pane.review)),
    "leave": _leave,
}
