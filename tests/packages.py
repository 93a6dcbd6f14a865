"""Packages that exist for one test only, as an installer would lay them down."""

from __future__ import annotations

from pathlib import Path


def lay_down(folder: Path, package: str, code: str, entry_points: str) -> None:
    """Put a package of one module into a folder that is, or will be, on `sys.path`.

    Args:
        folder: plays the part of `site-packages`.
        package: what the package and its module are called.
        code: of its module.
        entry_points: as `entry_points.txt` has them.
    """
    info = folder / f"{package}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(entry_points)
    (folder / f"{package}.py").write_text(code)


BADGE_FILTER = '''\
import re

from vaultskillet.core.redact import Finding


class BadgeFilter:
    """Finds the numbers of a company's badges."""

    name = "badge"

    def find(self, text):
        for badge in re.finditer(r"\\bK-\\d{4}\\b", text):
            yield Finding("secret", *badge.span())
'''
"""A plug-in as its author would write it."""

BADGE_ENTRY = "[vaultskillet.filters]\nbadge = badge_filter:BadgeFilter\n"
