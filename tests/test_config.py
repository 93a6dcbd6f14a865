"""The configuration: what loads, what a fault is told as, what never shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from vaultskillet.config import (
    Config,
    Section,
    Write,
    default_file,
    find,
    load,
    log_file_for,
    secrets_of,
    state_dir_for,
)
from vaultskillet.core.model import Tier
from vaultskillet.errors import ConfigError

ROOT = Path(__file__).parent.parent


def keys_of(section: type[Section]) -> str:
    return ", ".join(sorted(section.model_fields))


HOMESKILLET = """\
models:
  gemma:
    repo: "google/gemma-270m"
    context_limit: 4096
    temperature: 0.7
    top_p: 0.9
    max_new_tokens: 256
    enable_thinking: false
  qwen:
    repo: "Qwen/Qwen-30B"
    context_limit: 8192
    temperature: 0.8
    top_p: 0.95
    max_new_tokens: 1024
    enable_thinking: true
hosted_ai:
  base_url: "https://api.hosted.ai"
  api_key: "your-key"
  pool: "gpu-pool-1"
  overcommit: true
obsidian:
  enabled: false
  vault_path: "/path/to/vault"
  categories: ["thoughts", "research"]
safety:
  redact_emails: true
  redact_phones: true
  strip_api_keys: true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.yaml"


def read(file: Path, text: str, **environ: str) -> Config:
    file.write_text(text, encoding="utf-8")
    return load(file, vault=None, engine=None, environ=environ)


def fault_of(file: Path, text: str, **environ: str) -> str:
    """Give what a person is told of a wrong file, without the file's name."""
    with pytest.raises(ConfigError) as caught:
        read(file, text, **environ)
    message = str(caught.value)
    assert message.startswith(f"{file}:")
    assert "\n" not in message
    return message.removeprefix(f"{file}:")


def test_homeskillets_own_file_loads_unchanged(file: Path) -> None:
    config = read(file, HOMESKILLET)
    assert config.models.qwen.repo == "Qwen/Qwen-30B"
    assert config.hosted_ai.api_key == SecretStr("your-key")
    assert config.obsidian.vault_path == Path("/path/to/vault")
    assert config.obsidian.categories == ("thoughts", "research")


def test_homeskillets_values_are_the_defaults(file: Path) -> None:
    config, ours = read(file, HOMESKILLET), Config()
    same = {"repo": "x"}
    assert config.models.gemma.model_copy(update=same) == ours.models.gemma.model_copy(update=same)
    assert config.models.qwen.model_copy(update=same) == ours.models.qwen.model_copy(update=same)
    assert config.hosted_ai.model_copy(update={"api_key": None}) == ours.hosted_ai
    assert config.safety == ours.safety


def test_the_example_loads_and_shows_the_defaults() -> None:
    config = load(ROOT / "config.example.yaml", vault=None, engine=None, environ={})
    unnamed = config.obsidian.model_copy(update={"vault_path": None})
    assert config.model_copy(update={"obsidian": unnamed}) == Config()


def test_the_example_names_every_key() -> None:
    shown = load(ROOT / "config.example.yaml", vault=None, engine=None, environ={})

    def unset(section: Section) -> set[str]:
        missing = set(type(section).model_fields) - section.model_fields_set
        return missing.union(*(unset(v) for v in dict(section).values() if isinstance(v, Section)))

    assert unset(shown) == set()


def test_an_empty_file_and_an_empty_section_give_the_defaults(file: Path) -> None:
    assert read(file, "") == Config()
    assert read(file, "watch:\n  # quiet_s: 5\n") == Config()


def test_a_model_keeps_the_defaults_that_the_file_does_not_name(file: Path) -> None:
    config = read(file, "models: {qwen: {repo: mine}}")
    assert config.models.qwen.repo == "mine"
    assert config.models.qwen.enable_thinking


def test_a_tag_may_be_written_with_its_mark(file: Path) -> None:
    assert read(file, "on_demand: {tag: '#ai/ask'}").on_demand.tag == "ai/ask"


def test_a_configuration_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Config().watch.quiet_s = 1


def test_a_model_may_have_an_engine_of_its_own(file: Path) -> None:
    config = read(file, "engine: a\nmodels: {qwen: {engine: b}}")
    assert (config.engine_for(Tier.GEMMA), config.engine_for(Tier.QWEN)) == ("a", "b")


def test_folders_of_the_vault_have_one_spelling(file: Path) -> None:
    config = read(file, "obsidian: {categories: [/thoughts/, 'a\\b', c//d]}")
    assert config.obsidian.categories == ("thoughts", "a/b", "c/d")


def test_a_relative_path_starts_at_the_files_folder(file: Path) -> None:
    config = read(file, "obsidian: {vault_path: notes}\ntemplates: ~/mine")
    assert config.vault == file.parent / "notes"
    assert config.templates == Path.home() / "mine"


def test_the_file_is_found_by_option_then_variable_then_user_folder(tmp_path: Path) -> None:
    named, variable, usual = tmp_path / "a.yaml", tmp_path / "b.yaml", default_file()
    usual.parent.mkdir(parents=True)
    for file in (named, variable, usual):
        file.touch()
    environ = {"VAULTSKILLET_CONFIG": str(variable)}
    assert find(named, environ) == named
    assert find(None, environ) == variable
    assert find(None, {"VAULTSKILLET_CONFIG": ""}) == usual


def test_without_a_file_the_defaults_hold() -> None:
    assert load(None, vault=None, engine=None, environ={}) == Config()


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    for path, environ in [
        (tmp_path / "no.yaml", {}),
        (None, {"VAULTSKILLET_CONFIG": str(tmp_path / "no.yaml")}),
    ]:
        with pytest.raises(ConfigError, match=r"no\.yaml: there is no such configuration file"):
            load(path, vault=None, engine=None, environ=environ)


def test_the_vault_of_the_command_line_goes_first_and_is_enabled(file: Path) -> None:
    file.write_text(HOMESKILLET, encoding="utf-8")
    config = load(file, vault=Path("mine"), engine=None, environ={})
    assert config.vault == Path.cwd() / "mine"
    assert config.obsidian.enabled
    assert config.obsidian.categories == ("thoughts", "research")


def test_the_engine_of_the_command_line_goes_before_every_other(file: Path) -> None:
    file.write_text("engine: a\nmodels: {qwen: {engine: b}}", encoding="utf-8")
    config = load(file, vault=None, engine="c", environ={})
    assert (config.engine_for(Tier.GEMMA), config.engine_for(Tier.QWEN)) == ("c", "c")


def test_without_a_vault_the_person_is_told_how_to_name_one() -> None:
    with pytest.raises(ConfigError, match="give --vault DIR"):
        _ = Config().vault


def test_a_variable_stands_for_its_value_in_any_text(file: Path) -> None:
    text = "hosted_ai: {api_key: '${KEY}', base_url: 'https://${HOST}/v1'}"
    config = read(file, text, KEY="s3cret: {x}", HOST="example.org")
    assert config.hosted_ai.base_url == "https://example.org/v1"
    assert list(secrets_of(config)) == ["s3cret: {x}"]


def test_a_variable_that_is_not_set_is_named(file: Path) -> None:
    fault = fault_of(file, "obsidian:\n  categories:\n    - a\n    - ${NOPE}\n")
    assert fault == "4: obsidian.categories.1: the environment variable NOPE is not set"


def test_no_secret_shows(file: Path) -> None:
    config = read(file, "hosted_ai: {api_key: hunter2hunter2}")
    assert "hunter2" not in f"{config!r} {config} {config.model_dump_json()}"
    for wrong in ("api_key: [hunter2]", "pool: {hunter2: 1}", "base_url: hunter2"):
        assert "hunter2" not in fault_of(file, f"hosted_ai:\n  {wrong}\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("engine: x\nwacth: {}", "2: wacth: is not a key; did you mean watch?"),
        ("watch:\n  quite_s: 1", "2: watch.quite_s: is not a key; did you mean quiet_s?"),
        ("models:\n  qwen:\n    rep: x", "3: models.qwen.rep: is not a key; did you mean repo?"),
        (
            "write:\n  zzz: 1",
            f"2: write.zzz: is not a key; the keys here are {keys_of(Write)}",
        ),
        (
            "on_demand: {tag: two words}",
            (
                "1: on_demand.tag: must be a tag: letters, digits, - and _, no blanks,"
                " not digits alone"
            ),
        ),
        ("watch: 3", "1: watch: must hold keys of its own"),
        ("- watch", "1: the whole file: must hold keys of its own"),
        ("watch:\n  quiet_s: -1", "2: watch.quiet_s: input should be greater than or equal to 0"),
        (
            "watch: {quiet_s: 9, longest_wait_s: 8}",
            "1: watch: longest_wait_s must not be less than quiet_s",
        ),
        ("write:\n  mode: ask", "2: write.mode: input should be 'auto' or 'review'"),
        (
            "write: {properties: {summary: Tags}}",
            "1: write.properties: each property needs a name of its own",
        ),
        ("obsidian: {vault_path: ''}", "1: obsidian.vault_path: must name a path"),
        (
            "a: 1\nwatch:\n  b: 1",
            f"1: a: is not a key; the keys here are {keys_of(Config)}",
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_key(file: Path, text: str, told: str) -> None:
    assert fault_of(file, text) == told


@pytest.mark.parametrize("folder", ["", "/", "..", "a/../b", ".obsidian", "./a"])
def test_a_folder_must_lie_inside_the_vault(file: Path, folder: str) -> None:
    told = "must name a folder inside the vault, without dots before its name"
    assert fault_of(file, f"write: {{output_folder: '{folder}'}}").endswith(told)


def test_a_file_that_is_no_yaml_is_told_with_its_line(file: Path) -> None:
    told = fault_of(file, "engine: x\nwatch: [1\n")
    assert "not valid YAML" in told
    assert told.endswith("(line 3)")


def test_a_file_that_is_no_text_is_told(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(file, vault=None, engine=None, environ={})


def test_each_vault_has_a_state_folder_of_its_own(tmp_path: Path) -> None:
    one, other = (
        state_dir_for(tmp_path / "a/Notes", None),
        state_dir_for(tmp_path / "b/Notes", None),
    )
    assert one != other
    assert one.name.startswith("Notes-")
    assert one.is_relative_to(Path.home())


def test_every_way_to_a_vault_leads_to_the_same_state(tmp_path: Path) -> None:
    vault = tmp_path / "Notes"
    vault.mkdir()
    (tmp_path / "link").symlink_to(vault)
    same = state_dir_for(vault, None)
    assert state_dir_for(tmp_path / "link", None) == same
    assert state_dir_for(vault / ".." / "Notes", None) == same


def test_the_state_folder_may_be_named_but_not_inside_the_vault(tmp_path: Path) -> None:
    vault = tmp_path / "Notes"
    assert state_dir_for(vault, tmp_path / "state") == tmp_path / "state"
    for inside in (vault, vault / ".state"):
        with pytest.raises(ConfigError, match="may not lie inside the vault"):
            state_dir_for(vault, inside)


def test_logs_go_where_the_file_says_before_the_environment(file: Path) -> None:
    environ = {"VAULTSKILLET_LOG": "/logs/b.log"}
    assert log_file_for(Config(), {}) is None
    assert log_file_for(Config(), environ) == Path("/logs/b.log")
    config = read(file, "logs: {file: a.log}")
    assert log_file_for(config, environ) == file.with_name("a.log")


def test_logs_inside_the_vault_are_refused(file: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "vault")
    (tmp_path / "vault").mkdir()
    config = read(file, "obsidian: {vault_path: vault}\nlogs: {file: link/deep/a.log}")
    with pytest.raises(ConfigError, match=r"link/deep/a\.log: logs may not lie inside the vault"):
        log_file_for(config, {})
