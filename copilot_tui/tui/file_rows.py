"""The tree of files as rows: pure, from paths and marks and the folders that are open.

Invariant: every path is shown exactly once when all folders are open; a closed folder says how many changes lie in it.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from copilot_tui.tui.row_list import Row
from copilot_tui.visible import visible

_TONES = {"M": "warning", "A": "good", "D": "bad", "R": "warning", "U": "bad", "?": "good"}
_TONES |= {"✓": "good", "✗": "bad", "◐": "warning", "±": "warning"}  # the states of a review


class FileTree:
    """The paths of a repository by folder; made once for each listing."""

    def __init__(self, marks: Mapping[str, str]) -> None:
        self.marks = marks
        self._folders: dict[str, tuple[set[str], list[str]]] = {"": (set(), [])}
        self._changed: dict[str, int] = {}
        for path, mark in marks.items():
            self._add(path, mark)

    def _add(self, path: str, mark: str) -> None:
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            self._add_folder(folder)
        self._folders[folder][1].append(path)
        while mark:
            self._changed[folder] = self._changed.get(folder, 0) + 1
            if not folder:
                break
            folder = folder.rpartition("/")[0]

    def _add_folder(self, folder: str) -> None:
        while folder not in self._folders:
            self._folders[folder] = (set(), [])
            parent = folder.rpartition("/")[0]
            if parent not in self._folders:
                self._add_folder(parent)
            self._folders[parent][0].add(folder)
            folder = parent

    def rows(self, opened: AbstractSet[str], lit: str | None = None) -> list[Row]:
        """The rows to show; `lit` is the folder or file that may change (None: nothing is marked)."""
        rows: list[Row] = []
        pending: list[tuple[str, int, bool]] = [
            (entry, 0, is_folder) for entry, is_folder in reversed(self._entries(""))
        ]
        while pending:
            path, depth, is_folder = pending.pop()
            rows.append(self._row(path, depth, is_folder=is_folder, is_open=path in opened, is_lit=_is_lit(path, lit)))
            if is_folder and path in opened:
                pending.extend((entry, depth + 1, folder) for entry, folder in reversed(self._entries(path)))
        return rows

    def _entries(self, folder: str) -> list[tuple[str, bool]]:
        folders, files = self._folders[folder]
        return [(path, True) for path in sorted(folders)] + [(path, False) for path in sorted(files)]

    def _row(self, path: str, depth: int, *, is_folder: bool, is_open: bool, is_lit: bool) -> Row:
        name = visible(path.rpartition("/")[2])
        bar = ("▌" if is_lit else " ", "accent")
        if is_folder:
            changed = self._changed.get(path, 0)
            right = ((f"±{changed}", "muted"),) if changed and not is_open else ()
            return Row(
                path + "/", (bar, ("  " * depth + ("▾ " if is_open else "▸ "), "muted"), (name + "/", "plain")), right
            )
        mark = self.marks.get(path, "")
        tone = _TONES.get(mark, "plain")
        return Row(path, (bar, ("  " * depth + "  ", "muted"), (name, tone)), ((mark, tone),) if mark else ())


def marked(row: Row, mark: str) -> Row:
    """The row of a file with another mark."""
    bar, indent, (name, _) = row.parts
    tone = _TONES.get(mark, "plain")
    return Row(row.key, (bar, indent, (name, tone)), ((mark, tone),) if mark else ())


def _is_lit(path: str, lit: str | None) -> bool:
    return lit is not None and (not lit or path == lit or path.startswith(lit + "/"))


def parents(path: str) -> list[str]:
    """The folders above a path, outermost first."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
