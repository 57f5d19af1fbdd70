"""What a request mentions behind an `@`: a file, lines of it, a folder, a name, or the uncommitted changes.

    @shop/cart.py   @cart.py   @shop/cart.py:12-20   @shop/   @shop/cart.py:Cart.total   @Cart.total   @"a file.txt"   @diff

Invariant: a mention leads to paths of the work tree's own list and to nothing else; one that leads nowhere stays the words it was, and is
told of.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from copilot_tui.autonomy.request import LineRange
from copilot_tui.visible import visible

DIFF = "diff"
DIFF_ITEM = "@diff"  # stands in a pack where other items have their path
MOST_HOMONYMS = 3  # definitions of one name that are put in
_MOST_MENTIONS = 20
_SHOWN = 60  # characters of a mention in a sentence
_MENTION = re.compile(
    r"""(?<![\w@/.\\`])@(?:"(?P<quoted>[^"\n]{1,400})"|(?P<bare>[^\s@"'`,;(){}\[\]<>][^\s"'`,;(){}\[\]<>]{0,399}))"""
)
_LINES = re.compile(r"^(?P<path>.+?):(?P<first>\d{1,7})(?:-(?P<last>\d{1,7}))?$")
_NAME = re.compile(r"[A-Za-z_$~][\w$.:~?!]*")
_PLAIN = re.compile(r"[^\s\"'`,;(){}\[\]<>]+")


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A definition: its name with the one around it, its file and lines, and its kind (`type` or `function`)."""

    name: str
    path: str
    lines: LineRange
    kind: str


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What the mentions of a request lead to.

    `places`: files, each with the lines that are meant (None: all of it); `diff`: the uncommitted changes as a patch, empty if they are not
    mentioned; `unmet`: a sentence for each mention that leads nowhere, or to more than is put in; `folders`: folders, each with a slash at
    its end.
    """

    places: tuple[tuple[str, LineRange | None], ...] = ()
    diff: str = ""
    unmet: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention: the word behind the sign, and where the whole of it stands in the text."""

    word: str
    start: int
    end: int


def mentions_in(text: str) -> tuple[Mention, ...]:
    """The mentions of a text in their order, each word once; what ends a sentence is no part of one."""
    found: dict[str, Mention] = {}
    for match in _MENTION.finditer(text):
        word = match["quoted"] or match["bare"].rstrip(".:!?")
        if word:
            end = match.end() if match["quoted"] else match.start() + 1 + len(word)
            found.setdefault(word, Mention(word, match.start(), end))
    return tuple(found.values())[:_MOST_MENTIONS]


def written(path: str) -> str:
    """A path as a mention is typed: in quotes where a blank or a bracket would end it."""
    return f"@{path}" if _PLAIN.fullmatch(path) and path != DIFF and path[-1] not in ".:!?" else f'@"{path}"'


class Resolver:
    """Finds what mentions lead to; `known` are the paths of the work tree, `find` gives the definitions of exactly this name."""

    def __init__(self, known: Collection[str], find: Callable[[str], Sequence[NamedPlace]]) -> None:
        self._known = known if isinstance(known, (set, frozenset)) else frozenset(known)
        self._find = find
        self._backwards: list[str] | None = None

    def resolve(self, text: str) -> tuple[Mentioned, bool]:
        """What the mentions of a text lead to, without the diff, and whether that is mentioned too."""
        places: dict[tuple[str, LineRange | None], None] = {}
        folders: dict[str, None] = {}
        unmet: list[str] = []
        wants_diff = False
        for mention in mentions_in(text):
            if mention.word == DIFF:
                wants_diff = True
                continue
            folder = self._folder(mention.word)
            if folder:
                folders[folder] = None
                continue
            found, sentence = self._resolve(mention.word)
            places |= dict.fromkeys(found)
            if sentence:
                unmet.append(sentence)
        return Mentioned(tuple(places), "", tuple(unmet), tuple(folders)), wants_diff

    def _resolve(self, word: str) -> tuple[list[tuple[str, LineRange | None]], str]:
        path = self._path(word)
        if path:
            return [(path, None)], ""
        lines = _LINES.match(word)
        if lines is not None and (path := self._path(lines["path"])):
            first = int(lines["first"])
            last = int(lines["last"] or first)
            if 0 < first <= last:
                return [(path, LineRange(first, last))], ""
        before, colon, name = word.partition(":")
        if colon and (path := self._path(before)):
            return self._defined(word, name, path)
        return self._defined(word, word, "")

    def _defined(self, word: str, name: str, path: str) -> tuple[list[tuple[str, LineRange | None]], str]:
        places = list(self._find(name)) if _NAME.fullmatch(name) else []
        if path:
            places = [one for one in places if one.path == path]
        found: list[tuple[str, LineRange | None]] = [(one.path, one.lines) for one in places[:MOST_HOMONYMS]]
        if not places:
            return [], f"{_said(word)} names no file and no definition here: it goes out as the words it is."
        if len(places) > MOST_HOMONYMS:
            first = f"@{places[0].path}:{name}"
            return found, (
                f"{_said(word)} is defined in {len(places)} places, {MOST_HOMONYMS} of them are in: "
                f"write {_said(first[1:])} to mean one."
            )
        return found, ""

    def _path(self, word: str) -> str:
        """The known path that a word means: itself, or the one path that ends in it."""
        word = word.removeprefix("./")
        if word in self._known:
            return word
        if not word or word.endswith("/") or ("." not in word and "/" not in word):
            return ""
        # All paths read backwards, in order: those that end in the word lie side by side.
        if self._backwards is None:
            self._backwards = sorted(path[::-1] for path in self._known)
        ending = f"{word[::-1]}/"
        at = bisect_left(self._backwards, ending)
        fitting = [one for one in self._backwards[at : at + 2] if one.startswith(ending)]
        return fitting[0][::-1] if len(fitting) == 1 else ""

    def _folder(self, word: str) -> str:
        """The folder that a word means, with a slash at its end; a file that the word means goes before it."""
        folder = word.removeprefix("./").rstrip("/") + "/"
        if folder == "/" or not any(path.startswith(folder) for path in self._known) or self._path(word):
            return ""
        return folder


def _said(word: str) -> str:
    shown = visible(f"@{word}")
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
