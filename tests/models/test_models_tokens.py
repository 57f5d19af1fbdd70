"""How many tokens a text has: a careful guess at first, then as the model's own endpoint reports it."""

from pathlib import Path

import pytest

from copilot_tui.models.call import Message, Role
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.models.token_rates import TokenRates
from copilot_tui.models.tokens import FIRST_FACTOR, TokenCounter, estimate_tokens
from tests.support import replies
from tests.support.calls import KEY, NoLocalModel, call_of, outcome_of, settings_for
from tests.support.scripted_server import ScriptedServer

CODE = Path(estimate_tokens.__code__.co_filename).read_text()
NAMES = ("scripted",)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("", 0, 1),
        ("def total(self, tax):\n    return sum(self.items) - tax\n", 18, 26),  # cl100k: 19
        ("The quick brown fox jumps over the lazy dog. " * 20, 190, 260),  # cl100k: 201
        ("8f14e45fceea167a5a36dedad4bea254" * 10, 200, 420),  # cl100k: 200 to 220
        ("这是一个测试用来生成代码的上下文" * 10, 160, 400),  # 160 characters, 480 bytes
        ("\n" * 100, 10, 100),
        (" " * 100, 10, 100),
    ],
)
def test_texts_are_counted_in_the_size_of_usual_tokenizers(text: str, least: int, most: int) -> None:
    assert least <= estimate_tokens(text) <= most
    assert estimate_tokens(text) <= TokenCounter()(text), "the first guess is not below the estimate"


def test_a_counter_counts_a_text_as_the_sum_of_its_parts() -> None:
    count = TokenCounter()
    parts = [CODE[at : at + 2_000] for at in range(0, len(CODE), 2_000)]
    assert abs(count(CODE) - sum(map(count, parts))) <= len(parts)


def test_what_is_neither_code_nor_prose_counts_more_than_a_low_report_of_code_says() -> None:
    keys = "k9Xz/Qw3+Rt7" * 200
    assert TokenCounter(0.7)(CODE) < estimate_tokens(CODE) < TokenCounter(0.7)(keys) * len(CODE) / len(keys)


def test_reports_bring_the_count_near_and_it_never_counts_less_than_they_came_to() -> None:
    rates = TokenRates()
    assert rates.counter("there", "scripted").factor == FIRST_FACTOR
    real = round(0.8 * estimate_tokens(CODE))
    counted = []
    for _ in range(8):
        rates.learn("there", NAMES, CODE, real)
        counted.append(rates.counter("there", "scripted")(CODE))
    assert all(one >= real for one in counted)
    assert counted == sorted(counted, reverse=True), "the more reports, the nearer"
    assert counted[-1] <= 1.06 * real
    rates.learn("there", NAMES, CODE, real + real // 4)
    assert rates.counter("there", "scripted")(CODE) >= real + real // 4


@pytest.mark.parametrize(
    ("text", "tokens"), [("short", 300), (CODE, 199), (CODE, 10_000_000), ("\0\x01" * 5_000, 9_000)]
)
def test_a_report_that_tells_nothing_is_passed_over(text: str, tokens: int) -> None:
    rates = TokenRates()
    rates.learn("there", NAMES, text, tokens)
    assert rates.rate("there", "scripted").factors == ()


def test_what_was_learned_is_kept_for_the_next_start_without_any_name(tmp_path: Path) -> None:
    file = tmp_path / "state" / "token-rates.json"
    TokenRates(file).learn("https://example.org/v1", ("", "a-model"), CODE, estimate_tokens(CODE))
    for model in ("", "a-model"):
        assert TokenRates(file).rate("https://example.org/v1", model).factors == (1.0,)
    assert TokenRates(file).rate("https://example.org/v1", "another").factors == ()
    assert "example" not in file.read_text()
    assert "a-model" not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "[1]", "{", '{"x": 3}', '{"x": {"found": 1, "factors": ["y"]}}', "\0" * 9])
def test_a_damaged_file_is_as_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "token-rates.json"
    file.write_text(content)
    rates = TokenRates(file)
    assert rates.counter("there", "scripted").factor == FIRST_FACTOR
    rates.learn("there", NAMES, CODE, estimate_tokens(CODE))
    assert TokenRates(file).rate("there", "scripted").factors == (1.0,)


def test_a_rate_of_long_ago_is_found_out_anew(tmp_path: Path) -> None:
    file = tmp_path / "token-rates.json"
    TokenRates(file, clock=lambda: 1e9).learn("there", NAMES, CODE, estimate_tokens(CODE))
    assert TokenRates(file, clock=lambda: 1e9 + 86_400).rate("there", "scripted").factors
    assert not TokenRates(file, clock=lambda: 1e9 + 100 * 86_400).rate("there", "scripted").factors


async def test_the_endpoint_s_reports_are_learned_from_and_kept_beside_the_dialects(
    server: ScriptedServer, tmp_path: Path
) -> None:
    memory = tmp_path / "state" / "dialects.json"
    sent = estimate_tokens(CODE)
    server.then(replies.answer("ok", usage=(sent * 3 // 4, 1, 0)), replies.answer("ok", usage=None))
    async with Endpoints(settings_for(server.base_url), {"FAKE_KEY": KEY}, NoLocalModel(), memory=memory) as models:
        assert models.token_counter(Role.EDIT) == TokenCounter()
        await outcome_of(models, call_of(messages=(Message("user", CODE),)))
        learned = models.token_counter(Role.EDIT)
        await outcome_of(models, call_of(messages=(Message("user", CODE),)))
        assert models.token_counter(Role.EDIT) == learned, "what was not reported is not learned"
    assert learned != TokenCounter()
    assert sent * 3 // 4 <= learned(CODE) < sent
    async with Endpoints(settings_for(server.base_url), {"FAKE_KEY": KEY}, NoLocalModel(), memory=memory) as models:
        assert models.token_counter(Role.EDIT) == learned
