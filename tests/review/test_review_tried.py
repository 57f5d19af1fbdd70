"""What a tried command says stands at the hunks, and a later run of the same command replaces it."""

from copilot_tui.autonomy.request import LineRange
from copilot_tui.checks.finding import Finding, Severity
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.review.review import Review
from copilot_tui.review.tried import rule_of, with_culprits, with_findings
from tests.tui.review_samples import many_hunks, review_of


def told(review: Review) -> list[list[str]]:
    return [[one.message for one in review.findings(unit)] for unit in review.units]


def test_a_finding_stands_at_the_hunk_of_its_line_until_the_command_has_run_again() -> None:
    review = many_hunks(1, 3)
    path = review.files[0].path
    line = review.files[0].change.hunks[1].new_start
    found = Finding("lint", path, LineRange(line, line), Severity.ERROR, "lint: too loud")
    marked = with_findings(review, "lint", [found])
    assert told(marked) == [[], ["lint: too loud"], []]
    assert marked.proposal.findings[-1].rule == rule_of("lint")
    assert told(with_findings(marked, "test", [])) == [[], ["lint: too loud"], []]
    assert told(with_findings(marked, "lint", [])) == [[], [], []]


def test_culprits_are_flagged_and_no_decision_changes() -> None:
    review = many_hunks(2, 2)
    for unit in review.units:
        review = decide(review, unit, Decision.ACCEPTED)
    marked = with_culprits(review, "test", "make test", [review.units[2]])
    assert [bool(marked.flags(unit)) for unit in marked.units] == [False, False, True, False]
    assert marked.flags(marked.units[2]) == ("test: makes `make test` fail",)
    assert marked.accepted_change_set().digest == review.accepted_change_set().digest
    assert marked.undo().accepted_change_set().digest == review.undo().accepted_change_set().digest
    assert with_findings(marked, "test", []).proposal.findings == review.proposal.findings


def test_what_leaves_no_line_is_marked_at_its_file() -> None:
    review = review_of({"gone.py": (b"a\nb\n", None), "kept.py": (b"a\n", b"b\n")})
    marked = with_culprits(review, "test", "make test", [unit for unit in review.units if unit.file == 0])
    assert [bool(marked.flags(unit)) for unit in marked.units] == [unit.file == 0 for unit in marked.units]


def test_a_review_of_which_nothing_is_said_stays_the_same_value() -> None:
    review = many_hunks(1, 1)
    assert with_findings(review, "lint", []) is review
