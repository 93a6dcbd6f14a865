"""Where a model's files are on this machine, and how they come here."""

from __future__ import annotations

import logging
import sys
from functools import lru_cache
from pathlib import Path

from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HFValidationError,
    RepositoryNotFoundError,
)
from huggingface_hub.utils import disable_progress_bars

from vaultskillet.engines.mlx.files import faults
from vaultskillet.errors import EngineUnavailableError

log = logging.getLogger(__name__)

# What a model consists of. No code: none is ever run from a model's repository.
_FILES = ["*.json", "*.jinja", "*.txt", "model*.safetensors", "tokenizer.model"]
_ASK_S = 5.0
EXAMPLE = "mlx-community/gemma-3-270m-it-bf16"
"""A model that there is."""


def find_model(repo: str, *, allow_download: bool, endpoint: str | None = None) -> Path:
    """Give the folder that holds a model.

    Args:
        repo: a folder, or the name of a repository on the Hugging Face hub.
        allow_download: fetch it from the hub where it is not here yet, or not all of it.
        endpoint: the hub's address; None: the usual one.

    Raises:
        EngineUnavailableError: it is not here, and may not or cannot be fetched.
    """
    folder = Path(repo).expanduser()
    if folder.is_dir():
        return folder
    try:
        here = Path(snapshot_download(repo, allow_patterns=_FILES, local_files_only=True))
    except HFValidationError:
        raise EngineUnavailableError(
            f"there is no folder {repo}, and no repository can have that name"
        ) from None
    except FileNotFoundError:
        here = None
    if here is not None and not any(fault.is_missing for fault in faults(here)):
        return here
    size = size_of(repo, endpoint)
    if not allow_download:
        where = "not on this machine" if here is None else "not all on this machine"
        raise EngineUnavailableError(
            f"the model {repo} is {where} ({size}); permit its download with --allow-download "
            f"or mlx.allow_download, or get it with: hf download {repo}"
        )
    return _fetch(repo, size, endpoint)


def _fetch(repo: str, size: str, endpoint: str | None) -> Path:
    log.warning("downloading a model", extra={"model": repo, "size": size})
    if not sys.stderr.isatty():
        disable_progress_bars()
    try:
        return Path(snapshot_download(repo, allow_patterns=_FILES, endpoint=endpoint))
    except GatedRepoError as error:
        raise EngineUnavailableError(
            f"the model {repo} is given to those who accept its terms: do so at "
            f"huggingface.co/{repo}, then log in with: hf auth login"
        ) from error
    except Exception as error:
        because = error.strerror if isinstance(error, OSError) else None
        raise EngineUnavailableError(
            f"the model {repo} could not be fetched ({because or type(error).__name__}); "
            "check its name, the network and the room on the disk"
        ) from error


@lru_cache(maxsize=16)
def size_of(repo: str, endpoint: str | None = None) -> str:
    """Say how much would be downloaded; the hub is asked once in a process.

    Raises:
        EngineUnavailableError: the hub has no such model.
    """
    try:
        info = HfApi(endpoint=endpoint).model_info(repo, files_metadata=True, timeout=_ASK_S)
    except GatedRepoError:
        return "its size is told to those who accept its terms"
    except RepositoryNotFoundError:
        raise EngineUnavailableError(
            f"there is no folder {repo}, and the hub has no such model, or not for everyone; "
            f"set repo to one that there is, such as {EXAMPLE}"
        ) from None
    except Exception:  # noqa: BLE001 - there is no end of ways to fail; the size is a courtesy
        return "its size cannot be asked for now"
    size = sum(file.size or 0 for file in info.siblings or () if _is_wanted(file.rfilename))
    return f"{size / 1e9:.2f} GB"


def _is_wanted(name: str) -> bool:
    return any(Path(name).match(pattern) for pattern in _FILES)
