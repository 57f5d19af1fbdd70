"""What the texts of a change set say of its hunks: which belong together, what only moved, what changes no more than the layout.

Invariant: facts follow from the changes alone, never from decisions; they decide nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from copilot_tui.autonomy.protected import is_generated
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.compute import Block
from copilot_tui.diff.moved import MovedEnd, MovedRun, find_moved
from copilot_tui.review.formatting import formatting_only
from copilot_tui.review.links import Link, LinkKind
from copilot_tui.review.proposal import HunkKey

_BLANKS = b" \t\r\n\f\v"
_MOST_SHOWN = 3  # links of one hunk that are told one by one
Lines = tuple[str, int]  # path and changed line


@dataclass(frozen=True)
class Facts:
    """What is known of the hunks, by hunk or by changed line.

    `moves` and `links` say it in words; `ends` leads from a moved line to the line that it was or became;
    `altered` are the moved lines in which words changed on the way;
    `targets` are the hunks that a hunk is linked with; `quiet` are the hunks that need less of a look, with the reason.
    """

    moves: Mapping[HunkKey, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    links: Mapping[HunkKey, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    ends: Mapping[Lines, Lines] = field(default_factory=lambda: MappingProxyType({}))
    altered: frozenset[Lines] = frozenset()
    targets: Mapping[HunkKey, tuple[HunkKey, ...]] = field(default_factory=lambda: MappingProxyType({}))
    layout_only: frozenset[HunkKey] = frozenset()
    quiet: Mapping[HunkKey, str] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def paths(self) -> frozenset[str]:
        """The files of which anything is said."""
        return frozenset(key.path for keys in (self.moves, self.links, self.layout_only) for key in keys)

    @cached_property
    def moved_paths(self) -> frozenset[str]:
        """The files that lines moved from or to."""
        return frozenset(path for path, _ in self.ends)

    @cached_property
    def quiet_hunks(self) -> Mapping[str, frozenset[int]]:
        """By file, the hunks that need less of a look."""
        found: dict[str, set[int]] = {}
        for key in self.quiet:
            if key.index is not None:
                found.setdefault(key.path, set()).add(key.index)
        return {path: frozenset(hunks) for path, hunks in found.items()}


def find_facts(change_set: ChangeSet, pause: Callable[[], object] = int) -> Facts:
    """What moved and what changes layout alone; links are found on their own.

    Reads every changed line: not for the event loop; `pause` is called every few milliseconds, so that the loop has its turn.
    """
    runs = find_moved(change_set, pause)
    layout = formatting_only(change_set, pause)
    by_source = {change.source_path: change for change in change_set}
    by_path = {change.path: change for change in change_set}
    moves: dict[HunkKey, list[str]] = {}
    ends: dict[Lines, Lines] = {}
    exact: dict[HunkKey, int] = {}
    altered: set[Lines] = set()
    for run in runs:
        pause()
        source, target = by_source[run.source.path], by_path[run.target.path]
        for offset in range(run.source.last - run.source.first):
            one, other = (source.path, run.source.first + offset), (target.path, run.target.first + offset)
            ends[one], ends[other] = other, one
            if offset in run.changed:
                altered |= {one, other}
        for change, end, words in (
            (source, run.source, _moved(run, run.target, "to")),
            (target, run.target, _moved(run, run.source, "from")),
        ):
            key = HunkKey(change.path, change.changed_lines[end.first].hunk)
            moves.setdefault(key, []).append(words)
            exact[key] = exact.get(key, 0) + (end.last - end.first if run.is_exact else 0)
    quiet = dict.fromkeys(layout, "layout only")
    for key, count in exact.items():
        if key.index is not None and count == sum(block.rows for block in by_path[key.path].hunk_blocks[key.index]):
            quiet[key] = "moved as it was"
    for change in change_set:
        pause()
        if is_generated(change.path, change.after or change.before):
            quiet |= {HunkKey(change.path, index): "generated" for index in range(len(change.hunk_blocks))}
    return Facts(
        moves={key: tuple(words) for key, words in moves.items()},
        ends=ends,
        altered=frozenset(altered),
        layout_only=layout,
        quiet=quiet,
    )


def _moved(run: MovedRun, other: MovedEnd, word: str) -> str:
    count = run.target.last - run.target.first
    how = "" if run.is_exact else f" ({_count(run.words, 'word')} changed)" if run.words else ", indented anew"
    return f"{_count(count, 'line')} {word} {other.path}:{other.line}{how}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"


def links_in_words(
    change_set: Iterable[FileChange], links: Sequence[Link]
) -> tuple[dict[HunkKey, tuple[str, ...]], dict[HunkKey, tuple[HunkKey, ...]]]:
    """Each hunk's links in words, and the hunks that they lead to: those that it needs before those that need it."""
    by_path = {change.path: change for change in change_set}
    words: dict[HunkKey, list[str]] = {}
    targets: dict[HunkKey, list[HunkKey]] = {}
    for link in links:
        place, verb = _place(by_path, link.needed), "uses" if link.kind is LinkKind.USES else "takes out"
        what = "brings in" if link.kind is LinkKind.USES else "stops using"
        words.setdefault(link.hunk, []).append(f"{verb} {link.name}, which {place} {what}")
        targets.setdefault(link.hunk, []).append(link.needed)
    for link in links:
        place = _place(by_path, link.hunk)
        verb = f"uses {link.name} from here" if link.kind is LinkKind.USES else f"takes out {link.name}, used here"
        words.setdefault(link.needed, []).append(f"{place} {verb}")
        targets.setdefault(link.needed, []).append(link.hunk)
    return (
        {key: _shortened(sentences) for key, sentences in words.items()},
        {key: tuple(dict.fromkeys(keys)) for key, keys in targets.items()},
    )


def _shortened(sentences: Sequence[str]) -> tuple[str, ...]:
    known = list(dict.fromkeys(sentences))
    more = len(known) - _MOST_SHOWN
    return tuple(known) if more <= 0 else (*known[:_MOST_SHOWN], f"and {more} more")


def _place(by_path: Mapping[str, FileChange], key: HunkKey) -> str:
    change = by_path.get(key.path)
    if change is None or key.index is None:
        return key.path
    return f"{key.path}:{change.hunk_blocks[key.index][0].new_first + 1}"


def is_blank_only(change: FileChange, block: Block) -> bool:
    """Whether a changed run differs in white space alone."""
    if block.old_first < block.old_last and block.new_first < block.new_last:
        one = change.old_lines[block.old_first].translate(None, _BLANKS)
        other = change.new_lines[block.new_first].translate(None, _BLANKS)
        if not one.startswith(other) and not other.startswith(one):
            return False  # most runs differ in their first line already
    old = b"".join(change.old_lines[block.old_first : block.old_last])
    new = b"".join(change.new_lines[block.new_first : block.new_last])
    return old.translate(None, _BLANKS) == new.translate(None, _BLANKS)
