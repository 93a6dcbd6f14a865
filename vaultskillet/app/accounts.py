"""What the engines spent, counted, hold and wait for: kept in the state between processes."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Protocol

from vaultskillet.core.model import Tier
from vaultskillet.engines.metrics import Sample
from vaultskillet.engines.spend import Spend
from vaultskillet.standing import EngineState, ModelUse, TierState, Wait

_SPEND = "engines.spend"
_COUNTS = "engines.counts"
_STATE = "engines.state"
_HELD = "engines.held"


class Keeper(Protocol):
    """What keeps small values by name; a `Store` does."""

    def get_meta(self, key: str) -> str | None:
        """Give a value; None where there is none."""
        ...

    def put_meta(self, key: str, value: str) -> None:
        """Keep a value."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Make all that is done inside one unit, also against other processes."""
        ...


class Accounts:
    """Keep what engines spend, count and hold; safe to use from many threads and processes.

    Args:
        open_keeper: gives what keeps the values; called at each use.
    """

    def __init__(self, open_keeper: Callable[[], Keeper]) -> None:
        self._open_keeper = open_keeper

    def add_spend(self, spend: Spend) -> Spend:
        """Keep what was spent just now; give all that was spent on its day."""
        keeper = self._open_keeper()
        if spend == Spend(spend.day):
            return self._spent(keeper, spend.day)
        with keeper.transaction():
            total = self._spent(keeper, spend.day).plus(spend)
            keeper.put_meta(_SPEND, json.dumps(asdict(total)))
        return total

    def spent(self, day: int) -> Spend:
        """Give all that was spent on a day, if it is the last one."""
        return self._spent(self._open_keeper(), day)

    def add_counts(self, counts: Mapping[Sample, float]) -> None:
        """Add what was counted to what is kept."""
        if not counts:
            return
        keeper = self._open_keeper()
        with keeper.transaction():
            total = self.counts()
            for sample, amount in counts.items():
                total[sample] = total.get(sample, 0.0) + amount
            keeper.put_meta(
                _COUNTS, json.dumps([[*asdict(sample).values(), n] for sample, n in total.items()])
            )

    def counts(self) -> dict[Sample, float]:
        """Give all that was ever counted."""
        rows = json.loads(self._open_keeper().get_meta(_COUNTS) or "[]")
        return {Sample(*labels): amount for *labels, amount in rows}

    def use(self) -> dict[str, ModelUse]:
        """Give what each model was ever asked, by whatever engine."""
        counts = self.counts()

        def total(tier: str, name: str) -> int:
            return round(sum(n for s, n in counts.items() if (s.tier, s.name) == (tier, name)))

        return {
            tier: ModelUse(
                calls=total(tier, "calls"),
                failures=total(tier, "failures"),
                prompt_tokens=total(tier, "prompt_tokens"),
                reply_tokens=total(tier, "reply_tokens"),
            )
            for tier in sorted({sample.tier for sample in counts})
        }

    def held(self, tier: Tier) -> frozenset[str]:
        """Give what a model's engine held last, elsewhere."""
        return frozenset(json.loads(self._open_keeper().get_meta(f"{_HELD}.{tier}") or "[]"))

    def put_held(self, tier: Tier, names: Collection[str]) -> None:
        """Keep what a model's engine holds now."""
        self._open_keeper().put_meta(f"{_HELD}.{tier}", json.dumps(sorted(names)))

    def state(self) -> EngineState:
        """Give the state that was told last."""
        told = json.loads(self._open_keeper().get_meta(_STATE) or "null")
        if told is None:
            return EngineState()
        tiers = {
            tier: TierState(**{**state, "wait": _wait_of(state["wait"])})
            for tier, state in told["tiers"].items()
        }
        return EngineState(told["at"], tiers, _wait_of(told["budget"]))

    def put_state(self, state: EngineState) -> None:
        """Tell the state."""
        self._open_keeper().put_meta(_STATE, json.dumps(asdict(state)))

    @staticmethod
    def _spent(keeper: Keeper, day: int) -> Spend:
        told = keeper.get_meta(_SPEND)
        spend = Spend(**json.loads(told)) if told else Spend(day)
        return spend if spend.day == day else Spend(day)


def _wait_of(told: Mapping[str, object] | None) -> Wait | None:
    return None if told is None else Wait(str(told["because"]), float(str(told["until"])))
