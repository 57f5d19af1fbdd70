"""Which files by their names hold keys or passwords.

Invariant: a path alone decides; nothing is read.
"""

import re

_SECRET = re.compile(
    r"(^|/)(\.env(\.(?!example$|sample$|template$|dist$)[^/]*)?|[^/]+\.env|\.netrc|_netrc|\.npmrc|\.pypirc|\.pgpass|\.my\.cnf|\.htpasswd"
    r"|id_(rsa|dsa|ecdsa|ed25519)(_sk)?|\.?credentials(\.json|\.ya?ml|\.toml)?|\.?secrets?(\.(json|ya?ml|toml|env|ini))?|\.git-credentials"
    r"|\.dockercfg|\.boto|\.s3cfg|\.vault-token|kubeconfig|service[_-]?account[^/]*\.json|client_secret[^/]*\.json"
    r"|[^/]*\.tfvars(\.json)?|[^/]*\.tfstate(\.backup)?)$"
    r"|\.(pem|key|p12|pfx|jks|keystore|kdbx|asc|gpg|ppk|keytab|ovpn)$|(^|/)\.(ssh|aws|gnupg|kube|docker|azure)/",
    re.IGNORECASE,
)


def is_secret(path: str) -> bool:
    """Whether a file by its name or place holds keys or passwords: it waits for a decision of its own, and no model sees it unasked."""
    return _SECRET.search(path) is not None
