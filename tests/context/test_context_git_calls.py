"""Calls of git by way of a git that is late, or that writes down what it is asked."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from copilot_tui.context.database import Database
from copilot_tui.context.git_ahead import HEAD, SHORT_LOG
from copilot_tui.context.git_call import GitCall, begin_ahead
from copilot_tui.context.past import Past
from copilot_tui.context.store import Store

_SHORT = SHORT_LOG[-3]  # how many commits


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which each call of git is a line; one for the newest commits alone takes seconds."""
    lines, folder = tmp_path / "asked", tmp_path / "bin"
    lines.touch()
    folder.mkdir()
    place = folder / "git"
    place.write_text(
        f'#!/bin/sh\necho "$*" >> "{lines}"\ncase "$*" in *{_SHORT}*) sleep 5;; esac\nexec "{shutil.which("git")}" "$@"\n'
    )
    place.chmod(place.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return lines


def test_a_past_that_came_too_late_is_read_afterwards(shop: Path, tmp_path: Path, asked: Path) -> None:
    store = Store(Database(tmp_path / "index.sqlite"))
    past = Past(shop, store)
    past.begin()
    head = past.begin_reading(is_short=True)
    past.begin_touches(head)
    past.finish_reading(head, ["shop/cart.py"], 0.0)
    past.take_touches(0.0)
    was_behind = past.is_behind
    past.keep()
    past.read_touches(None)
    assert (was_behind, past.is_behind) == (True, False)
    assert store.value("head") == head
    commits, touches = store.value("commits"), store.value("touches")
    assert isinstance(commits, dict)
    assert isinstance(touches, dict)
    assert commits.keys() == touches.keys() == {head}
    assert _SHORT in asked.read_text()


def test_what_is_begun_already_is_not_begun_again(shop: Path) -> None:
    begin_ahead(shop, *HEAD)
    away = shop.rename(shop.with_name("away"))
    begin_ahead(shop, *HEAD)  # which would say that no git can be run there
    away.rename(shop)
    assert GitCall(shop, *HEAD).output() == GitCall(shop, *HEAD).output() != b""


_THREADED = """
import sys, threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
from copilot_tui.__main__ import main
sys.exit(main())
"""


def test_a_process_that_does_not_fork_begins_no_past_of_the_newest_commits(
    shop: Path, tmp_path: Path, asked: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _THREADED, "context", "discount", "--repo", str(shop), "--json"],
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}, capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert "shop/prices.py" in done.stdout
    assert "HEAD" in asked.read_text()
    assert _SHORT not in asked.read_text(), "nobody waits for it"


@pytest.mark.parametrize("given", [b"", b"given"])
def test_of_a_call_that_is_late_a_part_can_be_taken(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: bytes
) -> None:
    place = tmp_path / "git"
    place.write_text('#!/bin/sh\ncase "$*" in *fails*) printf part; exit 1;; esac\nprintf part\nexec sleep 60\n')
    place.chmod(place.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    calls = [GitCall(shop, *arguments, given=given) for arguments in (("late",), ("late", "too"), ("fails",))]
    assert calls[0].so_far(1.0) == b"part"
    assert calls[1].output(0.1) == b""
    assert calls[2].so_far(10.0) == b""
