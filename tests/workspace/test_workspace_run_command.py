"""A command is followed to its end, and nothing of it is left whatever it does."""

import os
import resource
import sys
import time
from pathlib import Path

import pytest

from copilot_tui.errors import RepositoryError
from copilot_tui.workspace.run_command import CommandResult, Watch, run_command


def run(script: str, folder: Path, watch: Watch | None = None) -> CommandResult:
    return run_command([sys.executable, "-c", script], folder, dict(os.environ), watch)


def is_running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for_file(file: Path) -> str:
    ends = time.monotonic() + 10
    while time.monotonic() < ends and not (file.exists() and file.read_text().strip()):
        time.sleep(0.02)
    return file.read_text()


def test_lines_are_reported_as_they_come_and_the_status_is_kept(tmp_path: Path) -> None:
    lines: list[str] = []
    result = run(
        "import os, sys; print(os.getcwd()); print('wrong', file=sys.stderr); print('no end', end=''); sys.exit(3)",
        tmp_path,
        Watch(on_line=lines.append),
    )
    assert (result.status, result.passed, result.stopped) == (3, False, "")
    assert sorted(lines) == sorted([str(tmp_path), "wrong", "no end"])
    assert result.output == "\n".join(lines)
    assert run("", tmp_path).passed


@pytest.mark.fault("O29")
def test_nothing_that_is_printed_can_drive_the_terminal(tmp_path: Path) -> None:
    script = r"import sys; sys.stdout.buffer.write(b'\x1b]0;title\x07\x1b[2Jred\x1b[31m\x9b\xc2\x9b\x00\xff\xe2\x80\xae 10%\r 20%\rdone\n')"
    assert run(script, tmp_path).output == "done"
    script = r"import sys; sys.stdout.buffer.write(b'\x1b]52;c;cGF5\x07\x1b[6n\x1bc\x08\xff\xe2\x80\xaeend\n')"
    assert run(script, tmp_path).output == "␛c␈\\xff<U+202E>end"


def test_input_is_empty_and_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert run("print(repr(input()))", tmp_path).status == 1
    with pytest.raises(RepositoryError, match="no-such-program --flag cannot be run: No such file"):
        run_command(["no-such-program", "--flag"], tmp_path, {"PATH": "/usr/bin"})


@pytest.mark.fault("O12")
def test_cancelling_ends_the_whole_group_though_it_ignores_the_signal_and_floods(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "escaped = os.fork()\n"
        "if escaped == 0:\n"
        "    os.setsid()\n"
        "    open('escaped', 'w').write(str(os.getpid()))\n"
        "else:\n"
        "    os.fork()\n"
        "    open(f'member-{os.getpid()}', 'w').write(str(os.getpid()))\n"
        "while True:\n"
        "    os.write(1, b'x' * 65536 if os.getpid() % 2 else b'line\\n' * 13000)\n"
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    lines: list[str] = []
    watch = Watch(on_line=lines.append, is_cancelled=lambda: time.monotonic() - began > 2)
    result = run(script, tmp_path, watch)
    assert result.stopped == "cancelled"
    assert time.monotonic() - began < 2 + 5
    numbers = [int(file.read_text()) for file in tmp_path.iterdir()]
    assert len(numbers) == 3
    assert not any(is_running(number) for number in numbers)
    assert len(result.output) < 3_000_000
    assert "bytes are left out" in result.output
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 100_000, "kilobytes"


@pytest.mark.fault("O12")
@pytest.mark.parametrize("prints", ["nothing", "for ever"])
def test_a_child_that_is_left_behind_ends_with_its_command(tmp_path: Path, prints: str) -> None:
    script = (
        "import os, sys, time\n"
        "if os.fork():\n"
        "    print('finished'); sys.stdout.flush(); time.sleep(0.3); os._exit(0)\n"
        "os.setsid()\n"
        "open('child', 'w').write(str(os.getpid()))\n"
        f"while True:\n    os.write(1, b'x\\n') if {prints == 'for ever'} else time.sleep(1)\n"
    )
    began = time.monotonic()
    result = run(script, tmp_path)
    assert result.status == 0
    assert result.output.count("finished") == 1
    assert time.monotonic() - began < 5
    assert not is_running(int(wait_for_file(tmp_path / "child")))


@pytest.mark.fault("O12")
def test_a_child_without_our_environment_ends_with_the_group(tmp_path: Path) -> None:
    script = (
        "import subprocess\n"
        "child = subprocess.Popen(['sleep', '60'], env={}, stdout=subprocess.DEVNULL)\n"
        "open('child', 'w').write(str(child.pid))\n"
    )
    assert run(script, tmp_path).passed
    assert not is_running(int(wait_for_file(tmp_path / "child")))


def test_a_command_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    result = run("import os, time; os.close(1); os.close(2); time.sleep(60)", tmp_path, Watch(seconds=0.3))
    assert result.stopped == "stopped after 0 seconds"
    assert not result.passed
    assert result.status < 0
