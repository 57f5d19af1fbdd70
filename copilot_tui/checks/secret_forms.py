"""What a secret looks like: keys of known form, private keys, and long random values given to a name that says secret.

Invariant: every pattern is bounded, so that a text costs time in proportion to its length, and nothing here repeats a secret.

The forms are those that the issuers document for their keys. A scanner of our own and not a library: it sees every prompt
before it leaves, so it must take milliseconds, bring no client for networks along, and say exactly which characters are the secret.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import log2


@dataclass(frozen=True, slots=True)
class FoundSecret:
    """What kind of secret stands at `start` to `end` (characters, half open)."""

    what: str
    start: int
    end: int


_PRIVATE_KEY = (
    r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----(?:\s*(?:Version|Comment|Proc-Type|DEK-Info): [^\n]{0,200}\n){0,6}"
    r"(?:[\s\"'+,\\rn]{0,12}[A-Za-z0-9+/=]{16,200}){1,400}(?:[\s\"'+,\\n]{0,12}-----END [A-Z0-9 ]{1,60}-----)?"
)
# What it is; texts of which one must be there before the pattern is worth its time; the pattern, in which a group is the secret itself.
_FORMS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("a private key", ("-----BEGIN ",), _PRIVATE_KEY),
    ("an age key", ("AGE-SECRET-KEY-1",), r"\bAGE-SECRET-KEY-1[0-9A-Z]{50,70}\b"),
    ("an AWS access key", ("AKIA", "ASIA", "ABIA", "ACCA"), r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b"),
    (
        "an AWS secret key",
        ("aws", "AWS", "Aws"),
        r"(?:aws|AWS|Aws)[^\n]{0,30}?(?:[sS]ecret|SECRET|[kK]ey|KEY)[^\n]{0,20}?[=:\s'\"]([0-9A-Za-z/+]{40})(?![0-9A-Za-z/+=])",
    ),
    (
        "a GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        r"\b(?:gh[pousr]_[0-9A-Za-z]{36,255}|github_pat_[0-9A-Za-z_]{40,255})\b",
    ),
    (
        "a GitLab token",
        ("glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-"),
        r"\bgl(?:pat|dt|rt|cbt|ptt|ft|soat)-[0-9A-Za-z_-]{20,64}\b",
    ),
    ("a Slack token", ("xox",), r"\bxox[abeoprs](?:\.xox[bp])?-[0-9A-Za-z-]{10,255}\b"),
    (
        "a webhook address",
        ("hooks.slack.com/", "/api/webhooks/"),
        r"https://(?:hooks\.slack\.com/(?:services|workflows)|discord(?:app)?\.com/api/webhooks)(/[0-9A-Za-z_/-]{20,120})",
    ),
    ("a Stripe key", ("k_live_", "k_test_", "k_prod_"), r"\b(?:sk|rk)_(?:live|test|prod)_[0-9A-Za-z]{16,255}\b"),
    ("an API key", ("sk-",), r"\bsk-(?:[a-z]{2,12}[0-9]{0,3}-){0,3}[0-9A-Za-z_-]{20,255}\b"),
    (
        "an API key",
        ("gsk_", "xai-", "r8_", "pplx-"),
        r"\b(?:gsk_[0-9A-Za-z]{32,255}|xai-[0-9A-Za-z]{40,255}|r8_[0-9A-Za-z]{30,60}|pplx-[0-9a-zA-Z]{40,60})\b",
    ),
    ("a Hugging Face token", ("hf_", "api_org_"), r"\b(?:hf|api_org)_[0-9A-Za-z]{30,60}\b"),
    ("a Google API key", ("AIza",), r"\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])"),
    ("a Google client secret", ("GOCSPX-",), r"\bGOCSPX-[0-9A-Za-z_-]{24,40}\b"),
    ("a Google token", ("ya29.",), r"\bya29\.[0-9A-Za-z_-]{20,255}"),
    ("an npm token", ("npm_", "_authToken="), r"\bnpm_[0-9A-Za-z]{36}\b|//[^\s/]{3,80}/:_authToken=([^\s${}]{8,200})"),
    ("a PyPI token", ("pypi-",), r"\bpypi-[0-9A-Za-z_-]{50,255}"),
    ("a SendGrid key", ("SG.",), r"\bSG\.[0-9A-Za-z_-]{16,32}\.[0-9A-Za-z_-]{32,64}"),
    ("a Twilio key", ("SK",), r"\bSK[0-9a-f]{32}\b"),
    ("a Telegram token", (":",), r"\b[0-9]{8,10}:[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])"),
    ("a Discord token", (".",), r"\b[MNO][0-9A-Za-z_-]{23,27}\.[0-9A-Za-z_-]{6}\.[0-9A-Za-z_-]{27,40}(?![0-9A-Za-z_-])"),
    ("a DigitalOcean token", ("_v1_",), r"\bdo[opr]_v1_[0-9a-f]{64}\b"),
    ("a Shopify token", ("shpat_", "shpca_", "shppa_", "shpss_"), r"\bshp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}\b"),
    ("a Square token", ("sq0",), r"\bsq0(?:atp|csp|idp)-[0-9A-Za-z_-]{22,60}"),
    ("a Mailgun key", ("key-",), r"\bkey-[0-9a-f]{32}\b"),
    ("a Mailchimp key", ("-us",), r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    ("a Databricks token", ("dapi",), r"\bdapi[0-9a-f]{32}\b"),
    ("a Vault token", ("hvs.", "hvb.", "hvr."), r"\bhv[sbr]\.[0-9A-Za-z_-]{24,255}"),
    ("a Doppler token", ("dp.",), r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[0-9A-Za-z._-]{40,80}"),
    (
        "a Linear or Notion key",
        ("lin_api_", "ntn_", "secret_"),
        r"\b(?:lin_api_[0-9A-Za-z]{32,60}|ntn_[0-9A-Za-z]{40,60}|secret_[0-9A-Za-z]{43})\b",
    ),
    ("a New Relic key", ("NRAK-",), r"\bNRAK-[0-9A-Z]{27}\b"),
    ("an Artifactory key", ("AKC",), r"\bAKC[a-zA-Z0-9]{64,80}\b"),
    ("an Azure storage key", ("AccountKey=",), r"\bAccountKey=([0-9A-Za-z+/]{86}==)"),
    ("a signed token", ("eyJ",), r"\beyJ[0-9A-Za-z_-]{10,2000}\.eyJ[0-9A-Za-z_-]{10,4000}\.[0-9A-Za-z_-]{20,2000}"),
    ("a password in an address", ("://",), r"(?<=[a-z0-9])://[^\s:@/'\"]{0,80}:([^\s:@/'\"${}<>*]{4,80})@"),
    (
        "a login in a header",
        ("uthorization", "UTHORIZATION"),
        r"(?i)\bauthorization['\"]?\s{0,4}[:=]\s{0,4}['\"]?(?:basic|bearer|token)\s{1,4}([0-9a-z+/=._~-]{16,2000})",
    ),
)  # fmt: skip
_COMPILED = tuple((what, anchors, re.compile(pattern)) for what, anchors, pattern in _FORMS)
_NAMED = re.compile(
    r"(?i)(?:secret|passw(?:or)?d|passwd|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)[\w-]{0,20}"
    r"['\"]?\s{0,8}(?::=|=>|[:=])\s{0,8}(?:['\"]([^'\"\s]{12,200})['\"]|([0-9A-Za-z_+/=.-]{20,200})(?=\s|$))"
)
_LEAST_BITS = 3.0
# What documentation writes where a password would stand: keeping it back hides nothing, and every request would tell of it.
_STANDS_FOR_PASSWORD = frozenset({"pass", "passwd", "password", "passwort", "pword", "secret", "user", "username"})


def find_secrets(text: str) -> list[FoundSecret]:
    """Every secret in the text, in its order; of two that overlap, the one that begins first."""
    found = sorted(_matches(text), key=lambda one: (one.start, -one.end))
    kept: list[FoundSecret] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _matches(text: str) -> Iterator[FoundSecret]:
    for what, anchors, pattern in _COMPILED:
        if not any(anchor in text for anchor in anchors):
            continue
        for match in pattern.finditer(text):
            group = 1 if match.re.groups and match[1] is not None else 0
            if match[group].lower() not in _STANDS_FOR_PASSWORD:
                yield FoundSecret(what, *match.span(group))
    for match in _NAMED.finditer(text):
        group = 1 if match[1] is not None else 2
        if _is_random(match[group]):
            yield FoundSecret("a secret value", *match.span(group))


def _is_random(value: str) -> bool:
    """Whether the value has the entropy (bits a character, after Shannon) and the mixture of a generated one."""
    counts = Counter(value)
    bits = -sum(count / len(value) * log2(count / len(value)) for count in counts.values())
    has_digit = any(char.isdigit() for char in value)
    has_letter = any(char.isalpha() for char in value)
    is_made_of_others = any(mark in value for mark in ("${", "{{", "$(", "<%", "("))
    return bits >= _LEAST_BITS and has_digit and has_letter and not is_made_of_others
