"""What the actions do that change how a review is shown, or lead along its links; one that takes all layout-only hunks at once.

Invariant: a change of the view decides nothing and keeps the cursor on the same unit.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from copilot_tui.diff.compute import CONTEXT
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide_units
from copilot_tui.review.links import dependency_order
from copilot_tui.review.proposal import HunkKey
from copilot_tui.tui.review.file_view import WhiteSpace
from copilot_tui.tui.review.messages import Said
from copilot_tui.tui.review.one_file import Row
from copilot_tui.tui.review.pane import ReviewPane
from copilot_tui.tui.review.rows import Order

_WHITE_SPACES = list(WhiteSpace)
_CONTEXTS = (CONTEXT, 10, 40, 10**9)  # the last one is the whole file


def _more_lines(pane: ReviewPane, step: int) -> None:
    row = pane.row
    if row is None:
        return
    path = pane.review.files[row.file].path
    known = pane.view.context.get(path, CONTEXT)
    at = max(0, min(_CONTEXTS.index(known) + step, len(_CONTEXTS) - 1))
    others = {other: lines for other, lines in pane.view.context.items() if other != path}
    wanted = others | ({path: _CONTEXTS[at]} if _CONTEXTS[at] != CONTEXT else {})
    pane.show_rows(replace(pane.view, context=MappingProxyType(wanted), folded=pane.view.folded - {path}))


def _wrap(pane: ReviewPane) -> None:
    pane.offset_of_code = 0
    pane.draw_anew()
    pane.wrapping.toggle()


def _white_space(pane: ReviewPane) -> None:
    following = _WHITE_SPACES[(_WHITE_SPACES.index(pane.view.white_space) + 1) % len(_WHITE_SPACES)]
    pane.show_rows(replace(pane.view, white_space=following))


def _fold_quiet(pane: ReviewPane) -> None:
    folds = not pane.view.folds_quiet
    pane.show_rows(replace(pane.view, folds_quiet=folds))
    if folds and not pane.knowing.facts.quiet:
        pane.post_message(Said("No hunk of this proposal only moved, only changes the layout, or is generated."))


def _follow(pane: ReviewPane) -> None:
    """From a moved line to its other end; else to the hunks that this one is linked with, one after the other."""
    row, facts = pane.row, pane.knowing.facts
    if row is None:
        return
    path = pane.review.files[row.file].path
    for changed in (row.changed, row.changed_right):
        if (path, changed) in facts.ends:
            _go_to_line(pane, *facts.ends[path, changed])
            return
    unit = pane.unit
    targets = facts.targets.get(pane.review.key(unit), ()) if unit is not None else ()
    if unit is not None and targets:
        here = pane.review.key(unit)
        if pane.followed is None or pane.followed[0] != here:
            pane.followed = (here, -1)
        step = (pane.followed[1] + 1) % len(targets)
        pane.followed = (here, step)
        _go_to_hunk(pane, targets[step])
        return
    moves = [line for line in facts.ends if unit is not None and _is_in(pane, line, pane.review.key(unit))]
    if moves:
        _go_to_line(pane, *facts.ends[min(moves, key=lambda line: line[1])])
    else:
        pane.post_message(Said("Nothing here moved, and no other hunk belongs to this one."))


def _is_in(pane: ReviewPane, line: tuple[str, int], key: HunkKey) -> bool:
    if line[0] != key.path:
        return False
    file = next(file for file in pane.review.files if file.path == line[0])
    return file.lines[line[1]].hunk == key.index


def _go_to_line(pane: ReviewPane, path: str, changed: int) -> None:
    for number, file in enumerate(pane.review.files):
        if file.path == path:
            unit = next((one for one in pane.review.layout.of_file[number] if one.first <= changed < one.last), None)
            if unit is not None:
                _unfold(pane, path)
                index = pane.review.layout.index[unit]
                pane.go_to(pane.rows.place_of(Row(pane.rows[0].kind, number, index, changed=changed)), at_top=True)
            return


def _go_to_hunk(pane: ReviewPane, key: HunkKey) -> None:
    for unit in pane.review.units:
        if pane.review.key(unit) == key:
            _unfold(pane, key.path)
            pane.go_to(pane.row_of(unit), at_top=True)
            return


def _unfold(pane: ReviewPane, path: str) -> None:
    if path in pane.view.folded:
        pane.show_rows(replace(pane.view, folded=pane.view.folded - {path}))


def _accept_layout(pane: ReviewPane) -> None:
    review, layout = pane.review, pane.knowing.facts.layout_only
    units = [
        unit
        for unit in review.units
        if review.key(unit) in layout and review.is_pending(unit) and not review.flags(unit)
    ]
    pane.take(decide_units(review, units, Decision.ACCEPTED, "accept what changes the layout alone"))
    count = len(units)
    hunks = f"{count} hunk{'s' if count != 1 else ''}"
    pane.post_message(
        Said(
            f"Accepted {hunks} that change{'s' if count == 1 else ''} the layout alone."
            if units
            else "No undecided hunk changes the layout alone.",
            "information",
        )
    )


def _next_order(pane: ReviewPane) -> None:
    orders = [order for order in Order if order is not Order.PLAN or pane.review.proposal.steps]
    order = orders[(orders.index(pane.view.order) + 1) % len(orders)] if pane.view.order in orders else orders[0]
    file_order = dependency_order(pane.review, pane.linking.known) if order is Order.DEPENDENCY else ()
    pane.show_rows(replace(pane.view, order=order, file_order=file_order))


VIEW_VERBS: Mapping[str, Callable[[ReviewPane], object]] = {
    "two-sides": lambda pane: pane.show_rows(replace(pane.view, side_by_side=not pane.view.side_by_side)),
    "order": _next_order,
    "white-space": _white_space,
    "wrap": _wrap,
    "more-lines": lambda pane: _more_lines(pane, 1),
    "fewer-lines": lambda pane: _more_lines(pane, -1),
    "fold-quiet": _fold_quiet,
    "follow": _follow,
    "accept-layout": _accept_layout,
}
