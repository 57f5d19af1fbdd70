"""Loads the prompts: files of a TOML header and a template, rendered strictly.

Invariant: a prompt is rendered with exactly the variables that its header names; a variable's text is put in once and never
read as template. A file of the same name in the user's own folder wins, and `Prompt.origin` says so.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from copilot_tui.errors import PromptError

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_HEADER = re.compile(r"\A\+\+\+\n(.*?)^\+\+\+\n", re.DOTALL | re.MULTILINE)
_SECTION = re.compile(r"^=== (system|user|assistant) ===\n", re.MULTILINE)
MessageRole = Literal["system", "user", "assistant"]
_ROLES: dict[str, MessageRole] = {"system": "system", "user": "user", "assistant": "assistant"}
_KEYS = {"version", "role", "variables", "answer"}
_SHIPPED = Path(__file__).parent / "prompts"
_CHECKOUT = Path(__file__).parent.parent / "prompts"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file: `name` is `ROLE/NAME`, `digest` the SHA-256 of the whole file, `answer` the format that it asks for.

    `sections` are (message role, template) pairs; `origin` is the file it was read from.
    """

    name: str
    version: int
    digest: str
    role: str
    variables: frozenset[str]
    answer: str
    sections: tuple[tuple[MessageRole, str], ...]
    origin: Path

    def render(self, variables: Mapping[str, object]) -> tuple[tuple[MessageRole, str], ...]:
        """The messages as (role, text) pairs; raises `PromptError` where the variables are not exactly those declared."""
        if missing := sorted(self.variables - variables.keys()):
            raise PromptError(f"The prompt {self.name} needs {', '.join(missing)}, which it was not given.")
        if unknown := sorted(variables.keys() - self.variables):
            raise PromptError(f"The prompt {self.name} does not declare {', '.join(unknown)}.")
        environment = _environment()
        try:
            return tuple(
                (role, environment.from_string(template).render(variables).strip()) for role, template in self.sections
            )
        except _template_error() as error:
            raise PromptError(f"The prompt {self.origin} cannot be rendered: {error}.") from error


@cache
def _environment() -> "SandboxedEnvironment":
    import jinja2  # noqa: PLC0415  (not before the first screen)
    import jinja2.sandbox  # noqa: PLC0415

    return jinja2.sandbox.ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # a prompt is text for a model, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _template_error() -> type[Exception]:
    import jinja2  # noqa: PLC0415

    return jinja2.TemplateError


def parse_prompt(name: str, data: bytes, origin: Path) -> Prompt:
    """A prompt file's bytes as a `Prompt`; raises `PromptError` that names the file and what is wrong in it."""
    try:
        text = data.decode()
        header = _HEADER.match(text)
        if header is None:
            raise PromptError(f"The prompt {origin} does not start with a header between two lines of +++.")
        values = tomllib.loads(header.group(1))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PromptError(f"The prompt {origin} cannot be read: {error}.") from error
    if values.keys() != _KEYS:
        raise PromptError(f"The header of the prompt {origin} must have exactly {', '.join(sorted(_KEYS))}.")
    pieces = _SECTION.split(text[header.end() :])
    if pieces[0].strip() or len(pieces) < 3:
        raise PromptError(f"The prompt {origin} needs its text below lines === system === and === user ===.")
    return Prompt(
        name=name,
        version=int(values["version"]),
        digest=hashlib.sha256(data).hexdigest(),
        role=str(values["role"]),
        variables=frozenset(map(str, values["variables"])),
        answer=str(values["answer"]),
        sections=tuple((_ROLES[role], text) for role, text in zip(pieces[1::2], pieces[2::2], strict=True)),
        origin=origin,
    )


def shipped_folder() -> Path:
    """Where our own prompts lie: inside the package in a wheel, beside it in a checkout."""
    return _SHIPPED if _SHIPPED.is_dir() else _CHECKOUT


class Prompts(Protocol):
    """Where prompts are found by name: the folders, or the record of a session."""

    def load(self, name: str) -> Prompt:
        """The prompt `ROLE/NAME`; raises `PromptError` where there is none or it is broken."""
        ...


class PromptLibrary:
    """Finds prompts by name, the user's folder first."""

    def __init__(self, user_folder: Path | None = None) -> None:
        self._folders = [folder for folder in (user_folder, shipped_folder()) if folder is not None]
        self._loaded: dict[str, Prompt] = {}

    def load(self, name: str) -> Prompt:
        """The prompt `ROLE/NAME`, read once; raises `PromptError` where there is none or it is broken."""
        if name not in self._loaded:
            for folder in self._folders:
                path = folder / f"{name}.md"
                if path.is_file():
                    self._loaded[name] = parse_prompt(name, path.read_bytes(), path)
                    break
            else:
                raise PromptError(f"There is no prompt {name}: reinstall copilot-tui.")
        return self._loaded[name]


def lock_lines(folder: Path) -> str:
    """What `lock.toml` of a prompts folder must say: version and digest of each prompt, one line each."""
    lines = []
    for path in sorted(folder.rglob("*.md")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        prompt = parse_prompt(name, path.read_bytes(), path)
        lines.append(f'"{name}" = {{ version = {prompt.version}, digest = "{prompt.digest}" }}\n')
    return "".join(lines)


def fenced(text: str, info: str = "", least: int = 3) -> str:
    """`text` in a Markdown fence that is longer than any run of backticks within it, so that the text cannot close it.

    The fence has at least `least` backticks: where it always has the same, prompts begin alike from call to call.
    """
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(least, longest + 1)
    return f"{fence}{info}\n{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{fence}"
