"""`copilot-tui stats`: every request, review and undo is counted once, as numbers alone."""

import json
from pathlib import Path

import pytest

from copilot_tui.config.folders import Folders
from copilot_tui.headless.stats import bar
from copilot_tui.session.log import log_file
from copilot_tui.session.stats import By, stats_of
from tests.headless.conftest import Copilot
from tests.support import replies
from tests.support.program import KEY
from tests.support.scripted_server import ScriptedServer

LINE = "        return sum(self.items) + tax"


@pytest.fixture
def log(folders: Folders) -> Path:
    return log_file(folders.state)


def propose(copilot: Copilot, server: ScriptedServer, *more: str) -> None:
    server.then(replies.answer(f"```python\n{LINE}\n```"))
    assert copilot("propose", "Add the secret tax.", "--at", "shop/cart.py:9", *more).status == 0


def test_acceptance_undo_tokens_and_redo_are_counted(copilot: Copilot, server: ScriptedServer, log: Path) -> None:
    propose(copilot, server, "--accept", "all")
    assert copilot("undo").status == 0
    propose(copilot, server)  # looked at and left
    found = copilot("stats", "--json").json
    (line,) = found["groups"]
    assert (line["name"], line["requests"], line["reviews"], line["landings"]) == ("line", 2, 2, 1)
    assert (line["accepted"], line["rejected"], line["undecided"], line["undone"]) == (1, 0, 1, 1)
    assert line["acceptance"] == 1.0
    assert line["calls"] == 2
    assert line["prompt_tokens"] > 100
    assert found["all"]["requests"] == 2
    assert copilot("redo").status == 0
    assert stats_of(log).whole.undone == 0


def test_every_grouping_has_the_same_sum(copilot: Copilot, server: ScriptedServer, log: Path) -> None:
    propose(copilot, server, "--accept", "all")
    server.then(replies.answer("No edit."))
    copilot("propose", "Add the tax.", "--at", "shop/cart.py:9", "--steps", "edit")
    for by in By:
        found = stats_of(log, by)
        assert sum(tally.prompt_tokens for tally in found.groups) == found.whole.prompt_tokens > 0
        assert sum(tally.accepted for tally in found.groups) == found.whole.accepted == 1
    assert [tally.name for tally in stats_of(log, By.MODEL).groups] == ["scripted"]
    assert [tally.name for tally in stats_of(log, By.REPOSITORY).groups] == ["shop"]


def test_the_plots_name_every_group(copilot: Copilot, server: ScriptedServer) -> None:
    assert "nothing to count yet" in copilot("stats").stdout
    propose(copilot, server, "--accept", "all")
    shown = copilot("stats", "--by", "model").stdout
    assert "accepted of the decided hunks, by model" in shown
    assert f"scripted  {'█' * 24}  100%  1 accepted (0 edited), 0 rejected, 0 left, 0 of 1 landings undone" in shown


def test_the_log_holds_no_code_no_request_no_path_and_no_key(
    copilot: Copilot, server: ScriptedServer, log: Path, shop: Path
) -> None:
    propose(copilot, server, "--accept", "all")
    text = log.read_text()
    for secret in ("secret tax", "self.items", "cart.py", KEY, str(shop)):
        assert secret not in text
    assert log.stat().st_mode & 0o777 == 0o600


def test_broken_lines_are_passed_over_and_said(copilot: Copilot, server: ScriptedServer, log: Path) -> None:
    propose(copilot, server, "--accept", "all")
    good = log.read_text()
    wrong = [
        '{"log": 1, "what": "request"}',
        "no json",
        '{"log": 9}',
        "[]",
        good.splitlines()[1].replace('"accepted": 1', '"accepted": "x"'),
    ]
    log.write_text(good + "\n".join(wrong) + "\n")
    found = stats_of(log)
    assert found.not_understood == len(wrong)
    assert found.whole.accepted == 1
    assert f"{len(wrong)} lines" in copilot("stats").stderr


def test_a_log_that_cannot_be_written_disturbs_nothing(copilot: Copilot, server: ScriptedServer, log: Path) -> None:
    log.mkdir(parents=True)
    propose(copilot, server, "--accept", "all")


def test_every_line_is_a_whole_record(copilot: Copilot, server: ScriptedServer, log: Path) -> None:
    propose(copilot, server, "--accept", "all")
    assert [json.loads(line)["what"] for line in log.read_text().splitlines()] == ["request", "review"]


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "·" * 24), (1.0, "█" * 24), (0.5, "█" * 12 + "·" * 12), (7.0, "█" * 24)]
)
def test_a_bar_is_as_long_as_its_share(share: float, shown: str) -> None:
    assert bar(share) == shown
