"""The numbers as plots of text: one row a group, a bar and its words, for the terminal and for the interface.

Invariant: a bar is told apart by its marks and not by colour alone; every plot of one `Stats` comes from the same tallies as its JSON.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from copilot_tui.session.stats import By, Stats, Tally
from copilot_tui.visible import visible

WIDTH = 24  # cells of a bar
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SPARKS = "▁▂▃▄▅▆▇█"
_WEEKS = 26
_SHORTEST_REVIEW = 3  # seconds: a shorter one was decided by a program
LEGEND = "█ accepted  ▓ edited  ░ rejected  · left undecided"


@dataclass(frozen=True, slots=True)
class PlotRow:
    """One row: the group's name, its bar as (text, tone) pieces of `WIDTH` cells together, and what it says in words."""

    name: str
    bar: tuple[tuple[str, str], ...]
    words: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: what it shows, its rows, and what the marks of its bars mean."""

    title: str
    rows: tuple[PlotRow, ...]
    legend: str = ""


def plots_of(found: Stats) -> tuple[Plot, ...]:
    """Decisions, review time, tokens and cost of each group; by week also how they went from week to week."""
    by = found.by.value
    asked = [tally for tally in (*found.groups, found.whole) if tally.requests or tally.reviews]
    reviewed = [tally for tally in found.groups if tally.review_seconds >= _SHORTEST_REVIEW]
    decisions = Plot(f"accepted of the decided hunks, by {by}", tuple(map(_decisions, asked)), LEGEND)
    spent = [
        Plot(f"tokens, by {by}", _amounts(found.groups, _tokens, _tokens_in_words)),
        Plot(f"cost, by {by}", _amounts(found.groups, lambda tally: tally.dollars, _cost_in_words)),
    ]
    time = [Plot(f"time of review, by {by}", _amounts(reviewed, lambda tally: tally.review_seconds, _minutes))]
    course = [_course(found)] if found.by is By.WEEK and len(found.groups) > 1 else []
    return (decisions, *course, *(time if reviewed else []), *spent)


def bar(share: float, width: int = WIDTH) -> str:
    """A bar for a share from 0 to 1, fine to an eighth of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width, "·")


def sparkline(values: Sequence[float | None]) -> str:
    """One mark a value, from the lowest to the highest of them; a dot where there is none."""
    known = [value for value in values if value is not None]
    least, most = (min(known), max(known)) if known else (0.0, 0.0)
    spread = most - least or 1.0
    return "".join(
        "·" if value is None else _SPARKS[round((value - least) / spread * (len(_SPARKS) - 1))] for value in values
    )


def parts_bar(parts: Sequence[tuple[int, str, str]], width: int = WIDTH) -> tuple[tuple[str, str], ...]:
    """A bar of several parts, each (amount, mark, tone), that together fill it; dots where there is nothing.

    Cells go to the largest remainders, so that they add up; what there is at all has at least one where there is room.
    """
    total = sum(amount for amount, _, _ in parts)
    if not total:
        return (("·" * width, "muted"),)
    exact = [amount * width / total for amount, _, _ in parts]
    cells = [max(int(share), int(share > 0)) for share in exact]
    while sum(cells) < width:
        cells[max(range(len(cells)), key=lambda at: exact[at] - cells[at])] += 1
    while sum(cells) > width:
        cells[max(range(len(cells)), key=lambda at: cells[at])] -= 1
    return tuple((mark * count, tone) for count, (_, mark, tone) in zip(cells, parts, strict=True) if count)


def _decisions(tally: Tally) -> PlotRow:
    share = tally.acceptance
    said = "nothing decided" if share is None else f"{share:4.0%}"
    hunks = f"{tally.accepted} accepted ({tally.edited} edited), {tally.rejected} rejected, {tally.undecided} left"
    undone = f", {tally.undone} of {tally.landings} landings undone" if tally.landings else ""
    edited = min(tally.edited, tally.accepted)
    parts = (
        (tally.accepted - edited, "█", "good"),
        (edited, "▓", "accent"),
        (tally.rejected, "░", "bad"),
        (tally.undecided, "·", "muted"),
    )
    return PlotRow(visible(tally.name), parts_bar(parts), f"{said}  {hunks}{undone}")


def _amounts(
    tallies: Sequence[Tally], amount: Callable[[Tally], float], words: Callable[[Tally], str]
) -> tuple[PlotRow, ...]:
    most = max(map(amount, tallies), default=0)
    return tuple(
        PlotRow(visible(tally.name), ((bar(amount(tally) / most if most else 0.0), "marked"),), words(tally))
        for tally in tallies
    )


def _tokens(tally: Tally) -> int:
    return tally.prompt_tokens + tally.completion_tokens


def _tokens_in_words(tally: Tally) -> str:
    return f"{_tokens(tally):,} in {_calls(tally.calls)} ({tally.cached_tokens:,} from a cache)"


def _calls(count: int) -> str:
    return f"{count} call{'' if count == 1 else 's'}"


def _cost_in_words(tally: Tally) -> str:
    unknown = f" and {_calls(tally.unpriced)} whose price is not known" if tally.unpriced else ""
    return f"${tally.dollars:.4f}{unknown}"


def _minutes(tally: Tally) -> str:
    each = tally.review_seconds / tally.reviews if tally.reviews else 0.0
    return f"{tally.review_seconds / 60:.1f} min in {tally.reviews} review{'' if tally.reviews == 1 else 's'}, {each:.0f} s each"


def _course(found: Stats) -> Plot:
    weeks = found.groups[-_WEEKS:]
    span = f"{weeks[0].name} to {weeks[-1].name}"
    lines = (
        ("accepted", [tally.acceptance for tally in weeks]),
        ("tokens", [float(_tokens(tally)) for tally in weeks]),
        ("dollars", [tally.dollars for tally in weeks]),
    )
    return Plot(
        f"from week to week, {span}",
        tuple(PlotRow(name, ((sparkline(values).ljust(WIDTH), "marked"),), "") for name, values in lines),
    )
