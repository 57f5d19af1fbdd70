"""copilot-tui: a coding assistant for the terminal whose reach you set and whose every change you decide."""

__version__ = "0.1.0"
