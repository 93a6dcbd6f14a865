"""Keys of ours: where they are read from, and that nobody else reads them unsaid."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from vaultskillet.config import Config, exposed_files, load, secrets_of
from vaultskillet.errors import ConfigError

KEY = "hk-1f9c0d7e5b3a8642"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "hosted.key"
    file.write_text(f"{KEY}\n")
    file.chmod(0o600)
    return file


def read(folder: Path, text: str) -> Config:
    file = folder / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file, vault=None, engine=None, environ={})


def test_a_key_is_read_from_its_file_and_shows_nowhere(key_file: Path, tmp_path: Path) -> None:
    config = read(tmp_path, "hosted_ai: {api_key_file: hosted.key}")
    assert config.hosted_ai.api_key_file == key_file
    assert list(secrets_of(config)) == [KEY]
    assert config.options_for("hosted_ai")["api_key"] == KEY
    assert KEY not in f"{config!r} {config.model_dump_json()}"


@pytest.mark.parametrize("content", [b"", b" \n", b"two words", b"\xff\xfe", b"x" * 20_000])
def test_a_file_that_holds_no_key_is_refused_without_showing_it(
    key_file: Path, tmp_path: Path, content: bytes
) -> None:
    key_file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"openai\.api_key_file: .*hosted\.key must hold the key"):
        read(tmp_path, "openai: {api_key_file: hosted.key}")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"openai\.api_key_file: .*cannot be read: No such file"):
        read(tmp_path, "openai: {api_key_file: gone.key}")


def test_a_key_stands_in_one_place(key_file: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="name either api_key or api_key_file") as caught:
        read(tmp_path, f"openai: {{api_key: {KEY}, api_key_file: {key_file}}}")
    assert KEY not in str(caught.value)


def test_files_with_a_key_that_others_may_read_are_told(key_file: Path, tmp_path: Path) -> None:
    config = read(tmp_path, f"openai: {{api_key: {KEY}}}\nhosted_ai: {{api_key_file: hosted.key}}")
    own = tmp_path / "config.yaml"
    own.chmod(0o600)
    assert list(exposed_files(own, config)) == []
    own.chmod(0o640)
    key_file.chmod(0o604)
    assert list(exposed_files(own, config)) == [key_file, own]


def test_every_command_warns_of_them(call: Call, key_file: Path, tmp_path: Path) -> None:
    read(tmp_path, "hosted_ai: {api_key_file: hosted.key}")
    key_file.chmod(0o644)
    ended = call("redact", "-", "--config", tmp_path / "config.yaml", stdin=b"x")
    assert ended.code == 0
    assert "others on this machine may read a file that holds a key" in ended.err
    assert f"chmod 600 {key_file}" in ended.err
    assert KEY not in ended.err


def test_a_file_that_is_no_yaml_is_refused_without_showing_it(tmp_path: Path) -> None:
    for text in (f"openai: {{api_key: {KEY}", f"api_key: {KEY}: x", f"openai:\n\t- {KEY}"):
        with pytest.raises(ConfigError) as caught:
            read(tmp_path, text)
        assert KEY not in str(caught.value)
