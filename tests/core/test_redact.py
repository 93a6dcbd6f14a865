"""Redaction as a whole: placeholders, failure, and its laws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.filters.cases import CASES, Case
from vaultskillet.core.redact import (
    DEFAULT,
    Filter,
    Finding,
    Policy,
    find_sensitive,
    redact,
    redact_all,
    restore,
)
from vaultskillet.errors import RedactionError

NO_BUILT_IN = Policy(redact_emails=False, redact_phones=False, strip_api_keys=False)
NOTE = "Ann <ann@example.com>, +49 30 901820, password: h8Kd!x2pQ"

# Pieces that mean something to a filter, so that random texts reach its corners.
PIECES = st.one_of(
    st.sampled_from([case.text for case in CASES]),
    st.sampled_from(
        ["[EMAIL_1]", "[SECRET_2]", "[PHONE_", "]", "|", "-|-", "`", "**", "\n", "://", "@", ".",
         "password", ": ", "=", "key", "Tel ", "+", "030 1", "at ", " dot ", "com", "İ", "x/", "\0"]
    ),
    st.text(max_size=8),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@dataclass(frozen=True)
class Scripted:
    """A filter that gives what it was told to, or fails."""

    findings: tuple[Finding, ...] = ()
    error: Exception | None = None
    name: str = "scripted"

    def find(self, text: str) -> Iterable[Finding]:
        """Give the script, unless the text is redacted already."""
        if self.error:
            raise self.error
        return [found for found in self.findings if "[" not in text]


@dataclass(frozen=True)
class Shrinking:
    """A filter that always finds one more letter."""

    name: str = "shrinking"

    def find(self, text: str) -> Iterable[Finding]:
        """Find the next letter."""
        at = text.find("a")
        return [Finding("secret", at, at + 1)] if at >= 0 else []


def with_filter(*filters: Filter) -> Policy:
    return Policy(redact_emails=False, redact_phones=False, strip_api_keys=False, filters=filters)


def test_each_kind_gets_its_own_placeholder() -> None:
    assert redact(NOTE).text == "Ann <[EMAIL_1]>, [PHONE_1], password: [SECRET_1]"


def test_findings_are_spans_of_the_original_in_order() -> None:
    found = [(f.kind, NOTE[f.start : f.end]) for f in find_sensitive(NOTE)]
    assert found == [
        ("email", "ann@example.com"),
        ("phone", "+49 30 901820"),
        ("secret", "h8Kd!x2pQ"),
    ]


def test_the_same_value_gets_the_same_placeholder() -> None:
    text = redact("a@example.com b@example.com a@example.com").text
    assert text == "[EMAIL_1] [EMAIL_2] [EMAIL_1]"


def test_a_placeholder_already_in_the_text_is_not_given_again() -> None:
    result = redact("[EMAIL_1] is not a@example.com")
    assert result.text == "[EMAIL_1] is not [EMAIL_2]"
    assert dict(result.placeholders) == {"[EMAIL_2]": "a@example.com"}


def test_clean_text_stays_as_it_is() -> None:
    text = "# Garden\n\nPlant 3 rows on 2024-05-01, see [[Beans]] at 10:30."
    assert redact(text).text == text
    assert find_sensitive("") == []


def test_each_switch_turns_one_kind_off() -> None:
    kinds = {"email": "redact_emails", "phone": "redact_phones", "secret": "strip_api_keys"}
    for kind, switch in kinds.items():
        policy = Policy(**{switch: False})  # type: ignore[arg-type]  # all three are booleans
        assert {f.kind for f in find_sensitive(NOTE, policy)} == set(kinds) - {kind}


def test_regions_of_the_policy_make_national_numbers_known() -> None:
    text = "Cafe, 912 34 56 78, open late"
    assert not find_sensitive(text, DEFAULT)
    assert find_sensitive(text, Policy(regions=("ES",)))


def test_a_filter_of_a_plug_in_is_run_too() -> None:
    badge = Scripted(findings=(Finding("secret", 6, 9),))
    assert redact("badge K77", with_filter(badge)).text == "badge [SECRET_1]"


def test_overlapping_findings_become_one_of_the_graver_kind() -> None:
    both = Scripted(findings=(Finding("phone", 0, 5), Finding("secret", 3, 8)))
    assert find_sensitive("abcdefghij", with_filter(both)) == [Finding("secret", 0, 8)]


def test_a_finding_of_punctuation_alone_is_none() -> None:
    dots = Scripted(findings=(Finding("secret", 0, 3),))
    assert find_sensitive("... a", with_filter(dots)) == []


def test_a_finding_across_a_placeholder_leaves_the_placeholder() -> None:
    @dataclass(frozen=True)
    class Greedy:
        name: str = "greedy"

        def find(self, text: str) -> Iterable[Finding]:
            return [Finding("secret", 0, len(text))]

    assert redact("ab [EMAIL_7] cd", with_filter(Greedy())).text == "[SECRET_1][EMAIL_7][SECRET_2]"


def test_a_filter_that_fails_stops_the_note() -> None:
    broken = Scripted(error=ValueError("of the filter's own"))
    with pytest.raises(RedactionError, match=r"scripted.*ValueError"):
        redact("text", with_filter(broken))


def test_the_error_does_not_repeat_the_text() -> None:
    broken = Scripted(error=ValueError("hunter2"))
    with pytest.raises(RedactionError) as caught:
        redact("hunter2", with_filter(broken))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "finding",
    [
        Finding("secret", -1, 2),
        Finding("secret", 2, 2),
        Finding("secret", 1, 99),
        Finding("address", 0, 2),  # type: ignore[arg-type]  # what a careless plug-in gives
    ],
)
def test_a_filter_that_gives_nonsense_stops_the_note(finding: Finding) -> None:
    with pytest.raises(RedactionError, match="scripted"):
        redact("text", with_filter(Scripted(findings=(finding,))))


def test_a_filter_that_gives_no_findings_at_all_stops_the_note() -> None:
    @dataclass(frozen=True)
    class Nothing:
        name: str = "nothing"

        def find(self, text: str) -> Iterable[Finding]:
            return [text]  # type: ignore[list-item]  # what a careless plug-in gives

    with pytest.raises(RedactionError, match="nothing"):
        redact("text", with_filter(Nothing()))


def test_a_text_on_which_redaction_never_rests_is_stopped() -> None:
    with pytest.raises(RedactionError, match="rest"):
        redact("a" * 99, with_filter(Shrinking()))


def test_restore_puts_back_what_was_taken() -> None:
    result = redact(NOTE)
    assert restore(result.text, result.placeholders) == NOTE


def test_restore_leaves_placeholders_it_does_not_know() -> None:
    assert restore("[EMAIL_9] [PHONE_1]", {"[PHONE_1]": "030"}) == "[EMAIL_9] 030"


def test_restored_text_is_not_restored_again() -> None:
    assert restore("[SECRET_1]", {"[SECRET_1]": "[EMAIL_1]", "[EMAIL_1]": "x"}) == "[EMAIL_1]"


@given(TEXTS)
def test_a_second_pass_finds_nothing(text: str) -> None:
    assert find_sensitive(redact(text).text) == []


@given(TEXTS)
def test_findings_are_in_order_and_apart(text: str) -> None:
    findings = find_sensitive(text)
    assert all(0 <= f.start < f.end <= len(text) for f in findings)
    assert all(a.end <= b.start for a, b in pairwise(findings))


@given(TEXTS)
def test_restoring_a_redacted_text_gives_the_text(text: str) -> None:
    result = redact(text)
    assert restore(result.text, result.placeholders) == text


@given(st.lists(st.sampled_from([c for c in CASES if c.wanted and not c.is_hard]), max_size=5))
def test_no_planted_value_survives(cases: list[Case]) -> None:
    note = "\n\n".join(case.text for case in cases)
    left = redact(note).text
    long_values = [v for case in cases for v in case.values if len(v) > 9 and is_found(case)]
    assert not [value for value in long_values if value in left]


def is_found(case: Case) -> bool:
    """Tell whether the case is found when it stands alone; the set tolerates one in a hundred."""
    return all(value not in redact(case.text).text for value in case.values)


def test_texts_that_go_together_share_their_placeholders() -> None:
    title, body = redact_all(("a@example.com", "b@example.com, a@example.com [EMAIL_2]"))
    assert (title.text, body.text) == ("[EMAIL_1]", "[EMAIL_3], [EMAIL_1] [EMAIL_2]")
    assert dict(body.placeholders) == {"[EMAIL_3]": "b@example.com", "[EMAIL_1]": "a@example.com"}


@given(st.lists(TEXTS, max_size=3))
def test_no_placeholder_stands_for_two_values(texts: list[str]) -> None:
    stands_for: dict[str, str] = {}
    for one in redact_all(texts):
        for name, value in one.placeholders.items():
            assert stands_for.setdefault(name, value) == value


def test_who_only_asks_gets_one_look_and_what_is_sent_as_many_as_it_takes() -> None:
    assert find_sensitive("aa", with_filter(Shrinking())) == [Finding("secret", 0, 1)]
    assert redact("aa", with_filter(Shrinking())).findings == (
        Finding("secret", 0, 1),
        Finding("secret", 1, 2),
    )
