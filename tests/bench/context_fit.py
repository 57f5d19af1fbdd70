"""Fits the table of weights (`copilot_tui/context/weights.py`) to what real commits changed, with whole repositories left out.

    CONTEXT_CLONES=FOLDER context_fit.py CASES COLLECTED [FOLDS]

CASES is a file that `context_cases.py` wrote, COLLECTED a folder in which what the engine knows of each case is kept between runs. Files
and pieces are learned by the likelihood of the changed ones among those that they compete with (a listwise loss), drawn to the weights of
now; then what pieces add to files is chosen by ranks, the density and the room for heads by what packs of 1k, 4k and 16k tokens show, and
how far the table leaves that of now by all of these. It prints the figures of the weights of now, those of weights fitted without the
repository in question (by language too), and, where those succeed more beyond doubt, the table fitted to all. Else the table of now stays.
Invariant: the figures that count are of repositories whose cases had no part in the weights.
"""

import json
import math
import os
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import product
from pathlib import Path

from copilot_tui.context import evidence, ranking
from copilot_tui.context.kinds import FileKind
from copilot_tui.context.packing import CHARACTERS_PER_TOKEN, files_within, fill
from copilot_tui.context.view import View
from copilot_tui.context.weights import WEIGHTS, Weights
from tests.bench.context_cases import CLONES, Case, GoldRange, clones
from tests.bench.context_collect import Collected, collect_repository, load, save
from tests.bench.context_measures import range_and_sym, reciprocal_rank, share_in_first, shown_lines

_BUDGETS = (1_024, 4_096, 16_384)
_FOLDS = 5
_STEPS = 60
_PULL = 0.02  # towards the weights of now
_RIVALS = 60  # pieces that a changed one competes with
_FILE, *_LINKS = map(evidence.SIGNALS.index, ("file", "called", "calling"))
_FEEDBACKS = (0.1, 0.2, 0.3)
_USED = (0.0, 0.05, 0.08, 0.12)
_SHARES = (0.0, 0.25, 0.5, 1.0)  # of the way from the weights of now to the fitted ones
_DENSITIES, _OUTLINES = (0.5, 0.7), (0.05, 0.08)

Rows = list[list[float]]
# Rows of signals, and the places of the rows that ought to come first, each with how much it counts (1 in all).
Listed = tuple[Rows, dict[int, float]]


def minimise(
    slope: Callable[[list[float]], list[float]], start: Sequence[float], lowest: float, steps: int
) -> list[float]:
    """Adam (Kingma and Ba, 2015) with a step that shrinks, and no weight below `lowest`."""
    here, mean, square = list(start), [0.0] * len(start), [0.0] * len(start)
    for step in range(1, steps + 1):
        size = 0.15 * (1 - (step - 1) / steps) + 0.005
        for place, value in enumerate(slope(here)):
            mean[place] = 0.9 * mean[place] + 0.1 * value
            square[place] = 0.99 * square[place] + 0.01 * value * value
            move = mean[place] / (1 - 0.9**step) / (math.sqrt(square[place] / (1 - 0.99**step)) + 1e-8)
            here[place] = max(lowest, here[place] - size * move)
    return here


def fit_lists(lists: Sequence[Listed], start: Sequence[float], lowest: float, steps: int = _STEPS) -> list[float]:
    """Weights under which the wanted rows of each list are likely to come first (softmax over the list), not far from `start`."""

    def slope(weights: list[float]) -> list[float]:
        total = [2 * _PULL * (one - was) / len(start) for one, was in zip(weights, start, strict=True)]
        for rows, wanted in lists:
            scores = [sum(map(float.__mul__, weights, row)) for row in rows]
            most = max(scores)
            likely = [math.exp(score - most) for score in scores]
            whole = sum(likely)
            for place, row in enumerate(rows):
                share = (likely[place] / whole - wanted.get(place, 0.0)) / len(lists)
                if abs(share) > 1e-7:
                    for column, value in enumerate(row):
                        total[column] += share * value
        return total

    return minimise(slope, start, lowest, steps)


def file_factor(kind: FileKind, weights: Weights) -> float:
    """What a file's kind leaves of its score."""
    return {FileKind.TEST: weights.test, FileKind.TEXT: weights.prose, FileKind.GENERATED: weights.generated}.get(
        kind, 1.0
    )


def file_rows(one: Collected, weights: Weights) -> Rows:
    """The signals of the files as they count."""
    return [
        [signals.get(name, 0.0) * file_factor(kind, weights) for name in ranking.SIGNALS]
        for kind, signals in zip(one.kinds, one.signals, strict=True)
    ]


def file_scores(one: Collected, weights: Weights) -> list[float]:
    """The scores of the files."""
    by_signal = [float(getattr(weights, name)) for name in ranking.SIGNALS]
    return [sum(map(float.__mul__, by_signal, row)) for row in file_rows(one, weights)]


def changed_pieces(one: Collected) -> dict[tuple[int, int], float]:
    """File and piece to the share of what was changed that is in it."""
    found: defaultdict[tuple[int, int], float] = defaultdict(float)
    files = {source.path: place for place, source in enumerate(one.sources)}
    for gold in one.case.gold_ranges:
        if gold.incidental or gold.path not in files:
            continue
        piece_of = one.sources[files[gold.path]].piece_of
        lines = range(gold.start, min(gold.end + 1, len(piece_of)))
        for number in lines:
            found[files[gold.path], piece_of[number]] += 1 / len(lines)
    whole = sum(found.values())
    return {place: share / whole for place, share in found.items()}


def piece_list(one: Collected, weights: Weights) -> Listed | None:
    """The changed pieces and their strongest rivals; None where none of the files was changed."""
    changed = changed_pieces(one)
    if not changed:
        return None
    by_signal = evidence.weights_of(weights)
    every = [(file, piece) for file, pieces in enumerate(one.pieces) for piece in range(len(pieces))]
    every.sort(key=lambda at: (at not in changed, -sum(map(float.__mul__, by_signal, one.pieces[at[0]][at[1]]))))
    kept = every[: len(changed) + _RIVALS]
    return [one.pieces[file][piece] for file, piece in kept], {
        place: changed[at] for place, at in enumerate(kept) if at in changed
    }


def fit_files(cases: Sequence[Collected], weights: Weights) -> Weights:
    """The weights of the files, by these cases."""
    lists: list[Listed] = []
    for one in cases:
        gold = {place for place in one.gold if place >= 0}
        if gold:
            lists.append((file_rows(one, weights), dict.fromkeys(gold, 1 / len(gold))))
    start = [float(getattr(weights, name)) for name in ranking.SIGNALS]
    found = fit_lists(lists, start, 0.0)
    return weights._replace(**{name: round(value, 3) for name, value in zip(ranking.SIGNALS, found, strict=True)})


def fit_pieces(cases: Sequence[Collected], weights: Weights) -> Weights:
    """The weights of the pieces, by these cases, in which they are linked by the weights of now."""
    lists = [each for one in cases if (each := piece_list(one, weights)) is not None]
    found = fit_lists(lists, evidence.weights_of(weights), -math.inf)
    names = [f"piece_{name}" for name in evidence.SIGNALS]
    return weights._replace(**{name: round(value, 3) for name, value in zip(names, found, strict=True)})


def fit_feedback(cases: Sequence[Collected], weights: Weights) -> Weights:
    """How much the pieces, and what the best files use of others, add to the files' scores, by what comes first then."""

    def found(tried: Weights) -> float:
        orders = [(one.gold, order_of(settled(one, tried)[0])) for one in cases]
        return sum(reciprocal_rank(gold, order) + share_in_first(gold, order, 10) for gold, order in orders)

    tried = [weights._replace(piece_feedback=share, used=used) for share, used in product(_FEEDBACKS, _USED)]
    return max(tried, key=found)


def fit_room(cases: Sequence[Collected], weights: Weights) -> Weights:
    """The density and the room for heads that show the most of these cases, over all budgets."""
    tried = [weights._replace(density=density, outline=outline) for density, outline in product(_DENSITIES, _OUTLINES)]
    return max(
        tried, key=lambda one: sum(2 * figures.range + figures.sym for figures in packed_all(cases, one).values())
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over cases at one budget."""

    range: float
    sym: float


def settled(one: Collected, weights: Weights) -> tuple[list[float], list[evidence.Pieces]]:
    """The scores of the files as they are in the end, and the pieces of the first ones, linked by these weights."""
    scores = file_scores(one, weights)
    best = max(scores, default=0.0) or 1.0
    pieces = []
    for score, rows in zip(scores, one.pieces, strict=False):
        copied = [list(row) for row in rows]
        for row in copied:
            row[_FILE] = score / best
            for link in _LINKS:
                row[link] = 0.0
        pieces.append(copied)
    linked = evidence.linked(one.sources, pieces, weights)
    count = len(linked)
    return [*evidence.final_scores(scores[:count], linked, one.sources, weights), *scores[count:]], linked


def packed(one: Collected, weights: Weights, budget: int) -> tuple[float, float]:
    """The range and sym of a case's pack, with the files in the order of the weights."""
    room = budget * CHARACTERS_PER_TOKEN
    scores, pieces = settled(one, weights)
    order = sorted(range(len(pieces)), key=lambda place: -scores[place])[: files_within(room)]
    views = [View(one.sources[place], scores[place], "") for place in order]
    shown = fill(views, [pieces[place] for place in order], room, weights)
    return range_and_sym(
        one.case.gold_ranges, shown_lines(shown), {source.path: source.lines for source in one.sources}
    )


def packed_all(cases: Sequence[Collected], weights: Weights) -> dict[int, Figures]:
    """The means of the packs at each budget."""
    found = {}
    for budget in _BUDGETS:
        each = [packed(one, weights, budget) for one in cases]
        found[budget] = Figures(_mean(one[0] for one in each), _mean(one[1] for one in each))
    return found


def _mean(values: Iterable[float]) -> float:
    every = list(values)
    return sum(every) / len(every) if every else 0.0


def order_of(scores: Sequence[float]) -> list[int]:
    """The places of scores, the highest first."""
    return sorted(range(len(scores)), key=lambda place: -scores[place])


def say(label: str, cases: Sequence[Collected], weights_of: Mapping[str, Weights]) -> None:
    """One line of figures, each case under the weights of its repository."""
    ranks, firsts, packs = [], [], []
    for one in cases:
        weights = weights_of[one.case.repo]
        order = order_of(settled(one, weights)[0])
        ranks.append(reciprocal_rank(one.gold, order))
        firsts.append(share_in_first(one.gold, order, 10))
        packs.append([packed(one, weights, budget) for budget in _BUDGETS])
    shown = " ".join(
        f"{_mean(pack[place][0] for pack in packs):.3f}/{_mean(pack[place][1] for pack in packs):.3f}"
        for place in range(len(_BUDGETS))
    )
    start = f"{label:24} {len(cases):4}  MRR {_mean(ranks):.3f}  R@10 {_mean(firsts):.3f}"
    print(f"{start}  range/sym at 1k 4k 16k: {shown}", flush=True)  # noqa: T201


def between(one: Weights, other: Weights, share: float) -> Weights:
    """So much of the way from one table to the other."""
    return Weights(*(round(low + share * (high - low), 3) for low, high in zip(one, other, strict=True)))


def success(one: Collected, weights: Weights) -> float:
    """What counts in the end of a case, in one number: the places of the changed files, and what the packs show of the changes."""
    order = order_of(settled(one, weights)[0])
    shown = sum(sum(packed(one, weights, budget)) for budget in _BUDGETS)
    return reciprocal_rank(one.gold, order) + share_in_first(one.gold, order, 10) + shown


def fit(cases: Sequence[Collected]) -> Weights:
    """All weights, by these cases.

    A likelihood is learned, and another thing counts: so the table goes as far from the one of now as that succeeds more, or not at all.
    """
    fitted = fit_room(cases, fit_feedback(cases, fit_pieces(cases, fit_files(cases, WEIGHTS))))
    return max(
        (between(WEIGHTS, fitted, share) for share in _SHARES),
        key=lambda tried: _mean(success(one, tried) for one in cases),
    )


def gain_of(cases: Sequence[Collected], left_out: Mapping[str, Weights]) -> tuple[float, float]:
    """By how much weights that did not see a case's repository succeed more with it than those of now, and two standard errors of that."""
    gains = [success(one, left_out[one.case.repo]) - success(one, WEIGHTS) for one in cases]
    return statistics.fmean(gains), 2 * statistics.stdev(gains) / math.sqrt(len(gains))


def read_cases(path: Path) -> list[Case]:
    """The cases of a file."""
    found = []
    for line in path.read_text().splitlines():
        one = json.loads(line)
        names = {field.name for field in fields(GoldRange)}
        ranges = tuple(
            GoldRange(**{name: value for name, value in each.items() if name in names}) for each in one["gold_ranges"]
        )
        found.append(
            Case(
                one["id"],
                one["repo"],
                one["lang"],
                one["parent"],
                one["time"],
                one["query"],
                tuple(one["gold_files"]),
                ranges,
            )
        )
    return found


def collected(cases: Sequence[Case], kept: Path, folder: Path) -> list[Collected]:
    """What the engine knows of the cases, from `kept` as far as it is there."""
    found: list[Collected] = []
    kept.mkdir(parents=True, exist_ok=True)
    places = clones(folder)
    for repo in sorted({one.repo for one in cases} & places.keys()):
        path = kept / f"{repo.replace('/', '+')}.bin"
        if not path.exists():
            with tempfile.TemporaryDirectory() as work:
                own = [one for one in cases if one.repo == repo]
                save(list(collect_repository(own, places[repo], Path(work) / "work")), path)
            print(f"collected {repo}", file=sys.stderr, flush=True)  # noqa: T201
        found += load(path)
    return found


def main() -> int:
    """Collect, fit and say."""
    folder = os.environ.get(CLONES)
    if not folder or len(sys.argv) < 3:
        print(f"Set {CLONES} to a folder of clones, and name a file of cases and a folder for what is collected.")  # noqa: T201
        return 0
    cases = collected(read_cases(Path(sys.argv[1])), Path(sys.argv[2]), Path(folder))
    count = int(sys.argv[3]) if len(sys.argv) > 3 else _FOLDS
    repos = sorted({one.case.repo for one in cases})
    say("the table of now", cases, dict.fromkeys(repos, WEIGHTS))
    left_out: dict[str, Weights] = {}
    for fold in range(min(count, len(repos))):
        out = set(repos[fold::count])
        weights = fit([one for one in cases if one.case.repo not in out])
        left_out |= dict.fromkeys(out, weights)
    say("left out", cases, left_out)
    for language in sorted({one.case.lang for one in cases}):
        say(f"left out, {language}", [one for one in cases if one.case.lang == language], left_out)
    gain, doubt = gain_of(cases, left_out)
    print(f"left out against the table of now: {gain:+.3f}, give or take {doubt:.3f}")  # noqa: T201
    if gain <= doubt:
        print("The table of now stays: no other is known to do better where it has not been fitted.")  # noqa: T201
        return 0
    best = fit(cases)
    say("fitted to all", cases, dict.fromkeys(repos, best))
    for name, value in best._asdict().items():
        print(f"    {name}: float = {value}")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
