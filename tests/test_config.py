"""Settings: where each value comes from, what a mistake says, and that a repository can only tighten."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.config import Folders, Settings, load_settings
from copilot_tui.config.appearance import Appearance, read_appearance
from copilot_tui.errors import SettingsError
from copilot_tui.visible import visible

Write = Callable[[str], Path]
KEY = "sk-test-CANARYKEY"


@pytest.fixture
def write(folders: Folders) -> Write:
    def write_settings(text: str) -> Path:
        folders.settings_file.parent.mkdir(parents=True, exist_ok=True)
        folders.settings_file.write_text(text, encoding="utf-8")
        return folders.settings_file

    return write_settings


def test_without_any_file_the_local_model_is_the_default(environment: dict[str, str], home: Path) -> None:
    settings = load_settings(environment, home)
    assert settings.default_profile == "local"
    assert settings.profiles["local"].context_budget == 1000
    assert {"openai", "anthropic", "gemini", "openrouter", "ollama", "lmstudio", "vllm", "llamacpp"} <= set(
        settings.profiles
    )
    assert settings.origin("level") == "built in"


def test_ready_profiles_hold_to_their_own_rules(write: Write, environment: dict[str, str], home: Path) -> None:
    write("best_of = 1\n")  # a file brings pydantic in, which checks the ready profiles as well
    checked = load_settings(environment, home)
    assert checked.profiles == load_settings(environment, home / "elsewhere").profiles


@pytest.mark.parametrize(
    ("variables", "base_url", "model"),
    [
        ({"OPENAI_API_KEY": KEY}, "https://api.openai.com/v1", "gpt-5-mini"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "http://127.0.0.1:9/v1", ""),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": "m"}, "http://127.0.0.1:9/v1", "m"),
    ],
)
def test_variables_of_the_openai_sdk_are_honoured(
    environment: dict[str, str], home: Path, variables: dict[str, str], base_url: str, model: str
) -> None:
    settings = load_settings({**environment, **variables}, home)
    assert settings.default_profile == "openai"
    assert settings.profiles["openai"].base_url == base_url
    assert settings.profiles["openai"].model == model
    assert KEY not in repr(settings)


def test_environment_wins_over_the_file_and_both_are_named(
    write: Write, environment: dict[str, str], home: Path
) -> None:
    file = write(
        'level = "file"\ntheme = "nord"\n[roles.edit]\nprofile = "ollama"\nmodel = "qwen"\nfallback = ["openai/gpt-5", "local"]\n'
    )
    settings = load_settings({**environment, "COPILOT_TUI_LEVEL": "repo"}, home)
    assert settings.level is AutonomyLevel.REPO
    assert settings.origin("level") == "environment variable COPILOT_TUI_LEVEL"
    assert settings.origin("theme") == str(file)
    assert settings.roles["edit"].model == "qwen"
    assert settings.roles["edit"].fallback == ("openai/gpt-5", "local")


def test_part_of_a_ready_profile_can_be_changed(write: Write, environment: dict[str, str], home: Path) -> None:
    write('[profiles.ollama]\nmodel = "qwen2.5-coder"\ncontext_budget = 9000\n')
    profile = load_settings(environment, home).profiles["ollama"]
    assert (profile.model, profile.context_budget) == ("qwen2.5-coder", 9000)
    assert profile.base_url == "http://127.0.0.1:11434/v1"


@pytest.mark.parametrize(
    ("text", "entry", "takes"),
    [
        ('level = "lin"', "level", "one of line, block, file, directory, repo"),
        ("level = 3", "level", "one of line"),
        ("best_of = 9", "best_of", "a whole number from 1 to 8"),
        ("best_of = 1.5", "best_of", "a whole number from 1 to 8"),
        ('best_of = "2"', "best_of", "a whole number from 1 to 8"),
        ("best_of = true", "best_of", "a whole number from 1 to 8"),
        ("thme = 1", "thme", "did you mean theme?"),
        ("origins = {}", "origins", "is no setting"),
        ('[profiles.openai]\nbase_ur = "x"', "profiles.openai.base_ur", "did you mean base_url?"),
        ('[profiles.mine]\nmodel = "x"', "profiles.mine.base_url", "an address such as"),
        ('[profiles.mine]\nbase_url = "ftp://x"', "profiles.mine.base_url", "an address such as"),
        ('[profiles.mine]\nbase_url = "https://me:word@x/v1"', "profiles.mine.base_url", "without a name or password"),
        ("[profiles]\nopenai = 3", "profiles", "tables, each named"),
        ("roles = 3", "roles", "tables named plan"),
        ('[roles.edi]\nmodel = "x"', "roles.edi", "there are plan, locate, edit"),
        ('[roles.edit]\nprofile = "nix"', "roles.edit.profile", "it takes one of anthropic"),
        ("[roles.edit]\ntemperature = 3", "roles.edit.temperature", "a number from 0"),
        ("[roles.edit]\ntemperature = nan", "roles.edit.temperature", "a number from 0"),
        ('[roles.edit]\nfallback = "local"', "roles.edit.fallback", "a list of"),
        ('fallback = ["nix"]', "fallback", "the profiles are"),
        ("budgets.line = 0", "budgets.line", "a whole number from 1"),
        ("caps.request_dollars = -1", "caps.request_dollars", "a number from 0"),
        ("[keys]\naccept = 3", "keys", "a table of actions and keys"),
        ('[prices."gpt-5"]\ninput = "much"', "prices.gpt-5.input", "a number from 0"),
        ("[prices]\n[prices.x]\nin = 2", "prices.x.in", "is no setting"),
        ("level =", "TOML", "Invalid value"),
        ("level = 'file'\nlevel = 'line'", "TOML", "Cannot overwrite"),
    ],
)
def test_each_mistake_is_one_sentence_with_file_entry_and_what_it_takes(
    write: Write, environment: dict[str, str], home: Path, text: str, entry: str, takes: str
) -> None:
    file = write(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(environment, home)
    sentence = str(caught.value)
    assert sentence.startswith(str(file))
    assert entry in sentence
    assert takes in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "name", ["key", "api_key", "token", "password", "headers.Authorization", 'headers."X-API-Key"']
)
def test_key_in_the_file_is_refused_and_not_repeated(
    write: Write, environment: dict[str, str], home: Path, name: str
) -> None:
    write(f'[profiles.openai]\n{name} = "{KEY}"\n')
    with pytest.raises(SettingsError, match="key_env") as caught:
        load_settings(environment, home)
    assert KEY not in str(caught.value)


def test_key_does_not_follow_a_ready_profile_to_another_host(
    write: Write, environment: dict[str, str], home: Path
) -> None:
    moved = '[profiles.openai]\nbase_url = "https://elsewhere.example/v1"\n'
    write(moved)
    with pytest.raises(SettingsError, match="was not set for that one"):
        load_settings({**environment, "OPENAI_API_KEY": KEY}, home)
    write(f'{moved}key_env = "OPENAI_API_KEY"\n')
    assert (
        load_settings({**environment, "OPENAI_API_KEY": KEY}, home)
        .profiles["openai"]
        .base_url.startswith("https://elsewhere")
    )


@pytest.mark.parametrize("data", [b"\xff\xfe", b"level = 'file\x00'", b"\x1b[2J = 1", b"[" * 100_000, b"#" * 2_000_000])
def test_bytes_that_are_no_settings_are_a_sentence(
    folders: Folders, environment: dict[str, str], home: Path, data: bytes
) -> None:
    folders.settings_file.parent.mkdir(parents=True)
    folders.settings_file.write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        load_settings(environment, home)
    assert visible(str(caught.value)) == str(caught.value)


def test_settings_file_that_is_a_folder(folders: Folders, environment: dict[str, str], home: Path) -> None:
    folders.settings_file.mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(environment, home)


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999/v1", "http://[::1/v1", "ftp://x/v1", "127.0.0.1:9/v1"])
def test_an_address_in_the_environment_is_checked_as_one_in_the_file(
    environment: dict[str, str], home: Path, address: str
) -> None:
    with pytest.raises(SettingsError, match=r"environment variable OPENAI_BASE_URL: .* takes an address such as"):
        load_settings({**environment, "OPENAI_BASE_URL": address}, home)


def test_settings_that_are_a_pipe_do_not_hang_the_start(
    folders: Folders, environment: dict[str, str], home: Path
) -> None:
    folders.settings_file.parent.mkdir(parents=True)
    os.mkfifo(folders.settings_file)
    assert read_appearance(environment, home) == Appearance()
    with pytest.raises(SettingsError, match="no plain file"):
        load_settings(environment, home)


def lowest_free_handle() -> int:
    handle = os.open(os.devnull, os.O_RDONLY)
    os.close(handle)
    return handle


def test_settings_that_are_a_folder_are_said_to_be_one_and_leave_nothing_open(
    folders: Folders, environment: dict[str, str], home: Path
) -> None:
    folders.settings_file.mkdir(parents=True)
    before = lowest_free_handle()
    assert read_appearance(environment, home) == Appearance()
    with pytest.raises(SettingsError, match="no plain file"):
        load_settings(environment, home)
    assert lowest_free_handle() == before


def test_what_the_first_screen_reads_of_the_settings_never_fails(
    write: Write, environment: dict[str, str], home: Path
) -> None:
    file = write("\ufefftheme = 'nord'\n")
    assert read_appearance(environment, home).theme == "nord"
    file.write_bytes(b"a = " + b"[" * 100_000)
    assert read_appearance(environment, home) == Appearance()


def test_a_terminal_that_cannot_place_a_cursor_gets_words(
    write: Write, environment: dict[str, str], home: Path
) -> None:
    dumb = {**environment, "TERM": "dumb"}
    assert read_appearance(dumb, home).plain
    assert not read_appearance({**dumb, "COPILOT_TUI_PLAIN": "no"}, home).plain
    write("plain = false\n")
    assert not read_appearance(dumb, home).plain


def with_repository(environment: dict[str, str], home: Path, repository: Path, text: str) -> Settings:
    (repository / ".copilot-tui.toml").write_text(text, encoding="utf-8")
    return load_settings(environment, home, repository)


@pytest.mark.fault("O08")
def test_repository_tightens(write: Write, environment: dict[str, str], home: Path, tmp_path: Path) -> None:
    write('level = "repo"\ncaps.request_dollars = 2.0\n')
    settings = with_repository(
        environment,
        home,
        tmp_path,
        'max_level = "file"\nbudgets.file = 50\ncaps.request_dollars = 0.5\ncaps.session_dollars = 3\nprotected = ["infra/**"]\n',
    )
    assert settings.level is AutonomyLevel.FILE
    assert settings.max_level is AutonomyLevel.FILE
    assert settings.budgets.of(AutonomyLevel.FILE) == 50
    assert (settings.caps.request_dollars, settings.caps.session_dollars) == (0.5, 3)
    assert settings.protected == ("infra/**",)
    assert settings.origin("caps.request_dollars") == ".copilot-tui.toml"
    assert settings.notices == ()


@pytest.mark.fault("O08")
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('level = "repo"', "level"),
        ("auto_accept = true", "auto_accept"),
        ("trusted = true", "trusted"),
        ("max_cost = 999", "max_cost"),
        ("budgets.block = 999", "budgets.block"),
        ("caps.request_calls = 9999", "caps.request_calls"),
        ("caps.nonsense = 1", "caps.nonsense"),
        ("best_of = 8", "best_of"),
        ('profile = "openai"', "profile"),
        ('[profiles.openai]\nbase_url = "https://evil.example/v1"', "profiles"),
        ('[roles.edit]\nprofile = "openai"', "roles"),
        ('[keys]\naccept_all = "a"', "keys"),
        ("protected = 3", "protected"),
        ('protected = ["!infra/**"]', "no path pattern"),
        ('"\x1b[2J" = 1'.replace("\x1b", "\\u001b"), "␛[2J"),
    ],
)
def test_repository_that_would_loosen_is_ignored_and_named(
    environment: dict[str, str], home: Path, tmp_path: Path, text: str, named: str
) -> None:
    before = load_settings(environment, home)
    after = with_repository(environment, home, tmp_path, text)
    assert after.notices
    assert named in after.notices[0]
    for name in (
        "profile",
        "level",
        "max_level",
        "budgets",
        "caps",
        "profiles",
        "roles",
        "keys",
        "best_of",
        "protected",
    ):
        assert getattr(after, name) == getattr(before, name)


@pytest.mark.parametrize(
    "text", ['[keys]\n"history.take_back" = "t"', '[keys]\nhistory.take_back = "t"', '[keys.history]\ntake_back = "t"']
)
def test_a_key_of_a_sheet_is_named_with_and_without_quotes(
    write: Write, environment: dict[str, str], home: Path, text: str
) -> None:
    write(text)
    settings = load_settings(environment, home)
    assert settings.keys == {"history.take_back": "t"}


@pytest.mark.parametrize(
    "written",
    [
        '[keys]\nhistory = "alt+h"\nhistory.take_back = "t"\n',
        '[keys]\nhistory.take_back = "t"  # in the sheet\n"history" = "alt+h"\n',
        'keys.history = "alt+h"\nkeys . history . take_back = "t"\n',
        '[keys]\nhistory = "alt+h"\n[ keys.history ]\ntake_back = "t"\n',
        'keys = { history = "alt+h", history.take_back = "t" }\n',
        'keys = {"history" = "alt+h,=", history . take_back = "t"}  # in one line\n',
    ],
)
def test_a_key_of_a_sheet_without_quotes_beside_that_of_its_action_is_told_to_have_some(
    written: str, write: Write, environment: dict[str, str], home: Path
) -> None:
    file = write(written)
    with pytest.raises(SettingsError) as caught:
        load_settings(environment, home)
    assert str(caught.value) == (
        f"{file}: beside keys.history TOML takes history.take_back in quotes alone: "
        'write "history.take_back" = … under [keys]'
    )


@pytest.mark.parametrize(
    "written",
    [
        '[keys]\nhistory = "alt+h"\nhistory = "alt+j"\n',
        '[profiles.a]\ntitle = "b"\ntitle.c = "d"\n',
        "[keys]\nhistory.",
        '[keys]\nhistory = "alt+h"\nnote = """\nhistory.take_back = "t"',
        "[keys]\nhistory = 'alt+h'  # it's\nnote = '''\nhistory.take_back = 't'",
    ],
)
def test_other_mistakes_of_toml_are_named_with_their_line(
    written: str, write: Write, environment: dict[str, str], home: Path
) -> None:
    write(written)
    with pytest.raises(SettingsError, match=r"is no valid TOML: .*\(at (line 3|end of document)"):
        load_settings(environment, home)


@pytest.mark.parametrize(
    "text", ['max_level = "planet"', "budgets.file = 'few'", "caps.request_calls = 0", "max_level ="]
)
def test_limit_of_a_repository_that_is_not_understood_is_not_dropped(
    environment: dict[str, str], home: Path, tmp_path: Path, text: str
) -> None:
    with pytest.raises(SettingsError, match=r"^\.copilot-tui\.toml"):
        with_repository(environment, home, tmp_path, text)


def test_repository_file_that_is_no_plain_file_is_ignored_and_named(
    environment: dict[str, str], home: Path, tmp_path: Path
) -> None:
    for make in (
        lambda path: path.symlink_to("/etc/hostname"),
        os.mkfifo,
        lambda path: path.write_bytes(b"#" * 100_000),
    ):
        file = tmp_path / ".copilot-tui.toml"
        make(file)
        assert "is ignored" in load_settings(environment, home, tmp_path).notices[0]
        file.unlink()


@pytest.mark.fault("O07")
def test_env_file_of_the_repository_is_never_read(environment: dict[str, str], home: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"OPENAI_API_KEY={KEY}\nOPENAI_BASE_URL=https://evil.example/v1\n")
    assert load_settings(environment, home, tmp_path) == load_settings(environment, home)


def test_loading_without_a_file_imports_nothing_heavy() -> None:
    program = (
        "import sys; from pathlib import Path; from copilot_tui.config import load_settings; import copilot_tui.models.call; "
        "load_settings({}, Path('/nonexistent')); "
        "print([name for name in ('pydantic', 'openai', 'httpx2', 'asyncio', 'keyring') if name in sys.modules])"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
