"""A very large index: an answer looks at what tells files apart, and keeps no more in memory than its share."""

import pytest

from copilot_tui.context.corpus import Corpus, index_file
from copilot_tui.context.database import Database
from copilot_tui.context.document import make_document
from copilot_tui.context.history import History
from copilot_tui.context.query import read_query
from copilot_tui.context.ranking import rank
from copilot_tui.context.searching import is_very_large, search
from copilot_tui.context.store import Store
from copilot_tui.context.weights import WEIGHTS

_COUNT = 15_100
_ROUNDED = 700  # every so many files round something


@pytest.fixture(scope="module")
def large() -> tuple[Corpus, Store]:
    store = Store(Database(None))
    plain, rounding, twice = (
        make_document(text)
        for text in (
            "def render(invoice):\n    return invoice\n",
            "def render(invoice):\n    return rounded(invoice)\n",
            "def render(invoice):\n    return rounded(twice(invoice))\n",
        )
    )
    documents = [plain if number % _ROUNDED else rounding for number in range(_COUNT)]
    documents[777] = twice
    keys = store.add([(str(number), one) for number, one in enumerate(documents)])
    files = {key: [index_file(f"shop/part_{blob}.py", key, size)] for blob, (key, size) in keys.items()}
    return Corpus(files), store


def test_a_common_word_does_not_keep_the_rare_one_from_its_file(large: tuple[Corpus, Store]) -> None:
    corpus, store = large
    assert is_very_large(corpus)
    ranking = rank("the invoice is rounded twice", corpus, store, History([], []))
    best = [one.file.path for one in ranking.files]
    assert best[0] == "shop/part_777.py"
    assert set(best[1:23]) == {f"shop/part_{number}.py" for number in range(0, _COUNT, _ROUNDED)}
    assert set(ranking.files[0].lines) == {"invoic", "round", "twic"}
    assert list(ranking.files[0].lines["round"]) == [2]


def test_only_the_best_files_are_looked_at(large: tuple[Corpus, Store]) -> None:
    ranking = rank("render the invoice in part 42", *large, History([], []))
    assert ranking.files[0].file.path == "shop/part_42.py"
    assert len(ranking.files) < _COUNT / 3


def test_a_common_word_is_left_out_only_where_rarer_ones_find_enough() -> None:
    store = Store(Database(None))
    texts = ["invoice parcel" if number % 10 == 0 else "invoice" for number in range(_COUNT)]
    keys = store.add([(str(number), make_document(text)) for number, text in enumerate(texts)])
    corpus = Corpus({key: [index_file(f"{blob}.py", key, size)] for blob, (key, size) in keys.items()})
    assert len(search(read_query("invoice", WEIGHTS), corpus, store).text) == _COUNT
    found = search(read_query("invoice parcel", WEIGHTS), corpus, store)
    assert len(found.text) == _COUNT / 10
    assert found.weights["invoic"] < found.weights["parcel"]


def test_postings_of_some_documents_are_those_of_all(large: tuple[Corpus, Store]) -> None:
    _, store = large
    assert store.count("invoic") == len(store.postings("invoic")) == _COUNT
    some = set(store.postings("round"))
    before = store.postings_of("invoic", some)  # from memory
    store.documents()  # what is kept is forgotten: another process may have written
    assert store.count("round") == len(some)
    assert store.postings_of("invoic", some) == before == {key: store.postings("invoic")[key] for key in some}
    assert store.count("nothing") == 0
    assert store.postings_of("nothing", some) == {}


def test_a_term_leads_to_every_file_whose_path_holds_it() -> None:
    paths = [
        "src/media_types/Parser.py", "src/other/MediaTypeReader.ts", "docs/media-type.md", "media types/a b.c", "größe/mediaTypes2.py",
        ".github/workflows/test.yml", "src/remediation.py", "Makefile", "tests/test_parsers.py",
    ]  # fmt: skip
    corpus = Corpus({key: [index_file(path, key, 10)] for key, path in enumerate(paths)})
    every = {term for one in corpus.everything for term in one.path_terms}
    for term in every:
        assert corpus.named(term) == [one for one in corpus.everything if term in one.path_terms]
    assert corpus.named("nothing") == []
    assert corpus.tested == {}


def test_a_test_leads_to_the_code_that_is_named_like_it() -> None:
    paths = ["src/parser.py", "lib/parser.js", "tests/test_parser.py", "tests/test_other.py"]
    corpus = Corpus({key: [index_file(path, key, 10)] for key, path in enumerate(paths)})
    assert corpus.tested == {2: ["src/parser.py", "lib/parser.js"]}
