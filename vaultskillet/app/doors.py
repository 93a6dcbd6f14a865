"""An engine by its name: built in, or brought by another package. All come by the same door."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import cast

from vaultskillet import plugins
from vaultskillet.config import secrets_in
from vaultskillet.engines.foreign import Foreign, masked, missing_from
from vaultskillet.engines.settings import GROUP, EngineSettings, MakeEngine
from vaultskillet.errors import ConfigError, PluginError, VaultskilletError
from vaultskillet.ports.engine import InferenceEngine

NO_MODEL = "extractive"
"""The engine that asks no model: nothing needs to stand around it."""

_BUILT_IN = {
    name: EntryPoint(name, f"vaultskillet.engines.{module}:make_engine", GROUP)
    for name, module in {
        NO_MODEL: "extractive",
        "hosted_ai": "hosted_ai",
        "mlx": "mlx.engine",
        "openai": "openai",
    }.items()
}
"""No package can displace these by an entry point of the same name."""


def engine_names() -> list[str]:
    """Give the names of all engines that there are."""
    return sorted({*_BUILT_IN, *plugins.installed(GROUP)})


def make_engine(name: str, settings: EngineSettings) -> InferenceEngine:
    """Make an engine by its name.

    Raises:
        ConfigError: there is no such engine, or its section is wrong.
        PluginError: the engine of a plug-in cannot be made.
    """
    if name in _BUILT_IN:
        return cast("MakeEngine", _BUILT_IN[name].load())(settings)
    if name not in plugins.installed(GROUP):
        names = ", ".join(engine_names())
        raise ConfigError(f"engine: there is no engine {name!r}; there are {names}")
    make = cast("MakeEngine", plugins.load(GROUP, name))
    secrets = tuple(secrets_in(settings.options))
    try:
        engine = make(settings)
        missing = missing_from(engine)
    except VaultskilletError:
        raise
    except Exception as error:
        says = masked(f"{type(error).__name__}: {error}", secrets)
        raise PluginError(f"the engine {name} cannot be made ({says})") from error
    if missing:
        raise PluginError(f"the engine {name} is none: it lacks {', '.join(missing)}")
    return Foreign(engine, name=name, secrets=secrets)
