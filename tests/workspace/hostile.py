"""A stranger's repository: whatever git can be made to run, each leaving a file of its own name where it ran."""

import os
from pathlib import Path

from tests.support.program import CART
from tests.workspace.room import git, write

HOOKS = (
    "applypatch-msg", "commit-msg", "fsmonitor-watchman", "post-applypatch", "post-checkout", "post-commit", "post-index-change",
    "post-merge", "post-rewrite", "pre-applypatch", "pre-auto-gc", "pre-commit", "pre-merge-commit", "prepare-commit-msg",
    "pre-push", "pre-rebase", "reference-transaction", "sendemail-validate",
)  # fmt: skip


def make_hostile(root: Path, canaries: Path) -> Path:
    """A repository of a small shop whose configuration, attributes and hooks all run something."""
    canaries.mkdir(parents=True)
    root.mkdir(parents=True)
    git(root, "init", "--quiet", "--template=")
    write(root, {"shop/cart.py": CART.encode(), "README.md": b"# Shop\n", "racy.txt": b"aaaa\n", "old.txt": b"old\n"})
    git(root, "add", "--all")
    git(root, "commit", "-qm", "Begin")
    _sign(root)
    _plant(root, canaries)
    return root


def _payload(canaries: Path, name: str, then: str = "cat") -> str:
    return f"touch '{canaries}/{name}'; {then}"


def _sign(root: Path) -> None:
    """Give the last commit a signature, so that a log that shows signatures asks the configured program about it."""
    commit = git(root, "cat-file", "commit", "HEAD")
    head, _, message = commit.partition(b"\n\n")
    signature = b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----"
    signed = git(root, "hash-object", "-t", "commit", "-w", "--stdin", given=head + signature + b"\n\n" + message)
    git(root, "update-ref", "HEAD", signed.strip())


def _plant(root: Path, canaries: Path) -> None:
    hooks = root / "tools/hooks"
    hooks.mkdir(parents=True)
    for name in HOOKS:
        (hooks / name).write_text(f"#!/bin/sh\n{_payload(canaries, 'hook', 'true')}\n")
        (hooks / name).chmod(0o755)
    program = root / "tools/program"
    program.write_text(f"#!/bin/sh\n{_payload(canaries, 'program', 'exit 1')}\n")
    program.chmod(0o755)
    monitor = root / "tools/monitor"
    monitor.write_text(f"#!/bin/sh\n{_payload(canaries, 'fsmonitor', 'printf /')}\n")
    monitor.chmod(0o755)
    (root / "tools/more.config").write_text(f'[core]\n\tfsmonitor = "{monitor}"\n')
    write(root, {".gitattributes": b"*.txt filter=loud diff=loud merge=loud\n*.py filter=a=b diff=loud\n"})
    settings = {
        "include.path": str(root / "tools/more.config"),
        "core.hooksPath": str(hooks),
        "core.pager": _payload(canaries, "pager"),
        "core.editor": _payload(canaries, "editor", "true"),
        "core.sshCommand": _payload(canaries, "ssh"),
        "core.askPass": str(program),
        "credential.helper": f"!{_payload(canaries, 'credential')}",
        "diff.external": str(program),
        "diff.loud.textconv": str(program),
        "diff.loud.command": str(program),
        "merge.loud.driver": _payload(canaries, "merge"),
        "filter.loud.clean": _payload(canaries, "clean"),
        "filter.loud.smudge": _payload(canaries, "smudge"),
        "filter.loud.required": "true",
        "filter.a=b.process": str(program),
        "filter.a=b.required": "true",
        "gpg.program": str(program),
        "log.showSignature": "true",
        "commit.gpgSign": "true",
        "trailer.sign.command": _payload(canaries, "trailer"),
        "core.trustctime": "false",
        "core.checkStat": "minimal",
    }
    for name in ("status", "ls-files", "rev-parse", "log", "diff", "commit", "diff-files", "check-ignore"):
        settings[f"alias.{name}"] = f"!{_payload(canaries, 'alias')}"
    for key, value in settings.items():
        git(root, "config", key, value)
    # A file whose text changed while its size and time did not: git has to look inside, through the filter.
    before = (root / "racy.txt").stat()
    (root / "racy.txt").write_bytes(b"bbbb\n")
    os.utime(root / "racy.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    os.utime(root / ".git/index", (1, 1))


def ran(canaries: Path) -> set[str]:
    """What has run so far."""
    return {path.name for path in canaries.iterdir()}
