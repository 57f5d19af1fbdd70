"""Delta debugging finds a smallest failing part, and asks for each part once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_tui.review.minimise import minimise


def count_asked(items: int, guilty: set[int]) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    asked: list[tuple[int, ...]] = []

    def fails(part: tuple[int, ...]) -> bool:
        asked.append(part)
        return guilty <= set(part)

    return minimise(range(items), fails), asked


def test_one_guilty_item_is_found_by_halving() -> None:
    found, asked = count_asked(64, {41})
    assert found == (41,)
    assert len(asked) <= 12


def test_items_that_fail_only_together_are_found_together() -> None:
    found, _ = count_asked(20, {3, 11, 17})
    assert found == (3, 11, 17)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 24), st.data())
def test_nothing_can_be_left_out_of_what_is_found(items: int, data: st.DataObject) -> None:
    subsets = st.sets(st.integers(0, items - 1), min_size=1, max_size=4)
    causes = data.draw(st.lists(subsets, min_size=1, max_size=3))
    asked: list[tuple[int, ...]] = []

    def fails(part: tuple[int, ...]) -> bool:
        asked.append(part)
        return any(cause <= set(part) for cause in causes)

    found = minimise(range(items), fails)
    assert any(cause <= set(found) for cause in causes)
    for left_out in found:
        rest = set(found) - {left_out}
        assert not rest or not any(cause <= rest for cause in causes)
    assert len(asked) == len(set(asked)), "a part was tried twice"
    assert list(found) == sorted(found)
