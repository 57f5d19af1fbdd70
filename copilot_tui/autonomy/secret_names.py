"""Which files by their names hold keys or passwords.

Invariant: a path alone decides; nothing is read.
"""

import re
from functools import lru_cache

_SECRET = re.compile(
    r"(^|/)(\.env(\.(?!example$|sample$|template$|dist$)[^/]*)?|[^/]+\.env|\.netrc|_netrc|\.npmrc|\.pypirc|\.pgpass|\.my\.cnf|\.htpasswd"
    r"|id_(rsa|dsa|ecdsa|ed25519)(_sk)?|\.?credentials(\.json|\.ya?ml|\.toml)?|\.?secrets?(\.(json|ya?ml|toml|env|ini))?|\.git-credentials"
    r"|\.dockercfg|\.boto|\.s3cfg|\.vault-token|kubeconfig|service[_-]?account[^/]*\.json|client_secret[^/]*\.json"
    r"|[^/]*\.tfvars(\.json)?|[^/]*\.tfstate(\.backup)?)$"
    r"|\.(pem|key|p12|pfx|jks|keystore|kdbx|asc|gpg|ppk|keytab|ovpn)$",
    re.IGNORECASE,
)
_SECRET_FOLDER = re.compile(r"(^|/)\.(ssh|aws|gnupg|kube|docker|azure)/", re.IGNORECASE)
# No name of a secret ends in one of these but what begins with `.env`: most files are told by that, at a fifth of the time.
_HARMLESS = (
    ".py", ".pyi", ".js", ".jsx", ".mjs", ".ts", ".tsx", ".go", ".rs", ".java", ".c", ".h", ".cc", ".cpp", ".hpp", ".rb", ".php",
    ".cs", ".kt", ".scala", ".swift", ".lua", ".sh", ".css", ".scss", ".html", ".vue", ".sql", ".md", ".rst", ".txt", ".svg", ".xml",
)  # fmt: skip


def is_harmless(path: str) -> bool:
    """Whether a file is known at a glance to be text and no secret, as most are; of the others nothing is said."""
    return path.endswith(_HARMLESS) and "/." not in path and not path.startswith(".")


def is_secret(path: str) -> bool:
    """Whether a file by its name or place holds keys or passwords: it waits for a decision of its own, and no model sees it unasked."""
    folder, slash, name = path.rpartition("/")
    if slash and _is_secret_folder(folder):
        return True
    if name.endswith(_HARMLESS) and name[:4].lower() != ".env":
        return False
    return _SECRET.search(name) is not None


@lru_cache(4_096)
def _is_secret_folder(folder: str) -> bool:
    """Whether a folder, or one around it, is a place of keys; many files share it."""
    return _SECRET_FOLDER.search(folder + "/") is not None
