"""Reviews that are kept while a person decides, so that a quit or a crash loses no decision, and a kill none that is a second old.

They lie in the person's state folder, never in the repository, readable by the person alone.

Invariant: a file is replaced as a whole or not at all, and is taken away when its review has landed or was discarded. No known key stands
in its words, nor in those of reviews kept before unless another process has one open; what a decision restores, the bytes of files, stays.
"""

import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TextIO
from uuid import uuid4

from copilot_tui.errors import CopilotTuiError, UsageError
from copilot_tui.review.changed_file import ChangedFile, Decision
from copilot_tui.review.review import Review
from copilot_tui.review.saved import review_from_json
from copilot_tui.review.saving import ReviewWriter
from copilot_tui.session.known_keys import KnownKeys
from copilot_tui.session.living import is_running
from copilot_tui.session.log import place_of
from copilot_tui.session.striking import Striking
from copilot_tui.visible import visible
from copilot_tui.workspace.repository import Repository

if TYPE_CHECKING:
    from copilot_tui.session.resuming import Resumed

VERSION = 1
_MOST_KEPT = 10  # of one repository; the oldest goes first
_MOST_TITLE = 200  # characters
_MOST_HEAD = 10_000  # characters of the first line
_PAUSE = 4  # times as long as the last writing computed: a huge review leaves the machine to the person
_MOST_PAUSE = 5.0  # seconds
_LATE = 0.4  # seconds that a decision waits for keys and pauses: then it is written beside them
_LOOK = 0.02  # seconds between two looks whether one has waited so long
_IDENTITY = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class KeptReview:
    """What is known of a kept review without reading it: `when` is ISO 8601 in UTC, `decided` of `hunks` have a decision."""

    identity: str
    when: str
    title: str
    hunks: int
    decided: int
    process: int


class KeptReviews:
    """The kept reviews of one repository, and the one that is being decided now."""

    def __init__(self, state_folder: Path, repository: Repository, keys: KnownKeys | None = None) -> None:
        self._repository = repository
        self._folder = state_folder / "reviews" / place_of(repository.root)
        self._lock = threading.Lock()
        self._writing = threading.Lock()  # held while a file is written or taken away
        self._identity = ""
        self._at_hand: Review | None = None
        self._before: tuple[Review | None, str] = (None, "")
        self._newest: tuple[str, Review, Mapping[str, str]] | None = None
        self._last: tuple[str, Review, Mapping[str, str]] | None = None  # what was kept last
        self._kept_since = 0.0  # when the oldest state was given that is not written yet
        self._is_leaving = False
        self._writer: threading.Thread | None = None
        self._text = ReviewWriter()
        self.trouble = ""
        self.stand_back: Callable[[], object] = (
            int  # called between the files of a review: it may wait, and raises nothing
        )
        self._keys = keys or KnownKeys()
        self._striking = Striking(self._keys)
        self._is_to_be_struck = False  # another key is known since the files of all reviews were gone over
        if keys is not None:
            keys.tell(self._strike)

    def keep(self, review: Review, viewed: Mapping[str, str] = MappingProxyType({})) -> None:
        """Keep this state of the review at hand; returns at once, a thread writes the newest state."""
        with self._lock:
            # Another level, or another answer for some lines, is the same review: they share its snapshot.
            if self._at_hand is None or review.proposal.snapshot is not self._at_hand.proposal.snapshot:
                self._identity = uuid4().hex[:8]
            self._at_hand = review
            if self._newest is None:
                self._kept_since = time.monotonic()
            self._newest = self._last = (self._identity, review, dict(viewed))
            self._begin_writing()

    def _begin_writing(self) -> None:
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_newest, name="review-writer", daemon=True)
            self._writer.start()

    def _strike(self) -> None:
        """Another key is known: it may stand in the review at hand, and in those that were kept before."""
        with self._lock:
            if self._newest is None and self._last is not None and self._last[0] == self._identity:
                self._newest = self._last
            self._is_to_be_struck = True
            self._begin_writing()

    def follow(self, review: Review, viewed: Mapping[str, str] = MappingProxyType({})) -> None:
        """Keep the review as soon as something in it is decided or said."""
        if self.is_at_hand(review) or review.comments or any(_is_decided(file) for file in review.files):
            self.keep(review, viewed)

    def is_at_hand(self, review: Review) -> bool:
        """Whether this review is being kept already."""
        return self._at_hand is not None and review.proposal.snapshot is self._at_hand.proposal.snapshot

    def identity_of(self, review: Review) -> str:
        """What the review is kept as, also when another one was taken up since; empty where it is not kept."""
        for at_hand, identity in ((self._at_hand, self._identity), self._before):
            if at_hand is not None and review.proposal.snapshot is at_hand.proposal.snapshot:
                return identity
        return ""

    def go_on(self, before: Review, after: Review) -> None:
        """The same review goes on, on files that changed meanwhile."""
        with self._lock:
            if self.is_at_hand(before):
                self._at_hand = after

    def done(self, review: Review) -> None:
        """The review has landed, or was discarded: it is kept no longer."""
        with self._lock:
            if not self.is_at_hand(review):
                return
            gone, self._identity, self._at_hand, self._newest, self._last = self._identity, "", None, None, None
        with self._writing:
            self._file(gone).unlink(missing_ok=True)

    def every(self) -> tuple[KeptReview, ...]:
        """All of them, newest first; what cannot be read is left out."""
        heads = [self._head(path) for path in self._folder.glob("*.json")]
        return tuple(sorted((head for head in heads if head is not None), key=lambda head: head.when, reverse=True))

    def unfinished(self) -> tuple[KeptReview, ...]:
        """Those that nobody is deciding now, here or in another process; newest first."""
        return tuple(head for head in self.every() if not self._is_open(head))

    def resume(self, identity: str = "") -> "Resumed":
        """Take up a kept review, the newest unfinished one without an identity, on the files as they are now; raises `CopilotTuiError`.

        Blocking. What is decided from now on is kept in its place.
        """
        from copilot_tui.session.resuming import on_present_files  # noqa: PLC0415

        head, review, viewed = self._read(identity)
        found = on_present_files(self._repository, review)
        with self._lock:
            self._before = (self._at_hand, self._identity)
            self._identity, self._at_hand = head.identity, found.review
        return replace(found, viewed=viewed)

    def _read(self, identity: str) -> tuple[KeptReview, Review, dict[str, str]]:
        found = [one for one in self.every() if one.identity == identity] if identity else self.unfinished()
        if not found and identity:
            raise UsageError(
                f"No review {visible(identity)} is kept here: `copilot-tui review --unfinished` lists them."
            )
        if not found:
            raise UsageError("No unfinished review is kept here: `copilot-tui review` begins one.")
        head = found[0]
        try:
            _, _, body = self._file(head.identity).read_text(encoding="ascii").partition("\n")
            value = json.loads(body)
        except (OSError, ValueError, RecursionError) as error:
            raise UsageError(f"The kept review {head.identity} cannot be read: begin the review anew.") from error
        return head, *review_from_json(value)

    def close(self) -> None:
        """Wait until the newest state is written."""
        writer = self._writer
        if writer is not None:
            self._is_leaving = True
            writer.join()
            self._is_leaving = False

    def _write_newest(self) -> None:
        while True:
            with self._lock:
                newest, self._newest = self._newest, None
                since = self._kept_since
                if newest is None and not self._is_to_be_struck:
                    self._writer = None
                    return
                if newest is None:
                    self._is_to_be_struck = False
            began = time.thread_time()
            if newest is not None:
                self._write(*newest, since)
            else:
                self._strike_files()
            took = time.thread_time() - began
            if took > 0.1:
                self._leave_room(time.monotonic() + min(_PAUSE * took, _MOST_PAUSE))

    def _leave_room(self, until: float) -> None:
        """Write nothing for a while, unless a decision has waited too long by then, or the person leaves."""
        while time.monotonic() < until and not self._is_leaving:
            if self._newest is not None and _is_late(self._kept_since):
                return
            time.sleep(_LOOK)

    def _write(self, identity: str, review: Review, viewed: Mapping[str, str], since: float) -> None:
        """Write a state that was given at `since`."""
        counts = review.counts
        review = self._striking.without_keys(review)
        head = KeptReview(
            identity,
            datetime.now(UTC).isoformat(timespec="milliseconds"),
            _title(review),
            len(review.units) - counts.withheld,
            counts.accepted + counts.rejected + counts.partly,
            os.getpid(),
        )
        body = tuple(self._text.text(review, viewed, lambda: None if _is_late(since) else self.stand_back()))
        with self._writing:
            if identity != self._identity:
                return  # it has landed, or another review is at hand, since this was asked for
            try:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._fresh(head, body).replace(self._file(identity))
                self._drop_oldest()
            except OSError as error:
                self.trouble = (
                    f"The decisions of this review cannot be kept in {visible(str(self._folder))} ({error.strerror}): "
                    "make room there, or finish before you quit."
                )

    def _fresh(self, head: KeptReview, body: Iterable[str]) -> Path:
        """A whole file beside the one that it may take the place of."""
        fresh = self._file(head.identity).with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            _put(stream, {"version": VERSION, **asdict(head)})
            stream.writelines(body)
            stream.write("\n")
        return fresh

    def _strike_files(self) -> None:
        """Strike the keys out of what is kept already; a review that another process has open is left to that one."""
        for head in self.every():
            is_ours = head.identity == self._identity or not self._is_open(head)
            # A damaged file stays, and ends neither this thread nor the striking of the others.
            with self._writing, suppress(CopilotTuiError, OSError, ValueError, TypeError, LookupError, RecursionError):
                if is_ours:
                    self._strike_file(head)

    def _strike_file(self, head: KeptReview) -> None:
        path = self._file(head.identity)
        found, text = path.stat(), path.read_text(encoding="ascii")
        if self._keys.strike_json(text) == text:
            return  # most hold none, and are not even taken apart
        review, viewed = review_from_json(json.loads(text.partition("\n")[2]))
        struck = Striking(self._keys).without_keys(review)
        if struck is review and self._keys.strike(head.title) == head.title:
            return  # it stands in paths, or in the names of fields
        head = replace(head, title=_title(struck))
        fresh = self._fresh(head, ReviewWriter().text(struck, viewed))
        os.utime(fresh, ns=(found.st_atime_ns, found.st_mtime_ns))  # it is as old as it was
        if path.stat().st_mtime_ns == found.st_mtime_ns:  # no other process took it up meanwhile
            fresh.replace(path)
        else:
            fresh.unlink()

    def _drop_oldest(self) -> None:
        files = sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[_MOST_KEPT:]:
            path.unlink(missing_ok=True)

    def _file(self, identity: str) -> Path:
        return self._folder / f"{identity}.json"

    def _is_open(self, head: KeptReview) -> bool:
        """Whether it is being decided: here, or in a process that still runs."""
        if head.identity == self._identity or head.process == os.getpid():
            return head.identity == self._identity
        return is_running(head.process)

    def _head(self, path: Path) -> KeptReview | None:
        try:
            with path.open(encoding="ascii") as stream:
                entry: dict[str, Any] = json.loads(stream.readline(_MOST_HEAD))
            if entry.pop("version") != VERSION or entry["identity"] != path.stem:
                return None
            head = KeptReview(**entry)
            return head if _is_whole(head) else None
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None


def _is_late(since: float) -> bool:
    return time.monotonic() >= since + _LATE


def _title(review: Review) -> str:
    return (review.proposal.title or review.proposal.request.text.partition("\n")[0])[:_MOST_TITLE]


def _is_whole(head: KeptReview) -> bool:
    texts, numbers = (head.identity, head.when, head.title), (head.hunks, head.decided, head.process)
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(number, int) for number in numbers)
        and head.process > 0
        and _IDENTITY.fullmatch(head.identity) is not None
    )


def _is_decided(file: ChangedFile) -> bool:
    return any(file.states) or file.whole is not Decision.PENDING or file.mode is not Decision.PENDING


def _put(stream: TextIO, entry: Mapping[str, Any]) -> None:
    json.dump(entry, stream, ensure_ascii=True)
    stream.write("\n")
