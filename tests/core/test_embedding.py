"""Signs of vectors, and what is near by them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.embedding import (
    MAX_CHARS,
    digest_to_embed,
    nearest,
    signs_of,
    text_to_embed,
)
from vaultskillet.core.model import SafeText

BITS = st.integers(0, 2**64 - 1)


def number(vector: list[float]) -> int:
    return int.from_bytes(signs_of(vector), "little")


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=80))
def test_a_vector_and_its_opposite_share_no_sign(vector: list[float]) -> None:
    opposite = [-value for value in vector]
    shared = sum(value == 0 for value in vector)
    assert (number(vector) ^ number(opposite)).bit_count() == len(vector) - shared


@given(BITS, st.dictionaries(st.integers(1, 40), BITS))
def test_nearness_is_between_0_and_1_and_the_best_come_first(
    own: int, others: dict[int, int]
) -> None:
    found = nearest(0, {0: own, **others}, limit=5)
    assert 0 not in found
    values = list(found.values())
    assert len(found) <= 5
    assert all(0 < value <= 1 for value in values)
    assert values == sorted(values, reverse=True)


def test_what_is_much_nearer_than_the_rest_is_found_and_nothing_else() -> None:
    strangers = {note: (2**32 - 1) << note for note in range(1, 32)}
    found = nearest(0, {0: 0b11, **strangers, 99: 0b111}, limit=9)
    assert found == {99: 1.0}


def test_among_equals_none_is_near() -> None:
    assert nearest(0, dict.fromkeys(range(9), 0b1010), limit=9) == {}
    assert nearest(0, {0: 0b1010}, limit=9) == {}


def test_what_is_embedded_is_the_name_and_the_beginning() -> None:
    text = text_to_embed(SafeText("Compost"), SafeText("x" * 9000))
    assert text.startswith("Compost\n\nxxx")
    assert len(text) == MAX_CHARS + len("Compost\n\n")


def test_another_model_or_another_text_has_another_digest() -> None:
    digest = digest_to_embed("one", SafeText("text"))
    assert digest == digest_to_embed("one", SafeText("text"))
    assert digest != digest_to_embed("two", SafeText("text"))
    assert digest != digest_to_embed("one", SafeText("other"))
