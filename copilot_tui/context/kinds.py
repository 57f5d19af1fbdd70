"""What kind of file a path names, and how much that counts.

Invariant: a path alone decides; nothing is read.
"""

import re
from enum import StrEnum
from functools import lru_cache
from sys import intern

_CODE = frozenset(
    [
        "py",
        "pyi",
        "pyw",
        "js",
        "jsx",
        "mjs",
        "cjs",
        "ts",
        "tsx",
        "mts",
        "cts",
        "go",
        "rs",
        "java",
        "c",
        "h",
        "cc",
        "cpp",
        "hpp",
        "cxx",
        "hh",
        "hxx",
        "rb",
        "erb",
        "vue",
        "svelte",
        "kt",
        "kts",
        "scala",
        "swift",
        "php",
        "cs",
        "lua",
        "sh",
        "bash",
        "zsh",
        "fish",
        "vim",
        "el",
        "pl",
        "pm",
        "tcl",
        "ex",
        "exs",
        "erl",
        "hs",
        "ml",
        "mli",
        "sql",
        "css",
        "scss",
        "sass",
        "less",
        "tcss",
        "html",
        "ejs",
        "proto",
        "y",
        "l",
        "jq",
        "rake",
        "ru",
        "groovy",
        "gradle",
        "scm",
        "ps1",
        "zig",
        "dart",
        "m",
        "mm",
        "clj",
        "cljs",
        "r",
        "jl",
        "nim",
        "v",
        "sv",
        "vhd",
        "f90",
        "cu",
        "cuh",
        "graphql",
        "tf",
        "nix",
        "cmake",
        "sol",
        "elm",
        "fs",
        "fsx",
        "vb",
        "pas",
        "d",
    ]
)
_TEST = re.compile(
    r"(^|/)(tests?|specs?|__tests__|testdata|testing|fixtures?|e2e|mocks?|benchmarks?|bench|examples?|vendor|vendored"
    r"|node_modules|third_party|deps|dist|snapshots?|samples?|demos?)/"
    r"|(^|/)test_|_tests?\.|[.-](test|spec)\.|_spec\.|Tests?\.(java|kt|cs|scala|swift)$|(^|/)conftest\.py$",
)
_GENERATED = (".min.js", ".min.css", ".bundle.js", "_pb2.py", "_pb2_grpc.py", ".pb.go", ".g.cs", ".map", ".snap")
_LOCKS = frozenset(
    [
        "package-lock.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "Cargo.lock",
        "poetry.lock",
        "uv.lock",
        "go.sum",
        "Gemfile.lock",
    ]
)
_NAMES_OF_CODE = frozenset(["Makefile", "Dockerfile", "Rakefile", "Gemfile", "Jenkinsfile"])
_BINARY = frozenset(
    [
        "png",
        "jpg",
        "jpeg",
        "gif",
        "webp",
        "ico",
        "bmp",
        "svgz",
        "pdf",
        "zip",
        "gz",
        "bz2",
        "xz",
        "zst",
        "tar",
        "7z",
        "rar",
        "jar",
        "war",
        "class",
        "o",
        "a",
        "so",
        "dll",
        "dylib",
        "exe",
        "wasm",
        "woff",
        "woff2",
        "ttf",
        "otf",
        "eot",
        "mp3",
        "mp4",
        "wav",
        "ogg",
        "webm",
        "mov",
        "avi",
        "flac",
        "bin",
        "dat",
        "db",
        "sqlite",
        "pyc",
        "pyo",
        "npy",
        "npz",
        "parquet",
        "onnx",
        "pt",
        "gguf",
        "safetensors",
    ]
)


class FileKind(StrEnum):
    """What a file is to a reader."""

    CODE = "code"
    TEST = "test"
    TEXT = "text"
    GENERATED = "generated"


# A member of an enumeration is looked up each time that it is named.
_CODE_KIND, _TEST_KIND, _TEXT_KIND, _GENERATED_KIND = FileKind.CODE, FileKind.TEST, FileKind.TEXT, FileKind.GENERATED


def ending(path: str) -> str:
    """What stands behind the last dot of the file's name, in lower case."""
    _, dot, last = path.rpartition("/")[2].rpartition(".")
    return last.lower() if dot else ""


def kind_of(path: str) -> FileKind:
    """The kind of a file, by its path."""
    return sort_path(path)[0]


def sort_path(path: str) -> tuple[FileKind, str, str]:
    """The kind of a file, what stands behind the last dot of its name in lower case, and its top folder, if any; the texts are interned."""
    folder, _, name = path.rpartition("/")
    holds_tests, area = _folder(folder)
    _, dot, last = name.rpartition(".")
    end, is_code = _ending(last) if dot else ("", False)
    if name.endswith(_GENERATED) or ".generated." in path or (not is_code and name in _LOCKS):
        kind = _GENERATED_KIND
    elif not is_code and name not in _NAMES_OF_CODE:
        kind = _TEXT_KIND
    elif holds_tests or (("est" in name or "spec" in name) and _TEST.search(name) is not None):
        kind = _TEST_KIND
    else:
        kind = _CODE_KIND
    return kind, end, area


@lru_cache(4_096)
def _folder(folder: str) -> tuple[bool, str]:
    """Whether a folder is one of tests, and the topmost around it; many files share it."""
    return _TEST.search(folder + "/") is not None, intern(folder.partition("/")[0])


@lru_cache(4_096)
def _ending(last: str) -> tuple[str, bool]:
    """An ending in lower case, and whether it is one of code."""
    end = intern(last.lower())
    return end, end in _CODE


def is_binary_name(path: str) -> bool:
    """Whether a file by its ending holds no text."""
    return ending(path) in _BINARY
