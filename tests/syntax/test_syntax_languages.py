"""Every language gives its definitions, calls, errors, colours and the nodes around a line."""

import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest

from copilot_tui.syntax import (
    definitions,
    enclosing_nodes,
    enclosing_symbol,
    error_spans,
    highlight,
    language_of,
    references,
)

# ending, text, the definition that must be found, the call that must be found
SAMPLES = [
    ("a.py", "class A:\n    def f(self):\n        return g(1)\n", "A.f", "g"),
    ("a.js", "function f() {\n  return g(1)\n}\n", "f", "g"),
    ("a.ts", "export class A {\n  f(): void { g() }\n}\n", "A.f", "g"),
    ("a.tsx", "export function F() {\n  g()\n  return <a/>\n}\n", "F", "g"),
    ("a.go", "package a\nfunc (t *T) M() {\n\tg()\n}\n", "T.M", "g"),
    ("a.rs", "fn f() {\n    g();\n}\n", "f", "g"),
    ("A.java", "class A {\n  int f() { return g(); }\n}\n", "A.f", "g"),
    ("a.c", "int f(void)\n{\n  return g();\n}\n", "f", "g"),
    ("a.cpp", "namespace n {\nint f() { return g(); }\n}\n", "n.f", "g"),
    ("a.rb", "class A\n  def f\n    g(1)\n  end\nend\n", "A.f", "g"),
    ("a.php", "<?php\nclass A {\n  function f() { g(); }\n}\n", "A.f", "g"),
    ("a.cs", "class A {\n  int f() { return g(); }\n}\n", "A.f", "g"),
    ("a.sh", "f() {\n  g\n}\n", "f", "g"),
    ("a.kt", "class A {\n  fun f() { g() }\n}\n", "A.f", "g"),
    ("a.swift", "class A {\n  func f() { g() }\n}\n", "A.f", "g"),
    ("a.scala", "class A {\n  def f = g(1)\n}\n", "A.f", "g"),
    ("a.lua", "function f()\n  g()\nend\n", "f", "g"),
    ("a.css", "a { color: red }\n", "a", ""),
    ("a.json", '{"a": 1}\n', "a", ""),
    ("a.yaml", "a: 1\n", "a", ""),
    ("a.toml", "[a]\nb = 1\n", "a", ""),
    ("a.md", "# Title\n\ntext\n", "Title", ""),
    ("a.html", "<p>x</p>\n<script>1</script>\n", "", ""),
]


@pytest.mark.parametrize(("path", "text", "defined", "called"), SAMPLES, ids=[one[0] for one in SAMPLES])
def test_a_language_gives_its_definitions_and_calls_and_parses_without_errors(
    path: str, text: str, defined: str, called: str
) -> None:
    data = text.encode()
    assert language_of(path) is not None
    assert not defined or defined in {one.qualified_name for one in definitions(path, data)}
    assert not called or called in {one.name for one in references(path, data)}
    assert error_spans(path, data) == []


@pytest.mark.parametrize("path", [one[0] for one in SAMPLES if one[0] not in {"a.md", "a.html"}])
def test_a_language_has_colours_inside_its_lines(path: str) -> None:
    text = next(one[1] for one in SAMPLES if one[0] == path)
    lines = text.splitlines()
    spans = highlight(path, text.encode(), 1, len(lines))
    assert spans
    assert all(0 <= start < end <= len(lines[line - 1]) for line, found in spans.items() for start, end, _ in found)


def test_columns_of_colours_count_characters_and_not_bytes() -> None:
    spans = highlight("a.py", 'x = "äöü" # ende\n'.encode(), 1, 1)
    assert (10, 16, "comment") in spans[1]


def test_a_line_that_does_not_parse_is_named() -> None:
    spans = error_spans("a.py", b"x = 1\ndef f(:\n    pass\ny = 2\n")
    assert any(first <= 2 <= last for first, last in spans)


def test_a_file_that_does_not_parse_still_gives_its_whole_definitions() -> None:
    assert "good" in {one.name for one in definitions("a.py", b"def good():\n    pass\n\n\nclass (((\n")}


def test_the_nodes_around_a_line_grow_to_the_whole_file() -> None:
    data = b"class A:\n    def f(self):\n        if x:\n            y()\n        return 1\n\n\nb = 2\n"
    ranges = enclosing_nodes("a.py", data, 4)
    assert (ranges[0].first, ranges[0].last) == (4, 4)
    assert (ranges[-1].first, ranges[-1].last) == (1, 8)
    assert all(inner.first >= outer.first and inner.last <= outer.last for inner, outer in pairwise(ranges))
    assert (2, 5) in {(one.first, one.last) for one in ranges}


def test_the_symbol_around_a_line_is_the_innermost_one() -> None:
    data = b"class A:\n    def f(self):\n        return 1\n"
    found = enclosing_symbol("a.py", data, 3)
    assert found is not None
    assert found.qualified_name == "A.f"
    assert enclosing_symbol("a.py", b"x = 1\n", 1) is None


def test_a_decorator_belongs_to_its_definition() -> None:
    (found,) = definitions("a.py", b"@cache\ndef f():\n    return 1\n")
    assert (found.lines.first, found.lines.last) == (1, 3)


def test_an_unknown_language_gives_nothing_and_never_raises() -> None:
    assert language_of("a.unknown") is None
    assert definitions("a.unknown", b"x") == []
    assert error_spans("a.unknown", b"((") == []
    assert enclosing_nodes("a.unknown", b"a\nb\n\nc\n", 2)[0].last == 2


def test_a_script_without_ending_is_known_by_its_first_line() -> None:
    found = language_of("run", b"#!/usr/bin/env python3\n")
    assert found is not None
    assert found.name == "python"


def test_importing_loads_no_grammar() -> None:
    code = "import copilot_tui.syntax, sys; print(any(name.startswith('tree_sitter') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


LONG = b"".join(b"def f%d(x):\n    return x + %d\n\n\n" % (number, number) for number in range(2_000))


@pytest.mark.parametrize("ask", [error_spans, definitions, partial(highlight, first=1, last=500)])
def test_a_question_about_a_long_text_pauses_often_and_can_be_given_up(ask: Callable[..., object]) -> None:
    pauses = 0

    def pause() -> None:
        nonlocal pauses
        pauses += 1
        if pauses == 20:
            raise InterruptedError

    text = LONG + ask.__repr__().encode()  # none of which a tree is kept
    with pytest.raises(InterruptedError):
        ask("a.py", text, pause=pause)
    pauses = 100
    answer = ask("a.py", text, pause=pause)
    assert pauses >= 100 + len(text) // 2_048
    assert answer == ask("a.py", text)


def test_another_thread_may_parse_between_two_pieces_of_a_text() -> None:
    found: list[object] = []

    def other() -> None:
        thread = threading.Thread(target=lambda: found.append(error_spans("b.py", LONG + b"def (:\n# %d" % len(found))))
        thread.start()
        thread.join()

    pauses = 0

    def pause() -> None:
        nonlocal pauses
        pauses += 1
        if pauses % 20 == 0:
            other()

    assert error_spans("a.py", LONG + b"x = 1\n", pause) == []
    assert len(found) >= 2
    assert all(found)
