"""What a machine can verify in a change set before a person reads it."""

from copilot_tui.checks.finding import Finding, Severity
from copilot_tui.checks.names import SymbolIndex
from copilot_tui.checks.run import CHECKS, run_checks

__all__ = ["CHECKS", "Finding", "Severity", "SymbolIndex", "run_checks"]
