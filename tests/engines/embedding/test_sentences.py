"""Embeddings in this process, by a real model where the library is installed."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fakes import FakeClock
from vaultskillet.core.model import SafeText
from vaultskillet.engines.embedding.sentences import SentenceEmbedder
from vaultskillet.errors import EngineUnavailableError

needs_library = pytest.mark.skipif(
    find_spec("sentence_transformers") is None, reason="the extra `embeddings` is not installed"
)


def make(model: object) -> SentenceEmbedder:
    return SentenceEmbedder(str(model), clock=FakeClock(), allow_download=False, idle_s=60)


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EngineUnavailableError, match=r"pip install 'vaultskillet\[embeddings\]'"):
        make("any/model").embed([SafeText("text")])


def test_nothing_is_loaded_before_its_time() -> None:
    embedder = make("any/model")
    embedder.release_idle(1e9)
    embedder.close()
    assert embedder.local


@needs_library
def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailableError, match="cannot be loaded"):
        make(tmp_path).embed([SafeText("text")])
