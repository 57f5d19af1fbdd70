"""The terminal interface: widgets that take values in and post messages out.

A change behind another one is painted after at most 8 ms. Textual waits for twice as long unless TEXTUAL_FPS says otherwise, which
a person who types can feel; that variable keeps its word here too.
"""

import os

from textual import constants

FRAMES_PER_SECOND = 120

if "TEXTUAL_FPS" not in os.environ:
    constants.MAX_FPS = FRAMES_PER_SECOND  # type: ignore[misc]  # read once, when Textual's screen is loaded
