"""The hash that git names contents by.

Invariant: it is the same wherever it comes from. `hashlib` loads all of OpenSSL, which takes longer than a small answer.
"""

try:
    from _sha1 import sha1  # type: ignore[import-not-found]
except ImportError:  # an interpreter without it
    from hashlib import sha1

__all__ = ["sha1"]
