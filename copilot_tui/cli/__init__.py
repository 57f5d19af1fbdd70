"""The command line: one module for each group of commands, put together in `program`."""

from copilot_tui.cli.program import main

__all__ = ["main"]
