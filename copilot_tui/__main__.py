"""`python -m copilot_tui` is the console script under another name."""

from copilot_tui.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
