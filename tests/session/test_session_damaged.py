"""A session file that was cut, overwritten, emptied or of another version: read to its last good record, or refused in a sentence."""

from pathlib import Path

import pytest

from tests.support import replies
from tests.support.program import environment_for, make_repository, run_program
from tests.support.scripted_server import ScriptedServer

ANSWER = "```python\n        return sum(self.items) + tax\n```"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a session with two requests."""
    place = tmp_path_factory.mktemp("recorded")
    root = make_repository(place / "repository")
    lines: list[bytes] = []
    with ScriptedServer() as server:
        environment = environment_for(server.base_url) | {"HOME": str(place), "XDG_STATE_HOME": str(place / "state")}
        for _ in range(2):
            server.then(replies.answer(ANSWER))
            run_program("propose", "Add it.", "--at", "shop/cart.py:9", repository=root, environment=environment)
    for file in sorted((place / "state").rglob("sessions/*.jsonl")):
        lines += file.read_bytes().splitlines(keepends=True)[len(lines) > 0 :]
    return b"".join(lines)


def damaged(recorded: bytes, how: str) -> bytes:
    cut = recorded.rindex(b'{"record": "request"')
    return {
        "cut in the last request": recorded[: cut + 40],
        "zeros in the last request": recorded[:cut] + b"\0" * 512 + recorded[cut + 512 :],
        "bytes that are no text": recorded[:cut] + b"\xff\xfe{\xc3(\n" + recorded[cut:],
        "nothing": b"",
        "another version": recorded.replace(b'"version": 1', b'"version": 9', 1),
        "no record at all": b"hello\n\x1b]0;x\x07\n",
        "nested without end": b"[" * 100_000,
    }[how]


@pytest.mark.fault("O65")
@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("cut in the last request", 0),
        ("zeros in the last request", 0),
        ("bytes that are no text", 0),
        ("nothing", 64),
        ("another version", 64),
        ("no record at all", 64),
        ("nested without end", 64),
    ],
)
def test_what_is_whole_is_read_and_the_file_stays_as_it_is(
    recorded: bytes, tmp_path: Path, environment: dict[str, str], how: str, status: int
) -> None:
    file = tmp_path / "session.jsonl"
    file.write_bytes(damaged(recorded, how))
    ended = run_program("replay", str(file), repository=None, environment=environment)
    assert ended.status == status, ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr
    if status:
        assert str(file) in ended.complaint
    else:
        assert "return sum(self.items) + tax" in ended.stdout
    assert file.read_bytes() == damaged(recorded, how), "the original is kept"
