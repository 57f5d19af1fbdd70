"""The outline of a file by its path, for whoever parses many: nothing but that is loaded.

Invariant: a file that no grammar reads has an empty outline.
"""

from collections.abc import Callable, Sequence

from copilot_tui.syntax.languages import language_of
from copilot_tui.syntax.outline import Outline, outline
from copilot_tui.syntax.parse import parse, parse_once


def outlined(path: str, data: bytes, *, keep: bool = True, pause: Callable[[], object] = int) -> Outline:
    """The outline of a file by its path: nothing where no grammar reads it; `pause` is called while it is parsed."""
    language = language_of(path, data[:200])
    tree = None if language is None else parse(language, data, pause) if keep else parse_once(language, data, pause)
    return ([], []) if language is None or tree is None else outline(language, data, tree)


def get_ready(endings: Sequence[str], most: int) -> None:
    """Load what the files with these endings need; of the first `most` languages among them, those of data left out."""
    known = (language_of(f"a.{ending}") for ending in endings)
    for language in list(dict.fromkeys(one for one in known if one is not None and not one.is_data))[:most]:
        outlined(f"a{language.endings[0]}", b"", keep=False)
