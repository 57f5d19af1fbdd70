"""Any sequence of decisions, splits, edits, undos and redos is the same as the decisions that stand in the end, made directly."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_tui.review.carry import with_edited_text
from copilot_tui.review.decide import decide, decide_alike, decide_rest, split
from copilot_tui.review.review import Review
from tests.review.test_review_properties import DECISIONS, TEXTS, reviews
from tests.support.deciding import decide_lines

Action = Callable[[Review], Review]
NUMBERS = st.integers(0, 14)


@st.composite
def actions(draw: st.DrawFn) -> Action:
    """Something that a person does to a review; it names a unit or a file by its number, around the end."""
    decision, number, first, size = draw(DECISIONS), draw(NUMBERS), draw(NUMBERS), draw(st.integers(1, 4))
    text = draw(TEXTS)
    kinds: list[Action] = [
        lambda review: decide(review, review.units[number % len(review.units)], decision),
        lambda review: decide_alike(review, review.units[number % len(review.units)], decision),
        lambda review: decide_rest(review, number % len(review.files), decision),
        lambda review: decide_lines(review, number % len(review.files), first, first + size, decision),
        lambda review: split(review, number % len(review.files), first),
        lambda review: edited(review, number % len(review.files), text),
    ]
    return draw(st.sampled_from(kinds))


def edited(review: Review, file: int, text: bytes) -> Review:
    """Another text for a file, where it has one that can be edited."""
    change = review.files[file].change
    return review if change.after is None or change.is_binary else with_edited_text(review, file, text)


@settings(max_examples=250, deadline=None)
@given(reviews(), st.lists(st.one_of(actions(), st.sampled_from(["undo", "redo"])), max_size=12))
def test_a_sequence_with_undo_and_redo_is_what_stands_in_the_end_made_directly(
    review: Review, sequence: list[Action | str]
) -> None:
    if not review.files:
        return
    now, standing, undone = review, list[Action](), list[Action]()
    for step in sequence:
        if step == "undo":
            now = now.undo()
            undone += [standing.pop()] if standing else []
        elif step == "redo":
            now = now.redo()
            standing += [undone.pop()] if undone else []
        elif not isinstance(step, str) and now.units:
            after = step(now)
            if after is not now:
                now, undone = after, []
                standing.append(step)
    direct = review
    for action in standing:
        direct = action(direct)
    assert (now.files, now.splits) == (direct.files, direct.splits)
    assert now.units == direct.units
    assert now.counts == direct.counts
    assert now.accepted_change_set().digest == direct.accepted_change_set().digest
