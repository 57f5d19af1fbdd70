"""Documents that come in many ways are found in one: in small segments, in merged ones, in large ones, and by another process."""

from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_tui.context import store as stored
from copilot_tui.context.database import Database
from copilot_tui.context.document import Document
from copilot_tui.context.segment import Postings, Segment, pack_segment
from copilot_tui.context.store import Store

WORDS = st.sampled_from(["cart", "car", "carts", "total", "tot", "!long", "=cart", "a"])


def document(words: dict[str, int]) -> Document:
    return Document({word: array("I", [line]).tobytes() for word, line in words.items()}, b"", len(words))


@given(st.lists(st.dictionaries(WORDS, st.integers(1, 9)), max_size=6))
def test_a_segment_holds_what_was_packed(texts: list[dict[str, int]]) -> None:
    postings = Postings(map(document, texts)).in_order()
    segment = Segment(*pack_segment(3, postings))
    assert dict(segment.postings()) == postings
    assert list(postings) == sorted(postings)
    assert segment.terms_from("car", 2) == [word for word in postings if word.startswith("car")][:2]
    assert segment.find("ar") == segment.find("") == b""


def put(store: Store, documents: list[tuple[str, Document]]) -> dict[str, tuple[int, int]]:
    """As what was parsed is put in: with merging where it is due."""
    return store.add_segment(documents, Postings(one for _, one in documents))


def holders(store: Store, term: str) -> dict[int, int]:
    return {key: array("I", lines)[0] for key, lines in store.postings(term).items()}


@pytest.mark.parametrize(("most_small", "bulk"), [(100, 300), (2, 300), (0, 300), (2, 2)])
def test_terms_are_found_however_their_documents_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_small: int, bulk: int
) -> None:
    monkeypatch.setattr(stored, "_MOST_SMALL", most_small)
    monkeypatch.setattr(stored, "_BULK", bulk)
    writer = Store(Database(tmp_path / "index.sqlite"))
    reader = Store(Database(tmp_path / "index.sqlite"))
    keys: dict[str, int] = {}
    for place in range(7):
        texts = [
            (f"{place}-{number}", document({"cart": place + 1, f"only{place}": 5})) for number in range(place % 3 + 1)
        ]
        keys |= {blob: key for blob, (key, _) in put(writer, texts).items()}
        assert len(reader.documents(max(keys.values()) - len(texts))) == len(texts)
        expected = {key: int(blob[0]) + 1 for blob, key in keys.items()}
        for store in (writer, reader):
            assert holders(store, "cart") == expected
            assert store.count("cart") == len(expected)
            assert holders(store, f"only{place}") == {keys[blob]: 5 for blob, _ in texts}
    fresh = Store(Database(tmp_path / "index.sqlite"))
    some = {keys["3-0"], keys["5-1"]}
    assert set(fresh.postings_of("cart", some)) == some
    assert fresh.count("only3") == 1
    assert fresh.terms_from("only", 20) == [f"only{place}" for place in range(7)]
    assert fresh.terms_from("cart", 20) == ["cart"]


def test_a_reader_misses_nothing_while_another_process_merges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Store(Database(tmp_path / "index.sqlite"))
    for place in range(4):
        put(writer, [(str(place), document({"cart": 1, "total": 2}))])
    reader = Store(Database(tmp_path / "index.sqlite"))
    assert len(reader.postings("cart")) == 4
    monkeypatch.setattr(stored, "_MOST_SMALL", 1)
    put(writer, [("4", document({"cart": 1}))])
    assert len(reader.postings("total")) == 4  # it has not heard of the merge
    reader.documents()
    assert len(reader.postings("cart")) == reader.count("cart") == 5
    assert len(reader.postings("total")) == 4


def test_small_segments_of_many_bytes_are_merged_however_few_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(tmp_path / "index.sqlite")
    store = Store(database)
    monkeypatch.setattr(stored, "_MOST_BYTES_SMALL", 100)
    put(store, [("a", document({"cart": 1}))])
    assert database.rows("SELECT count(*) FROM small") == [(1,)]
    put(store, [(str(number), document({"cart": 1, "total": 1})) for number in range(9)])
    assert database.rows("SELECT count(*) FROM small") == [(0,)]
    assert store.count("cart") == 10


def test_an_answer_does_not_wait_for_merging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "_MOST_SMALL", 0)
    database = Database(tmp_path / "index.sqlite")
    store = Store(database)
    store.add([("a", document({"cart": 1}))])
    assert database.rows("SELECT count(*) FROM small") == [(1,)]
    assert store.count("cart") == 1
    put(store, [("b", document({"cart": 1}))])
    assert database.rows("SELECT count(*) FROM small") == [(0,)]
    assert store.count("cart") == 2


@given(st.lists(st.dictionaries(st.text("ab=_é", max_size=4), st.just(1), max_size=6), max_size=6))
def test_terms_are_put_together_in_their_order_and_let_go(texts: list[dict[str, int]]) -> None:
    postings = Postings(document(terms) for terms in texts)
    assert list(postings.in_order()) == sorted({term for terms in texts for term in terms})
    postings.let_go()
    assert postings.in_order() == {}
