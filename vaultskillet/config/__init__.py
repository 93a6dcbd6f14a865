"""The configuration: one YAML file, read into frozen models; and where the state is kept.

Homeskillet's own keys keep their names and defaults, so its file loads unchanged.
`docs/configuration.md` says what each key does.
"""

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
    VARIABLE,
    default_file,
    find,
    load,
    log_file_for,
    state_dir_for,
    variables_of,
)
from vaultskillet.config.sections import (
    Config,
    Logs,
    Obsidian,
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
    "Gemma",
    "HostedAI",
    "Logs",
    "Model",
    "Models",
    "Obsidian",
    "OpenAI",
    "Plugins",
    "Prices",
    "Privacy",
    "Properties",
    "Qwen",
    "Safety",
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
    "variables_of",
]
