"""The built-in filters and one that a package brings, held to the same contract."""

from __future__ import annotations

import pytest

from tests.contracts.filter import FilterContract
from tests.packages import BADGE_ENTRY, BADGE_FILTER, lay_down
from vaultskillet.core.filters.email import EmailFilter
from vaultskillet.core.filters.phone import PhoneFilter
from vaultskillet.core.filters.secret import SecretFilter
from vaultskillet.core.redact import Filter
from vaultskillet.plugin_filters import PluginFilter


class TestEmailFilter(FilterContract):
    @pytest.fixture
    def filter_(self) -> Filter:
        return EmailFilter()

    @pytest.fixture
    def sensitive(self) -> tuple[str, ...]:
        return ("Write to ann@example.org, or bob@example.org.", "ann (at) example (dot) org")


class TestPhoneFilter(FilterContract):
    @pytest.fixture
    def filter_(self) -> Filter:
        return PhoneFilter()

    @pytest.fixture
    def sensitive(self) -> tuple[str, ...]:
        return ("Call +44 20 7946 0958.", "Tel.: 030 901820, mobil 0171 2345678")


class TestSecretFilter(FilterContract):
    @pytest.fixture
    def filter_(self) -> Filter:
        return SecretFilter()

    @pytest.fixture
    def sensitive(self) -> tuple[str, ...]:
        return ("password: h8Kd!x2pQ", "postgres://ann:h8Kdx2pQ@db.example.org/x")


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Filter:
    """Start a plug-in's filter, once: a process takes its time."""
    site = tmp_path_factory.mktemp("site")
    lay_down(site, "badge_filter", BADGE_FILTER, BADGE_ENTRY)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(site))
        return PluginFilter("badge", limit_s=30)


class TestPluginFilter(FilterContract):
    @pytest.fixture
    def filter_(self, plugin: Filter) -> Filter:
        return plugin

    @pytest.fixture
    def sensitive(self) -> tuple[str, ...]:
        return ("Badge K-7731 opens the door; badge K-0042 does not.", "K-1111")
