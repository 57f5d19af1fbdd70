"""What tools print becomes findings at the files that we know, each tool in its own form."""

import pytest

from copilot_tui.checks.command_output import find_places, signature
from copilot_tui.checks.finding import Severity

PATHS = {"shop/cart.py", "tests/test_cart.py", "src/main.rs", "web/app.ts", "cmd/main.go", "a file.py"}
PYTEST = """\
=================================== FAILURES ===================================
    def test_total():
>       assert Cart().total(1) == 1
E       assert -1 == 1

tests/test_cart.py:5: AssertionError
=========================== short test summary info ============================
FAILED tests/test_cart.py::test_total - assert -1 == 1
1 failed in 0.01s
"""
TRACEBACK = """\
Traceback (most recent call last):
  File "/scratch/tests/test_cart.py", line 3, in <module>
    import shop.cart
  File "/scratch/shop/cart.py", line 8
    def total(self:
SyntaxError: '(' was never closed
"""
RUSTC = """\
error[E0308]: mismatched types
 --> src/main.rs:4:18
  |
4 |     let x: u32 = "a";
"""
ESLINT = """\
/scratch/web/app.ts
  12:3  error    'x' is never used  no-unused-vars
  14:1  warning  Missing semicolon  semi

2 problems
"""
NODE = "    at total (/scratch/web/app.ts:7:11)\n    at node:internal/main/run_main_module:23:47\n"


@pytest.mark.parametrize(
    ("printed", "places"),
    [
        ("shop/cart.py:9:5: F821 Undefined name `x`\n", [("shop/cart.py", 9, "F821 Undefined name `x`")]),
        ("./shop/cart.py:9: error: Incompatible types\n", [("shop/cart.py", 9, "error: Incompatible types")]),
        ("a file.py:1:1: E999 wrong\n", [("a file.py", 1, "E999 wrong")]),
        (PYTEST, [("tests/test_cart.py", 5, "AssertionError"), ("tests/test_cart.py", 0, "test_total: assert -1 == 1")]),
        (
            TRACEBACK,
            [
                ("tests/test_cart.py", 3, "SyntaxError: '(' was never closed"),
                ("shop/cart.py", 8, "SyntaxError: '(' was never closed"),
            ],
        ),
        (RUSTC, [("src/main.rs", 4, "error[E0308]: mismatched types")]),
        ("web/app.ts(3,7): error TS2322: wrong type\n", [("web/app.ts", 3, "error TS2322: wrong type")]),
        ("cmd/main.go:6:2: undefined: x\n", [("cmd/main.go", 6, "undefined: x")]),
        (ESLINT, [
            ("web/app.ts", 12, "error    'x' is never used  no-unused-vars"), ("web/app.ts", 14, "warning  Missing semicolon  semi"),
        ]),
        (NODE, [("web/app.ts", 7, "named here")]),
        ("/usr/lib/python3/os.py:9: error: not ours\n../shop/cart.py:1: no\nTime: 12:30:11\n", []),
    ],
)  # fmt: skip
def test_each_form_is_understood(printed: str, places: list[tuple[str, int, str]]) -> None:
    found = find_places(printed, "test", "/scratch", PATHS)
    assert [
        (one.path, one.lines.first if one.lines else 0, one.message.removeprefix("test: ")) for one in found
    ] == places


def test_notes_and_warnings_weigh_less() -> None:
    printed = "shop/cart.py:1: note: see\nshop/cart.py:2: warning: hm\nshop/cart.py:3: error: no\n"
    severities = [one.severity for one in find_places(printed, "types", "/scratch", PATHS)]
    assert severities == [Severity.INFO, Severity.WARNING, Severity.ERROR]


def test_the_same_failure_is_known_at_other_lines() -> None:
    def told(printed: str) -> frozenset[str]:
        return signature(find_places(printed, "types", "/scratch", PATHS), printed)

    assert told("shop/cart.py:9: error: no x\n") == told("shop/cart.py:12: error: no x\n")
    assert not told("shop/cart.py:9: error: no x\n") & told("shop/cart.py:9: error: no y\n")
    assert told("2 errors in 0.1 s\n") == frozenset()
    assert told("FATAL error 17\n") == {"FATAL error #"}


def test_an_output_without_end_is_cut() -> None:
    printed = "".join(f"shop/cart.py:{number}: error: e{number}\n" for number in range(1, 2000))
    assert len(find_places(printed, "lint", "/scratch", PATHS)) == 500
