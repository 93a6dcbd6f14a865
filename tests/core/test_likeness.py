from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.likeness import Needed, needed, relatedness
from vaultskillet.core.model import Evidence

SHARE = st.floats(0, 1)


@given(SHARE, st.floats(0, 3), SHARE, SHARE, SHARE)
def test_what_has_less_than_is_needed_of_one_thing_is_not_related_enough(
    score: float, links_a_note: float, part: float, nearness: float, popularity: float
) -> None:
    least = needed(score, links_a_note=links_a_note, popularity=popularity)
    for evidence, bound in (
        (Evidence(cosine=min(1.0, part * least.cosine)), least.cosine),
        (Evidence(mention=min(1.0, part * least.mention)), least.mention),
        (Evidence(votes=min(1.0, part * least.votes)), least.votes),
    ):
        if bound and part < 1:
            whole = evidence._replace(nearness=nearness, popularity=popularity)
            assert relatedness(whole, links_a_note=links_a_note) <= score + 1e-9


@given(SHARE, st.floats(0, 3), SHARE)
def test_of_notes_that_few_link_to_no_less_is_needed(
    score: float, links_a_note: float, popularity: float
) -> None:
    least = needed(score, links_a_note=links_a_note)
    more = needed(score, links_a_note=links_a_note, popularity=popularity)
    assert all(one <= other for one, other in zip(least, more, strict=True))


def test_where_nothing_is_asked_nothing_is_needed() -> None:
    assert needed(0.0, links_a_note=0.0) == needed(0.0, links_a_note=5.0) == Needed()


def test_few_words_in_common_are_not_enough_where_people_link() -> None:
    assert 0.2 < needed(0.2, links_a_note=5.0).cosine < 0.4
