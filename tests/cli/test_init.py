"""Writing a configuration for a vault."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from vaultskillet.config import Config, default_file, load
from vaultskillet.templates import Templates

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"


def test_init_writes_a_configuration_that_loads(call: Call, vault: Path) -> None:
    ended = call("init", vault)
    assert ended.code == 0
    assert ended.out.startswith(f"Wrote {default_file()}\n")
    config = load(None, vault=None, engine=None, environ={})
    assert config.vault == vault
    assert config.obsidian.enabled
    assert config.model_copy(update={"obsidian": Config().obsidian}) == Config()


def test_init_tells_what_it_found_in_the_vault(call: Call, vault: Path) -> None:
    call("init", vault)
    text = default_file().read_text(encoding="utf-8")
    assert '# Its folders: "Garden", "Templates".\n' in text
    assert '# Its templates, which are left alone: "Templates".\n' in text
    assert '# Its daily notes: "Daily".\n' in text


def test_init_never_overwrites(call: Call, vault: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("engine: mine\n", encoding="utf-8")
    ended = call("init", vault, "--config", file)
    assert ended.code == 2
    assert "is there already; nothing was written" in ended.err
    assert file.read_text(encoding="utf-8") == "engine: mine\n"


def test_init_takes_this_folder_where_none_is_named(
    call: Call, vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(vault)
    assert call("init").code == 0
    assert load(None, vault=None, engine=None, environ={}).vault == vault


def test_init_refuses_a_folder_that_is_no_vault(call: Call, tmp_path: Path) -> None:
    ended = call("init", tmp_path)
    assert ended.code == 2
    assert "holds no .obsidian folder" in ended.err
    assert not default_file().exists()


@pytest.mark.parametrize("name", ['a "b" #c', "ümlaut: yes", "two\nlines", "\u2028"])
def test_a_vault_of_any_name_is_written_so_that_it_loads(
    call: Call, tmp_path: Path, name: str
) -> None:
    (tmp_path / name / ".obsidian").mkdir(parents=True)
    (tmp_path / name / name).mkdir()
    assert call("init", tmp_path / name).code == 0
    assert load(None, vault=None, engine=None, environ={}).vault == tmp_path / name


def test_the_example_is_what_init_writes() -> None:
    text = Templates().render("config.yaml", enabled=False, vault_path="~/Notes", found=[])
    assert text == EXAMPLE.read_text(encoding="utf-8")
