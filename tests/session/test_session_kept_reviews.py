"""Reviews that survive a quit, a crash and a kill: kept while they are decided, taken up again on the files as they are then."""

import json
import os
import stat
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.errors import UsageError
from copilot_tui.review.carry import with_edited_text
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide, split
from copilot_tui.review.in_place import foreign_proposal
from copilot_tui.review.proposal import HunkKey
from copilot_tui.review.review import Review
from copilot_tui.session.kept_reviews import KeptReviews
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.revisions import snapshot_around
from tests.support.program import make_repository, run_program, work_tree
from tests.support.terminal import Terminal

OLD = "".join(f"line {number}\n" for number in range(40))
NEW = OLD.replace("line 3\n", "line three\n").replace("line 20\n", "line twenty\n").replace("line 38\n", "")
FILES = {"a.txt": OLD, "b.txt": "b\n"}


class Place:
    """A repository with a state folder, and the review of a change of both files."""

    def __init__(self, folder: Path) -> None:
        self.root = make_repository(folder / "repository", FILES)
        self.state = folder / "state"
        self.repository = Repository.open(self.root, dict(os.environ))
        self.kept = self.opened()

    def opened(self) -> KeptReviews:
        return KeptReviews(self.state, self.repository)

    def review(self) -> Review:
        changes = ChangeSet((FileChange("a.txt", OLD.encode(), NEW.encode()), FileChange("b.txt", b"b\n", b"b\nnew\n")))
        snapshot = snapshot_around(self.repository, changes, is_in_place=False)
        return Review.of(foreign_proposal(changes, snapshot, "Better lines", is_in_place=False))

    def decided(self) -> Review:
        """The first hunk accepted, the second rejected, the third undecided, the other file accepted."""
        review = self.review()
        for number, decision in ((0, Decision.ACCEPTED), (1, Decision.REJECTED), (3, Decision.ACCEPTED)):
            review = decide(review, review.units[number], decision)
        return review

    def left(self, review: Review) -> None:
        """The review as a process leaves it that is not there any more."""
        self.kept.keep(review)
        self.kept.close()
        (file,) = self.files
        head, _, body = file.read_text().partition("\n")
        file.write_text(json.dumps({**json.loads(head), "process": 2**22 + 1}) + "\n" + body)

    @property
    def files(self) -> list[Path]:
        return sorted(self.state.rglob("*.json"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def states(review: Review) -> list[str]:
    found = [review.state(unit) for unit in review.units]
    return ["partly" if state is None else state.name.lower() for state in found]


def test_every_decision_is_kept_for_the_person_alone_and_never_in_the_repository(place: Place) -> None:
    before = work_tree(place.root)
    review = place.review()
    place.kept.follow(review)
    place.kept.close()
    assert place.files == [], "nothing is decided: there is nothing to lose"
    review = split(place.decided(), 0, 1)
    review = replace(review, comments=((HunkKey("b.txt", 0), "why?"),))
    place.left(review)
    (file,) = place.files
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert work_tree(place.root) == before
    later = place.opened()
    (head,) = later.unfinished()
    assert (head.title, head.hunks, head.decided) == ("Better lines", 5, 4)
    found = later.resume()
    assert (found.notes, found.left_out) == ((), ())
    assert states(found.review) == states(review) == ["accepted", "accepted", "rejected", "pending", "accepted"]
    assert found.review.comments == review.comments
    assert found.review.accepted_change_set().digest == review.accepted_change_set().digest


def test_what_is_decided_after_resuming_is_kept_in_the_same_place_and_goes_when_it_is_done(place: Place) -> None:
    place.left(place.decided())
    later = place.opened()
    review = later.resume().review
    assert later.unfinished() == (), "it is being decided"
    review = decide(review, review.units[2], Decision.REJECTED)
    later.follow(review)
    later.close()
    assert len(place.files) == 1
    assert json.loads(place.files[0].read_text().partition("\n")[0])["decided"] == 4
    later.done(place.review())
    assert len(place.files) == 1, "another review is done, not this one"
    later.done(review)
    assert place.files == []
    with pytest.raises(UsageError, match="No unfinished review"):
        place.opened().resume()


def test_what_the_person_rewrote_goes_over_or_is_said_to_be_left_out(place: Place) -> None:
    place.left(with_edited_text(place.decided(), 0, NEW.replace("line three", "line 3.0").encode()))
    (place.root / "a.txt").write_text(OLD.replace("line 30\n", "line thirty\n"))
    found = place.opened().resume()
    assert found.notes == ("a.txt changed meanwhile: look at its hunks again.",)
    assert b"line 3.0\n" in (found.review.accepted_change_set().files[0].after or b"")
    assert b"line thirty\n" in (found.review.accepted_change_set().files[0].after or b"")
    assert states(found.review) == ["accepted", "rejected", "pending", "accepted"]
    assert found.review.counts.edited == 1
    review = with_edited_text(place.decided(), 0, NEW.replace("line 30\n", "line 30.0\n").encode())
    for file in place.files:
        file.unlink()
    place.kept = place.opened()
    place.left(review)
    found = place.opened().resume()
    assert found.notes == (
        "a.txt changed meanwhile: look at its hunks again.",
        "What you rewrote in a.txt does not fit any more, and is left out.",
    )
    assert found.review.counts.edited == 0


def test_a_file_that_changed_elsewhere_keeps_its_decisions_by_content(place: Place) -> None:
    place.left(place.decided())
    (place.root / "a.txt").write_text("a new beginning\n" + OLD.replace("line 30\n", "line thirty\n"))
    found = place.opened().resume()
    assert found.left_out == ()
    assert found.notes == ("a.txt changed meanwhile: look at its hunks again.",)
    assert states(found.review) == ["accepted", "rejected", "pending", "accepted"]
    change = found.review.files[0].change
    assert change.before == (place.root / "a.txt").read_bytes()
    assert change.after is not None
    assert change.after.startswith(b"a new beginning\n")
    assert b"line thirty\n" in change.after


def test_what_does_not_fit_any_more_is_left_out_and_said(place: Place) -> None:
    place.left(place.decided())
    (place.root / "a.txt").write_text(OLD.replace("line 20\n", "line zwanzig\n"))
    found = place.opened().resume()
    assert found.left_out == ("a.txt changed in the same lines meanwhile.",)
    assert [file.path for file in found.review.files] == ["b.txt"]
    assert states(found.review) == ["accepted"]
    (place.root / "b.txt").unlink()
    with pytest.raises(UsageError, match=r"Nothing of the kept review fits .* a\.txt changed in the same lines"):
        place.opened().resume()


def test_a_request_for_lines_follows_them_and_ends_where_they_changed(place: Place) -> None:
    review = place.review()
    request = Request("Shout", Target("a.txt", LineRange(4, 4)), AutonomyLevel.LINE)
    change = ChangeSet((FileChange("a.txt", OLD.encode(), OLD.replace("line 3\n", "LINE 3\n").encode()),))
    scope = make_scope(request, review.proposal.snapshot)
    proposal = replace(review.proposal, request=request, scope=scope, change_set=change)
    narrow = Review.of(proposal)
    place.left(decide(narrow, narrow.units[0], Decision.ACCEPTED))
    (place.root / "a.txt").write_text("above\n" + OLD)
    found = place.opened().resume().review
    assert found.proposal.request.target.lines == LineRange(5, 5)
    assert (states(found), found.withheld) == (["accepted"], {})
    (place.root / "a.txt").write_text(OLD.replace("line 2\nline 3\n", "line 2\nline III\n"))
    with pytest.raises(UsageError, match="changed"):
        place.opened().resume()


@pytest.mark.parametrize("damage", [b"", b"{}\n{}\n", b"\xff\xfe", b'{"version": 1, "identity": 7}\n'])
def test_a_damaged_file_is_no_review_and_stops_nothing(place: Place, damage: bytes) -> None:
    place.left(place.decided())
    whole = place.files[0].read_bytes()
    place.files[0].write_bytes(damage)
    assert place.opened().every() == ()
    place.files[0].write_bytes(whole[:-200])
    with pytest.raises(UsageError, match="cannot be read: begin the review anew"):
        place.opened().resume()


def test_a_folder_that_takes_nothing_is_said_and_the_review_goes_on(place: Place) -> None:
    place.state.mkdir()
    (place.state / "reviews").write_text("a file where a folder should be")
    place.kept.keep(place.decided())
    place.kept.close()
    assert "cannot be kept in" in place.kept.trouble


def test_a_killed_program_loses_no_decision_and_a_command_finishes_what_was_decided(tmp_path: Path, home: Path) -> None:
    root = make_repository(tmp_path / "repository", FILES)
    (root / "a.txt").write_text(NEW)
    environment = dict(os.environ)
    command = [sys.executable, "-m", "copilot_tui", "review", "--repo", str(root)]
    with Terminal(command, environment, root, (100, 30)) as terminal:
        terminal.wait_for("line twenty")
        terminal.settle()
        terminal.press("x")
        terminal.wait_until(lambda: any('"decided": 1' in file.read_text() for file in home.rglob("*.json")), "a file")
        terminal.process.kill()
        terminal.process.wait()
    listed = run_program("review", "--unfinished", "--json", repository=root, environment=environment)
    (one,) = json.loads(listed.stdout)["unfinished"]
    assert (one["hunks"], one["decided"]) == (3, 1)
    with Terminal([*command, "--resume"], environment, root, (100, 30)) as terminal:
        terminal.wait_for("Taken up again: 1 of 3 hunks are decided.")
        terminal.press("ctrl+q")
    shown = run_program("review", "--resume", "--json", repository=root, environment=environment)
    assert json.loads(shown.stdout)["rejected"] == [1]
    done = run_program("review", "--resume", one["identity"], "--finish", repository=root, environment=environment)
    assert done.status == 0, done.stderr
    assert (root / "a.txt").read_text() == NEW.replace("line three\n", "line 3\n")
    left = run_program("review", "--unfinished", repository=root, environment=environment)
    assert left.stdout == "No review was left unfinished here.\n"


def test_a_review_that_lands_while_its_writer_stands_back_for_keys_is_not_waited_for(place: Place) -> None:
    stands, goes_on = threading.Event(), threading.Event()

    def stand_back() -> None:
        stands.set()
        goes_on.wait(20)

    place.kept.stand_back = stand_back
    review = place.review()
    place.kept.keep(review)
    assert stands.wait(20)
    begun = time.monotonic()
    place.kept.done(review)
    assert time.monotonic() - begun < 10
    goes_on.set()
    place.kept.close()
    assert place.kept.every() == ()


_DECIDES = """
import sys, time
from pathlib import Path
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.review.in_place import foreign_proposal
from copilot_tui.review.review import Review
from copilot_tui.session.kept_reviews import KeptReviews
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.revisions import snapshot_around

root, state = map(Path, sys.argv[1:])
repository = Repository.open(root, {})
changes = ChangeSet(tuple(FileChange(f"new{number}.txt", None, b"new\\n") for number in range(400)))
snapshot = snapshot_around(repository, changes, is_in_place=False)
review = Review.of(foreign_proposal(changes, snapshot, "Many files", is_in_place=False))
kept = KeptReviews(state, repository)
kept.stand_back = lambda: time.sleep(0.15)  # as long as keys come
for unit in review.units[:5]:
    review = decide(review, unit, Decision.ACCEPTED)
    kept.follow(review)
print("decided", flush=True)
time.sleep(600)
"""


def test_what_was_decided_outlives_a_kill_while_a_large_review_is_first_written_and_keys_come(place: Place) -> None:
    command = [sys.executable, "-c", _DECIDES, str(place.root), str(place.state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as deciding:
        assert deciding.stdout is not None
        assert deciding.stdout.readline() == b"decided\n"
        last = time.monotonic() + 20  # standing back before each file would take a minute
        while not any(one.decided == 5 for one in place.kept.every()) and time.monotonic() < last:
            time.sleep(0.02)
        deciding.kill()
    (head,) = place.kept.unfinished()
    found = place.kept.resume(head.identity).review
    assert states(found).count("accepted") == head.decided == 5


def test_who_leaves_does_not_wait_for_the_pause_behind_a_large_review(place: Place) -> None:
    def compute() -> None:
        ends = time.thread_time() + 0.6
        while time.thread_time() < ends:
            pass

    place.kept.stand_back = (
        compute  # so much that the writer leaves the machine to the person for more than two seconds
    )
    place.kept.keep(place.decided())
    while not place.files:
        time.sleep(0.01)
    begun = time.monotonic()
    place.kept.close()
    assert time.monotonic() - begun < 2
