"""A change is tried with the project's own commands: only those that were agreed to, and the guilty hunk is named."""

import dataclasses
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.errors import RepositoryError, SettingsError
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review
from copilot_tui.workspace.project_commands import ProjectCommand, find_commands
from copilot_tui.workspace.run_command import Watch
from copilot_tui.workspace.scratch import ScratchTree
from copilot_tui.workspace.trust import Trust
from copilot_tui.workspace.try_out import TryOut, at_proposal
from tests.workspace.room import Room, git, tree_of, write

CART = "".join(f"def price_{number}():\n    return {number}\n\n\n\n\n\n\n\n" for number in range(8)).encode()
CHECK = b"""\
import cart
for number in range(8):
    if getattr(cart, f"price_{number}")() < 0:
        print(f"cart.py:{number * 9 + 2}: error: a price below zero")
        raise SystemExit(1)
"""
TEST = ProjectCommand("test", (sys.executable, "check.py"), "settings")


@pytest.fixture
def room(make_room: Callable[..., Room]) -> Room:
    return make_room(
        {"cart.py": CART, "check.py": CHECK, "Makefile": b"test: lint\n\tpython3 check.py\n\nlint:\n\t@true\n"}
    )


@pytest.fixture
def make_try_out(room: Room, tmp_path: Path) -> Iterator[Callable[..., TryOut]]:
    with ScratchTree(room.repository, tmp_path / "cache", room.environment) as scratch:

        def make(**variables: str) -> TryOut:
            trust = Trust(room.state, room.repository)
            return TryOut(scratch, room.repository, trust, {**room.environment, **variables})

        yield make


def proposal(room: Room, **returns: int) -> Review:
    """A review with every hunk accepted: each names a function's new price."""
    after = CART
    for name, value in returns.items():
        number = name.removeprefix("price_")
        after = after.replace(
            f"def {name}():\n    return {number}\n".encode(), f"def {name}():\n    return {value}\n".encode()
        )
    change_set = ChangeSet((FileChange("cart.py", CART, after),))
    snapshot = room.repository.snapshot(["cart.py"])
    request = Request("change prices", Target(""), AutonomyLevel.REPO, budget=1000)
    scope = make_scope(request, snapshot)
    review = Review.of(Proposal(request, scope, snapshot, change_set, admit(change_set, scope, snapshot)))
    for unit in review.units:
        review = decide(review, unit, Decision.ACCEPTED)
    return review


@pytest.mark.fault("O10")
def test_nothing_runs_that_was_not_agreed_to(room: Room, make_try_out: Callable[..., TryOut], tmp_path: Path) -> None:
    try_out = make_try_out()
    command = ProjectCommand("test", ("touch", str(tmp_path / "canary")), "settings")
    before = tree_of(room.root)
    assert not try_out.is_allowed(command)
    with pytest.raises(RepositoryError, match="You have not agreed to `touch"):
        try_out.run(command, ChangeSet())
    assert not (tmp_path / "canary").exists()
    try_out.allow(command)
    assert try_out.run(command, ChangeSet()).result.passed
    assert (tmp_path / "canary").exists()
    assert tree_of(room.root) == before
    odd = ProjectCommand(
        "lint", (sys.executable, "-c", "import sys; print(sys.argv[1:])", "a b", "$HOME", ";x"), "settings"
    )
    try_out.allow(odd)
    assert try_out.run(odd, ChangeSet()).result.output == "['a b', '$HOME', ';x']"
    assert odd.shown.startswith(odd.line)


@pytest.mark.fault("O06")
def test_what_stands_behind_a_command_is_agreed_to_as_well(
    room: Room, make_try_out: Callable[..., TryOut], tmp_path: Path
) -> None:
    try_out = make_try_out()
    lint, test = try_out.commands(ChangeSet())
    assert (lint.line, test.line) == ("make lint", "make test")
    assert test.consent == "make test\nMakefile\ntest: lint\n\tpython3 check.py\nlint:\n\t@true"
    try_out.allow(test)
    assert try_out.run(test, ChangeSet()).result.passed
    write(room.root, {"Makefile": room.read("Makefile").replace(b"@true", f"touch {tmp_path}/canary".encode())})
    with ScratchTree(room.repository, tmp_path / "other", room.environment) as scratch:
        later = TryOut(scratch, room.repository, Trust(room.state, room.repository), room.environment)
        _, now = later.commands(ChangeSet())
        assert not later.is_allowed(now)
        assert later.agreed_before(now) == test.consent
        with pytest.raises(RepositoryError, match="not agreed"):
            later.run(now, ChangeSet())
        with pytest.raises(RepositoryError, match="redefines `make test` in Makefile"):
            later.run(test, ChangeSet())
    assert not (tmp_path / "canary").exists()


def test_a_change_that_redefines_a_command_is_not_tried_with_it(
    room: Room, make_try_out: Callable[..., TryOut]
) -> None:
    try_out = make_try_out()
    _, test = try_out.commands(ChangeSet())
    try_out.allow(test)
    makefile = room.read("Makefile")
    change = ChangeSet((FileChange("Makefile", makefile, makefile.replace(b"@true", b"touch canary")),))
    with pytest.raises(RepositoryError, match="redefines `make test`"):
        try_out.run(test, change)


def test_results_stand_at_the_lines_of_the_proposal(room: Room, make_try_out: Callable[..., TryOut]) -> None:
    try_out = make_try_out()
    try_out.allow(TEST)
    review = proposal(room, price_2=-2, price_5=50)
    lines: list[str] = []
    trial = try_out.run(TEST, review.accepted_change_set(), Watch(on_line=lines.append))
    assert lines == ["cart.py:20: error: a price below zero"]
    (finding,) = trial.findings
    assert (finding.path, finding.lines and finding.lines.first, finding.is_error) == ("cart.py", 20, True)
    shifted = ChangeSet((FileChange("cart.py", CART, b"# new\n" + (review.files[0].change.after or b"")),))
    (moved,) = at_proposal(trial.findings, review.accepted_change_set(), shifted)
    assert moved.lines is not None
    assert moved.lines.first == 21
    shown = dataclasses.replace(review, proposal=dataclasses.replace(review.proposal, findings=trial.findings))
    assert [len(shown.findings(unit)) for unit in shown.units] == [1, 0]


def test_the_guilty_hunks_are_found_by_delta_debugging(room: Room, make_try_out: Callable[..., TryOut]) -> None:
    try_out = make_try_out()
    try_out.allow(TEST)
    review = proposal(room, price_0=10, price_1=11, price_3=13, price_4=14, price_6=-6, price_7=17)
    assert len(review.units) == 6
    before = tree_of(room.root)
    seen: list[tuple[int, int]] = []
    culprits = try_out.bisect(TEST, review, Watch(), lambda runs, units: seen.append((runs, units)))
    assert culprits.units == (review.units[4],)
    assert culprits.runs == len(seen) <= 8
    assert "one of 6 hunks makes" in culprits.sentence
    assert [runs for runs, _ in seen] == list(range(len(seen)))
    assert tree_of(room.root) == before


def test_a_part_that_breaks_in_another_way_is_not_blamed(room: Room, make_try_out: Callable[..., TryOut]) -> None:
    """Hunk 1 alone breaks because it needs hunk 0; guilty of the failure that was seen is hunk 2."""
    try_out = make_try_out()
    try_out.allow(TEST)
    after = CART.replace(b"return 1\n", b"return helper()\n", 1).replace(b"return 6\n", b"return -6\n", 1)
    after = after.replace(b"return 3\n", b"return 3\n\n\ndef helper():\n    return 1\n", 1)
    review = proposal(room)
    change_set = ChangeSet((FileChange("cart.py", CART, after),))
    admission = admit(change_set, review.proposal.scope, review.proposal.snapshot)
    review = Review.of(dataclasses.replace(review.proposal, change_set=change_set, admission=admission))
    for unit in review.units:
        review = decide(review, unit, Decision.ACCEPTED)
    write(room.root, {"check.py": CHECK.replace(b"{number * 9 + 2}", b"1")})
    with ScratchTree(room.repository, room.state / "other", room.environment) as scratch:
        trying = TryOut(scratch, room.repository, Trust(room.state, room.repository), room.environment)
        culprits = trying.bisect(TEST, review, Watch(), lambda runs, units: None)
    assert culprits.units == (review.units[2],)


@pytest.mark.parametrize(
    ("value", "sentence"), [(9, "passes with everything"), (-1, "fails in the same way without the change")]
)
def test_where_there_is_nothing_to_find_it_is_said(room: Room, tmp_path: Path, value: int, sentence: str) -> None:
    write(room.root, {"check.py": CHECK.replace(b"< 0", b"< 100") if value < 0 else CHECK})
    with ScratchTree(room.repository, tmp_path / "cache", room.environment) as scratch:
        try_out = TryOut(scratch, room.repository, Trust(room.state, room.repository), room.environment)
        try_out.allow(TEST)
        culprits = try_out.bisect(TEST, proposal(room, price_3=value), Watch(), lambda runs, units: None)
    assert culprits.units == ()
    assert sentence in culprits.sentence


def test_a_search_can_be_cancelled(room: Room, make_try_out: Callable[..., TryOut]) -> None:
    try_out = make_try_out()
    try_out.allow(TEST)
    with pytest.raises(RepositoryError, match="cancelled"):
        try_out.bisect(TEST, proposal(room, price_3=-3), Watch(is_cancelled=lambda: True), lambda runs, units: None)


def test_what_a_formatter_changes_can_be_harvested(room: Room, make_try_out: Callable[..., TryOut]) -> None:
    try_out = make_try_out()
    script = (
        "from pathlib import Path; cart = Path('cart.py'); Path('gen.py').touch(); "
        "cart.write_text(cart.read_text().replace('return', 'return  '))"
    )
    formatter = ProjectCommand("format", (sys.executable, "-c", script), "settings")
    try_out.allow(formatter)
    review = proposal(room, price_2=22)
    accepted = review.accepted_change_set()
    assert try_out.run(formatter, accepted).result.passed
    harvest = {change.path: change for change in try_out.harvest()}
    assert set(harvest) == {"cart.py", "gen.py"}
    assert harvest["cart.py"].before == accepted.files[0].after
    assert harvest["cart.py"].after == (accepted.files[0].after or b"").replace(b"return", b"return  ")
    assert room.read("cart.py") == CART


@pytest.mark.fault("O11", "O22")
def test_a_command_gets_the_persons_variables_without_keys(room: Room, make_try_out: Callable[..., TryOut]) -> None:
    try_out = make_try_out(
        OPENAI_API_KEY="sk-CANARYKEY", COPY="x sk-CANARYKEY", MINE="kept", GIT_DIR="/elsewhere",
        PATH=f"{room.root}/.venv/bin:.::/usr/bin:/bin",
    )  # fmt: skip
    command = ProjectCommand("test", ("env",), "settings")
    try_out.allow(command)
    printed = try_out.run(command, ChangeSet()).result.output
    variables = dict(line.split("=", 1) for line in printed.splitlines())
    assert "CANARYKEY" not in printed
    assert variables["MINE"] == "kept"
    assert "GIT_DIR" not in variables
    folder = variables["PWD"]
    assert variables["PATH"] == f"{folder}/.venv/bin:/usr/bin:/bin"
    assert variables["PYTHONPATH"].split(os.pathsep)[0] == folder


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        (
            {"package.json": b'{"scripts": {"test": "jest", "lint": "eslint .", "build": "x"}}', "yarn.lock": b""},
            ["yarn run lint", "yarn run test"],
        ),
        ({"package.json": b'{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}'}, []),
        ({"package.json": b"[1, 2"}, []),
        (
            {"pyproject.toml": b"[tool.ruff]\n[tool.mypy]\nfiles = 'a'\n[tool.pytest.ini_options]\n"},
            ["python3 -m ruff check .", "python3 -m mypy", "python3 -m pytest -q"],
        ),
        ({"pyproject.toml": b"= broken", "tests/test_a.py": b""}, ["python3 -m pytest -q"]),
        ({"Cargo.toml": b""}, ["cargo check --all-targets --message-format=short", "cargo test"]),
        ({"go.mod": b""}, ["go vet ./...", "go test ./..."]),
        ({"Makefile": b"CC := x\ntest lint: a.o\n\ttrue\na.o: ; cc\n", "go.mod": b""}, ["make lint", "make test"]),
        ({}, []),
    ],
)  # fmt: skip
def test_commands_are_found_where_projects_keep_them(tmp_path: Path, files: dict[str, bytes], lines: list[str]) -> None:
    write(tmp_path, files)
    assert [command.line for command in find_commands(tmp_path)] == lines


def test_the_persons_own_commands_come_first_and_can_switch_one_off(tmp_path: Path) -> None:
    write(tmp_path, {"go.mod": b""})
    configured = {"test": "go test -race ./...", "lint": "", "docs": "make 'the docs'"}
    assert [(one.name, one.arguments) for one in find_commands(tmp_path, configured)] == [
        ("test", ("go", "test", "-race", "./...")),
        ("docs", ("make", "the docs")),
    ]


def test_a_script_that_git_would_see_is_not_left_in_the_repository(
    room: Room, make_try_out: Callable[..., TryOut]
) -> None:
    try_out = make_try_out()
    command = ProjectCommand(
        "test", ("sh", "-c", "git checkout -qb mine && touch new && git add new && git commit -qm New"), "settings"
    )
    try_out.allow(command)
    before = tree_of(room.root)
    assert try_out.run(command, ChangeSet()).result.passed
    assert tree_of(room.root) == before
    assert git(room.root, "branch", "--list", "mine") == b""


@pytest.mark.fault("O05")
def test_the_repositorys_own_commands_are_offered_and_the_persons_come_before_them(tmp_path: Path) -> None:
    write(tmp_path, {".copilot-tui.toml": b'[commands]\ntest = "touch canary"\nodd = "\'"\ndocs = 3\n', "go.mod": b""})
    lint, test = find_commands(tmp_path)
    assert (lint.line, test.line, test.source) == ("go vet ./...", "touch canary", ".copilot-tui.toml")
    assert [command.line for command in find_commands(tmp_path, {"test": "make test", "lint": ""})] == ["make test"]
    with pytest.raises(SettingsError, match="command lint cannot be understood: No closing quotation"):
        find_commands(tmp_path, {"lint": "echo '"})
