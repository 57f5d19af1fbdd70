"""What counts as a secret, and what does not."""

import time

import pytest

from copilot_tui.checks.secret_forms import find_secrets

PRIVATE_KEY = (
    "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA0123456789\nabcdefghijklmnopqrstuvwxyz==\n-----END RSA PRIVATE KEY-----"
)
# Each is made here of two halves, so that no scanner takes this file for a leak.
SECRETS = [
    "AKIA" + "QYLPMN5HHHFPZAM2",
    "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzzzz",
    "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345",
    "github_pat_" + "11ABCDEFG0123456789_abcdefghijklmnopqrstuvwxyz",
    "glpat-" + "abcdefghij0123456789",
    "xoxb-" + "123456789012-abcdefghij",
    "sk_live_" + "0123456789abcdefghijklmn",
    "sk-proj-" + "abcdefghijklmnopqrstuvwx0123",
    "sk-ant-api03-" + "abcdefghijklmnopqrstuvwx0123",
    "AIza" + "0123456789abcdefghijklmnopqrstuvwxy",
    "npm_" + "0123456789abcdefghijklmnopqrstuvwxyz",
    "SG." + "abcdefghijklmnop0123_-." + "abcdefghijklmnopqrstuvwxyz0123456789abcdefg",
    "hf_" + "abcdefghijklmnopqrstuvwxyzABCDEFGH",
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "postgres://admin:" + "hunter2hunter@db.example.invalid/app",
    "password = 'k3Jd82" + "Hsk29dkL'",
    '"api_key": "9f8e7d' + '6c5b4a39281706"',
    "DB_PASSWORD=k3Jd82Hsk29" + "dkLqpw8172x",
    "Authorization: Bearer " + "abcdefghijklmnop0123456789",
    "-----BEGIN RSA " + PRIVATE_KEY,
]
ORDINARY = [
    "password = os.environ['DATABASE_PASSWORD']",
    "token = tokens[position_of_the_first_token]",
    "secret = read_secret_from(vault, path)",
    'api_key="your-api-key-here"',
    "passwords: tuple[str, ...] = ()",
    "https://example.invalid/path:with@sign",
    "postgres://${USER}:${PASSWORD}@host/db",
    "proxies = {'http': 'http://user:pass@10.10.1.10:3128/'}",
    "https://user:Password@host.example/",
    "git_sha = '0123456789abcdef0123456789abcdef01234567'",
    "if line.startswith('-----BEGIN PRIVATE KEY-----'):",
    "import { tokenize_sentences_of_paragraph } from './token'",
    "max_tokens: 4096,",
]


@pytest.mark.parametrize("text", SECRETS, ids=lambda text: text[:14])
def test_a_secret_is_found_and_nothing_of_it_is_left(text: str) -> None:
    around = f"before\n{text}\nafter\n"
    (found,) = find_secrets(around)
    rest = around[: found.start] + around[found.end :]
    assert found.end - found.start >= 10
    assert rest.startswith("before\n")
    assert rest.endswith("\nafter\n")
    assert not find_secrets(rest)


@pytest.mark.parametrize("text", ORDINARY)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert find_secrets(text) == []


@pytest.mark.parametrize(
    "piece",
    ["-", "a:", "://a", "token", "eyJ", "aws key ", "-----BEGIN PRIVATE KEY-----", "authorization: ", "A", "sk-a-"],
)
def test_a_text_made_to_be_slow_costs_no_more_than_others(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    began = time.process_time()
    find_secrets(text)
    assert time.process_time() - began < 2.0
