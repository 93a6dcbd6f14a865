"""Plug-ins: what other packages bring by entry point, and what is wrong with one that fails."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from vaultskillet.errors import PluginError

FILTERS = "vaultskillet.filters"
"""Each entry point of this group makes a redaction filter when it is called."""


def installed(group: str) -> tuple[str, ...]:
    """Give the names of the plug-ins of a group that are installed, in alphabetical order."""
    return tuple(sorted(entry_points(group=group).names))


def load(group: str, name: str) -> object:
    """Load what a plug-in's entry point names: a class, or a function that makes one.

    Args:
        group: such as `vaultskillet.filters`.
        name: of the entry point.

    Raises:
        PluginError: it is not installed, two packages bring it, or its import fails.
    """
    points = tuple(entry_points(group=group, name=name))
    if not points:
        known = ", ".join(installed(group)) or "none"
        raise PluginError(f"plug-in {name!r} ({group}) is not installed; installed: {known}")
    if len(points) > 1:
        packages = " and ".join(sorted(map(_package_of, points)))
        raise PluginError(f"plug-in {name!r} ({group}) is brought by {packages}; remove one")
    [point] = points
    try:
        return point.load()
    except Exception as error:
        raise PluginError(
            f"plug-in {name!r} of {_package_of(point)} cannot be imported ({group}):"
            f" {type(error).__name__}: {_one_line(error)}"
        ) from error


def _package_of(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "an unknown package"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
