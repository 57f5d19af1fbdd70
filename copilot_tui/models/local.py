"""The built-in local model: llama.cpp in a child process, on a random port of loopback, with a key of its own.

Invariant: there is at most one child, it is started by the first call, and it never outlives this process.
"""

import asyncio
import contextlib
import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from copilot_tui.errors import InstallError
from copilot_tui.models.failures import CallError, FailureKind, quoted
from copilot_tui.models.library import InstalledModel
from copilot_tui.models.local_model import LocalAddress

_START_SECONDS = 120.0
_STOP_SECONDS = 2.0
_LOG_BYTES = 4000
_CHILD = Path(__file__).with_name("local_child.py")
# What the child gets of the environment: enough to find libraries and temporary folders, and no keys.
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV")
NOT_INSTALLED = "no local model is installed"


class LocalServer:
    """The child process; `find` says which model is to run, and is asked anew at each start."""

    def __init__(
        self, find: Callable[[], InstalledModel], environment: Mapping[str, str], context_tokens: int = 4096
    ) -> None:
        self._find = find
        self._environment = {name: environment[name] for name in _KEPT_VARIABLES if name in environment}
        self._context_tokens = context_tokens
        self._process: asyncio.subprocess.Process | None = None
        self._address: LocalAddress | None = None
        self._log = b""
        self._log_reader: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    @property
    def title(self) -> str:
        """What the model is called, or that there is none."""
        try:
            return self._find().title
        except InstallError:
            return NOT_INSTALLED

    @property
    def is_tiny(self) -> bool:
        """Whether the model that would run has no measures: those that are larger than the demo model have theirs."""
        try:
            return self._find().budget == 0
        except InstallError:
            return True

    @property
    def process_id(self) -> int | None:
        """The child's process id, None while it does not run."""
        return None if self._process is None or self._process.returncode is not None else self._process.pid

    async def address(self) -> LocalAddress:
        """Start the child if it is not running, and say where it is; raises `ModelError`."""
        async with self._starting:
            if self._address is None or self.process_id is None:
                await self.stop()
                try:
                    model = self._find()
                except InstallError as error:
                    happened, _, to_do = str(error).partition(": ")
                    raise CallError(FailureKind.LOCAL_MODEL, happened, to_do) from None
                try:
                    self._address = await self._start(model)
                except BaseException:
                    await self.stop()
                    raise
            return self._address

    async def stop(self) -> None:
        """End the child."""
        process, self._process, self._address = self._process, None, None
        if process is not None:
            if process.returncode is None and process.stdin is not None:
                process.stdin.close()
            try:
                async with asyncio.timeout(_STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        reader, self._log_reader = self._log_reader, None
        if reader is not None:
            await asyncio.wait([reader])

    async def _start(self, model: InstalledModel) -> LocalAddress:
        key = secrets.token_urlsafe(24)
        process = self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            str(_CHILD),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment,
            cwd=model.path.parent,
            start_new_session=True,  # a ctrl+c in the terminal is for us, not for it
        )
        orders = {
            "model": str(model.path),
            "title": model.title,
            "key": key,
            "context_tokens": self._context_tokens,
            "threads": os.cpu_count() or 1,
            "parent": os.getpid(),
        }
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise AssertionError("the pipes were asked for")
        self._log_reader = asyncio.create_task(self._read_log(process.stderr))
        process.stdin.write(json.dumps(orders).encode() + b"\n")
        try:
            async with asyncio.timeout(_START_SECONDS):
                line = await process.stdout.readline()
        except TimeoutError:
            raise _failed(f"the local model {model.title} did not start within {_START_SECONDS:g} seconds") from None
        reply = json.loads(line) if line else {"error": self._log.decode("utf-8", "replace") or "it ended at once"}
        if reply.get("error") == "missing":
            raise CallError(
                FailureKind.LOCAL_MODEL,
                "the library that runs local models is not installed",
                "install it with `pip install 'copilot-tui[local]'`, or set OPENAI_API_KEY to use another model",
            )
        if "error" in reply:
            raise _failed(f"the local model {model.title} did not start ({quoted(str(reply['error']))})")
        return LocalAddress(f"{reply['address']}/v1", key, model.title)

    async def _read_log(self, stream: asyncio.StreamReader) -> None:
        while piece := await stream.read(4096):
            self._log = (self._log + piece)[-_LOG_BYTES:]


def _failed(happened: str) -> CallError:
    return CallError(
        FailureKind.LOCAL_MODEL,
        happened,
        "install it again with `copilot-tui models install smollm2`, or choose another model",
    )
