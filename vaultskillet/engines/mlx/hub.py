"""Where a model's files are on this machine, and how they come here."""

from __future__ import annotations

from pathlib import Path

from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.errors import HFValidationError

from vaultskillet.errors import EngineUnavailableError

# What a model consists of. No code: none is ever run from a model's repository.
_FILES = ["*.json", "*.jinja", "*.txt", "model*.safetensors", "tokenizer.model"]
_ASK_S = 5.0


def find_model(repo: str, *, allow_download: bool, endpoint: str | None = None) -> Path:
    """Give the folder that holds a model.

    Args:
        repo: a folder, or the name of a repository on the Hugging Face hub.
        allow_download: fetch it from the hub where it is not here yet.
        endpoint: the hub's address; None: the usual one.

    Raises:
        EngineUnavailableError: it is not here, and may not or cannot be fetched.
    """
    folder = Path(repo).expanduser()
    if folder.is_dir():
        return folder
    try:
        return Path(snapshot_download(repo, allow_patterns=_FILES, local_files_only=True))
    except HFValidationError:
        raise EngineUnavailableError(
            f"there is no folder {repo}, and no repository can have that name"
        ) from None
    except FileNotFoundError:  # not here, or not all of it
        if not allow_download:
            raise EngineUnavailableError(
                f"the model {repo} is not on this machine ({_size_of(repo, endpoint)}); "
                f"get it with: hf download {repo}  (or permit downloads)"
            ) from None
    try:
        return Path(snapshot_download(repo, allow_patterns=_FILES, endpoint=endpoint))
    except Exception as error:
        raise EngineUnavailableError(
            f"the model {repo} could not be fetched ({type(error).__name__}); "
            "check its name and the network"
        ) from error


def _size_of(repo: str, endpoint: str | None) -> str:
    """Say how much would be downloaded."""
    try:
        info = HfApi(endpoint=endpoint).model_info(repo, files_metadata=True, timeout=_ASK_S)
    except Exception:  # noqa: BLE001 - as above; the size is a courtesy
        return "its size cannot be asked for now"
    size = sum(file.size or 0 for file in info.siblings or ())
    return f"{size / 1e9:.2f} GB"
