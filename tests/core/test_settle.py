from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.model import NotePath
from vaultskillet.core.settle import REST_S, Settler

NOTE = NotePath("a.md")
OTHER = NotePath("b.md")


def test_a_note_settles_after_its_quiet_time_and_only_once() -> None:
    settler = Settler(quiet_s=30, longest_wait_s=600)
    settler.touch(NOTE, now=100)
    assert settler.next_due() == 130
    assert settler.settled(now=129.9) == []
    assert settler.settled(now=130) == [NOTE]
    assert settler.settled(now=1000) == []
    assert settler.next_due() is None


def test_each_change_begins_the_quiet_time_again() -> None:
    settler = Settler(quiet_s=30, longest_wait_s=600)
    settler.touch(NOTE, now=0)
    settler.touch(NOTE, now=20)
    assert settler.settled(now=30) == []
    assert settler.settled(now=50) == [NOTE]


def test_after_the_longest_wait_a_short_rest_is_enough() -> None:
    settler = Settler(quiet_s=30, longest_wait_s=60)
    for now in range(0, 80, 2):
        settler.touch(NOTE, now=now)
        assert settler.settled(now=now + 1) == []
    assert settler.settled(now=78 + REST_S) == [NOTE]


def test_a_change_reported_late_does_not_turn_time_back() -> None:
    settler = Settler(quiet_s=30, longest_wait_s=600)
    settler.touch(NOTE, now=50)
    settler.touch(NOTE, now=40)
    assert settler.next_due() == 80


def test_the_longest_waiting_comes_first() -> None:
    settler = Settler(quiet_s=30, longest_wait_s=600)
    settler.touch(OTHER, now=1)
    settler.touch(NOTE, now=2)
    assert len(settler) == 2
    assert settler.settled(now=100) == [OTHER, NOTE]


def test_a_note_that_calls_is_looked_at_early_and_has_its_own_quiet_time() -> None:
    settler = Settler(quiet_s=30, longest_wait_s=600, calling_quiet_s=8)
    settler.touch(NOTE, now=100)
    settler.touch(OTHER, now=100)
    assert settler.unread(now=107.9) == []
    assert settler.next_due() == 108
    assert settler.unread(now=108) == [NOTE, OTHER]
    settler.tell(NOTE, calls=True)
    settler.tell(OTHER, calls=False)
    assert settler.unread(now=108) == []
    assert settler.settled(now=108) == [NOTE]
    assert settler.next_due() == 130


def test_a_note_is_looked_at_anew_after_each_change() -> None:
    settler = Settler(quiet_s=30, longest_wait_s=600, calling_quiet_s=8)
    settler.touch(NOTE, now=0)
    settler.tell(NOTE, calls=True)
    settler.touch(NOTE, now=5)
    assert settler.settled(now=10) == []
    assert settler.unread(now=13) == [NOTE]
    settler.tell(NOTE, calls=False)
    settler.touch(NOTE, now=4)
    assert settler.unread(now=20) == []


def test_a_note_that_calls_may_rest_longer_than_others() -> None:
    settler = Settler(quiet_s=5, longest_wait_s=600, calling_quiet_s=8)
    settler.touch(NOTE, now=0)
    assert settler.quiet_s == 8
    assert settler.unread(now=5) == [NOTE]
    settler.tell(NOTE, calls=True)
    assert settler.settled(now=7.9) == []
    assert settler.settled(now=8) == [NOTE]


def test_nothing_is_looked_at_where_all_notes_rest_alike() -> None:
    settler = Settler(quiet_s=30, longest_wait_s=600)
    settler.touch(NOTE, now=0)
    assert settler.unread(now=100) == []


@given(
    gaps=st.lists(st.floats(0, 100), min_size=1, max_size=30),
    quiet_s=st.floats(REST_S, 60),
    longest_wait_s=st.floats(0, 300),
)
def test_no_path_is_lost_and_none_is_given_before_it_rested(
    gaps: list[float], quiet_s: float, longest_wait_s: float
) -> None:
    settler = Settler(quiet_s=quiet_s, longest_wait_s=longest_wait_s)
    now = last = 0.0
    given_back = touched = 0
    for gap in gaps:
        now += gap
        ripe = settler.settled(now=now)
        if ripe:
            assert now - last >= min(quiet_s, REST_S) - 1e-6
        given_back += len(ripe)
        touched += len(settler) == 0
        settler.touch(NOTE, now=now)
        last = now
    given_back += len(settler.settled(now=now + quiet_s + longest_wait_s + REST_S + 1))
    assert given_back == touched
