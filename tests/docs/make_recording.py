"""Records the tour as an asciicast: the real program on a real pseudo-terminal, played by keys.

`make_recording.py [FILE]` writes FILE (default: docs/images/tour.cast), to be shown with `asciinema play`. A scripted endpoint on this
machine stands where a provider would; nothing else is made up. Pauses in which nothing happens are shortened.
"""

import codecs
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.docs.make_screenshots import isolated_environment, make_sample, team
from tests.support.scripted_server import ScriptedServer
from tests.support.terminal import Terminal

_SIZE = (80, 24)
_LONGEST_PAUSE = 1.2


class RecordedTerminal(Terminal):
    """A terminal that remembers when each piece was written."""

    pieces: list[tuple[float, bytes]]

    def _read(self, seconds: float) -> bool:
        if not hasattr(self, "pieces"):
            self.pieces = []
        before = len(self.raw)
        came = super()._read(seconds)
        if came:
            self.pieces.append((time.monotonic(), self.raw[before:]))
        return came


def cast_of(terminal: RecordedTerminal) -> str:
    """The pieces as an asciicast, version 2."""
    head = {"version": 2, "width": _SIZE[0], "height": _SIZE[1], "title": "copilot-tui: ask, decide, apply, take back"}
    lines = [json.dumps(head)]
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    now, last = 0.0, terminal.pieces[0][0]
    for when, data in terminal.pieces:
        now += min(when - last, _LONGEST_PAUSE)
        last = when
        lines.append(json.dumps([round(now, 3), "o", decoder.decode(data)], ensure_ascii=False))
    return "\n".join(lines) + "\n"


def play(terminal: RecordedTerminal) -> None:
    """One request from the first look to the undo."""
    terminal.wait_for("gpt-5-mini")
    terminal.settle(1.0)
    terminal.press("ctrl+f", *"cart.py", every=0.08)
    terminal.press("enter")
    terminal.wait_for("class Cart")
    terminal.press(*["down"] * 6, every=0.08)
    terminal.settle(0.8)
    terminal.press("escape", *"add the tax as a share", every=0.06)
    terminal.press("alt+equals", "alt+equals", "alt+equals", every=0.5)
    terminal.press("enter")
    terminal.wait_for("nothing is edited yet")
    terminal.settle(1.5)
    terminal.press("g")
    terminal.wait_for("the tax is a share, and")
    terminal.settle(1.5)
    terminal.press("y", "y", "y", every=0.8)
    terminal.settle(0.8)
    terminal.press("q")
    terminal.wait_for("a apply")
    terminal.settle(1.2)
    terminal.press("a")
    terminal.wait_for("Applied to 3 files")
    terminal.settle(1.5)
    terminal.press("U")
    terminal.wait_until(lambda: "±3" not in terminal.text, "the undo")
    terminal.settle(1.5)


def main() -> None:
    """Make the recording."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images/tour.cast")
    with tempfile.TemporaryDirectory() as place, ScriptedServer() as server:
        home = Path(place) / "home"
        home.mkdir()
        environment = isolated_environment(home)
        repository = Path(place) / "shop"
        make_sample(Path(place))
        server.otherwise = team()
        given = {
            **environment,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "OPENAI_BASE_URL": server.base_url,
            "OPENAI_API_KEY": "not-a-key",
            "OPENAI_MODEL": "gpt-5-mini",
        }
        with RecordedTerminal([sys.executable, "-m", "copilot_tui"], given, repository, _SIZE) as terminal:
            play(terminal)
            cast = cast_of(terminal)
    if place in cast:
        raise SystemExit("the recording shows a folder of this machine")
    target.write_text(cast, encoding="utf-8")


if __name__ == "__main__":
    main()
