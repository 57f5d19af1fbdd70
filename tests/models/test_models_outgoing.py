"""Nothing secret and nothing invisible goes out; what comes back is as if it had."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_tui.models.call import KeptBack, Message
from copilot_tui.models.outgoing import Restorer, mark_of, prepare
from copilot_tui.visible import count_invisible
from tests.support import replies
from tests.support.calls import call_of, endpoints_for, outcome_of, settings_for
from tests.support.scripted_server import ScriptedServer

TOKEN = "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345"
PASSWORD = "k3Jd82" + "Hsk29dkL"
TEXT = f'headers = {{"token": "{TOKEN}"}}\npassword = "{PASSWORD}"\nagain = "{TOKEN}"\n'


@pytest.mark.fault("O32")
async def test_a_token_is_kept_back_and_stands_in_the_answer_again(server: ScriptedServer) -> None:
    server.otherwise = lambda request: replies.answer(request.prompt, every=0.0)
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models, call_of(TEXT))
    (request,) = server.requests
    assert TOKEN not in request.prompt
    assert PASSWORD not in request.prompt
    assert request.prompt.count("_KEPT_BACK") == 3
    assert outcome.text == TEXT, "an edit made from the answer never writes a name into a file"
    (kept,) = outcome.of(KeptBack)
    assert [one.partition(" (")[0] for one in kept.secrets] == ["a GitHub token", "a secret value"]
    assert not any(TOKEN in one or PASSWORD in one for one in kept.secrets)


@pytest.mark.fault("O32")
def test_only_a_mark_of_the_persons_own_settings_lets_a_secret_out() -> None:
    outgoing = prepare(call_of(TEXT), allowed=(mark_of(TOKEN),))
    (message,) = outgoing.call.messages
    assert message.content.count(TOKEN) == 2
    assert PASSWORD not in message.content
    assert settings_for("http://127.0.0.1/").send_secrets == ()


def test_a_secret_has_one_name_in_all_messages_so_that_the_prefix_stays_the_same() -> None:
    call = call_of(TEXT)
    twice = (*call.messages, Message("assistant", TEXT))
    outgoing = prepare(call_of(messages=twice))
    assert outgoing.call.messages[0].content == outgoing.call.messages[1].content
    assert outgoing.call.messages[0] == prepare(call).call.messages[0]


@pytest.mark.fault("O02")
def test_invisible_characters_do_not_go_out() -> None:
    (message,) = prepare(call_of("a\u202eb\u200bc\U000e0041d\ufeff")).call.messages
    assert message.content == "abcd"


@pytest.mark.parametrize(
    "emoji", ["\u26a0\ufe0f", "1\ufe0f\u20e3", "\U0001f469\u200d\U0001f4bb", "\u2764\ufe0f\u200d\U0001f525"]
)
def test_what_an_emoji_is_written_with_goes_out_and_the_same_characters_elsewhere_do_not(emoji: str) -> None:
    hidden = "a\ufe0f\U0001f469\ufe0f\ufe0fb\u200dc\ufe0f\u200d\U0001f525\U0001f469\u200d\u200b\U0001f4bb"
    (message,) = prepare(call_of(emoji + hidden)).call.messages
    assert message.content == emoji + "a\U0001f469\ufe0fbc\U0001f525\U0001f469\U0001f4bb"
    assert not count_invisible(emoji)
    assert count_invisible(hidden) == {"U+FE0F": 3, "U+200D": 3, "U+200B": 1}


@given(st.data())
def test_however_the_answer_is_cut_into_pieces_it_is_restored(data: st.DataObject) -> None:
    outgoing = prepare(call_of(TEXT))
    names = list(outgoing.names)
    parts = data.draw(
        st.lists(st.sampled_from([*names, "SECRET_", "_KEPT_BACK", "x", "\n", names[0][:9]]), max_size=12)
    )
    text = "".join(parts)
    restorer, shown, at = Restorer(outgoing.names), "", 0
    while at < len(text):
        size = data.draw(st.integers(1, 12))
        shown += restorer.feed(text[at : at + size])
        at += size
    shown += restorer.rest()
    expected = text
    for name, secret in outgoing.names.items():
        expected = expected.replace(name, secret)
    assert shown == expected


async def test_a_call_without_secrets_is_sent_as_it_is(server: ScriptedServer) -> None:
    server.otherwise = lambda _: replies.answer("ok", every=0.0)
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models, call_of("tokens = count(words)"))
    assert server.requests[0].prompt.endswith("tokens = count(words)")
    assert not outcome.of(KeptBack)
