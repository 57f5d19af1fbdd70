"""What a review holds, kept out of the way of the garbage collector: to look through a large one takes longer than a key may.

Invariant: what is set aside is looked at again as soon as no review is shown any more.
"""

import gc


def set_aside() -> None:
    """Leave all that there is by now out of collections; what comes from now on is collected as always."""
    gc.freeze()


def take_back() -> None:
    """Look through everything again."""
    gc.unfreeze()
