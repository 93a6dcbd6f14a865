"""What the sections of the configuration are made of: their base, and the types of their keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from vaultskillet.config.places import absolute
from vaultskillet.core.tags import is_valid_tag


def _inside(folder: str) -> str:
    """Give a folder of the vault in one spelling."""
    parts = [part for part in folder.replace("\\", "/").split("/") if part]
    if not parts or any(part.startswith(".") for part in parts):
        raise ValueError("must name a folder inside the vault, without dots before its name")
    return "/".join(parts)


def _placed(path: Path, info: ValidationInfo) -> Path:
    """Make a path absolute: relative ones stand beside the file."""
    if path == Path():
        raise ValueError("must name a path")
    return absolute(path, info.context or Path.cwd())


def _tag(name: str) -> str:
    """Give a tag without its `#`."""
    name = name.removeprefix("#")
    if not is_valid_tag(name):
        raise ValueError("must be a tag: letters, digits, - and _, no blanks, not digits alone")
    return name


Folder = Annotated[str, AfterValidator(_inside)]
"""A folder of the vault, as `a/b`."""

UserPath = Annotated[Path, AfterValidator(_placed)]
"""A path on this machine, absolute."""

PropertyName = Annotated[str, Field(pattern=r"^[^\W\d]\w*([ -]\w+)*$")]
"""A name that stands in YAML without quotes."""

TagName = Annotated[str, AfterValidator(_tag)]
"""A tag of Obsidian's, without `#`."""

Share = Annotated[float, Field(gt=0, le=1)]

Url = Annotated[str, Field(pattern=r"^https?://\S+$")]


class Section(BaseModel):
    """A part of the file: frozen, and unknown keys are errors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, value: object) -> object:
        """Take a section whose every key is commented out for an absent one."""
        return {} if value is None else value
