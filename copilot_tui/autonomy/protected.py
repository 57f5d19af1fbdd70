"""Paths that are never changed, and paths that wait for a decision of their own.

Invariant: both tests look at the path alone (and at what the snapshot says of links, ignored files and the settings), never at the request.
"""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from copilot_tui.autonomy.secret_names import is_secret
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.visible import HIDDEN, INVISIBLE, visible

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

OWN_SETTINGS = ".copilot-tui.toml"
_GIT = re.compile(r"\.git|git~\d+", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]*:/")  # a drive, or the address of something
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)

_LOCK_FILES = {
    "cargo.lock", "composer.lock", "gemfile.lock", "go.sum", "npm-shrinkwrap.json", "package-lock.json", "pdm.lock", "pipfile.lock",
    "pnpm-lock.yaml", "podfile.lock", "poetry.lock", "uv.lock", "yarn.lock", "bun.lock", "bun.lockb", "flake.lock", "gradle.lockfile",
    "mix.lock", "packages.lock.json", "pubspec.lock", "requirements.lock",
}  # fmt: skip
_RUNS_CODE = {
    ".envrc", ".gitattributes", ".gitmodules", ".gitconfig", ".lefthook.yml", ".npmrc", ".pre-commit-config.yaml",
    ".pre-commit-hooks.yaml", ".tool-versions", ".mise.toml", "build.gradle", "build.gradle.kts", "build.rs", "build.xml",
    "cmakelists.txt", "conftest.py", "dockerfile", "docker-compose.yml", "docker-compose.yaml", "compose.yaml", "compose.yml",
    "gemfile", "gnumakefile", "gradlew", "jenkinsfile", "justfile", "lefthook.yml", "makefile", "mvnw", "noxfile.py", "package.json",
    "pom.xml", "procfile", "rakefile", "setup.cfg", "setup.py", "sitecustomize.py", "usercustomize.py", "taskfile.yml", "tox.ini",
    "vagrantfile", "pyproject.toml", "configure", "meson.build", "build.bazel", "workspace", "settings.gradle", "settings.gradle.kts",
    "deno.json", "gulpfile.js", "gruntfile.js", "pytest.ini", "shell.nix", "default.nix", "flake.nix", ".travis.yml",
    ".gitlab-ci.yml", "azure-pipelines.yml", "appveyor.yml", "bitbucket-pipelines.yml", ".drone.yml", "tiltfile", ".cirrus.yml",
}  # fmt: skip
_RULES = {
    "agents.md",
    "claude.md",
    "gemini.md",
    ".cursorrules",
    ".windsurfrules",
    ".clinerules",
    "copilot-instructions.md",
    ".aider.conf.yml",
}
_FOLDERS = {
    ".github": "may be run by continuous integration",
    ".gitlab": "may be run by continuous integration",
    ".circleci": "may be run by continuous integration",
    ".buildkite": "may be run by continuous integration",
    ".woodpecker": "may be run by continuous integration",
    ".forgejo": "may be run by continuous integration",
    ".gitea": "may be run by continuous integration",
    ".ci": "may be run by continuous integration",
    ".husky": "holds hooks that git runs",
    ".githooks": "holds hooks that git runs",
    "hooks": "may hold hooks that git runs",
    ".vscode": "makes an editor run commands",
    ".idea": "makes an editor run commands",
    ".devcontainer": "makes an editor run commands",
    ".cursor": "gives rules to coding assistants",
    ".claude": "gives rules to coding assistants",
    ".cargo": "makes build tools run code",
    ".config": "configures tools",
}
_GENERATED_ENDINGS = (
    ".min.js",
    ".min.css",
    ".map",
    "_pb2.py",
    "_pb2_grpc.py",
    ".pb.go",
    ".g.dart",
    ".designer.cs",
    ".generated.ts",
)
_GENERATED_MARK = re.compile(
    rb"@generated|(?i:code generated .{0,40}do not edit)|(?i:auto-?generated .{0,60}do not (edit|modify))"
)


def is_git_name(name: str) -> bool:
    """Whether a file system may take `name` for `.git`: any case, ignored characters, trailing dots, short names, streams."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", name)).split(":")[0].rstrip(". ")
    return _GIT.fullmatch(plain) is not None


def forbidden_reason(path: str, snapshot: Snapshot) -> str | None:
    """Why no level ever changes the path, or None; `path` is as a proposal has it, not yet trusted."""
    parts = path.split("/")
    name = visible(path)
    if not path or path.startswith("/") or any(part in {"", ".", ".."} for part in parts):
        return f"{name!r} is no path inside the repository"
    if any(is_git_name(part) for part in parts):
        return f"{name} lies in git's own folder, which is never changed"
    plain = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    # A file that git lists may have a tab or a newline in its name; no proposal may make such a name.
    if INVISIBLE.search(plain) or (HIDDEN.search(plain) and path not in snapshot.known_paths):
        return f"{name} has invisible or control characters in its name"
    if "\\" in path or path.startswith("~") or _ELSEWHERE.match(path):
        return f"{name} is not written as a path inside the repository"
    if any(part != part.rstrip(". ") or _RESERVED.fullmatch(part) for part in parts):
        return f"{name} has a name that some file systems take for another"
    if snapshot.passes_link(path):
        return f"{name} is a link or submodule, or lies behind one: links are never followed"
    if path.casefold() == OWN_SETTINGS:
        return f"{name} holds the settings of copilot-tui itself, which no proposal changes"
    return None


def protected_reason(path: str, snapshot: Snapshot) -> str | None:
    """Why the path waits for a decision of its own, or None."""
    parts = [part.casefold() for part in path.split("/")]
    name = parts[-1]
    if is_secret(path):
        return f"{visible(path)} may hold secrets"
    for folder in parts[:-1]:
        if folder in _FOLDERS:
            return f"{visible(path)} {_FOLDERS[folder]}"
    if name in _LOCK_FILES:
        return f"{visible(path)} is a lock file, which a package manager writes"
    if name in _RULES:
        return f"{visible(path)} gives rules to coding assistants"
    if (
        name in _RUNS_CODE
        or name.startswith(("dockerfile.", "vite.config.", "webpack.config.", "jest.config."))
        or name.endswith(".mk")
    ):
        return f"{visible(path)} can make tools run code"
    if snapshot.protected and _named_by(snapshot.protected, path):
        return f"{visible(path)} is protected by the settings"
    if path in snapshot.ignored:
        return f"{visible(path)} is ignored by git, so git could not bring it back"
    if is_generated(path, snapshot.content(path)):
        return f"{visible(path)} is a generated file"
    return None


def is_generated(path: str, content: bytes | None) -> bool:
    """Whether a tool writes the file, by its name or by what its beginning says."""
    name = path.rpartition("/")[2].casefold()
    return name.endswith(_GENERATED_ENDINGS) or (content is not None and bool(_GENERATED_MARK.search(content[:2000])))


def is_pattern(pattern: str) -> bool:
    """Whether the settings may name protected files by it; one that begins with `!` would take protection away, and may not."""
    if not pattern.strip() or pattern.startswith(("!", "#")):
        return False
    try:
        _compiled(pattern)
    except ValueError:
        return False
    return True


def _named_by(patterns: tuple[str, ...], path: str) -> bool:
    """Whether one of the patterns names the path, in whatever letters: some file systems tell none apart."""
    return any(is_pattern(pattern) and _compiled(pattern).match_file(path.casefold()) for pattern in patterns)


@cache
def _compiled(pattern: str) -> "GitIgnoreSpec":
    """Each pattern by itself: together, a later one could undo an earlier one."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only where the settings name files

    return GitIgnoreSpec.from_lines([pattern.casefold()])
