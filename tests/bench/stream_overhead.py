"""What a request's way through this program costs beside the bare openai SDK reading the same stream, in one run.

A loopback server in a process of its own streams an answer of 4,000 tokens at 2,000 tokens a second. Bars: at most 10% more wall time from
the request to its end, at most 30 ms more to the first shown token. `python -m tests.bench.stream_overhead [RUNS]`; the exit status is 1 if
a bar is missed.
"""

import asyncio
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from copilot_tui.bootstrap import open_session
from copilot_tui.session.session import Session
from copilot_tui.steps.events import CallFinished, CallStarted, TextStreamed
from copilot_tui.steps.recipe import chosen_recipe
from tests.support import replies
from tests.support.asking import request_of
from tests.support.program import environment_for, make_repository

_TOKENS = 4000
_PER_SECOND = 2000
_MOST_RATIO = 1.10
_MOST_FIRST_SECONDS = 0.030
_LINES = 400
_NUMBERS = "".join(f"name{number} = {number}\n" for number in range(_LINES))


def _tokens() -> list[str]:
    """An answer that edits as it goes, in pieces of a token's length."""
    blocks = "".join(
        f"numbers.py\n```\n<<<<<<< SEARCH\nname{number} = {number}\n=======\nword{number} = {number}\n>>>>>>> REPLACE\n```\n"
        for number in range(0, _LINES, 4)
    )
    pieces = replies.pieces_of(blocks, 4)[: _TOKENS - 1]
    return [*pieces, *["x "] * (_TOKENS - len(pieces))]


def _serve(ready: Connection) -> None:
    asyncio.run(_serve_forever(ready))


async def _serve_forever(ready: Connection) -> None:
    chunks = [replies.chunked(replies.event(replies.delta(token))) for token in _tokens()]
    end = [
        replies.event(replies.delta(finish="stop")),
        replies.event(replies.usage_chunk(100, _TOKENS)),
        b"data: [DONE]\n\n",
    ]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line.partition(b":")[2])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                )
                await reader.readexactly(length)
                writer.write(replies.STREAM_HEAD)
                begun = time.perf_counter()
                for number, chunk in enumerate(chunks):
                    wait = begun + number / _PER_SECOND - time.perf_counter()
                    if wait > 0:
                        await asyncio.sleep(wait)
                    writer.write(chunk)
                    await writer.drain()
                writer.write(b"".join(replies.chunked(piece) for piece in end) + b"0\r\n\r\n")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    ready.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _bare(base_url: str, count: int) -> list[tuple[float, float]]:
    """(seconds to the first token, seconds to the end) of the bare SDK, for each run; the first run warms up."""
    from openai import AsyncOpenAI

    found = []
    async with AsyncOpenAI(base_url=base_url, api_key="none", max_retries=0) as client:
        for _ in range(count + 1):
            begun, first, text = time.perf_counter(), 0.0, 0
            stream = await client.chat.completions.create(
                model="scripted",
                messages=[{"role": "user", "content": "Rename."}],
                stream=True,
                stream_options={"include_usage": True},
            )
            async for chunk in stream:
                if chunk.choices and chunk.choices[0].delta.content:
                    first = first or time.perf_counter() - begun
                    text += len(chunk.choices[0].delta.content)
            found.append((first, time.perf_counter() - begun))
    return found[1:]


@asynccontextmanager
async def _opened(base_url: str, folder: Path) -> AsyncIterator[Session]:
    repository = make_repository(folder / "repository", {"numbers.py": _NUMBERS})
    environment = {**environment_for(base_url), "XDG_STATE_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    environment["XDG_CONFIG_HOME"] = str(folder / "none")
    session = open_session(repository, environment, folder)
    await session.open()
    try:
        yield session
    finally:
        await session.close()


async def _ours(base_url: str, count: int) -> list[tuple[float, float]]:
    """The same of a whole request at file level: events, recording, live edits and all, from the call's start to its end."""
    found = []
    recipe = chosen_recipe(request_of("", "numbers.py").level, "edit")
    with tempfile.TemporaryDirectory() as place:
        async with _opened(base_url, Path(place)) as session:
            for _ in range(count + 1):
                begun = first = end = 0.0
                async for event in session.propose(request_of("Rename.", "numbers.py"), recipe):
                    match event:
                        case CallStarted():
                            begun = time.perf_counter()
                        case TextStreamed():
                            first = first or time.perf_counter() - begun
                        case CallFinished():
                            end = time.perf_counter() - begun
                        case _:
                            pass
                found.append((first, end))
    return found[1:]


def main() -> int:
    """Measure and print; 1 if a bar is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for name, value in (("NAME", "Bench"), ("EMAIL", "bench@example.invalid")):
        os.environ |= {f"GIT_AUTHOR_{name}": value, f"GIT_COMMITTER_{name}": value}
    ready, sender = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(sender,), daemon=True)
    server.start()
    base_url = f"http://127.0.0.1:{ready.recv()}/v1"
    bare, ours = [], []
    for _ in range(count):  # by turns, so that what else the machine does falls on both
        bare += asyncio.run(_bare(base_url, 1))
        ours += asyncio.run(_ours(base_url, 1))
    server.terminate()
    server.join()
    first = [statistics.median(one for one, _ in rows) for rows in (bare, ours)]
    end = [statistics.median(one for _, one in rows) for rows in (bare, ours)]
    ratio, later = end[1] / end[0], first[1] - first[0]
    print(f"bare SDK     first token {first[0] * 1000:6.1f} ms, end {end[0]:.3f} s")  # noqa: T201
    print(f"copilot-tui  first token {first[1] * 1000:6.1f} ms, end {end[1]:.3f} s")  # noqa: T201
    print(f"{ratio:.3f} times the wall time (bar {_MOST_RATIO}), {later * 1000:+.1f} ms to the first token (bar 30)")  # noqa: T201
    return 0 if ratio <= _MOST_RATIO and later <= _MOST_FIRST_SECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
