"""`copilot-tui stats`: every request, review and undo is counted once, as numbers alone."""

import json
from pathlib import Path

import pytest

from copilot_tui.config.folders import Folders
from copilot_tui.session.log import log_file
from copilot_tui.session.stats import By, Stats, Tally, recent_acceptance, stats_of
from copilot_tui.session.stats_plots import bar, parts_bar, plots_of, sparkline
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


def tally(name: str, **numbers: float) -> Tally:
    made = Tally(name)
    for field, number in numbers.items():
        setattr(made, field, number)
    return made


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ((0, 0, 0), "········"),
        ((1, 0, 0), "aaaaaaaa"),
        ((1, 1, 0), "aaaabbbb"),
        ((1000, 1, 1), "aaaaaabc"),
        ((1, 1, 1), "aaabbbcc"),
    ],
)
def test_the_parts_of_a_bar_fill_it(parts: tuple[int, ...], shown: str) -> None:
    marked = [(amount, mark, mark) for amount, mark in zip(parts, "abc", strict=True)]
    assert "".join(text for text, _ in parts_bar(marked, 8)) == shown


def test_a_sparkline_goes_from_the_lowest_to_the_highest() -> None:
    assert sparkline([0.0, None, 0.5, 1.0]) == "▁·▅█"
    assert sparkline([2.0, 2.0]) == "▁▁"
    assert sparkline([None]) == "·"


def test_the_weeks_show_how_it_went() -> None:
    weeks = (
        tally(
            "2026-W01", requests=1, reviews=1, accepted=1, rejected=1, prompt_tokens=10, calls=1, review_seconds=90.0
        ),
        tally("2026-W02", requests=1, reviews=1, accepted=2, edited=1, prompt_tokens=90, calls=1),
    )
    plots = {plot.title: plot for plot in plots_of(Stats(By.WEEK, weeks, tally("all", requests=2)))}
    course = plots["from week to week, 2026-W01 to 2026-W02"]
    assert [(row.name, row.bar[0][0].strip()) for row in course.rows][:2] == [("accepted", "▁█"), ("tokens", "▁█")]
    (time,) = plots["time of review, by week"].rows
    assert time.words == "1.5 min in 1 review, 90 s each"
    decisions = next(plot for title, plot in plots.items() if title.startswith("accepted"))
    assert [text for text, _ in decisions.rows[1].bar] == ["█" * 12, "▓" * 12]


REVIEW = {
    "log": 1,
    "at": "2026-01-01T00:00:00+00:00",
    "what": "review",
    "repository": "shop",
    "place": "0",
    "level": "block",
}
DECIDED = {"accepted": 0, "partly": 0, "edited": 0, "rejected": 0, "undecided": 0, "withheld": 0, "landing": None}


def review_line(**more: object) -> str:
    return json.dumps({**REVIEW, **DECIDED, "id": "a", "seconds": 10.0, **more}) + "\n"


def test_a_review_that_was_taken_up_again_counts_once_as_it_ended(log: Path) -> None:
    log.parent.mkdir(parents=True)
    left = review_line(accepted=3, undecided=4, kept="12345678")
    ended = review_line(id="b", accepted=6, rejected=1, kept="12345678", landing=7, seconds=20.0)
    other = review_line(place="1", accepted=1, kept="12345678")
    log.write_text(left + ended + other + review_line(accepted=1))
    whole = stats_of(log).whole
    assert (whole.reviews, whole.accepted, whole.rejected, whole.undecided) == (3, 8, 1, 0)
    assert (whole.landings, whole.review_seconds) == (1, 50.0)


def test_recent_acceptance_says_nothing_of_a_few_decisions(log: Path) -> None:
    assert recent_acceptance(log) == {}
    log.parent.mkdir(parents=True)
    log.write_text(
        review_line(accepted=6, partly=1, rejected=2)
        + review_line(level="line", accepted=9)
        + '{"log": 1, "what": "review"}\n'
    )
    assert recent_acceptance(log) == {}
    log.write_text(log.read_text() + review_line(rejected=1))
    assert recent_acceptance(log) == {"block": 0.7}


def test_of_a_long_log_the_newest_part_is_read_alone(log: Path) -> None:
    log.parent.mkdir(parents=True)
    old, new = review_line(rejected=100), review_line(accepted=5)
    log.write_text(old * 3000 + new * 8000)
    assert log.stat().st_size > 2_000_000
    assert recent_acceptance(log) == {"block": 1.0}
