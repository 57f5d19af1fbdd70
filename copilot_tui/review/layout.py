"""The units of a review in the order of the diff, computed once for a change set and its splits.

Invariant: a layout depends on the proposal, the changes and the splits alone, never on decisions; so a decision passes it on as it
is, and a split or an edit computes one file of it anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from copilot_tui.diff.change import FileChange
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.unit import Unit, units_of_file

Splits = frozenset[tuple[int, int]]
COUNTED = "tally"  # what is kept under this name depends on what is said of a file, too


@dataclass(frozen=True, eq=False)
class Layout:
    """The units of a review, file by file; `memory` keeps what was computed of single files for as long as they are the same."""

    proposal: Proposal
    changes: tuple[FileChange, ...]
    splits: Splits
    of_file: tuple[tuple[Unit, ...], ...]
    memory: dict[tuple[str, int], tuple[object, object]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls, proposal: Proposal, changes: tuple[FileChange, ...], splits: Splits, earlier: "Layout | None" = None
    ) -> "Layout":
        """The layout of these changes, with the files of an earlier one that are the same."""
        cuts = _cuts_by_file(splits)
        earlier_cuts = _cuts_by_file(earlier.splits) if earlier is not None else {}
        parts: list[tuple[Unit, ...]] = []
        for number, change in enumerate(changes):
            own = cuts.get(number, ())
            if (
                earlier is not None
                and number < len(earlier.changes)
                and earlier.changes[number] is change
                and own == earlier_cuts.get(number, ())
            ):
                parts.append(earlier.of_file[number])
            else:
                parts.append(tuple(units_of_file(number, change, own)))
        memory: dict[tuple[str, int], tuple[object, object]] = {}
        if earlier is not None:
            memory = {
                key: known
                for key, known in earlier.memory.items()
                if key[1] < len(parts) and parts[key[1]] is earlier.of_file[key[1]]
                if earlier.proposal is proposal or key[0] != COUNTED
            }
        return cls(proposal, changes, splits, tuple(parts), memory)

    def fits(self, proposal: Proposal, changes: tuple[FileChange, ...], splits: Splits) -> bool:
        """Whether this is the layout of exactly these."""
        return (
            self.proposal is proposal
            and self.splits == splits
            and len(self.changes) == len(changes)
            and all(one is other for one, other in zip(self.changes, changes, strict=True))
        )

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Every unit of hunk grain."""
        return tuple(unit for part in self.of_file for unit in part)

    @cached_property
    def index(self) -> Mapping[Unit, int]:
        """Where each unit stands in `units`."""
        return {unit: index for index, unit in enumerate(self.units)}


def _cuts_by_file(splits: Splits) -> dict[int, tuple[int, ...]]:
    cuts: dict[int, tuple[int, ...]] = {}
    for file, cut in sorted(splits):
        cuts[file] = (*cuts.get(file, ()), cut)
    return cuts
