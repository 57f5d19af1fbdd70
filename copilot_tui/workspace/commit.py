"""A commit of exactly what landed, made by git itself.

The commit is made from an index of its own: HEAD with the landed changes on top. The person's index is locked meanwhile, as git does
for `commit --only`, and gets the same changes; so what they had staged or edited besides is staged or edited afterwards as before.

Invariant: the commit holds what was listed and nothing else; if there is none, the index is byte for byte as it was. Nothing is
pushed or rewritten, and a lock of another git is never removed.
"""

import contextlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from copilot_tui.errors import RepositoryError
from copilot_tui.visible import decode_visible, visible
from copilot_tui.workspace.entry import Image
from copilot_tui.workspace.git import encode_path, split_zero
from copilot_tui.workspace.journal import Journal
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.revert import standing
from copilot_tui.workspace.staging import Blobs, Planned, Staged, stage

_WAITS = (0.2, 0.3, 0.5, 0.8, 1.2)  # seconds between tries while another git holds the index
_NO_NAME = (
    'git does not know whose commit it is: run `git config --global user.name "YOUR NAME"` and '
    "`git config --global user.email YOUR@ADDRESS`, then commit again."
)
_TRAILER = re.compile(r"[A-Za-z0-9-]+: \S")


def commit_landings(
    repository: Repository,
    state_folder: Path,
    numbers: Sequence[int],
    message: str,
    *,
    trusted: bool = False,
    co_author: str = "",
) -> str:
    """Commit what the landings of these numbers changed; gives the commit's short id.

    Hooks, filters and signing run only in a trusted repository. `co_author` (`NAME <ADDRESS>`) becomes a trailer. Raises
    `RepositoryError` with what git or a hook says; then there is no commit.
    """
    if not message.strip():
        raise RepositoryError("A commit needs a message: write one line at least.")
    _check_state(repository)
    images = _landed_images(repository, state_folder, numbers)
    if not trusted:
        _check_filters(repository, sorted({image.path for image in images}))
    text = with_trailer(message, co_author)
    with tempfile.TemporaryDirectory(prefix="copilot-tui-") as scratch, _locked_index(repository) as lock:
        plan = stage(Blobs(repository, trusted=trusted), images)
        if not plan:
            raise RepositoryError("The last commit holds all of this already, so there is nothing to commit.")
        own = _copy_of_index(repository, Path(scratch) / "commit")
        _read_head(repository, own)
        _set_entries(repository, own, [(one.path, one.head) for one in plan])
        arguments = ["commit", "--quiet", "--file=-", *([] if trusted else ["--no-gpg-sign"])]
        done = repository.git.run(*arguments, given=text.encode(), extra={"GIT_INDEX_FILE": str(own)}, trusted=trusted)
        if done.status:
            if (
                repository.git.run("var", "GIT_COMMITTER_IDENT").status
                or repository.git.run("var", "GIT_AUTHOR_IDENT").status
            ):
                raise RepositoryError(_NO_NAME)
            said = decode_visible(done.output + b"\n" + done.complaint, keep="\n")
            raise RepositoryError(f"git made no commit: {' '.join(said.split())[:600] or 'it gave no reason'}")
        _update_index(repository, Path(scratch) / "index", lock, plan, trusted=trusted)
    return repository.git.read("rev-parse", "--short", "HEAD").decode().strip()


def with_trailer(message: str, co_author: str) -> str:
    """The message with a `Co-authored-by` line at its end; as it is where none is wanted or it is there already."""
    line = f"Co-authored-by: {' '.join(co_author.split())}"
    text = message.rstrip()
    if not co_author.strip() or line in text.splitlines():
        return message
    last = text.split("\n\n")[-1].splitlines()
    is_block = "\n\n" in text and all(_TRAILER.match(one) for one in last)
    return f"{text}\n{line}\n" if is_block else f"{text}\n\n{line}\n"


def _check_state(repository: Repository) -> None:
    state = repository.state()
    if state in {"merge", "rebase", "cherry-pick", "revert"}:
        raise RepositoryError(f"git is in the middle of a {state}, so nothing was committed: finish or abort it first.")
    if repository.git.read("ls-files", "-z", "--unmerged"):
        raise RepositoryError("Some files have conflicts, so nothing was committed: resolve them first.")


def _landed_images(repository: Repository, state_folder: Path, numbers: Sequence[int]) -> list[Image]:
    journal = Journal(state_folder, repository.root)
    landed = [journal.with_bytes(entry) for entry in standing(journal) if entry.number in set(numbers)]
    if not landed:
        raise RepositoryError("Nothing of this stands any more, so there is nothing to commit: it was undone.")
    images = [image for entry in landed for image in entry.images]
    ignored = repository.ignored(sorted({image.path for image in images} - repository.list_files().paths))
    kept = [image for image in images if image.path not in ignored]
    if not kept:
        names = ", ".join(map(visible, sorted(ignored)))
        raise RepositoryError(f"git ignores {names}, so there is nothing to commit: `git add --force` takes it anyway.")
    return kept


def _check_filters(repository: Repository, paths: Sequence[str]) -> None:
    """In a repository that is not trusted no filter runs, and without it git would store other bytes than it should."""
    defined = repository.git.filters()
    if not defined:
        return
    given = b"\0".join(encode_path(path) for path in paths)
    fields = split_zero(repository.git.read("check-attr", "-z", "--stdin", "filter", given=given))
    for path, _, value in zip(fields[::3], fields[1::3], fields[2::3], strict=True):
        name = value.decode("utf-8", "surrogateescape")
        if name in defined:
            raise RepositoryError(
                f"To commit {decode_visible(path)} git would run the filter {visible(name)} of this repository: "
                "trust the repository first, or commit with git."
            )


@contextlib.contextmanager
def _locked_index(repository: Repository) -> Iterator[Path]:
    """The lock file of the index, ours alone; the caller may rename it over the index. Another git's lock is waited for."""
    lock = repository.git_folder / "index.lock"
    for wait in (*_WAITS, None):
        try:
            os.close(os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
            break
        except FileExistsError:
            if wait is None:
                raise RepositoryError(
                    f"Another git holds {visible(str(lock))}, so nothing was committed: "
                    "wait for it, or remove that file if no git runs."
                ) from None
            time.sleep(wait)
        except OSError as error:
            raise RepositoryError(f"Nothing was committed: {visible(str(lock))}: {error.strerror}.") from error
    try:
        yield lock
    finally:
        lock.unlink(missing_ok=True)


def _copy_of_index(repository: Repository, target: Path) -> Path:
    """A copy with the index's own time: by that git tells which files it must look at because they are as young as the index."""
    with contextlib.suppress(FileNotFoundError):  # before the first `git add` there is none
        shutil.copy2(repository.git_folder / "index", target)
    return target


def _read_head(repository: Repository, index: Path) -> None:
    """Make a copy of the index what HEAD holds; what git knows of unchanged files stays, so that it reads none of them again."""
    arguments = ["read-tree", "-i", "-m", "HEAD"] if repository.has_commit() else ["read-tree", "--empty"]
    _run_on_index(repository, index, *arguments)


def _set_entries(repository: Repository, index: Path, entries: Sequence[tuple[str, Staged | None]]) -> None:
    nothing = "0" * len(
        repository.git.read("hash-object", "--stdin", "--no-filters").strip()
    )  # as long as an id is here
    lines = []
    for path, staged in entries:
        mode, blob = (staged.mode, staged.blob) if staged else ("0", nothing)
        lines.append(f"{mode} {blob}\t".encode() + encode_path(path) + b"\0")
    _run_on_index(repository, index, "update-index", "-z", "--index-info", given=b"".join(lines))


def _run_on_index(repository: Repository, index: Path, *arguments: str, given: bytes | None = None) -> None:
    done = repository.git.run(*arguments, given=given, extra={"GIT_INDEX_FILE": str(index)})
    if done.status:
        raise RepositoryError(f"git made no commit: {done.sentence}")


def _update_index(repository: Repository, copy: Path, lock: Path, plan: Sequence[Planned], *, trusted: bool) -> None:
    """Put the same changes into the person's index: where they had nothing staged, what the commit holds (hooks may have changed it)."""
    committed = Blobs(repository, trusted=False).at_head([one.path for one in plan])
    entries = [(one.path, one.index if one.is_staged else committed.get(one.path)) for one in plan]
    _set_entries(repository, _copy_of_index(repository, copy), entries)
    if trusted or not repository.git.filters():
        # Lets git see at once that the committed files are not changed; it ends with 1 where the person has changed others.
        extra = {"GIT_INDEX_FILE": str(copy)}
        repository.git.run("update-index", "-q", "--refresh", "--ignore-submodules", extra=extra, trusted=trusted)
    index = repository.git_folder / "index"
    shutil.copy2(copy, lock)
    if index.exists():
        shutil.copymode(index, lock)
    lock.replace(index)
