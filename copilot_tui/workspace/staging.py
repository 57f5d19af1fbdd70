"""What a commit of landed changes makes of HEAD and of the index, file by file.

Invariant: HEAD and index each get the landed change and nothing else; where that cannot be told apart from what the person changed in
the same lines, there is no plan but an error that names the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from copilot_tui.diff.merge import merge
from copilot_tui.errors import RepositoryError
from copilot_tui.visible import visible
from copilot_tui.workspace.entry import Image
from copilot_tui.workspace.git import decode_path, encode_path, split_zero
from copilot_tui.workspace.repository import Repository


@dataclass(frozen=True, slots=True)
class Staged:
    """An entry of a tree or an index: git's mode (`100644`) and the blob's id."""

    mode: str
    blob: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One file of a commit: what the commit and the index hold of it then (None: nothing), and whether the two differed before."""

    path: str
    head: Staged | None
    index: Staged | None
    is_staged: bool


class Blobs:
    """Contents as git stores them."""

    def __init__(self, repository: Repository, *, trusted: bool) -> None:
        self._repository = repository
        self._trusted = trusted

    def at_head(self, paths: Sequence[str]) -> dict[str, Staged]:
        """The entries of `paths` in the last commit."""
        if not self._repository.has_commit():
            return {}
        found: dict[str, Staged] = {}
        for entry in split_zero(
            self._repository.git.read("ls-tree", "-z", "--full-tree", "HEAD", "--", *_names(paths))
        ):
            head, _, raw = entry.partition(b"\t")
            mode, _, blob = head.decode().split(" ")
            found[decode_path(raw)] = Staged(mode, blob)
        return found

    def in_index(self, paths: Sequence[str]) -> dict[str, Staged]:
        """The entries of `paths` in the person's index; a file that is only announced (`git add -N`) is not in it."""
        found: dict[str, Staged] = {}
        git = self._repository.git
        announced = set(
            split_zero(git.read("diff-files", "-z", "--name-only", "--diff-filter=A", "--", *_names(paths)))
        )
        for entry in split_zero(git.read("ls-files", "-z", "--stage", "--", *_names(paths))):
            head, _, raw = entry.partition(b"\t")
            mode, blob, _ = head.decode().split(" ")
            if raw not in announced:
                found[decode_path(raw)] = Staged(mode, blob)
        return found

    def store(self, path: str, content: bytes, *, filtered: bool = True) -> str:
        """The id of a content, stored as `git add` would store it at `path`; or, not `filtered`, byte for byte."""
        how = [b"--path=" + encode_path(path)] if filtered else ["--no-filters"]
        done = self._repository.git.run(
            "hash-object", "-w", "--stdin", *how, given=content, trusted=self._trusted and filtered, literal=False
        )
        if done.status:
            raise RepositoryError(f"git cannot store {visible(path)}, so nothing was committed: {done.sentence}")
        return done.output.decode().strip()

    def keeps_line_ends(self, path: str) -> bool:
        """Whether git leaves the line ends of a file alone that were stored unconverted: where it only guesses what is text."""
        given = encode_path(path)
        found = self._repository.git.read("check-attr", "-z", "--stdin", "text", "eol", "filter", given=given)
        values = dict(zip(split_zero(found)[1::3], split_zero(found)[2::3], strict=True))
        return values[b"text"] in {b"unspecified", b"auto"} and {values[b"eol"], values[b"filter"]} == {b"unspecified"}

    def content(self, blob: str) -> bytes:
        """The bytes of a blob."""
        return self._repository.git.read("cat-file", "blob", blob)


def stage(blobs: Blobs, images: Sequence[Image]) -> list[Planned]:
    """What the landed images, oldest first, make of HEAD and of the index; raises `RepositoryError` where one does not fit."""
    paths = list(dict.fromkeys(image.path for image in images))
    head, index = blobs.at_head(paths), blobs.in_index(paths)
    plan = []
    for path in paths:
        own = _joined([image for image in images if image.path == path])
        if path not in head and path not in index:
            # Nobody has a part of a file that git did not know: it is committed as it is after the landing.
            own = [replace(image, before=None, before_mode=0) for image in own[:1]] + own[1:]
        committed = _with_images(blobs, head.get(path), own, "the last commit has")
        is_staged = index.get(path) != head.get(path)
        indexed = _with_images(blobs, index.get(path), own, "you staged") if is_staged else committed
        if committed != head.get(path):
            plan.append(Planned(path, committed, indexed, is_staged))
    return plan


def _joined(images: Sequence[Image]) -> list[Image]:
    """Images of one file with those joined that follow upon each other: what came and went in between is nobody's concern."""
    joined: list[Image] = []
    for image in images:
        if joined and joined[-1].after == image.before:
            first = joined.pop()
            image = replace(image, before=first.before, before_mode=first.before_mode)  # noqa: PLW2901
        joined.append(image)
    return joined


def _with_images(blobs: Blobs, entry: Staged | None, images: Sequence[Image], whose: str) -> Staged | None:
    for image in images:
        entry = _with_image(blobs, entry, image, whose)
    return entry


def _with_image(blobs: Blobs, entry: Staged | None, image: Image, whose: str) -> Staged | None:
    if image.after is None:
        if entry is None or image.before is None or entry.blob in _ids(blobs, image.path, image.before):
            return None
        raise _conflict(image.path, whose)
    mode = "100755" if image.after_mode & 0o100 else "100644"
    if entry is not None and bool(image.before_mode & 0o100) == bool(image.after_mode & 0o100):
        mode = entry.mode
    after = _ids(blobs, image.path, image.after)
    if entry is not None and entry.blob == after[0]:
        return Staged(mode, entry.blob)
    if image.before is None:
        if entry is None:
            return Staged(mode, after[0])
        raise _conflict(image.path, whose)
    if entry is None:
        raise _conflict(image.path, whose)
    before = _ids(blobs, image.path, image.before)
    if entry.blob == before[0]:
        return Staged(mode, after[0])
    if entry.blob == before[1]:
        # It was stored without a conversion; whether it keeps being stored so is as with `git add`.
        return Staged(mode, after[1] if blobs.keeps_line_ends(image.path) else after[0])
    merged = merge(blobs.content(before[0]), blobs.content(entry.blob), blobs.content(after[0]))
    if merged is None:
        raise _conflict(image.path, whose)
    return Staged(mode, blobs.store(image.path, merged, filtered=False))


def _ids(blobs: Blobs, path: str, content: bytes) -> tuple[str, str]:
    """The ids of a content as `git add` stores it, and byte for byte."""
    return blobs.store(path, content), blobs.store(path, content, filtered=False)


def _conflict(path: str, whose: str) -> RepositoryError:
    return RepositoryError(
        f"{visible(path)}: {whose} other changes in the same lines, so nothing was committed: commit it with git."
    )


def _names(paths: Sequence[str]) -> list[bytes]:
    return [encode_path(path) for path in paths]
