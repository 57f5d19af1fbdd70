"""The text area in which a hunk is edited, coloured by the same grammars as the pane.

Invariant: the text is the hunk's alone; colours never change it.
"""

from typing import TYPE_CHECKING

from textual.widgets import TextArea

if TYPE_CHECKING:
    from typing import Self

_STYLES = {"constant": "constant.builtin", "punctuation": "punctuation.bracket", "attribute": "type"}
_MOST_CHARACTERS = 200_000  # parsing holds the interpreter at each key


class HunkEditor(TextArea):
    """Edits some lines of a file; `path` says in which language they are."""

    @classmethod
    def of(cls, path: str, text: str, first_line: int) -> "Self":
        """The editor of lines that begin at `first_line` (1-based) of a file."""
        box = cls(text, soft_wrap=False, tab_behavior="indent", show_line_numbers=True, id="text")
        box.path = path
        box.indent_type = "tabs" if "\n\t" in f"\n{text}" else "spaces"
        box.line_number_start = first_line
        box.cursor_blink = False
        box._build_highlight_map()  # the first text was taken before the path was known
        return box

    path: str = ""

    def _build_highlight_map(self) -> None:  # Textual's own asks its own grammars, which are fewer
        from copilot_tui.syntax import highlight  # noqa: PLC0415  (grammars are loaded when first needed)

        self._line_cache.clear()
        self._highlights.clear()
        text = self.text
        if not self.path or len(text) > _MOST_CHARACTERS:
            return
        lines = text.split("\n")
        for line, spans in highlight(self.path, text.encode("utf-8", "replace"), 1, len(lines)).items():
            if line <= len(lines):
                self._highlights[line - 1] = [
                    (_bytes(lines[line - 1], first), _bytes(lines[line - 1], last), _STYLES.get(kind, kind))
                    for first, last, kind in spans
                ]


def _bytes(line: str, characters: int) -> int:
    return len(line[:characters].encode("utf-8", "replace"))
