"""Finding a model's files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import huggingface_hub.constants
import pytest

from tests.engines import server as acts
from tests.engines.server import Act, ScriptedServer, Seen
from vaultskillet.engines.mlx.hub import find_model
from vaultskillet.errors import EngineUnavailableError


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch, server: ScriptedServer) -> ScriptedServer:
    """Let the hub's client reach the scripted server."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    return server


def hub_with(folder: Path) -> Callable[[Seen], Act]:
    """Give the script of a hub that has this one model."""
    files = {file.name: file.read_bytes() for file in folder.iterdir()}
    commit = "a" * 40

    def script(seen: Seen) -> Act:
        path = seen.path.partition("?")[0]
        if "/resolve/" in path:
            content = files[path.rpartition("/")[2]]
            tag = hashlib.sha256(content).hexdigest()
            headers = {"ETag": f'"{tag}"', "X-Repo-Commit": commit}
            return lambda handler: handler.send(content, headers=headers)
        sizes = {name: len(content) for name, content in files.items()}
        if "/tree/" in path:
            kind = {"type": "file", "oid": "b" * 40}
            return acts.give([{**kind, "path": name, "size": n} for name, n in sizes.items()])
        siblings = [{"rfilename": name, "size": n} for name, n in sizes.items()]
        return acts.give({"id": "a/b", "sha": commit, "siblings": siblings})

    return script


def test_a_download_that_is_permitted_happens_once(
    online: ScriptedServer,
    checkpoints: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    whole = checkpoints["qwen3"]
    online.script = hub_with(whole)
    folder = find_model("a/b", allow_download=True, endpoint=online.url)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
        file.name: file.read_bytes() for file in whole.iterdir()
    }
    asked = len(online.seen)
    assert find_model("a/b", allow_download=False, endpoint=online.url) == folder
    assert len(online.seen) == asked


def test_a_folder_is_its_own_place(tmp_path: Path) -> None:
    assert find_model(str(tmp_path), allow_download=False) == tmp_path


def test_a_model_that_is_not_here_is_named_with_its_size_and_the_command(
    online: ScriptedServer,
) -> None:
    files = [
        {"rfilename": "model.safetensors", "size": 536_000_000},
        {"rfilename": "config.json", "size": None},
    ]
    online.say(acts.give({"id": "a/b", "siblings": files}))
    with pytest.raises(EngineUnavailableError, match=r"0\.54 GB.*hf download a/b") as caught:
        find_model("a/b", allow_download=False, endpoint=online.url)
    assert caught.value.transient
    assert [seen.method for seen in online.seen] == ["GET"]


def test_a_size_that_cannot_be_asked_for_is_left_open(online: ScriptedServer) -> None:
    online.say(acts.fail(404))
    with pytest.raises(EngineUnavailableError, match="cannot be asked for"):
        find_model("a/b", allow_download=False, endpoint=online.url)


@pytest.mark.parametrize("allowed", [False, True])
def test_a_model_that_the_hub_has_not_is_told(online: ScriptedServer, *, allowed: bool) -> None:
    online.say(acts.fail(404, {"X-Error-Code": "RepoNotFound"}))
    with pytest.raises(EngineUnavailableError, match=r"the hub has no such model.*such as mlx-co"):
        find_model("google/gemma-270m", allow_download=allowed, endpoint=online.url)


def test_terms_that_must_be_accepted_are_told(online: ScriptedServer) -> None:
    online.say(acts.fail(403, {"X-Error-Code": "GatedRepo"}))
    with pytest.raises(EngineUnavailableError, match=r"accept its terms.*huggingface.co/a/gated"):
        find_model("a/gated", allow_download=True, endpoint=online.url)


def test_a_download_that_fails_is_one_line(online: ScriptedServer) -> None:
    online.say(acts.fail(404))
    with pytest.raises(EngineUnavailableError, match="could not be fetched"):
        find_model("a/b", allow_download=True, endpoint=online.url)
