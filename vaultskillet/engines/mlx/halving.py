"""A batch that breaks is halved and tried again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_halves(
    batch: Sequence[T],
    run: Callable[[Sequence[T]], None],
    *,
    is_done: Callable[[T], bool],
    give_up: Callable[[T, str], None],
    free: Callable[[], None],
) -> None:
    """Run a batch; where it breaks, run what is left of it as two, down to single items.

    So an item that breaks costs the others nothing but time, and a batch that is too large for
    the memory gets through in parts.

    Args:
        batch: what is to be done.
        run: does a batch, marking each item that is done.
        is_done: says whether an item is done.
        give_up: told of an item that breaks alone, and of the error's name and text.
        free: makes room before the next try.
    """
    if not batch:
        return
    try:
        run(batch)
    except Exception as error:  # noqa: BLE001 - MLX raises what it likes
        because = f"{type(error).__name__}: {error}"
    else:
        return
    free()  # only here: the error's traceback kept all alive that the batch had made
    left = [item for item in batch if not is_done(item)]
    if len(batch) == 1:
        for item in left:
            give_up(item, because)
        return
    half = (len(left) + 1) // 2
    for part in (left[:half], left[half:]):
        run_in_halves(part, run, is_done=is_done, give_up=give_up, free=free)
