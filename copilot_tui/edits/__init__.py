"""What the answer means: from a model's text to file content, or a refusal with its reason."""

from copilot_tui.edits.edit import Applied, Edit, EditKind, ParsedAnswer, Refusal, RefusalCode, Resolution
from copilot_tui.edits.parse import HINTS, parse_answer, strip_reasoning
from copilot_tui.edits.resolve import mentioned_paths, resolve

__all__ = [
    "HINTS",
    "Applied",
    "Edit",
    "EditKind",
    "ParsedAnswer",
    "Refusal",
    "RefusalCode",
    "Resolution",
    "mentioned_paths",
    "parse_answer",
    "resolve",
    "strip_reasoning",
]
