"""The history of requests, kept over starts in a file of one repository."""

import stat
from pathlib import Path

from copilot_tui.session.known_keys import KnownKeys
from copilot_tui.session.typed import MOST_KEPT, TypedRequests


def test_what_was_typed_comes_back_once_in_its_order(tmp_path: Path) -> None:
    typed = TypedRequests(tmp_path, Path("/shop"))
    for text in ("one", "two\nlines", "ünï ⚑", "one"):
        typed.add(text)
    assert TypedRequests(tmp_path, Path("/shop")).read() == ("two\nlines", "ünï ⚑", "one")
    assert TypedRequests(tmp_path, Path("/other")).read() == ()


def test_only_the_person_can_read_it_and_keys_are_struck_out(tmp_path: Path) -> None:
    TypedRequests(tmp_path, Path("/shop"), keys=KnownKeys(["sk-verysecret", "abc"])).add("use sk-verysecret, abc")
    (file,) = (tmp_path / "typed").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert TypedRequests(tmp_path, Path("/shop")).read() == ("use (key), abc",)


def test_a_key_that_becomes_known_later_is_struck_out_of_what_was_typed_before(tmp_path: Path) -> None:
    keys = KnownKeys()
    earlier = TypedRequests(tmp_path, Path("/shop"))
    earlier.add('use "kept\\secret" here')
    typed = TypedRequests(tmp_path, Path("/shop"), keys=keys)
    typed.add("and now kept\\secret")
    keys.add("kept\\secret\n")
    typed.add("again kept\\secret")
    assert typed.read() == ('use "(key)" here', "and now (key)", "again (key)")
    (file,) = (tmp_path / "typed").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_lines_that_are_no_text_are_passed_over(tmp_path: Path) -> None:
    typed = TypedRequests(tmp_path, Path("/shop"))
    typed.add("one")
    (file,) = (tmp_path / "typed").iterdir()
    file.write_bytes(file.read_bytes() + b'{"a": 1}\nnull\n"  "\n\xff\xfe\n"cut')
    assert typed.read() == ("one",)


def test_it_has_bounds_and_no_folder_is_no_fault(tmp_path: Path) -> None:
    typed = TypedRequests(tmp_path, Path("/shop"))
    typed.add("x" * 30_000)
    assert typed.read() == ()
    for number in range(300):
        typed.add(f"{number} " + "y" * 15_000)
    (file,) = (tmp_path / "typed").iterdir()
    assert file.stat().st_size < 4_000_000
    assert len(typed.read()) <= MOST_KEPT
    assert typed.read()[-1].startswith("299 ")
    (tmp_path / "file").write_text("")
    broken = TypedRequests(tmp_path / "file", Path("/shop"))
    broken.add("one")
    assert broken.read() == ()


def test_where_sessions_are_not_recorded_nothing_is_kept(tmp_path: Path) -> None:
    typed = TypedRequests(tmp_path, Path("/shop"), keeps=False)
    typed.add("one")
    assert typed.read() == ()
    assert not list(tmp_path.iterdir())
