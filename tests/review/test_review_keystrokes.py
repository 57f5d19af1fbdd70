"""The floor of keystrokes: 5 files, 20 hunks, 4 of them rejected, played with the keys' own functions on a screen of 50 rows."""

from dataclasses import dataclass

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import accept_seen, decide, next_pending
from copilot_tui.review.in_place import foreign_proposal
from copilot_tui.review.review import Review, Unit

HEIGHT = 50 - 4  # rows of the pane: the terminal's without header, prompt, key line and the pane's summary
WRONG = {2, 7, 8, 17}  # the hunks that a person rejects, in the order of the diff


def make_review() -> Review:
    """Four hunks of two to four changed lines in each of five files."""
    changes = []
    for file in range(5):
        old = [f"file {file} line {line}\n" for line in range(120)]
        new = list(old)
        for hunk in range(4):
            at = 10 + hunk * 30
            new[at : at + 1 + hunk % 2] = [f"changed {file} {hunk} {line}\n" for line in range(1 + hunk % 3)]
        changes.append(FileChange(f"file{file}.py", "".join(old).encode(), "".join(new).encode()))
    snapshot = Snapshot({change.path: SnapshotFile(change.before or b"") for change in changes})
    return Review.of(foreign_proposal(ChangeSet(tuple(changes)), snapshot, "twenty hunks", is_in_place=False))


@dataclass
class Player:
    """A person who sees a screenful of rows, rejects by number what is wrong, and accepts the rest of the screen."""

    review: Review
    top: Unit
    keys: str = ""

    def rows_of(self, unit: Unit) -> int:
        """The rows that a hunk takes: its lines, a line of explanation, a gap, and the header above a file's first hunk."""
        assert unit.hunk is not None
        hunk = self.review.files[unit.file].change.hunks[unit.hunk]
        return len(hunk.lines) + 2 + (unit.hunk == 0)

    def seen(self) -> list[Unit]:
        """The units that stand wholly on the screen."""
        seen, left = [], HEIGHT
        for unit in self.review.units[self.review.units.index(self.top) :]:
            left -= self.rows_of(unit)
            if left < 0:
                break
            seen.append(unit)
        return seen

    def press_digit(self, place: int) -> None:
        """`1` to `9`: reject the k-th unit of the screen."""
        self.keys += str(place + 1)
        self.review = decide(self.review, self.seen()[place], Decision.REJECTED)

    def press_space(self) -> None:
        """Accept what is undecided on the screen, and page on to what is not."""
        self.keys += " "
        seen = self.seen()
        self.review = accept_seen(self.review, seen)
        following = next_pending(self.review, seen[-1])
        self.top = following or self.top

    def play(self, wrong: set[Unit]) -> None:
        while self.review.counts.pending:
            for place, unit in enumerate(self.seen()):
                if unit in wrong:
                    self.press_digit(place)
            self.press_space()


def test_twenty_hunks_with_four_rejected_take_at_most_eleven_keys() -> None:
    review = make_review()
    assert (len(review.files), len(review.units)) == (5, 20)
    wrong = {review.units[number] for number in WRONG}
    player = Player(review, review.units[0])
    player.play(wrong)
    assert {unit for unit in player.review.units if player.review.state(unit) is Decision.REJECTED} == wrong
    assert (player.review.counts.accepted, player.review.counts.rejected) == (16, 4)
    assert len(player.keys) <= 11, player.keys
    # Every key is a step of its own that undo takes back.
    for _ in player.keys:
        player.review = player.review.undo()
    assert player.review.files == review.files
