"""Files, names and the uncommitted diff that a request mentions behind an `@`."""

from pathlib import Path

import pytest

from copilot_tui.context.mentions import DIFF_ITEM, Resolver, mentions_in, written
from copilot_tui.context.pack import ContextPack
from copilot_tui.steps.events import ContextPacked
from tests.support.asking import Asking, request_of
from tests.support.replies import answer
from tests.support.scripted_server import ScriptedServer


async def packed(asking: Asking, text: str) -> ContextPack:
    """What a request with this text at the cart would send."""
    return await asking.session.pack_context(request_of(text, "shop/cart.py"))


def reasons(pack: ContextPack) -> dict[str, str]:
    return {item.path: item.reason for item in pack.items}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("as in @shop/cart.py, please", ["shop/cart.py"]),
        ("look at @Cart.total. Then @diff!", ["Cart.total", "diff"]),
        ("(@cart.py:3-9)", ["cart.py:3-9"]),
        ('use @"a file.txt" and @"b"', ["a file.txt", "b"]),
        ("mail me@example.com or a/@b", []),
        ("@@ -1 +1 @@ is no mention, `@property` is none", []),
        ("@x @x", ["x"]),
        ("@", []),
    ],
)
def test_a_mention_begins_with_the_sign_and_ends_before_the_sentence_does(text: str, words: list[str]) -> None:
    assert [one.word for one in mentions_in(text)] == words


def test_a_path_that_a_blank_would_cut_is_written_in_quotes() -> None:
    for path in ("shop/cart.py", "a file.txt", "odd(1).py", "diff", "what?"):
        (mention,) = mentions_in(f"see {written(path)} there")
        assert mention.word == path
    assert written("diff") == '@"diff"'


@pytest.mark.parametrize(
    ("known", "word", "files", "folders"),
    [
        (("app/docs.d", "docs.d/x.py"), "docs.d", ["app/docs.d"], ()),
        (("app/docs.d", "docs.d/x.py"), "docs.d/", [], ("docs.d/",)),
        (("docs/x.py", "old/docs"), "docs", [], ("docs/",)),
        (("app/docs.d", "web/docs.d", "docs.d/x.py"), "docs.d", [], ("docs.d/",)),
    ],
)
def test_a_file_that_a_word_means_goes_before_a_folder(
    known: tuple[str, ...], word: str, files: list[str], folders: tuple[str, ...]
) -> None:
    mentioned, _ = Resolver(known, lambda _: []).resolve(f"see @{word} there")
    assert [path for path, _ in mentioned.places] == files
    assert mentioned.folders == folders


async def test_a_mentioned_file_is_in_and_says_why(asking: Asking) -> None:
    pack = await packed(asking, "do as @README.md says")
    assert reasons(pack)["README.md"] == "you mention it"
    assert not pack.unmet


async def test_the_end_of_a_path_is_enough_where_it_is_one_file_s_alone(asking: Asking, shop: Path) -> None:
    assert reasons(await packed(asking, "see @checkout.py"))["web/checkout.py"] == "you mention it"
    (shop / "other").mkdir()
    (shop / "other/checkout.py").write_text("x = 1\n")
    (sentence,) = (await packed(asking, "see @checkout.py")).unmet
    assert sentence.startswith("@checkout.py names no file")


async def test_a_name_brings_its_definition_and_lines_bring_themselves(asking: Asking, shop: Path) -> None:
    body = "".join(f"    x{number} = {number}\n" for number in range(60))
    long = "".join(f"def step_{number}():\n{body}\n" for number in range(40))
    (shop / "steps.py").write_text(long)
    pack = await packed(asking, "as @step_7 does")
    (item,) = [one for one in pack.items if one.path == "steps.py" and one.reason == "you mention it"]
    first = long.split("\n").index("def step_7():") + 1
    assert any(lines.first <= first and first + 50 <= lines.last for lines in item.lines)
    pack = await packed(asking, "as @steps.py:1000-1010 does")
    (item,) = [one for one in pack.items if one.reason == "you mention it"]
    assert any(lines.first <= 1000 and lines.last >= 1010 for lines in item.lines)


async def test_a_name_with_many_homonyms_says_how_to_mean_one(asking: Asking, shop: Path) -> None:
    for number in range(200):
        (shop / f"part{number}.py").write_text(f"def handle(x):\n    return x + {number}\n")
    pack = await packed(asking, "like @handle")
    assert len([one for one in pack.items if one.reason == "you mention it"]) == 3
    (sentence,) = pack.unmet
    assert "is defined in" in sentence
    assert "3 of them are in" in sentence
    pack = await packed(asking, "like @part77.py:handle")
    assert [one.path for one in pack.items if one.reason == "you mention it"] == ["part77.py"]
    assert not pack.unmet


async def test_a_folder_brings_its_files_with_what_they_define_and_says_where_they_are_not_all(
    asking: Asking, shop: Path
) -> None:
    pack = await packed(asking, "split what @web/ does")
    (item,) = [one for one in pack.items if one.path == "web/"]
    assert (item.reason, pack.unmet) == ("you mention it", ())
    assert "web/checkout.py: checkout" in item.text
    assert reasons(await packed(asking, "split @web"))["web/"] == "you mention it"
    (shop / "many").mkdir()
    for number in range(80):
        (shop / f"many/part_{number}.py").write_text("x = 1\n")
    pack = await packed(asking, "split @many/")
    assert pack.unmet == ("@many/ is large: the files of it that change most are named.",)
    assert "many/part_1" in pack.text


async def test_the_diff_is_sent_without_the_files_that_hold_secrets(asking: Asking, shop: Path) -> None:
    assert (await packed(asking, "explain @diff")).unmet == (
        "@diff: nothing differs from the last commit, so nothing is sent for it.",
    )
    (shop / "README.md").write_text("# Shop\n\nSomething new stands here.\n")
    (shop / ".env").write_text("TOKEN=abc\n")
    pack = await packed(asking, "explain @diff")
    (item,) = [one for one in pack.items if one.path == DIFF_ITEM]
    assert "+Something new stands here." in item.text
    assert "TOKEN" not in pack.text


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("@nowhere.py", "@nowhere.py names no file and no definition here: it goes out as the words it is."),
        ("@../../etc/passwd", "@../../etc/passwd names no file"),
        ("@/etc/passwd", "@/etc/passwd names no file"),
        ("@.env", "@.env is not sent: it is dropped from the context, or holds secrets."),
        ("@" + "x" * 300, "…"),
    ],
)
async def test_what_leads_nowhere_is_said_and_brings_nothing(asking: Asking, shop: Path, word: str, said: str) -> None:
    (shop / ".env").write_text("TOKEN=abc\n")
    pack = await packed(asking, f"use {word}")
    (sentence,) = pack.unmet
    assert said in sentence
    assert len(sentence) < 200
    assert "you mention it" not in reasons(pack).values()


async def test_the_sentences_come_with_the_request(asking: Asking, server: ScriptedServer) -> None:
    server.then(answer("no edit"), answer("no edit"), answer("no edit"))
    ran = await asking.run(request_of("use @nowhere.py", "shop/cart.py"))
    assert ran.of(ContextPacked)[0].pack.unmet
