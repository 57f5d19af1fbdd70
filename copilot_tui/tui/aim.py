"""What may change, as the person sets it: level, file, cursor, selection and how far the block was grown.

Invariant: an `Aim` always gives a request whose line range lies inside the document it was aimed at.
"""

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from rich.cells import cell_len, set_cell_size

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the next request goes.

    `path`: the open file, empty if none; `folder`: the folder of directory level; `line`: the cursor's, 1-based; `line_count`: of the open
    file; `selection`: the selected lines; `blocks`: the enclosing nodes of the cursor's line, innermost first; `grown`: which of them;
    `symbols`: the definitions of the file with their names.
    """

    level: AutonomyLevel = AutonomyLevel.BLOCK
    path: str = ""
    folder: str = ""
    line: int = 1
    line_count: int = 0
    selection: LineRange | None = None
    blocks: tuple[LineRange, ...] = ()
    grown: int = 0
    symbols: tuple[tuple[LineRange, str], ...] = ()

    def at(self, level: AutonomyLevel) -> "Aim":
        """The same place at another level."""
        return replace(self, level=level)

    def grow(self, steps: int) -> "Aim":
        """The block one node larger (or smaller, for negative steps); the selection gives way to the nodes."""
        if self.selection is not None:
            larger = [index for index, block in enumerate(self.blocks) if len(block) > len(self.selection)]
            if steps < 0 or not larger:
                return replace(self, selection=None, grown=0)
            return replace(self, selection=None, grown=larger[0])
        return replace(self, grown=max(0, min(self.grown + steps, len(self.blocks) - 1)))

    @property
    def lines(self) -> LineRange | None:
        """The lines that may change in the open file; None where it is the whole file or there is no file."""
        if not self.path or not self.line_count:
            return None
        cursor = LineRange(self.line, self.line)
        if self.level is AutonomyLevel.LINE:
            return cursor
        if self.level is AutonomyLevel.BLOCK:
            if self.selection is not None:
                return self.selection
            return self.blocks[self.grown] if self.grown < len(self.blocks) else cursor
        return None

    @property
    def lit(self) -> LineRange | None:
        """The lines of the open file that are lit: all of them above block level, none where nothing is open."""
        if not self.path or not self.line_count:
            return None
        return self.lines or LineRange(1, self.line_count)

    def request(self, text: str) -> Request:
        """The request that this aim and the text make."""
        if self.level is AutonomyLevel.REPO:
            target = Target(self.path, LineRange(self.line, self.line) if self.path and self.line_count else None)
        elif self.level is AutonomyLevel.DIRECTORY:
            target = Target(self.folder)
        elif self.level is AutonomyLevel.FILE:
            target = Target(self.path, LineRange(self.line, self.line) if self.line_count else None)
        else:
            target = Target(self.path, self.lines)
        return Request(text, target, self.level)

    def sentence(self, room: int = 0) -> str:
        """What may change, in words; where these take more than `room` cells the place is said shorter, and the budget stays whole."""
        if not self.is_possible:
            return "open a file first: ctrl+f finds one"
        return may_change(self._what(), self._what(is_short=True), self.level.budget, room)

    @property
    def is_possible(self) -> bool:
        """Whether there is something that may change: below directory level a file must be open."""
        return bool(self.path) or self.level.rank >= AutonomyLevel.DIRECTORY.rank

    def _what(self, *, is_short: bool = False) -> str:
        name = PurePosixPath(self.path).name
        lines = self.lines
        if self.level is AutonomyLevel.REPO:
            return "any file" if is_short else "any file of the repository"
        if self.level is AutonomyLevel.DIRECTORY:
            return f"files in {self.folder}/" if self.folder else "files in the whole folder"
        if lines is None:
            return f"{name}, {self.line_count} lines" if self.line_count else f"{name}, which is empty"
        if len(lines) == 1:
            return f"line {lines.first} of {name}"
        symbol = next((name for span, name in self.symbols if span == lines), "")
        if symbol and is_short:
            return f"{symbol}, {len(lines)} lines"
        return f"{symbol}, {len(lines)} lines of {name}" if symbol else f"lines {lines.first}-{lines.last} of {name}"


def may_change(place: str, short_place: str, budget: int, room: int, before: str = "") -> str:
    """What may change, behind the words `before`; the shorter place where these take more than `room` cells, and as much of it as fits.

    The budget (in lines) stays whole; with a `room` of 0 there is enough.
    """
    end = f"budget {budget} line" + ("s" if budget != 1 else "")
    whole = f"{before}may change {place}; {end}"
    if not room or cell_len(whole) <= room:
        return whole
    short = f"{before}may change {short_place}; {end}"
    over = cell_len(short) - room
    if over <= 0:
        return short
    kept = max(4, cell_len(short_place) - over - 1)
    return f"{before}may change {set_cell_size(short_place, kept).rstrip()}…; {end}"
