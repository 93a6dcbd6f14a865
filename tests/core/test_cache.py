from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.cache import ClassificationCache
from vaultskillet.core.model import Category, Classification, Complexity, Digest

SAID = Classification(Category.CODE, Complexity.SIMPLE, "test")
KEYS = st.sampled_from([Digest(name) for name in "abcdef"])


def test_what_was_not_used_for_longest_makes_room() -> None:
    cache = ClassificationCache(size=2, age_s=60)
    a, b, c = map(Digest, "abc")
    cache.put(a, SAID, now=0)
    cache.put(b, SAID, now=0)
    assert cache.get(a, now=1) == SAID
    cache.put(c, SAID, now=2)
    assert [cache.get(key, now=3) for key in (a, b, c)] == [SAID, None, SAID]


def test_what_is_too_old_is_gone_however_often_it_is_used() -> None:
    cache = ClassificationCache(size=2, age_s=60)
    cache.put(Digest("a"), SAID, now=0)
    assert cache.get(Digest("a"), now=60) == SAID
    assert cache.get(Digest("a"), now=61) is None
    assert cache.get(Digest("a"), now=0) is None


@given(st.integers(0, 3), st.lists(st.tuples(KEYS, st.booleans()), max_size=30))
def test_it_keeps_the_last_ones_used_and_no_more(
    size: int, steps: list[tuple[Digest, bool]]
) -> None:
    cache = ClassificationCache(size=size, age_s=1000)
    used: list[Digest] = []  # newest last
    for key, put in steps:
        if put:
            cache.put(key, SAID, now=0)
            used = [*(other for other in used if other != key), key][-size or len(used) + 1 :]
        elif cache.get(key, now=0):
            assert key in used
            used = [*(other for other in used if other != key), key]
        else:
            assert key not in used
