"""What stands in the middle before a file is open: how to begin, and what is missing.

Invariant: with no model it says what the three ways to one are; with a broken repository it says what is wrong, and nothing else.
"""

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.visual import Visual
from textual.widget import Widget

from copilot_tui.tui.key_table import KeyTable
from copilot_tui.tui.safety import one_line, plain

if TYPE_CHECKING:
    from copilot_tui.tui.port import Overview

_NO_MODEL = (
    ("the built-in model", "copilot-tui models install smollm2", "98 MB, runs here, sends nothing; a tiny demo model"),
    ("a local server", "ollama serve, LM Studio, llama-server", "found by itself when it runs on this machine"),
    ("a provider", "export OPENAI_API_KEY=…", "or /setup, which tests it; paid by use"),
)


class Welcome(Widget):
    """The empty middle."""

    DEFAULT_CSS: ClassVar[str] = "Welcome { width: 1fr; height: 1fr; padding: 1 3; color: $foreground; }"

    def __init__(self) -> None:
        super().__init__()
        self._overview: Overview | None = None
        self._problem = ""
        self._files: int | None = None
        self._keys = KeyTable()
        self.awaits_review = False

    def show(self, overview: "Overview") -> None:
        """Take the facts."""
        self._overview = overview
        self.refresh()

    def use(self, keys: KeyTable) -> None:
        """Name these keys from now on."""
        self._keys = keys
        self.refresh()

    def _steps(self) -> tuple[tuple[str, str], ...]:
        shown = self._keys.shown
        return (
            (shown("find"), f"open a file, or choose one in the tree ({shown('files')})"),
            (self._keys.moving, "put the cursor on the line"),
            (f"{shown('lower')} {shown('raise')}", "say how much may change: the lit lines, no byte more"),
            ("enter", "send what you typed, then decide each hunk"),
        )

    def count_files(self, count: int) -> None:
        """Say how many files there are."""
        self._files = count
        self._problem = ""
        self.refresh()

    def say(self, problem: str) -> None:
        """Say what is wrong instead."""
        self._problem = problem
        self.refresh()

    def render(self) -> Visual:
        """The words."""
        if self._problem:
            return Content.assemble(("It does not work here yet", "bold $text-error"), "\n\n", plain(self._problem))
        if self.awaits_review:
            return Content.styled("Reading what is to be reviewed …", "bold")
        lines: list[Content] = []
        overview = self._overview
        if overview is not None and overview.no_model:
            lines.append(Content.styled("No model can answer yet", "bold $text-warning"))
            lines += [Content.styled(one_line(overview.no_model), "$foreground 75%"), Content("")]
            for name, how, what in _NO_MODEL:
                lines.append(Content.assemble((f"{name:<20}", "bold"), (how, "$text-primary")))
                lines += [Content.styled(f"{'':<20}{what}", "$foreground 60%")]
            lines += [
                Content(""),
                Content.styled("Reading, reviewing and taking back work without one.", "$foreground 60%"),
            ]
            return Content("\n").join(lines)
        if self._files == 0:
            return Content.assemble(
                ("This repository has no file yet", "bold"),
                "\n\n",
                "Raise the slider to directory and ask for the first one.",
            )
        lines.append(Content.styled("What may change is lit. Everything else stays as it is.", "bold"))
        lines.append(Content(""))
        for key, words in self._steps():
            lines.append(Content.assemble((f"{key:<14}", "bold $text-primary"), (words, "$foreground 80%")))
        return Content("\n").join(lines)
