"""What the answer means: from a model's text to file content, or a refusal with its reason."""

from copilot_tui.edits.edit import Applied, Edit, EditKind, ParsedAnswer, Refusal, RefusalCode, Resolution
from copilot_tui.edits.parse import HINTS, parse_answer, strip_reasoning
from copilot_tui.edits.region import NeedsLevel, Region, RegionAnswer, parse_region_answer
from copilot_tui.edits.resolve import mentioned_paths, resolve
from copilot_tui.edits.stream import IncrementalParser

__all__ = [
    "HINTS",
    "Applied",
    "Edit",
    "EditKind",
    "IncrementalParser",
    "NeedsLevel",
    "ParsedAnswer",
    "Refusal",
    "RefusalCode",
    "Region",
    "RegionAnswer",
    "Resolution",
    "mentioned_paths",
    "parse_answer",
    "parse_region_answer",
    "resolve",
    "strip_reasoning",
]
