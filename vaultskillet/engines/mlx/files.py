"""A model's files: whether all are there, whole, and of a kind that can be loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vaultskillet.errors import EngineUnavailableError

_INDEX = "model.safetensors.index.json"
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json", "tekken.json")
_HEAD_BYTES = 8
_LONGEST_HEADER = 100_000_000
_MISSING = True
_CHOOSE = "choose one from huggingface.co/mlx-community"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a model's files."""

    what: str
    is_missing: bool = False
    """Whether a download that was broken off would look so."""


def check(folder: Path, *, name: str) -> None:
    """See that a folder holds a whole model.

    Args:
        folder: of the model.
        name: what people call it.

    Raises:
        EngineUnavailableError: it does not; says what is wrong first.
    """
    for fault in faults(folder):
        raise EngineUnavailableError(f"the model {name} cannot be loaded: {fault.what}")


def faults(folder: Path) -> Iterator[Fault]:
    """Say what is wrong with a model's files, the worst first."""
    if not (folder / "config.json").is_file():
        if any(folder.glob("*.gguf")):
            yield Fault("it is in GGUF, which is for llama.cpp or Ollama (engine: openai)")
        else:
            yield Fault("config.json is missing, so it is no model or not all of one", _MISSING)
        return
    config = _object_in(folder / "config.json")
    if config is None or not isinstance(config.get("model_type"), str):
        yield Fault("config.json is corrupt; download it once more")
    weights = sorted(folder.glob("model*.safetensors"))
    if not weights and any((*folder.glob("*.bin"), *folder.glob("*.pt*"))):
        yield Fault(f"its weights are PyTorch's; {_CHOOSE}")
    elif not weights:
        yield Fault("its weights are missing", _MISSING)
    for shard in _missing(folder):
        yield Fault(f"{shard} is missing; download it once more", _MISSING)
    for file in weights:
        if not _is_whole(file):
            yield Fault(f"{file.name} is corrupt or cut short; download it once more")
    if not any((folder / tokenizer).is_file() for tokenizer in _TOKENIZERS):
        yield Fault(f"it has no tokenizer; {_CHOOSE}")


def _missing(folder: Path) -> list[str]:
    """Name the files of weights that the index has and the folder has not."""
    index = _object_in(folder / _INDEX) or {}
    shards = index.get("weight_map")
    names = shards.values() if isinstance(shards, dict) else ()
    return sorted({str(name) for name in names if not (folder / str(name)).is_file()})


def _is_whole(file: Path) -> bool:
    """Say whether a file of weights is as long as its header says."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(_HEAD_BYTES), "little")
        if length > min(size, _LONGEST_HEADER):
            return False
        try:
            header = json.loads(opened.read(length))
            ends = [part["data_offsets"][1] for key, part in header.items() if key[:2] != "__"]
        except (ValueError, TypeError, LookupError, AttributeError):
            return False
    return size == _HEAD_BYTES + length + max(ends, default=0)


def _object_in(file: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
