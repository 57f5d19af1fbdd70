"""The files on the left: a tree with git's marks; on a narrow screen it lies over the code.

Invariant: it reads nothing from the disk; it is given paths and marks, and posts which file or folder was chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.message import Message

from copilot_tui.tui.file_rows import FileTree, marked, parents
from copilot_tui.tui.row_list import RowList


class FilesPane(RowList):
    """The tree of files."""

    DEFAULT_CSS: ClassVar[str] = """
    FilesPane { width: 30; height: 1fr; background: $surface; }
    """

    @dataclass
    class FileChosen(Message):
        """The person opened a file."""

        path: str

    @dataclass
    class FolderPointed(Message):
        """The person opened or closed a folder: directory level aims there."""

        path: str

    def __init__(self) -> None:
        super().__init__(id="files", empty="reading the files …")
        self._tree = FileTree({})
        self._opened: set[str] = set()
        self._reviewed: FileTree | None = None  # shown in the place of the repository's files
        self._shut: set[str] = set()  # of its folders
        self._lit: str | None = None

    def list_files(self, marks: Mapping[str, str]) -> None:
        """Show these files."""
        first = not self._tree.marks
        self._tree = FileTree(marks)
        self.empty = "no files yet"
        if first and len(marks) <= 60:
            self._opened = {folder for path in marks for folder in parents(path)}
        self._draw()

    def list_reviewed(self, marks: Mapping[str, str] | None) -> None:
        """Show these files of a review, all folders open at first; with None those of the repository again."""
        if marks is None:
            self._shut.clear()
        elif self._reviewed is not None and self._reviewed.marks.keys() == marks.keys():
            self._mark(self._reviewed, marks)
            return
        self._reviewed = FileTree(marks) if marks is not None else None
        self._draw()

    def _mark(self, tree: FileTree, marks: Mapping[str, str]) -> None:
        """Other marks for the same files: only the rows of those that changed are drawn anew."""
        changed = {path: mark for path, mark in marks.items() if tree.marks[path] != mark}
        tree.marks = marks
        if changed:
            self.rows = tuple(marked(row, changed[row.key]) if row.key in changed else row for row in self.rows)
            for index, row in enumerate(self.rows):
                if row.key in changed:
                    self.refresh_line(index)

    def reveal(self, path: str) -> None:
        """Open the folders above a file and put the cursor on it."""
        self._opened.update(parents(path))
        self._draw()
        self.point(path)

    def point(self, path: str) -> None:
        """Put the cursor on a file, where its row is shown."""
        self.go_to(next((index for index, row in enumerate(self.rows) if row.key == path), self.cursor), turns=True)

    def light(self, path: str | None) -> None:
        """Mark what may change: a file, a folder, everything (empty), or nothing (None)."""
        if path != self._lit:
            self._lit = path
            self._draw()

    def _draw(self) -> None:
        if self._reviewed is None:
            self.show(self._tree.rows(self._opened, self._lit))
        else:
            opened = {folder for path in self._reviewed.marks for folder in parents(path)} - self._shut
            self.show(self._reviewed.rows(opened))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open a file, or open or close a folder."""
        event.stop()
        if not event.key.endswith("/"):
            self.post_message(self.FileChosen(event.key))
            return
        folder = event.key[:-1]
        if self._reviewed is not None:
            self._shut.symmetric_difference_update({folder})
            self._draw()
            return
        self._opened.symmetric_difference_update({folder})
        self._draw()
        self.post_message(self.FolderPointed(folder))

    def on_row_list_pointed(self, event: RowList.Pointed) -> None:
        """Nothing aims while the cursor only passes."""
        event.stop()
