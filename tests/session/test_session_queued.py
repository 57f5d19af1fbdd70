"""What waits for its turn, kept over starts."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psutil
import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.session.known_keys import KnownKeys
from copilot_tui.session.queued import Entry, QueuedRequests

SHOP = Path("/shop")
ENTRIES = (
    Entry(
        "make it \u00fcnique",
        Request("make it \u00fcnique", Target("cart.py", LineRange(3, 9)), AutonomyLevel.BLOCK),
        before=b"a\xff\n",
    ),
    Entry("? why", Request("why", Target(), AutonomyLevel.REPO, 5, frozenset({".env"})), is_question=True),
    Entry("AI", Request("AI", Target("shop", paths=frozenset({"b", "a"})), AutonomyLevel.DIRECTORY), is_typed=False),
)


def left_by(state: Path, process: int, root: Path = SHOP) -> Path:
    """What a run with this number left waiting."""
    QueuedRequests(state, root).keep(lambda: ENTRIES)
    (file,) = [one for one in (state / "queued").iterdir() if f".{os.getpid()}." in one.name]
    return file.rename(file.with_name(file.name.replace(f".{os.getpid()}.", f".{process}.")))


def ended_process() -> int:
    return next(number for number in range(400_000, 500_000) if not psutil.pid_exists(number))


def test_what_a_run_that_has_ended_left_is_taken_up_once_and_is_readable_by_the_person_alone(tmp_path: Path) -> None:
    file = left_by(tmp_path, ended_process())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert QueuedRequests(tmp_path, Path("/other")).take_up() == ()
    queued = QueuedRequests(tmp_path, SHOP)
    assert queued.take_up() == ENTRIES
    assert queued.take_up() == ()
    left = list((tmp_path / "queued").iterdir())
    assert len(left) == 1, "what is taken up and not yet kept anew survives an end that comes now"
    assert left[0].name.split(".")[1] == str(os.getpid()), "no other start takes it up as well"
    queued.keep(lambda: ENTRIES[:1])
    assert queued.take_up() == (), "its own are not those of another run"
    assert QueuedRequests(tmp_path, SHOP).take_up() == ENTRIES[:1], "the number of a process may come again"


def test_what_a_run_that_lives_keeps_is_left_to_it_and_an_empty_queue_leaves_nothing(tmp_path: Path) -> None:
    file = left_by(tmp_path, os.getppid())
    queued = QueuedRequests(tmp_path, SHOP)
    assert queued.take_up() == ()
    assert file.exists()
    queued.keep(lambda: ENTRIES)
    queued.keep(tuple)
    assert list((tmp_path / "queued").iterdir()) == [file]


def test_keys_are_struck_out_and_nothing_is_kept_where_nothing_may_be(tmp_path: Path) -> None:
    entry = Entry("use sk-verysecret", Request("use sk-verysecret", Target(), AutonomyLevel.REPO))
    QueuedRequests(tmp_path, SHOP, keys=KnownKeys(["sk-verysecret"])).keep(lambda: (entry,))
    (file,) = (tmp_path / "queued").iterdir()
    assert "verysecret" not in file.read_text()
    later = KnownKeys()
    QueuedRequests(tmp_path / "later", SHOP, keys=later).keep(lambda: (entry,))
    later.add("sk-verysecret\n")
    (file,) = (tmp_path / "later" / "queued").iterdir()
    assert "verysecret" not in file.read_text()
    assert "use (key)" in file.read_text()
    assert QueuedRequests(tmp_path, SHOP, keeps=False).take_up() == ()
    QueuedRequests(tmp_path / "none", SHOP, keeps=False).keep(lambda: ENTRIES)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("text", ["", "[1", "{}", "[1, null, {}]", '[{"text": 1}]', "[[[]]]"])
def test_a_damaged_file_is_passed_over(tmp_path: Path, text: str) -> None:
    file = left_by(tmp_path, ended_process())
    records = json.loads(file.read_text())
    records[0]["before"] = "no base64"
    records[1]["level"] = "house"
    file.write_text(json.dumps(records))
    queued = QueuedRequests(tmp_path, SHOP)
    assert queued.take_up() == ENTRIES[2:]
    queued.keep(tuple)
    file.write_text(text)
    assert QueuedRequests(tmp_path, SHOP).take_up() == ()
    assert not list((tmp_path / "queued").iterdir())


def test_a_folder_that_cannot_be_written_disturbs_nothing(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    queued = QueuedRequests(tmp_path / "state", SHOP)
    queued.keep(lambda: ENTRIES)
    assert queued.take_up() == ()


def test_what_is_being_taken_up_waits_for_what_is_being_kept(tmp_path: Path) -> None:
    left_by(tmp_path, ended_process())
    queued = QueuedRequests(tmp_path, SHOP)
    is_keeping, may_end = Event(), Event()

    def newest() -> tuple[Entry, ...]:
        is_keeping.set()
        may_end.wait(30)
        return ()

    with ThreadPoolExecutor() as threads:
        threads.submit(queued.keep, newest)
        assert is_keeping.wait(30)
        taken = threads.submit(queued.take_up)
        with pytest.raises(TimeoutError):
            taken.result(timeout=0.2)
        may_end.set()
        assert taken.result(timeout=30) == ENTRIES
    assert list((tmp_path / "queued").iterdir()), "what was taken up is not let go of by what was kept before"
