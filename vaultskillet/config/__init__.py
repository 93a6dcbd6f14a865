"""The configuration: one YAML file, read into frozen models; and where the state is kept.

Homeskillet's own keys keep their names and defaults, so its file loads unchanged.
`docs/configuration.md` says what each key does.

What is named here is imported when it is asked for: pydantic and the models take a fifth of a
second, and who only wants to know where something is kept need not wait for them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaultskillet.config.cadence import Digest, Job, Mail, Schedule
    from vaultskillet.config.engines import (
        MLX,
        Budget,
        Gemma,
        HostedAI,
        Model,
        Models,
        OpenAI,
        Prices,
        Qwen,
    )
    from vaultskillet.config.fields import Section
    from vaultskillet.config.keys import exposed_files, secrets_in, secrets_of
    from vaultskillet.config.loading import (
        LOG_VARIABLE,
        load,
        log_file_for,
        variables_of,
    )
    from vaultskillet.config.places import (
        VARIABLE,
        default_file,
        find,
        state_dir_for,
        state_file,
    )
    from vaultskillet.config.sections import (
        Config,
        Logs,
        Obsidian,
        OnDemand,
        Plugins,
        Privacy,
        Properties,
        Safety,
        Watch,
        Write,
    )

__all__ = [
    "LOG_VARIABLE",
    "MLX",
    "VARIABLE",
    "Budget",
    "Config",
    "Digest",
    "Gemma",
    "HostedAI",
    "Job",
    "Logs",
    "Mail",
    "Model",
    "Models",
    "Obsidian",
    "OnDemand",
    "OpenAI",
    "Plugins",
    "Prices",
    "Privacy",
    "Properties",
    "Qwen",
    "Safety",
    "Schedule",
    "Section",
    "Watch",
    "Write",
    "default_file",
    "exposed_files",
    "find",
    "load",
    "log_file_for",
    "secrets_in",
    "secrets_of",
    "state_dir_for",
    "state_file",
    "variables_of",
]

_NAMES = {
    "cadence": ("Digest", "Job", "Mail", "Schedule"),
    "engines": (
        "Budget",
        "Gemma",
        "HostedAI",
        "MLX",
        "Model",
        "Models",
        "OpenAI",
        "Prices",
        "Qwen",
    ),
    "fields": ("Section",),
    "keys": ("exposed_files", "secrets_in", "secrets_of"),
    "loading": ("LOG_VARIABLE", "load", "log_file_for", "variables_of"),
    "places": ("VARIABLE", "default_file", "find", "state_dir_for", "state_file"),
    "sections": (
        "Config",
        "Logs",
        "Obsidian",
        "OnDemand",
        "Plugins",
        "Privacy",
        "Properties",
        "Safety",
        "Watch",
        "Write",
    ),
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
