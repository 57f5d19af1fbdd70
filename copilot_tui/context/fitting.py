"""Pieces of the ranked files that fill a budget of tokens, though pieces are chosen by their characters.

Invariant: the texts together are never over the budget, as the model counts them.
"""

from collections.abc import Callable, Mapping

from copilot_tui.context.evidence import settled
from copilot_tui.context.packing import fill
from copilot_tui.context.ranking import Ranking
from copilot_tui.context.source import Source
from copilot_tui.context.view import View, render
from copilot_tui.context.weights import WEIGHTS

_FULL = 0.96  # of the budget is well filled
_AIM = 0.98
_TRIES = 4
# Code as it is usual, to tell how many characters a token has before anything is chosen.
_SAMPLE = (
    "    def parse_settings(self, path: str) -> dict[str, int]:\n        return {name: len(value) for name in path}\n\n"
    * 8
)

Texts = list[tuple[View, str, int]]


class Choice:
    """What may be shown: ranked files with their sources and reasons, and what of some files is `used` and shown first."""

    def __init__(
        self, ranking: Ranking, sources: Mapping[str, Source], reasons: Mapping[str, str], used: Mapping[str, View]
    ) -> None:
        found = settled(ranking, sources, WEIGHTS)
        self._views = [(sources[one.file.path], score, reasons.get(one.file.path, "")) for one, score, _ in found]
        self._pieces = [pieces for _, _, pieces in found]
        self._used = used

    def fitted(self, budget: int, count: Callable[[str], int]) -> list[tuple[View, str]]:
        """The views that fill so many tokens best, with their texts: chosen anew until the model's count of them fits."""
        room = int(budget * len(_SAMPLE) / max(count(_SAMPLE), 1) * _AIM)
        found: Texts = []
        for _ in range(_TRIES):
            found = [(view, text, count(text)) for view, text in self._shown(room)]
            tokens = sum(tokens for _, _, tokens in found)
            if budget * _FULL <= tokens <= budget or not found:
                break
            other = int(room * budget / max(tokens, 1) * _AIM)
            if tokens < budget and (other > room * 3 or sum(len(text) for _, text, _ in found) < room * 0.75):
                break  # there is no more to show
            room = other
        fitting, left = [], budget
        for view, text, tokens in found:
            if tokens <= left:  # one line that is larger than all that is free keeps out no other file
                left -= tokens
                fitting.append((view, text))
        return fitting

    def _shown(self, room: int) -> list[tuple[View, str]]:
        """The views within about so many characters: what is used, then the best pieces."""
        forced = {
            path: View(view.source, view.score, view.reason, set(view.shown), set(view.heads))
            for path, view in self._used.items()
        }
        taken = sum(len(render(view)) for view in forced.values())
        chosen = fill([View(*one) for one in self._views], self._pieces, max(room - taken, 0), WEIGHTS)
        for view in chosen:
            own = forced.pop(view.source.path, None)
            if own is not None:
                view.shown |= own.shown
                view.heads = (view.heads | own.heads) - view.shown
                view.reason = f"{own.reason}; {view.reason}"
        return [(view, render(view)) for view in (*forced.values(), *chosen)]
