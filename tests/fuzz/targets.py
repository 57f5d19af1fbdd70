"""What is fuzzed: each target takes any bytes and fails where a promise of its reader is broken.

They are run by Hypothesis in the suite (`test_fuzz_targets.py`) and for longer by `python -m tests.fuzz.run`.
"""

import contextlib
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from copilot_tui.config.load import load_settings
from copilot_tui.diff.change import FileChange
from copilot_tui.diff.compute import compute_blocks
from copilot_tui.diff.line import split_raw
from copilot_tui.diff.parse_patch import parse_patch, patched
from copilot_tui.diff.rebuild import rebuild
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.edits import HINTS, IncrementalParser, Region, RegionAnswer, parse_answer, parse_region_answer, resolve
from copilot_tui.edits.text import FileText
from copilot_tui.errors import SettingsError, UsageError
from copilot_tui.models.failures import CallError
from copilot_tui.models.recorded import RecordedModels
from copilot_tui.models.reply import ErrorInReply, Reply, UnreadableReply
from copilot_tui.models.sse import EventDecoder
from copilot_tui.session.replay import read_session
from copilot_tui.visible import HIDDEN

_FILE = b"import math\n\n\ndef area(radius):\n    return math.pi * radius ** 2\n\n\ndef twice(radius):\n    return 2 * area(radius)\n"
_SNAPSHOT = Snapshot({"shapes.py": SnapshotFile(_FILE)}, frozenset({"shapes.py", "docs/read.md"}))
_REGION = Region(b"    return math.pi * radius ** 2\n", b"def area(radius):\n", b"\n\n", is_line=True)
_FOLDER = tempfile.TemporaryDirectory(prefix="fuzz-")


def answers(data: bytes) -> None:
    """Every block ends exactly once, nothing escapes the known paths, streaming and reading at once agree."""
    text = data[1:].decode("utf-8", "surrogateescape")
    hint = HINTS[data[0] % len(HINTS)] if data else "auto"
    parsed = parse_answer(text, hint)
    resolution = resolve(parsed, _SNAPSHOT)
    blocks = [one.block for one in resolution.applied] + [one.block for one in resolution.refused]
    assert len(set(blocks)) == len(blocks), "a block ended twice"
    assert {edit.block for edit in parsed.edits} <= set(blocks), "a block was lost"
    for change in resolution.change_set:
        parts = change.path.split("/")
        assert not ({"", ".", ".."} & set(parts)), change.path
        assert not any(part.casefold().startswith(".git") and len(part) == 4 for part in parts), change.path
        if change.path != "shapes.py":
            assert change.before is None or change.source_path == "shapes.py"
    parser = IncrementalParser(hint)
    for at in range(0, len(text), 7):
        parser.feed(text[at : at + 7])
    assert parser.finish() == parsed


def regions(data: bytes) -> None:
    """A line stays one line, and bytes of the file that are no part of the answer are never made up."""
    found = parse_region_answer(data.decode("utf-8", "surrogateescape"), _REGION, "shapes.py")
    if isinstance(found, RegionAnswer):
        assert len(split_raw(found.text)) <= 1


def files(data: bytes) -> None:
    """Lines and terminators put together are the file, whatever its bytes."""
    text = FileText(data)
    assert text.bom + b"".join(line + end for line, end in zip(text.lines, text.terminators, strict=True)) == data


def events(data: bytes) -> None:
    """Events mean the same however their bytes are cut, and a chunk is read, refused or an error, never a fault."""
    cut = data[0] if data else 0
    whole, pieces = EventDecoder(), EventDecoder()
    at_once = [*whole.feed(data), whole.rest()]
    in_pieces = [*pieces.feed(data[:cut]), *pieces.feed(data[cut:]), pieces.rest()]
    assert at_once == in_pieces
    reply = Reply()
    for event in at_once:
        if event is None:
            continue
        try:
            reply.take(json.loads(event.data.decode("utf-8")))
        except (ErrorInReply, UnreadableReply, ValueError, RecursionError):
            continue
    assert reply.incompleteness(100) or reply.finish_reason


def sessions(data: bytes) -> None:
    """A session's file is read, or refused in a sentence."""
    path = Path(_FOLDER.name, "session.jsonl")
    path.write_bytes(data)
    for read in (read_session, RecordedModels.from_file):
        with contextlib.suppress(UsageError, CallError):
            read(path)


def patches(data: bytes) -> None:
    """A patch is read or refused in a sentence, and what it makes of a file is a change of that file."""
    try:
        found = parse_patch(data)
    except UsageError:
        return
    change_set, _ = patched(found, {"shapes.py": SnapshotFile(_FILE)}.get)
    for change in change_set:
        assert change.before in {None, _FILE}
        _check_change(change)


def changes(data: bytes) -> None:
    """Nothing accepted of a difference gives the old bytes, everything accepted the new ones."""
    before, _, after = data.partition(b"\0")
    _check_change(FileChange("a", before, after))


def _check_change(change: FileChange) -> None:
    before, after = change.before or b"", change.after or b""
    old, new = split_raw(before), split_raw(after)
    blocks = compute_blocks(before, after)
    removed = {index for block in blocks for index in range(block.old_first, block.old_last)}
    added = {index for block in blocks for index in range(block.new_first, block.new_last)}
    assert rebuild(blocks, old, new, (), ()) == after
    assert rebuild(blocks, old, new, removed, added) == before


def settings(data: bytes) -> None:
    """A settings file is read, or refused in a sentence; a repository's one never raises the level that the person set."""
    home = Path(_FOLDER.name, "home")
    repository = Path(_FOLDER.name, "repository")
    own = home / ".config" / "copilot-tui" / "config.toml"
    for folder in (own.parent, repository):
        folder.mkdir(parents=True, exist_ok=True)
    environment = {"XDG_CONFIG_HOME": str(home / ".config")}
    for path, content in ((own, data), (own, b'level = "block"\nmax_level = "file"\n')):
        path.write_bytes(content)
        (repository / ".copilot-tui.toml").write_bytes(data)
        try:
            found = load_settings(environment, home, repository)
        except SettingsError as error:
            _check_sentence(str(error))
            continue
        assert found.level.rank <= found.max_level.rank
        if content is not data:
            assert found.max_level.rank <= 2
            assert found.level.rank <= 1
            assert found.profiles["openai"].base_url == "https://api.openai.com/v1"


def _check_sentence(sentence: str) -> None:
    assert HIDDEN.search(sentence) is None, "a sentence for a person holds hidden characters"


@dataclass(frozen=True, slots=True)
class Target:
    """A function that takes bytes, and good inputs to begin with."""

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


_BLOCK = b"shapes.py\n```python\n<<<<<<< SEARCH\n    return 2 * area(radius)\n=======\n    return 3 * area(radius)\n>>>>>>> REPLACE\n```\n"
_DIFF = (
    b"--- a/shapes.py\n+++ b/shapes.py\n@@ -4,2 +4,2 @@\n def area(radius):\n"
    b"-    return math.pi * radius ** 2\n+    return math.tau * radius ** 2\n"
)
_PATCH = (
    b"*** Begin Patch\n*** Update File: shapes.py\n@@ def twice(radius):\n"
    b"-    return 2 * area(radius)\n+    return 3 * area(radius)\n*** End Patch\n"
)
_JSON = b'```json\n[{"path": "shapes.py", "search": "import math\\n", "replace": "import sys\\n"}]\n```\n'
_SESSION = (
    b'{"record": "session", "version": 1, "program": "0.1.0", "begun": "2026-01-01", "repository": "r"}\n'
    b'{"record": "models", "roles": {"edit": ["m", 1000]}}\n'
    b'{"record": "request", "request": {"text": "t", "target": {"path": "a", "lines": null, "paths": []}, "level": "file", "budget": 3,'
    b' "unlocked": []}, "remarks": "", "recipe": {}, "settings": {}}\n{"record": "end", "how": "proposal", "digest": "", "sentence": ""}\n'
)
TARGETS: Mapping[str, Target] = {
    "answers": Target(
        answers,
        (b"\0" + _BLOCK, b"\1" + _BLOCK, b"\2```diff\n" + _DIFF + b"```\n", b"\3" + _PATCH, b"\5" + _JSON,
         b"\4shapes.py\n```\n" + _FILE + b"```\n"),
    ),
    "regions": Target(regions, (b"```python\n    return 1\n```", b"return 1", b"NEEDS file: more room", _BLOCK)),
    "files": Target(files, (_FILE, b"\xef\xbb\xbfa\r\nb\rc\n", b"\xff\xfe\n")),
    "events": Target(
        events,
        (
            b'data: {"choices": [{"delta": {"content": "a"}}]}\n\ndata: {"choices": [{"finish_reason": "stop"}]}\r\n\r\ndata: [DONE]\n\n',
            (b'event: error\ndata: {"error": {"message": "x"}}\n\n: ping\n\n'
            b'data: {"usage": {"prompt_tokens": 1, "completion_tokens": 1}}\n\n'),
        ),
    ),
    "sessions": Target(sessions, (_SESSION, _SESSION[:90], b"[" * 3000)),
    "patches": Target(patches, (_DIFF, b"diff --git a/shapes.py b/shapes.py\nindex 1..2 100644\n" + _DIFF,
         b"diff --git a/x b/y\nrename from x\nrename to y\n")),
    "changes": Target(changes, (_FILE + b"\0" + _FILE.replace(b"2", b"3"), b"a\nb\nc\0c\nb\na\n")),
    "settings": Target(
        settings,
        (
            (b'profile = "openai"\nmodel = "m"\nlevel = "file"\n[caps]\nrequest_calls = 3\n[roles.edit]\n'
            b'model = "x"\nfallback = ["local"]\n'),
            b'max_level = "repo"\nprotected = ["a"]\n[budgets]\nfile = 10\n[profiles.openai]\nbase_url = "https://elsewhere.invalid/v1"\n',
        ),
    ),
}  # fmt: skip
