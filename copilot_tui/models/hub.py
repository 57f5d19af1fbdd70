"""Fetches a larger model from the Hugging Face hub: resumed where it was cut, and checked against the hash that the hub names.

Invariant: the model's file appears under its name only whole and with that SHA-256; a hub that cannot be reached is said within seconds.
"""

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copilot_tui.errors import InstallError
from copilot_tui.models.catalogue import PARTS, CatalogueModel, fit_of
from copilot_tui.models.failures import quoted
from copilot_tui.models.install import Progress, only_one
from copilot_tui.models.library import InstalledModel, list_models, put_model

if TYPE_CHECKING:
    from typing_extensions import Buffer

_SECONDS = 5.0
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Remote:
    """The file as the hub has it now."""

    url: str
    size: int
    sha256: str


def fetch_from_hub(
    folder: Path,
    model: CatalogueModel,
    environment: Mapping[str, str],
    progress: Progress | None = None,
    *,
    if_missing: bool = False,
    anyway: bool = False,
) -> InstalledModel:
    """Fetch, check and list a model of the hub; `anyway` also where this machine is too small. Raises `InstallError`.

    What had come when it was cut is kept, and the next call goes on from there.
    """
    report: Progress = progress or (lambda _what, _done, _of: None)
    with only_one(folder):
        present = next((one for one in list_models(folder) if one.name == model.name and one.is_present), None)
        if present is not None and if_missing:
            return present
        fit = fit_of(model, folder)
        if fit.trouble and not anyway:
            raise InstallError(
                f"{model.title} is too large for this machine: {fit.trouble} (--anyway fetches it all the same)"
            )
        report("asking the hub", 0, 0)
        remote = _look_up(model, environment.get("HF_ENDPOINT", ""))
        part = folder / PARTS / f"{model.name}-{remote.sha256[:16]}.gguf"
        _download(model, remote, part, report)
        _check(remote, part, report)
        target = folder / f"{model.name}.gguf"
        part.replace(target)
        for left_over in part.parent.glob(f"{model.name}-*"):
            left_over.unlink(missing_ok=True)  # of an older version of the file
        return put_model(
            folder, InstalledModel(model.name, model.title, target, remote.size, model.budget, model.answer)
        )


def _look_up(model: CatalogueModel, endpoint: str) -> _Remote:
    """Ask the hub for size, hash and version; raises `InstallError`, within seconds where it cannot be reached."""
    try:
        import httpx2  # noqa: PLC0415
        from huggingface_hub import HfApi, hf_hub_url  # noqa: PLC0415 - half a second, and only needed here
        from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415
    except ImportError:
        raise InstallError(
            "larger models come from the Hugging Face hub, and its library is not installed: run `pip install 'copilot-tui[hub]'`"
        ) from None
    try:
        found = HfApi(endpoint=endpoint or None, token=False).model_info(
            model.repository, files_metadata=True, timeout=_SECONDS
        )
    except HfHubHTTPError as error:
        status = error.response.status_code
        raise InstallError(
            f"the Hugging Face hub has no {model.repository} for us (status {status}): try again later"
        ) from None
    except (httpx2.HTTPError, OSError, ValueError) as error:
        raise InstallError(
            f"the Hugging Face hub cannot be reached ({quoted(str(error) or type(error).__name__)}): "
            "check the network, or fetch the file elsewhere and use `copilot-tui models add PATH`"
        ) from None
    for sibling in found.siblings or ():
        if sibling.rfilename == model.file and sibling.lfs is not None and found.sha:
            url = hf_hub_url(model.repository, model.file, revision=found.sha, endpoint=endpoint or None)
            return _Remote(url, int(sibling.lfs.size), str(sibling.lfs.sha256))
    raise InstallError(f"the Hugging Face hub no longer has {model.file} in {model.repository}: choose another model")


def _download(model: CatalogueModel, remote: _Remote, part: Path, report: Progress) -> None:
    import httpx2  # noqa: PLC0415 - as above
    from huggingface_hub.file_download import http_get  # noqa: PLC0415
    from huggingface_hub.utils._headers import build_hf_headers  # noqa: PLC0415
    from huggingface_hub.utils.tqdm import disable_progress_bars  # noqa: PLC0415

    disable_progress_bars()
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        with _Watched(part, "ab", lambda done: report("downloading", done, remote.size)) as stream:
            start = stream.tell()
            if start > remote.size:
                stream.truncate(0)
                start = 0
            report("downloading", start, remote.size)
            if start < remote.size:
                headers: dict[str, Any] = build_hf_headers(token=False)
                http_get(remote.url, stream, resume_size=start, headers=headers, expected_size=remote.size)
    except InstallError:
        raise  # the person stopped it
    except (httpx2.HTTPError, OSError, ValueError, RuntimeError) as error:
        raise InstallError(
            f"{model.title} was cut on its way ({quoted(str(error) or type(error).__name__)}): "
            "what has come is kept; the same command goes on from there"
        ) from None


class _Watched(io.FileIO):
    """A file that tells how far it has grown."""

    def __init__(self, path: Path, mode: str, grown: Callable[[int], None]) -> None:
        super().__init__(path, mode)
        self._grown = grown

    def write(self, data: "Buffer", /) -> int:
        """Write, and tell."""
        written = super().write(data)
        self._grown(self.tell())
        return written


def _check(remote: _Remote, part: Path, report: Progress) -> None:
    digest = hashlib.sha256()
    done = 0
    with part.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            done += len(block)
            report("checking", done, remote.size)
    if done != remote.size or digest.hexdigest() != remote.sha256:
        part.unlink(missing_ok=True)
        raise InstallError("what came has another SHA-256 than the hub names for it, so it was thrown away: try again")
