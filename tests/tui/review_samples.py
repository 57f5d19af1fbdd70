"""Reviews to show: a shop's change with a why, a risk, a withheld file, a new file; and any pair of texts as a review."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.checks.finding import Finding, Severity
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.review.proposal import HunkKey, HunkNote, Proposal, Risk
from copilot_tui.review.review import Review
from copilot_tui.session.events import ProposalReady
from tests.tui.recorded_session import CART, FILES

NEW_CART = CART.replace("def total(self, tax):", "def total(self, tax=0):").replace(
    "        self.items.clear()\n", "        self.items = []\n"
)
TEST = FILES["tests/test_cart.py"]


def review_of(
    texts: Mapping[str, tuple[bytes | None, bytes | None]],
    request: Request | None = None,
    notes: Mapping[HunkKey, HunkNote] | None = None,
    findings: tuple[Finding, ...] = (),
) -> Review:
    """The review of files by path as (before, after); None where the file is not there."""
    change_set = ChangeSet(tuple(FileChange(path, before, after) for path, (before, after) in texts.items()))
    files = {path: SnapshotFile(before) for path, (before, _) in texts.items() if before is not None}
    snapshot = Snapshot(files, frozenset(files))
    request = request or Request("Make the tax optional", Target(), AutonomyLevel.REPO)
    scope = make_scope(request, snapshot)
    admission = admit(change_set, scope, snapshot)
    proposal = Proposal(
        request,
        scope,
        snapshot,
        change_set,
        admission,
        notes=MappingProxyType(dict(notes or {})),
        findings=findings,
        title="Make the tax optional",
    )
    return Review.of(proposal)


def shop_review() -> Review:
    """Three files in the folder of the request, one outside of it."""
    checkout = FILES["shop/web/checkout.py"]
    texts = {
        "shop/cart.py": (CART.encode(), NEW_CART.encode()),
        "shop/web/checkout.py": (checkout.encode(), checkout.replace("total(0.2)", "total()").encode()),
        "shop/offers.py": (None, b"OFFERS = ()\n"),
        "tests/test_cart.py": (
            TEST.encode(),
            (TEST + "\n\ndef test_default():\n    assert Cart([]).total() == 0\n").encode(),
        ),
    }
    notes = {
        HunkKey("shop/cart.py", 0): HunkNote("the caller may leave the tax out", Risk.LOW, ("only adds a default",)),
        HunkKey("shop/web/checkout.py", 0): HunkNote("uses the default", Risk.HIGH, ("the tax of 20 % is gone",)),
    }
    findings = (Finding("leftovers", "shop/offers.py", None, Severity.INFO, "nothing uses this file"),)
    request = Request("Make the tax optional", Target("shop"), AutonomyLevel.DIRECTORY)
    return review_of(texts, request, notes, findings)


def many_hunks(files: int, hunks: int, gap: int = 10) -> Review:
    """So many files with so many hunks of one changed line each."""
    texts: dict[str, tuple[bytes | None, bytes | None]] = {}
    for number in range(files):
        lines = [f"line {index} of {number}\n" for index in range(hunks * gap + gap)]
        changed = [
            line.upper() if index % gap == gap // 2 and index < hunks * gap else line
            for index, line in enumerate(lines)
        ]
        texts[f"part/{number}.txt"] = ("".join(lines).encode(), "".join(changed).encode())
    return review_of(texts, Request("Shout", Target(), AutonomyLevel.REPO, budget=10**9))


def answered(review: Review) -> tuple[Any, ...]:
    """The events of a request that ends with this review."""
    return (ProposalReady(review),)


def without_notes(review: Review) -> Review:
    """The same review, nothing said of it."""
    return replace(review, proposal=replace(review.proposal, notes=MappingProxyType({}), findings=()))


def linked_review() -> Review:
    """A file that uses what another one brings in, code that moved between two files, and one that changes its layout alone."""
    helper = "def helper(alpha, beta):\n    gamma = alpha * beta + 17\n    return gamma\n\n\n"
    stays = "def stays(one):\n    return one\n"
    rounded = "\n\ndef rounded(value):\n    return round(value, 2)\n"
    cart = "def total(prices):\n    return sum(prices)\n"
    texts = {
        "shop/cart.py": (cart, cart.replace("sum(prices)", "rounded(sum(prices))")),
        "shop/names.py": ("NAMES = [ 1,2 ]\n", "NAMES = [1, 2]\n"),
        "shop/offers.py": ("def offer(cart):\n    return cart\n", helper + "def offer(cart):\n    return cart\n"),
        "shop/util.py": (helper + "\n".join(f"A{number} = {number}" for number in range(9)) + "\n" + stays, ""),
    }
    before = texts["shop/util.py"][0]
    texts["shop/util.py"] = (before, before.removeprefix(helper) + rounded)
    return review_of({path: (old.encode(), new.encode()) for path, (old, new) in texts.items()})
