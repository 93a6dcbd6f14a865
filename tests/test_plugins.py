from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.packages import lay_down
from vaultskillet.errors import PluginError
from vaultskillet.plugins import FILTERS, installed, load


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder where packages may be laid down."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def entry(name: str, target: str) -> str:
    return f"[{FILTERS}]\n{name} = {target}\n"


def test_without_plug_ins_none_is_installed() -> None:
    assert installed(FILTERS) == ()


def test_what_an_entry_point_names_is_loaded(site: Path) -> None:
    lay_down(
        site, "badge_plugin", "def make():\n    return 7\n", entry("badge", "badge_plugin:make")
    )
    assert installed(FILTERS) == ("badge",)
    made = load(FILTERS, "badge")
    assert callable(made)
    assert made() == 7


def test_a_plug_in_that_is_not_installed_is_named_beside_those_that_are(site: Path) -> None:
    lay_down(site, "other_plugin", "", entry("other", "other_plugin:make"))
    with pytest.raises(PluginError, match=r"'badge'.*not installed; installed: other"):
        load(FILTERS, "badge")


def test_a_plug_in_that_two_packages_bring_is_refused(site: Path) -> None:
    for package in ("one_plugin", "two_plugin"):
        lay_down(site, package, "make = int\n", entry("badge", f"{package}:make"))
    with pytest.raises(PluginError, match=r"'badge'.*one_plugin and two_plugin; remove one"):
        load(FILTERS, "badge")


@pytest.mark.parametrize(
    ("code", "target", "because"),
    [
        ("raise RuntimeError('no\\nluck')", "bad_plugin:make", "RuntimeError: no luck"),
        ("", "bad_plugin:make", "AttributeError"),
        ("", "no_such_module:make", "ModuleNotFoundError"),
        ("import bad_plugin_needs", "bad_plugin:make", "bad_plugin_needs"),
    ],
)
def test_a_plug_in_that_cannot_be_imported_says_whose_it_is_and_why(
    site: Path, monkeypatch: pytest.MonkeyPatch, code: str, target: str, because: str
) -> None:
    lay_down(site, "bad_plugin", code, entry("badge", target))
    monkeypatch.delitem(sys.modules, "bad_plugin", raising=False)
    with pytest.raises(PluginError, match=rf"'badge' of bad_plugin.*{because}") as caught:
        load(FILTERS, "badge")
    assert "\n" not in str(caught.value)
