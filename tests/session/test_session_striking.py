"""Known keys in what is kept beside the session's own file: kept reviews, proposals that wait, decisions to draw a rule from."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.checks.finding import Finding, Severity
from copilot_tui.config.settings import Settings
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.edits.edit import Refusal, RefusalCode
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.review.in_place import foreign_proposal
from copilot_tui.review.proposal import HunkKey, HunkNote, LevelWish, PlanStep, Risk
from copilot_tui.review.review import Review
from copilot_tui.session.kept_reviews import KeptReviews
from copilot_tui.session.known_keys import KnownKeys
from copilot_tui.session.memory import Memory
from copilot_tui.session.striking import Striking
from copilot_tui.session.typed import TypedRequests
from copilot_tui.session.waiting import WaitingBox
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.revisions import snapshot_around
from tests.support.program import make_repository

KEY = "sk-verysecret"
OLD, NEW = b"a\nb\n", b"a\nKEY = 'sk-verysecret'\n"


class Kept:
    """A rejected review whose words and change hold the key, and all that keeps something of it."""

    def __init__(self, folder: Path, keys: KnownKeys) -> None:
        self.state = folder / "state"
        root = make_repository(folder / "repository", {"a.py": OLD.decode()})
        self.repository = Repository.open(root, dict(os.environ))
        self.reviews = KeptReviews(self.state, self.repository, keys)
        self.waiting = WaitingBox(self.state, root, keys)
        self.memory = Memory(self.state, self.repository, Settings(), keys)

    def review(self) -> Review:
        changes = ChangeSet((FileChange("a.py", OLD, NEW),))
        snapshot = snapshot_around(self.repository, changes, is_in_place=False)
        foreign = foreign_proposal(changes, snapshot, f"Title {KEY}", is_in_place=False)
        request = Request(f"Use {KEY} here", Target("a.py"), AutonomyLevel.FILE, asked_by=f"agent {KEY}")
        review = Review.of(replace(foreign, request=request, commit_message=f"Commit {KEY}"))
        (unit,) = review.units
        review = decide(review, unit, Decision.REJECTED)
        return replace(review, comments=((review.key(unit), f"not {KEY}"),))

    def everything(self) -> Review:
        review = self.review()
        self.reviews.keep(review)
        self.reviews.close()
        self.memory.take(review)
        self.waiting.decide(self.waiting.put(review.proposal, f"a test {KEY}").identity, review, None)
        return review

    def texts(self) -> dict[str, str]:
        """What each file holds, by its folder."""
        return {file.relative_to(self.state).parts[0]: file.read_text() for file in self.state.rglob("*.json*")}


@pytest.mark.parametrize("is_known_at_first", [True, False])
def test_no_known_key_stands_in_the_words_of_what_is_kept_and_the_change_stays_whole(
    tmp_path: Path, is_known_at_first: bool
) -> None:
    keys = KnownKeys([KEY] if is_known_at_first else [])
    kept = Kept(tmp_path, keys)
    review = kept.everything()
    if not is_known_at_first:
        assert all(text.count(KEY) > 1 for text in kept.texts().values())
        keys.add(KEY)
        kept.reviews.close()
    texts = kept.texts()
    assert texts.keys() == {"reviews", "evidence", "waiting"}
    assert KEY not in texts["reviews"]
    assert KEY not in texts["evidence"]
    assert texts["waiting"].count(KEY) == 1, "in the patch, which stays as it was made"
    assert all("Use (key) here" in text and "not (key)" in text for text in texts.values())
    assert review.proposal.request.text == f"Use {KEY} here", "the session itself goes on with what was typed"
    (head,) = kept.reviews.every()
    assert head.title == "Title (key)"
    found = KeptReviews(kept.state, kept.repository).resume(head.identity).review
    assert found.proposal.change_set.files[0].after == NEW
    assert [found.state(unit) for unit in found.units] == [Decision.REJECTED]
    (waiting,) = kept.waiting.every()
    assert (waiting.state, waiting.made_by, waiting.request.asked_by) == ("rejected", "a test (key)", "agent (key)")
    assert found.proposal.request.asked_by == "agent (key)"
    assert KEY in waiting.patch
    (evidence,) = kept.memory.evidence()
    assert evidence.proposed == "-b\n+KEY = '(key)'\n"


def test_a_key_that_a_later_run_knows_from_its_beginning_is_struck_out_of_what_was_kept_before(tmp_path: Path) -> None:
    kept = Kept(tmp_path, KnownKeys())
    kept.everything()
    typed = TypedRequests(kept.state, kept.repository.root)
    typed.add(f"Use {KEY} here")
    (review,) = (kept.state / "reviews").rglob("*.json")
    head, _, body = review.read_text().partition("\n")
    review.write_text(json.dumps({**json.loads(head), "process": 2**22 + 1}) + "\n" + body)
    assert all(text.count(KEY) >= 1 for text in kept.texts().values())
    keys = KnownKeys([KEY])  # as from a variable of the environment
    later = KeptReviews(kept.state, kept.repository, keys)
    WaitingBox(kept.state, kept.repository.root, keys)
    memory = Memory(kept.state, kept.repository, Settings(), keys)
    assert TypedRequests(kept.state, kept.repository.root, keys=keys).read() == ("Use (key) here",)
    later.close()
    texts = kept.texts()
    assert texts.keys() == {"reviews", "evidence", "waiting", "typed"}
    assert {folder: text.count(KEY) for folder, text in texts.items() if KEY in text} == {"waiting": 1}, "in its patch"
    assert [one.request for one in memory.evidence()] == ["Use (key) here"]
    (found,) = later.unfinished()
    assert later.resume(found.identity).review.proposal.change_set.files[0].after == NEW


def test_a_review_that_has_landed_is_not_written_again_for_a_key(tmp_path: Path) -> None:
    keys = KnownKeys()
    kept = Kept(tmp_path, keys)
    kept.reviews.done(kept.everything())
    keys.add(KEY)
    kept.reviews.close()
    assert kept.texts().keys() == {"evidence", "waiting"}


@pytest.mark.parametrize("is_known_at_first", [True, False])
def test_what_checks_models_and_plans_said_is_kept_without_keys_and_with_its_places(
    tmp_path: Path, is_known_at_first: bool
) -> None:
    keys = KnownKeys([KEY] if is_known_at_first else [])
    kept = Kept(tmp_path, keys)
    review = kept.review()
    proposal = replace(
        review.proposal,
        findings=(Finding("try", "a.py", None, Severity.ERROR, f"printed {KEY}"),),
        notes={HunkKey("a.py", 0): HunkNote(f"why {KEY}", Risk.HIGH, (f"risk {KEY}",))},
        steps=(PlanStep("a.py", f"write {KEY}"),),
        gap=f"more {KEY}",
        offer=LevelWish(AutonomyLevel.REPO, f"room {KEY}"),
        refusals=(Refusal("a.py", 0, RefusalCode.NOT_FOUND, f"no {KEY}", f"near {KEY}"),),
    )
    kept.reviews.keep(replace(review, proposal=proposal))
    kept.reviews.close()
    if not is_known_at_first:
        assert kept.texts()["reviews"].count(KEY) == 14
        keys.add(KEY)
        kept.reviews.close()
    assert KEY not in kept.texts()["reviews"]
    (head,) = kept.reviews.every()
    found = KeptReviews(kept.state, kept.repository).resume(head.identity).review.proposal
    assert found.findings == (Finding("try", "a.py", None, Severity.ERROR, "printed (key)"),)
    assert found.notes == {HunkKey("a.py", 0): HunkNote("why (key)", Risk.HIGH, ("risk (key)",))}
    assert found.steps == (PlanStep("a.py", "write (key)"),)
    assert (found.gap, found.offer) == ("more (key)", LevelWish(AutonomyLevel.REPO, "room (key)"))
    assert [(one.reason, one.nearest) for one in found.refusals] == [("no (key)", "near (key)")]
    assert found.change_set.files[0].after == NEW


def test_paths_and_the_change_are_the_same_and_a_proposal_without_a_key_is_the_very_same(tmp_path: Path) -> None:
    review = Kept(tmp_path, KnownKeys()).review()
    keys = KnownKeys(["a.py-is-a-key"])
    striking = Striking(keys)
    assert striking.without_keys(review) is review
    keys.add(KEY)
    struck = striking.without_keys(review)
    assert struck.proposal.change_set is review.proposal.change_set
    assert struck.proposal.request.target == review.proposal.request.target
    keys.add("another-key")
    assert striking.without_keys(review).proposal is struck.proposal, "so that what was written of it is not made anew"


@pytest.mark.parametrize("is_known_at_first", [True, False])
@pytest.mark.parametrize("across", range(6, len(KEY)))
def test_of_a_key_across_the_cut_of_a_text_nothing_stays(tmp_path: Path, is_known_at_first: bool, across: int) -> None:
    keys = KnownKeys([KEY] if is_known_at_first else [])
    kept = Kept(tmp_path, keys)
    review = kept.review()
    filler = "x" * (1_200 - across)
    request = replace(review.proposal.request, text=f"{filler}{KEY}")
    change = FileChange("a.py", OLD, f"a\n{filler[4:]}{KEY}\n".encode())
    proposal = replace(review.proposal, request=request, change_set=ChangeSet((change,)))
    review = Review.of(proposal)
    (unit,) = review.units
    review = decide(review, unit, Decision.REJECTED)
    kept.memory.take(replace(review, comments=((review.key(unit), f"{filler}{KEY}"),)))
    (evidence,) = kept.memory.evidence()
    if not is_known_at_first:
        texts = (evidence.request, evidence.proposed, evidence.comment)
        assert all(len(text) == 1_200 and text.endswith(KEY[:across]) for text in texts)
        keys.add(KEY)
    assert "sk-ver" not in kept.texts()["evidence"]
    (evidence,) = kept.memory.evidence()
    assert evidence.comment == evidence.request == f"{filler}(key)"
    assert evidence.proposed == f"-b\n+{filler[4:]}(key)" + ("\n" if is_known_at_first else "")


def test_of_a_key_across_the_cut_of_a_title_that_waits_nothing_stays(tmp_path: Path) -> None:
    kept = Kept(tmp_path, KnownKeys([KEY]))
    proposal = kept.review().proposal
    request = replace(proposal.request, text=f"{'x' * 70}{KEY}")
    assert kept.waiting.put(replace(proposal, title="", request=request), "a test").title == f"{'x' * 70}(key)"


def test_of_a_key_across_the_cut_of_a_title_nothing_stays_where_it_becomes_known_later(tmp_path: Path) -> None:
    keys = KnownKeys()
    kept = Kept(tmp_path, keys)
    review = kept.review()
    proposal = replace(review.proposal, title=f"{'x' * 70}{KEY[:10]}")
    kept.reviews.keep(replace(review, proposal=proposal))
    kept.reviews.close()
    kept.waiting.put(proposal, "a test")
    keys.add(KEY)
    kept.reviews.close()
    (head,) = kept.reviews.every()
    assert head.title == kept.waiting.every()[0].title == f"{'x' * 70}(key)"
    assert KEY[:10] not in kept.texts()["reviews"]


def left_by(kept: Kept, process: int) -> tuple[Path, str]:
    """A review that holds the key, as a process that knew of none leaves it."""
    kept.reviews.keep(kept.review())
    kept.reviews.close()
    (file,) = (kept.state / "reviews").rglob("*.json")
    head, _, body = file.read_text().partition("\n")
    file.write_text(json.dumps({**json.loads(head), "process": process}) + "\n" + body)
    os.utime(file, (1_000_000_000, 1_000_000_000))
    return file, file.read_text()


def test_a_key_is_struck_out_of_the_files_of_reviews_that_were_kept_before(tmp_path: Path) -> None:
    kept = Kept(tmp_path, KnownKeys())
    file, text = left_by(kept, 2**22 + 1)
    assert KEY in text
    keys = KnownKeys()
    later = KeptReviews(kept.state, kept.repository, keys)
    (head,) = later.unfinished()
    keys.add(KEY)
    later.close()
    assert KEY not in file.read_text()
    assert later.unfinished() == (replace(head, title="Title (key)"),), "it is as it was in all but its words"
    assert file.stat().st_mtime == 1_000_000_000, "the oldest goes first, as before"
    found = later.resume(head.identity).review
    assert found.proposal.request.text == "Use (key) here"
    assert found.proposal.change_set.files[0].after == NEW
    assert [found.state(unit) for unit in found.units] == [Decision.REJECTED]
    assert [words for _, words in found.comments] == ["not (key)"]
    assert not list(file.parent.glob("*.new"))


def test_a_key_is_struck_out_of_a_review_that_was_taken_up_and_is_not_kept_anew_yet(tmp_path: Path) -> None:
    kept = Kept(tmp_path, KnownKeys())
    file, _ = left_by(kept, 2**22 + 1)
    keys = KnownKeys()
    later = KeptReviews(kept.state, kept.repository, keys)
    later.resume()
    keys.add(KEY)
    later.close()
    assert KEY not in file.read_text()


def test_a_file_stays_where_another_process_has_it_open_or_it_cannot_be_read_or_no_key_stands_in_its_words(
    tmp_path: Path,
) -> None:
    kept = Kept(tmp_path, KnownKeys())
    file, text = left_by(kept, os.getppid())
    keys = KnownKeys()
    later = KeptReviews(kept.state, kept.repository, keys)
    keys.add(KEY)
    later.close()
    assert file.read_text() == text
    head, _, body = text.partition("\n")
    head = json.dumps({**json.loads(head), "process": 2**22 + 1})
    file.write_text(f"{head}\n{body[:-20]}")
    keys.add("snapshot_files", "another-key")
    later.close()
    assert file.read_text() == f"{head}\n{body[:-20]}", "a damaged one"
    before = file.write_text(f"{head}\n{body}".replace(KEY, "no key")), file.stat()
    keys.add("commit_message")
    later.close()
    assert file.stat().st_ino == before[1].st_ino, "the name of a field is no word"
