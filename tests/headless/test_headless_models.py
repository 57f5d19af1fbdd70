"""`copilot-tui models list` as a person reads it."""

import re
from pathlib import Path

from tests.headless.conftest import Copilot
from tests.support.scripted_server import ScriptedServer


def test_the_list_says_of_each_profile_and_model_where_it_stands(
    copilot: Copilot, server: ScriptedServer, tmp_path: Path
) -> None:
    for name in ("mine", "gone"):
        file = tmp_path / f"{name}.gguf"
        file.write_bytes(b"GGUF" + bytes(3_000_000))
        assert copilot("models", "add", str(file)).status == 0
    file.unlink()
    lines = copilot("models", "list").stdout.splitlines()
    head = next(line for line in lines if line.startswith("  to install "))
    where = {name: rest for name, _, rest in (re.split(r" {2,}", line[2:], maxsplit=2) for line in lines[:9])}
    servers = [where.pop(name) for name in ("ollama", "lmstudio", "vllm", "llamacpp")]
    assert all(re.fullmatch(r"does not run here now|runs here with .+", said) for said in servers)
    assert where == {
        "local": "in this program",
        "openai": f"on this machine, {server.base_url}",
        "anthropic": "no key: set ANTHROPIC_API_KEY, or `copilot-tui setup anthropic`",
        "gemini": "no key: set GEMINI_API_KEY, or `copilot-tui setup gemini`",
        "openrouter": "no key: set OPENROUTER_API_KEY, or `copilot-tui setup openrouter`",
    }
    assert [line for line in lines if line.startswith("*")] == [
        f"* openai       scripted                 {where['openai']}"
    ]
    assert lines[9 : lines.index(head)] == [
        f"  installed: mine - mine, 3 MB, {tmp_path / 'mine.gguf'}",
        f"  installed: gone - gone, its file is gone, {tmp_path / 'gone.gguf'}",
    ]
    size = r"[\d.]+ [MG]B"
    assert re.fullmatch(rf"  to install \(this machine has {size} of memory and {size} free on the disk\):", head)
    (smallest, *larger) = lines[lines.index(head) + 1 :]
    assert smallest == "    smollm2                98 MB,  300 MB of memory: for learning the keys; fits here"
    assert [line.split()[0] for line in larger] == ["qwen2.5-coder-1.5b", "qwen2.5-coder-7b"]
    assert all(re.search(r"; (fits here|it needs .*)$", line) for line in larger)
