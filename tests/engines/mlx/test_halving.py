"""Batches that break."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.engines.mlx.halving import run_in_halves


@given(
    size=st.integers(0, 20),
    fits=st.integers(1, 20),
    bad=st.sets(st.integers(0, 19)),
    before=st.integers(0, 3),
)
def test_only_what_breaks_alone_is_given_up(
    size: int, fits: int, bad: set[int], before: int
) -> None:
    done: list[int] = []
    given_up: dict[int, str] = {}
    freed: list[int] = []

    def run(batch: Sequence[int]) -> None:
        if len(batch) > fits:
            done.extend(item for item in batch[:before] if item not in bad)
            raise MemoryError
        for item in batch:
            if item in bad:
                message = "odd"
                raise ValueError(message)
            done.append(item)

    run_in_halves(
        range(size),
        run,
        is_done=lambda item: item in done,
        give_up=lambda item, because: given_up.update({item: because}),
        free=lambda: freed.append(1),
    )
    assert sorted(done) == [item for item in range(size) if item not in bad]
    assert given_up == {item: "ValueError: odd" for item in range(size) if item in bad}
    assert len(freed) <= 2 * size
