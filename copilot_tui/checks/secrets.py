"""Secrets in added lines: keys of known form, private keys, and long random values given to a name that says secret.

Invariant: a message never repeats the secret.
"""

import re
from collections import Counter
from math import log2

from copilot_tui.checks.finding import Finding, Severity, added_lines, at
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.snapshot import Snapshot

_KNOWN = (
    ("a private key", re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")),
    ("an AWS access key", re.compile(rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a GitHub token", re.compile(rb"\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{40,})\b")),
    ("an API key", re.compile(rb"\bsk-(?:[a-z]+-)*[0-9A-Za-z_-]{20,}\b")),
    ("a Slack token", re.compile(rb"\bxox[abprs]-[0-9A-Za-z-]{10,}\b")),
    ("a Google API key", re.compile(rb"\bAIza[0-9A-Za-z_-]{35}\b")),
    ("a password in an address", re.compile(rb"\b[a-z][a-z0-9+.-]{1,20}://[^\s:@/'\"]{1,80}:[^\s:@/'\"${}<>*]{4,80}@")),
)
_NAMED = re.compile(
    rb"(?i)\b[\w.-]{0,40}(?:secret|passw(?:or)?d|token|api[_-]?key|private[_-]?key|credential)[\w-]{0,20}['\"]?\s*[:=]\s*['\"]([^'\"\s]{12,200})['\"]"
)
_LEAST_BITS = 3.0
_LONGEST = 5000


def check(change_set: ChangeSet, snapshot: Snapshot) -> list[Finding]:  # noqa: ARG001  (every check has the same shape)
    """A finding for each added line that seems to hold a secret."""
    findings = []
    for change in change_set:
        for number, text in added_lines(change):
            what = find_secret(text[:_LONGEST])
            if what:
                message = f"this line seems to hold {what}; keep secrets out of the repository"
                findings.append(Finding("secret", change.path, at(number), Severity.ERROR, message))
    return findings


def find_secret(line: bytes) -> str:
    """What kind of secret the line seems to hold; empty where none."""
    known = next((what for what, pattern in _KNOWN if pattern.search(line)), "")
    if known:
        return known
    named = _NAMED.search(line)
    return "a secret value" if named and _is_random(named[1]) else ""


def _is_random(value: bytes) -> bool:
    """Whether the value has the entropy (bits a character, after Shannon) and the mixture of a generated one."""
    counts = Counter(value)
    bits = -sum(count / len(value) * log2(count / len(value)) for count in counts.values())
    has_digit = any(chr(byte).isdigit() for byte in value)
    has_letter = any(chr(byte).isalpha() for byte in value)
    return bits >= _LEAST_BITS and has_digit and has_letter and b"${" not in value and b"{{" not in value
