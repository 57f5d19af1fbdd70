"""The values that all rooms speak: lines, hunks, file changes, snapshots; computing, parsing and writing diffs."""
