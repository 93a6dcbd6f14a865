"""Filters of plug-ins: what is wrong with one is told; one that hangs or dies stops the note."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packages import BADGE_ENTRY, BADGE_FILTER, lay_down
from vaultskillet.core.redact import Policy, redact
from vaultskillet.errors import PluginError, RedactionError
from vaultskillet.plugin_filters import PluginFilter, load_filters

HOSTILE = """\
import os
import re
from types import SimpleNamespace


class Hostile:
    def find(self, text):
        if "hang" in text:
            re.match(r"(a+)+b", "a" * 60)
        if "die" in text:
            os._exit(3)
        if "raise" in text:
            raise ValueError(text)
        if "print" in text:
            print("noise")
        if "odd" in text:
            return [SimpleNamespace(kind="badge", start=0, end=1)]
        return [SimpleNamespace(kind="secret", start=0, end=3)] if text.startswith("K77") else []
"""

Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a package that brings one filter, called badge."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return lambda code: lay_down(tmp_path, "badge_filter", code, BADGE_ENTRY)


def with_filters(*filters: PluginFilter) -> Policy:
    return Policy(filters=filters)


def test_every_filter_that_is_installed_is_used_unless_some_are_named(install: Install) -> None:
    assert load_filters(None, limit_s=30) == ()
    install(BADGE_FILTER)
    assert [one.name for one in load_filters(None, limit_s=30)] == ["badge"]
    assert load_filters((), limit_s=30) == ()


def test_what_it_finds_is_redacted_beside_what_is_built_in(install: Install) -> None:
    install(BADGE_FILTER)
    text = "Badge K-7731 of ann@example.org"
    assert redact(text, with_filters(PluginFilter("badge", limit_s=30))).text == (
        "Badge [SECRET_1] of [EMAIL_1]"
    )


@pytest.mark.parametrize(
    ("code", "because"),
    [
        ("import nothing_such", r"'badge' of badge_filter cannot be imported .*nothing_such"),
        ("class BadgeFilter:\n    pass", "'badge' .* is no filter: it has no method find"),
        (
            "def BadgeFilter():\n    raise OSError('no list\\nof badges')",
            "OSError: no list of badges",
        ),
        ("BadgeFilter = 7", "'badge' .*cannot be made: TypeError"),
        ("import os\nos._exit(1)", "'badge' .*ends its process when it is imported"),
    ],
)
def test_one_that_is_no_filter_is_told_in_one_line(
    install: Install, code: str, because: str
) -> None:
    install(code)
    with pytest.raises(PluginError, match=because) as caught:
        PluginFilter("badge", limit_s=30)
    assert "\n" not in str(caught.value)


def test_one_that_is_named_but_not_installed_is_told() -> None:
    with pytest.raises(PluginError, match=r"'bagde' .*is not installed"):
        load_filters(("bagde",), limit_s=30)


@pytest.fixture
def hostile(install: Install) -> Policy:
    install(HOSTILE.replace("Hostile", "BadgeFilter"))
    return with_filters(PluginFilter("badge", limit_s=2))


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("hang hunter2", "took too long"),
        ("die hunter2", r"failed \(PluginError\)"),
        ("raise hunter2", r"failed \(PluginError\)"),
        ("odd hunter2", "gave a finding of no known kind"),
    ],
)
def test_one_that_misbehaves_stops_the_note_and_works_on(
    hostile: Policy, text: str, because: str
) -> None:
    with pytest.raises(RedactionError, match=f"'badge' {because}") as caught:
        redact(text, hostile)
    assert "hunter2" not in repr(caught.value.__context__) + str(caught.value)
    [plugin] = hostile.filters
    assert [(one.start, one.end) for one in plugin.find("K77 opens")] == [(0, 3)]


def test_what_it_prints_does_not_go_where_results_go(
    hostile: Policy, capfd: pytest.CaptureFixture[str]
) -> None:
    assert redact("print", hostile).text == "print"
    assert capfd.readouterr().out == ""
