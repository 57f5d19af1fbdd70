"""What is taken out of texts before they are sent: bidirectional, zero-width and Tag characters, told of by their code points.

Invariant: each text is told of once for what stands in it; nothing here changes a text.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from copilot_tui.errors import TargetError
from copilot_tui.steps.events import TextCleaned
from copilot_tui.visible import count_invisible
from copilot_tui.workspace.repository import Repository

_MOST_NAMED = 6


def invisible_in(text: str) -> str:
    """Which invisible characters stand in a text and how often (`3 U+200B, 1 U+202E`); empty where none."""
    counts = count_invisible(text)
    named = [f"{count} {name}" for name, count in list(counts.items())[:_MOST_NAMED]]
    rest = sum(list(counts.values())[_MOST_NAMED:])
    return ", ".join([*named, *([f"{rest} of {len(counts) - _MOST_NAMED} more kinds"] if rest else [])])


def cleaned_files(repository: Repository, paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The files among these that hold invisible characters, each with which; what cannot be read is passed over."""
    found = []
    for path in sorted(set(paths)):
        with suppress(TargetError):
            data = repository.read(path)
            if not data.isascii() and (words := invisible_in(data.decode("utf-8", "replace"))):
                found.append((path, words))
    return tuple(found)


class CleanedTexts:
    """What a session has told of already."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def fresh(self, found: Iterable[tuple[str, str]]) -> Iterable[TextCleaned]:
        """An event for each place that was not told of with these characters before."""
        for place, words in found:
            if words and (place, words) not in self._told:
                self._told.add((place, words))
                yield TextCleaned(place, words)

    def of_texts(self, texts: Mapping[str, str | bytes]) -> Iterable[TextCleaned]:
        """The same for texts by the names of their places."""
        plain = {
            place: text.decode("utf-8", "replace") if isinstance(text, bytes) else text for place, text in texts.items()
        }
        return self.fresh((place, invisible_in(text)) for place, text in plain.items())
