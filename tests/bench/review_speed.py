"""100,000 changed rows over 200 files: how long the review takes to build, and a decision with all that a face asks after it.

Run it as `python -m tests.bench.review_speed`; processor time in milliseconds, and the peak of memory.
"""

import json
import resource
import sys
import time
from collections.abc import Callable

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide, decide_alike, decide_rest, next_pending, split
from copilot_tui.review.in_place import foreign_proposal
from copilot_tui.review.review import Review

FILES = 200
ROWS = 500  # changed rows of a file: 50 hunks of five lines out and five in


def make_change_set(files: int = FILES, rows: int = ROWS) -> ChangeSet:
    """Files of which five of every twenty lines change."""
    changes = []
    for file in range(files):
        old = [b"file %d line %d\n" % (file, line) for line in range(rows * 2)]
        new = [b"changed " + line if number % 20 < 5 else line for number, line in enumerate(old)]
        changes.append(FileChange(f"folder{file % 20}/file{file}.txt", b"".join(old), b"".join(new)))
    return ChangeSet(tuple(changes))


def make_review(change_set: ChangeSet) -> Review:
    """The review, from the change set on."""
    files = {change.path: SnapshotFile(change.before or b"") for change in change_set}
    snapshot = Snapshot(files, frozenset(files))
    review = Review.of(foreign_proposal(change_set, snapshot, "a large change", is_in_place=False))
    assert review.counts.pending == len(review.units)
    return review


def one_decision(review: Review, unit_index: int, decision: Decision) -> Review:
    """A decision, the counts after it, and the next undecided unit."""
    unit = review.units[unit_index]
    review = decide(review, unit, decision)
    assert review.counts.accepted + review.counts.rejected > 0
    assert next_pending(review, unit) is not None
    return review


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """The mean of some rounds."""
    begin = time.process_time()
    for _ in range(rounds):
        work()
    return (time.process_time() - begin) / rounds * 1000


def measure() -> dict[str, float]:
    """Every figure by its name."""
    change_set = make_change_set()
    begin = time.process_time()
    review = make_review(change_set)
    build = (time.process_time() - begin) * 1000
    middle = len(review.units) // 2
    figures = {"rows": sum(len(file.states) for file in review.files), "build_ms": build}
    figures["decision_ms"] = milliseconds(lambda: one_decision(review, middle, Decision.ACCEPTED), 50)
    decided = one_decision(review, middle, Decision.REJECTED)
    figures["undo_and_redo_ms"] = milliseconds(lambda: decided.undo().redo().counts, 50)
    unit = review.units[middle]
    figures["split_ms"] = milliseconds(lambda: split(review, unit.file, unit.first + 2).counts, 10)
    figures["alike_ms"] = milliseconds(lambda: decide_alike(review, unit, Decision.ACCEPTED).counts, 3)
    figures["accept_everything_ms"] = milliseconds(lambda: decide_rest(review, None, Decision.ACCEPTED).counts, 3)
    whole = decide_rest(review, None, Decision.ACCEPTED)
    figures["result_ms"] = milliseconds(whole.accepted_change_set, 1)
    figures["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {name: round(value, 2) for name, value in figures.items()}


def main() -> None:
    """Print one JSON object."""
    sys.stdout.write(json.dumps(measure()) + "\n")


if __name__ == "__main__":
    main()
