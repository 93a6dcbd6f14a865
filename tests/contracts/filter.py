"""What every redaction filter does; each filter's tests subclass this."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaultskillet.core.redact import Filter, Finding, Kind, Policy, find_sensitive, redact

CLEAN = "# Garden\n\nPlant three rows of beans in May, see [[Beans]]."
PLACEHOLDERS = "Write to [EMAIL_1] or [PHONE_2]; the key is [SECRET_3]."
ODD = ("", "\n", "\0", "\ud800", "\ufeff", "a" * 5000, "@" * 500, "[EMAIL_", "İ" * 50, "👩‍🌾")

# One filter does for all examples, and one test for all filters.
CHECKS = (HealthCheck.function_scoped_fixture, HealthCheck.differing_executors)


class FilterContract:
    """Subclass it with a fixture `filter_`, and `sensitive`: texts in which it finds something."""

    @pytest.fixture
    def filter_(self) -> Filter:
        raise NotImplementedError

    @pytest.fixture
    def sensitive(self) -> tuple[str, ...]:
        raise NotImplementedError

    def test_it_has_a_name_for_errors(self, filter_: Filter) -> None:
        assert filter_.name

    def test_it_finds_spans_of_known_kinds_within_the_text(
        self, filter_: Filter, sensitive: tuple[str, ...]
    ) -> None:
        for text in sensitive:
            findings = list(filter_.find(text))
            assert findings
            assert all(0 <= one.start < one.end <= len(text) for one in findings)
            assert {one.kind for one in findings} <= set(get_args(Kind))

    def test_it_finds_the_same_again(self, filter_: Filter, sensitive: tuple[str, ...]) -> None:
        first = [in_order(filter_, text) for text in sensitive]
        assert [in_order(filter_, text) for text in reversed(sensitive)] == first[::-1]

    def test_it_finds_nothing_in_clean_text(self, filter_: Filter) -> None:
        assert list(filter_.find(CLEAN)) == []

    def test_placeholders_are_no_findings(self, filter_: Filter) -> None:
        assert list(filter_.find(PLACEHOLDERS)) == []

    def test_no_text_is_too_odd_for_it(self, filter_: Filter) -> None:
        for text in ODD:
            assert all(one.end <= len(text) for one in filter_.find(text))

    @given(st.text())
    @settings(max_examples=50, suppress_health_check=CHECKS)
    def test_its_spans_lie_within_any_text(self, filter_: Filter, text: str) -> None:
        assert all(0 <= one.start < one.end <= len(text) for one in filter_.find(text))

    def test_once_redacted_it_finds_nothing_more(
        self, filter_: Filter, sensitive: tuple[str, ...]
    ) -> None:
        alone = Policy(
            redact_emails=False, redact_phones=False, strip_api_keys=False, filters=(filter_,)
        )
        for text in sensitive:
            assert find_sensitive(redact(text, alone).text, alone) == []


def in_order(filter_: Filter, text: str) -> list[Finding]:
    return sorted(filter_.find(text), key=lambda one: (one.start, one.end))
