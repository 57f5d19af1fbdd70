"""Hunks that need each other, and hunks of one symbol."""

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.review.in_place import foreign_proposal
from copilot_tui.review.links import (
    LinkKind,
    accept_with_needed,
    broken_links,
    dependency_order,
    find_links,
    needed_units,
)
from copilot_tui.review.review import Review, Unit
from copilot_tui.review.symbols import decide_symbol, symbol_of, units_of_symbol

FILLER = "".join(f"filler_{number} = {number}\n" for number in range(8))
CLI_OLD = f'"""The command."""\n{FILLER}\n\ndef main():\n    options = old_parse()\n    return options\n'
CLI_NEW = f'"""The command."""\nimport json\n{FILLER}\n\ndef main():\n    options = parse_args(json.loads("{{}}"))\n    return options\n'
PARSING_OLD = f"def old_parse():\n    return 1\n\n\n{FILLER}"
PARSING_NEW = f"{FILLER}\n\ndef parse_args(given):\n    return given\n"


def review_of(*changes: tuple[str, str, str]) -> Review:
    change_set = ChangeSet(tuple(FileChange(path, old.encode(), new.encode()) for path, old, new in changes))
    snapshot = Snapshot({path: SnapshotFile(old.encode()) for path, old, _ in changes})
    return Review.of(foreign_proposal(change_set, snapshot, "linked", is_in_place=False))


def linked() -> Review:
    return review_of(("cli.py", CLI_OLD, CLI_NEW), ("parsing.py", PARSING_OLD, PARSING_NEW))


def units(review: Review) -> tuple[Unit, ...]:
    assert [(review.files[unit.file].path, unit.hunk) for unit in review.units] == [
        ("cli.py", 0),
        ("cli.py", 1),
        ("parsing.py", 0),
        ("parsing.py", 1),
    ]
    return review.units


def test_a_use_needs_the_import_and_the_definition_and_a_removal_the_end_of_the_use() -> None:
    review = linked()
    importing, using, removing, defining = (review.key(unit) for unit in units(review))
    found = {(link.hunk, link.needed, link.name, link.kind) for link in find_links(review.proposal.change_set)}
    assert found == {
        (using, importing, "json", LinkKind.USES),
        (using, defining, "parse_args", LinkKind.USES),
        (removing, using, "old_parse", LinkKind.REMOVES),
    }


def test_accepting_one_without_the_other_is_said_in_words() -> None:
    review = linked()
    links = find_links(review.proposal.change_set)
    _, using, removing, defining = units(review)
    review = decide(decide(review, using, Decision.ACCEPTED), defining, Decision.REJECTED)
    assert broken_links(review, links) == {review.key(using): ("uses parse_args, which you rejected",)}
    assert broken_links(decide(review, defining, Decision.ACCEPTED), links) == {}
    review = decide(decide(linked(), removing, Decision.ACCEPTED), using, Decision.REJECTED)
    sentence = "takes out old_parse, which cli.py still uses: you rejected the hunk that stops it"
    assert broken_links(review, links) == {review.key(removing): (sentence,)}


def test_a_hunk_is_accepted_with_all_that_it_needs_as_one_step() -> None:
    review = linked()
    links = find_links(review.proposal.change_set)
    importing, using, removing, defining = units(review)
    assert needed_units(review, using, links) == (importing, using, defining)
    accepted = accept_with_needed(review, removing, links)
    assert all(accepted.state(unit) is Decision.ACCEPTED for unit in accepted.units)
    accepted = accept_with_needed(review, using, links)
    assert [accepted.state(unit) for unit in accepted.units].count(Decision.ACCEPTED) == 3
    assert accepted.undo().files == review.files


def test_what_only_changed_its_body_or_moved_links_nothing() -> None:
    body = review_of(("a.py", "def total():\n    return 1\n", "def total():\n    return 2\n"))
    assert find_links(body.proposal.change_set) == ()
    moved = review_of(
        ("a.py", f"def total():\n    return 1\n\n\n{FILLER}", f"{FILLER}\n\ndef total():\n    return 1\n")
    )
    assert find_links(moved.proposal.change_set) == ()
    words = review_of(
        ("a.py", FILLER, f"def parse_args():\n    return 1\n\n\n{FILLER}"),
        ("b.py", FILLER, f"{FILLER}note = 'parse_args'\n"),
    )
    assert find_links(words.proposal.change_set) == (), "a name in a text is no use"
    prose = review_of(
        ("a.py", FILLER, f"def parse_args():\n    return 1\n\n\n{FILLER}"), ("b.md", "", "See parse_args.\n")
    )
    assert find_links(prose.proposal.change_set) == (), "nor is one in prose"


def test_files_that_others_need_come_first() -> None:
    review = linked()
    links = [link for link in find_links(review.proposal.change_set) if link.kind is LinkKind.USES]
    assert dependency_order(review, links) == (1, 0)
    assert dependency_order(review, ()) == (0, 1)


LONG = "".join(f"        step_{number} = {number}\n" for number in range(12))
CLASS = f"class Cart:\n    def total(self):\n        first = 1\n{LONG}        return first\n\n    def clear(self):\n        pass\n"


def test_the_hunks_of_one_symbol_are_decided_together() -> None:
    new = (
        CLASS.replace("first = 1", "first = 10")
        .replace("return first", "return first + 1")
        .replace("pass", "return None")
    )
    review = review_of(("cart.py", CLASS + FILLER, new + FILLER.replace("filler_7 = 7", "filler_7 = 8")))
    first, second, last = review.units
    assert [symbol_of(review, unit) for unit in (first, second)] == ["Cart.total", "Cart.total"]
    assert units_of_symbol(review, first) == (first, second)
    decided = decide_symbol(review, first, Decision.ACCEPTED)
    assert [decided.state(unit) for unit in review.units] == [Decision.ACCEPTED, Decision.ACCEPTED, Decision.PENDING]
    assert decided.undo().files == review.files
    assert decide_symbol(review, last, Decision.REJECTED).state(first) is Decision.PENDING


def test_a_hunk_outside_of_any_symbol_stands_alone() -> None:
    review = review_of(("notes.txt", "a\n" * 30, "b\n" + "a\n" * 28 + "b\n"))
    assert [symbol_of(review, unit) for unit in review.units] == ["", ""]
    decided = decide_symbol(review, review.units[0], Decision.ACCEPTED)
    assert [decided.state(unit) for unit in review.units] == [Decision.ACCEPTED, Decision.PENDING]
