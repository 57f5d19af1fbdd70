"""What waits for its turn, kept over starts."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
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
    Entry(
        "AI",
        Request(
            "AI", Target("shop", paths=frozenset({"b", "a"})), AutonomyLevel.DIRECTORY, asked_by="watch, shop/a.py:3"
        ),
        is_typed=False,
    ),
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


def about_lines(name: str, before: bytes) -> Entry:
    return Entry(name, Request(name, Target("a.py", LineRange(1, 2)), AutonomyLevel.BLOCK), before=before)


def without_file(entry: Entry) -> Entry:
    assert entry.before is not None
    return replace(entry, before=None, digest=sha256(entry.before).hexdigest())


def test_of_a_large_file_the_sum_is_kept_and_of_much_that_waits_the_largest_files_go(tmp_path: Path) -> None:
    noise = os.urandom(990_000)
    entries = [about_lines("large", b"a" * 1_000_001), about_lines("larger", noise + noise[:9_000])]
    entries += [about_lines(str(number), noise) for number in range(16)]
    QueuedRequests(tmp_path, SHOP).keep(lambda: entries)
    (file,) = (tmp_path / "queued").iterdir()
    assert file.stat().st_size <= 20_000_000
    found = QueuedRequests(tmp_path, SHOP).take_up()
    assert found[:2] == (without_file(entries[0]), without_file(entries[1]))
    kept = [one for one in found[2:] if one.before is not None]
    assert len(kept) == 15, "no more goes than has to"
    assert [one.text for one in found] == [one.text for one in entries], (
        "no request is lost, and none goes before another"
    )
    QueuedRequests(tmp_path / "again", SHOP).keep(lambda: found[:3])
    assert QueuedRequests(tmp_path / "again", SHOP).take_up() == found[:3]


def test_a_file_that_is_too_large_to_be_read_stays(tmp_path: Path) -> None:
    file = left_by(tmp_path, ended_process())
    text = file.read_text()
    file.write_text(text + " " * 20_000_000)
    queued = QueuedRequests(tmp_path, SHOP)
    assert queued.take_up() == ()
    queued.keep(lambda: ENTRIES[:1])
    queued.keep(tuple)
    assert file.read_text().rstrip() == text


def test_no_file_that_holds_a_key_is_kept_whenever_the_key_became_known(tmp_path: Path) -> None:
    entry = about_lines("go", b'KEY = "sk-verysecret"\n')
    QueuedRequests(tmp_path / "known", SHOP, keys=KnownKeys(["sk-verysecret"])).keep(lambda: (entry,))
    assert QueuedRequests(tmp_path / "known", SHOP).take_up() == (without_file(entry),)
    keys = KnownKeys()
    QueuedRequests(tmp_path / "later", SHOP, keys=keys).keep(lambda: (entry, *ENTRIES))
    keys.add("sk-verysecret")
    assert QueuedRequests(tmp_path / "later", SHOP).take_up() == (without_file(entry), *ENTRIES)


def test_a_key_is_struck_out_of_what_was_taken_up_and_is_not_kept_anew_yet(tmp_path: Path) -> None:
    entry = about_lines("use sk-verysecret", b"sk-verysecret")
    QueuedRequests(tmp_path, SHOP).keep(lambda: (entry,))
    keys = KnownKeys()
    assert QueuedRequests(tmp_path, SHOP, keys=keys).take_up() == (entry,)
    keys.add("sk-verysecret")
    (file,) = (tmp_path / "queued").iterdir()
    assert "use (key)" in file.read_text()
    assert "verysecret" not in file.read_text()
    assert [one.before for one in QueuedRequests(tmp_path, SHOP).take_up()] == [None]


def test_a_key_that_is_known_from_the_start_is_struck_out_of_what_an_earlier_run_left(tmp_path: Path) -> None:
    entry = about_lines("use sk-verysecret", b"sk-verysecret")
    QueuedRequests(tmp_path, SHOP).keep(lambda: (entry,))
    queued = QueuedRequests(tmp_path, SHOP, keys=KnownKeys(["sk-verysecret"]))
    assert queued.take_up() == (entry,), "it goes out as it was typed"
    (file,) = (tmp_path / "queued").iterdir()
    assert "use (key)" in file.read_text()
    assert [one.before for one in QueuedRequests(tmp_path, SHOP).take_up()] == [None]


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


DAMAGED = (
    "",
    "[1",
    "{}",
    "[1, null, {}]",
    '[{"text": 1}]',
    "[" * 100_000,
    "[1, \udcff",
    '[ {"text": "a new version\'s"} ]',
)


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_what_cannot_be_read_stays_as_it_is_when_a_key_becomes_known(tmp_path: Path, text: str) -> None:
    keys = KnownKeys()
    QueuedRequests(tmp_path, SHOP, keys=keys).keep(lambda: ENTRIES)
    (file,) = (tmp_path / "queued").iterdir()
    data = text.encode("utf-8", "surrogateescape")
    file.write_bytes(data)
    keys.add("sk-verysecret")
    assert file.read_bytes() == data


def test_a_key_is_struck_out_of_what_cannot_be_read_as_well_and_nothing_else_goes(tmp_path: Path) -> None:
    keys = KnownKeys()
    QueuedRequests(tmp_path, SHOP, keys=keys).keep(lambda: (*ENTRIES, about_lines("go", b"sk-verysecret")))
    (file,) = (tmp_path / "queued").iterdir()
    records = json.loads(file.read_text())
    records[0]["before"] = "no base64"
    records[1]["level"] = "house"
    records[3]["new"] = "field"
    records += [None, {"said": "use sk-verysecret"}, [["sk-verysecret"]]]
    file.write_text(json.dumps(records))
    keys.add("sk-verysecret")
    records[3] |= {"before": None, "digest": sha256(b"sk-verysecret").hexdigest()}
    records[-2:] = [{"said": "use (key)"}, [["(key)"]]]
    assert json.loads(file.read_text()) == records
    file.write_text("[1, sk-verysecret")
    keys.add("another-key")
    assert file.read_text() == "[1, (key)"


def test_a_file_in_which_no_key_stands_is_not_written_again(tmp_path: Path) -> None:
    keys = KnownKeys()
    QueuedRequests(tmp_path, SHOP, keys=keys).keep(lambda: ENTRIES)
    (file,) = (tmp_path / "queued").iterdir()
    before = file.stat()
    keys.add("sk-verysecret")
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_how_many_of_the_last_requests_are_too_much_is_given(tmp_path: Path) -> None:
    large = Entry("a" * 7_000_000, Request("go", Target(), AutonomyLevel.REPO))
    entries = (ENTRIES[0], large, large, replace(large, text="b" * 7_000_000), ENTRIES[1])
    queued = QueuedRequests(tmp_path, SHOP)
    assert queued.keep(lambda: entries[:3]) == 0
    assert queued.keep(lambda: entries) == 2
    assert QueuedRequests(tmp_path, SHOP).take_up() == (without_file(ENTRIES[0]), large, large)
    assert QueuedRequests(tmp_path, SHOP, keeps=False).keep(lambda: entries) == 0
