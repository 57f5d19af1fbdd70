"""How long the edit engine takes: a large good answer, a large bad one, and answers made to be slow.

Bars: 200 blocks against 50 files of 2,000 lines in 300 ms, found or not; 10 MB of hostile text in 3 s.
`python -m tests.bench.resolve_speed [WORD ...]` runs the cases whose names hold a word.
"""

import sys
import time
from collections.abc import Callable

from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.edits import IncrementalParser, parse_answer, resolve

_LARGE = 10_000_000


def _line(number: int, row: int) -> str:
    return f"    value_{row} = compute_{number}_{row}(first, second, {row})"


def _files() -> dict[str, SnapshotFile]:
    return {
        f"src/part{number}/module_{number}.py": SnapshotFile(
            "\n".join(_line(number, row) for row in range(2000)).encode() + b"\n"
        )
        for number in range(50)
    }


def _block(number: int, at: int, old: Callable[[str], str]) -> str:
    search = "\n".join(old(_line(number, at + offset)) for offset in range(5))
    replacement = "\n".join(_line(number, at + offset) for offset in range(4))
    path = f"src/part{number}/module_{number}.py"
    return f"{path}\n```\n<<<<<<< SEARCH\n{search}\n=======\n{replacement}\n    value = 1\n>>>>>>> REPLACE\n```\n\n"


def _answer(old: Callable[[str], str]) -> str:
    return "".join(_block(number, 100 + 400 * turn, old) for number in range(50) for turn in range(4))


def _hostile() -> dict[str, str]:
    return {
        "JSON, opened and never closed": '[{"path": "a.py", "search": "' + "\\n{" * (_LARGE // 3),
        "JSON, many small objects": "[" + '{"path": "a.py", "search": "x", "replace": "y"},' * (_LARGE // 48),
        "JSON lines, each begun anew": '{"path": "a.py", "search": [\n' * (_LARGE // 30),
        "patch sections": "*** Begin Patch\n" + "*** Update File: a.py\n@@\n-x\n+y\n" * (_LARGE // 32),
        "patches begun": "*** Begin Patch\n" * (_LARGE // 16),
        "diff headers": "--- a/x.py\n+++ b/x.py\n" * (_LARGE // 22),
        "search markers": "a.py\n<<<<<<< SEARCH\nx\n" * (_LARGE // 23),
        "fences with paths": "a.py\n```\n" * (_LARGE // 9),
        "hunks": "```diff\n--- a/x.py\n+++ b/x.py\n" + "@@ -1 +1 @@\n-x\n+y\n" * (_LARGE // 18),
        "one line": "x" * _LARGE,
        "one line of brackets": "[{" * (_LARGE // 2),
        "reasoning begun": "<think>\n" * (_LARGE // 8),
    }


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()  # this is computing alone: what else runs on the machine does not count
    work()
    return time.process_time() - began


def main() -> int:
    """Print one line for each case; 1 if a bar was missed."""
    known = frozenset(_files())
    cases: list[tuple[str, float, Callable[[], object]]] = []
    for name, old in (
        ("200 blocks, exact", str),
        ("200 blocks, other indentation", lambda line: line[2:]),
        ("200 blocks, none found", lambda line: line.replace("compute", "reckon")),
        ("200 blocks, none of their words found", lambda line: "".join(reversed(line))),
    ):
        answer = _answer(old)
        snapshot = Snapshot(_files(), known)
        cases.append((name, 0.3, lambda answer=answer, snapshot=snapshot: resolve(parse_answer(answer), snapshot)))  # type: ignore[misc]
    small = Snapshot({"a.py": SnapshotFile(b"x\n"), "x.py": SnapshotFile(b"x\n")}, frozenset({"a.py", "x.py"}))
    for name, answer in _hostile().items():
        cases.append((f"10 MB: {name}", 3.0, lambda answer=answer: resolve(parse_answer(answer), small)))  # type: ignore[misc]
    streamed = _answer(str)
    cases.append(("200 blocks, streamed in pieces of 8", 1.0, lambda: _stream(streamed)))
    wanted = sys.argv[1:]
    missed = 0
    for name, bar, work in cases:
        if wanted and not any(word in name for word in wanted):
            continue
        seconds = _seconds(work)
        missed += seconds > bar
        print(f"{name:<45} {seconds * 1000:8.0f} ms  {'ok' if seconds <= bar else f'MORE THAN {bar * 1000:.0f} ms'}")  # noqa: T201
    return 1 if missed else 0


def _stream(answer: str) -> None:
    parser = IncrementalParser()
    for at in range(0, len(answer), 8):
        parser.feed(answer[at : at + 8])
    parser.finish()


if __name__ == "__main__":
    sys.exit(main())
