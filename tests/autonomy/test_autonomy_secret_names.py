"""Which names hold secrets: those that do, in any case and place, and those that only look like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_tui.autonomy.secret_names import is_harmless, is_secret


@pytest.mark.parametrize(
    "path",
    [
        ".env", "app/.env", ".ENV.production", "app/.env.py", "app/.Env.ts", "deploy/production.env", ".netrc", "web/.npmrc",
        "keys/id_ed25519", "credentials.json", "config/.secrets.toml", "Secrets.yml", "kubeconfig", "service-account-7.json",
        "infra/main.tfvars", "terraform.tfstate.backup", "certificates/server.PEM", "app/release.keystore", ".ssh/config.md",
        "home/.aws/notes.txt", "a/.Kube/b/c.py",
    ],
)  # fmt: skip
def test_a_name_of_secrets_is_known_in_any_place(path: str) -> None:
    assert is_secret(path)


@pytest.mark.parametrize(
    "path",
    [
        "env.py", "app/environment.py", ".env.example", ".env.sample", "secrets.py", "app/credentials.ts", "key.go", "id_rsa.md",
        "ssh/config.py", "app/service_account.py", "tfvars.md", "docs/secrets/README.md", "package.json", ".gitignore", "",
    ],
)  # fmt: skip
def test_a_name_that_only_looks_like_it_is_none(path: str) -> None:
    assert not is_secret(path)


PARTS = [
    "",
    ".env",
    ".env.local",
    "id_rsa",
    "a",
    ".ssh",
    "src",
    ".npmrc",
    "secrets.json",
    ".py",
    ".key",
    ".md",
    "pem",
    "x.PY",
    "png",
    ".txt",
]


@given(st.lists(st.sampled_from([*PARTS, "/", "/", "."]), max_size=7).map("".join))
def test_what_is_harmless_at_a_glance_is_no_secret(path: str) -> None:
    if is_harmless(path):
        assert not is_secret(path)


def test_usual_code_is_harmless_at_a_glance() -> None:
    assert is_harmless("src/shop/cart.py")
