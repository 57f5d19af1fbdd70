"""Calls of git by way of a git that is late, or that writes down what it is asked."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from copilot_tui.context.database import Database
from copilot_tui.context.git_ahead import SHORT_LOG
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
    assert past.is_behind
    past.keep()
    past.read_touches(None)
    assert not past.is_behind
    assert store.value("head") == head
    commits, touches = store.value("commits"), store.value("touches")
    assert isinstance(commits, dict)
    assert isinstance(touches, dict)
    assert commits.keys() == touches.keys() == {head}
    assert _SHORT in asked.read_text()
