"""Which names hold secrets: those that do, in any case and place, and those that only look like it."""

import pytest

from copilot_tui.autonomy.secret_names import is_secret


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
