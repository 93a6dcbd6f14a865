"""A guard that keeps calls, tokens and money of all models within a day's budget."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from vaultskillet.core.model import Reply, Request
from vaultskillet.engines.counting import estimate_prompt_tokens
from vaultskillet.engines.spend import Spend
from vaultskillet.errors import EngineError, QuotaError
from vaultskillet.ports.clock import Clock

DAY_S = 86_400


class BudgetError(QuotaError):
    """The day's budget is used up: the person's own limit, and no fault of the engine."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens of a model cost, in the currency of the budget."""

    prompt: float = 0.0
    reply: float = 0.0

    def of(self, prompt_tokens: int, reply_tokens: int) -> float:
        """Give what these tokens cost."""
        return (prompt_tokens * self.prompt + reply_tokens * self.reply) / 1e6


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much a day may cost; None: without limit."""

    calls: int | None = None
    tokens: int | None = None
    money: float | None = None

    def exceeded_by(self, spend: Spend) -> str | None:
        """Name the limit that a day's spend would break, or give None."""
        if self.calls is not None and spend.calls > self.calls:
            return f"{self.calls} calls"
        if self.tokens is not None and spend.tokens > self.tokens:
            return f"{self.tokens} tokens"
        if self.money is not None and spend.money > self.money:
            return f"{self.money:g} in money"
        return None


class Budget:
    """Let requests through as long as the day's allowance lasts; one for all models.

    A request reserves what it may cost at most, so that a batch cannot overdraw; what it did
    cost is counted when it ends. Days are those of UTC.

    Args:
        allowance: how much a day may cost.
        clock: tells the day.
        add: keeps what was spent just now, and gives all that was spent on its day, by other
            processes too; None: it is kept here only.
    """

    def __init__(
        self,
        allowance: Allowance,
        *,
        clock: Clock,
        add: Callable[[Spend], Spend] | None = None,
    ) -> None:
        self._allowance = allowance
        self._clock = clock
        self._add = add or self._add_here
        self._lock = threading.Lock()
        self._kept = Spend(0)
        self._reserved = Spend(0)
        self._used_up: BudgetError | None = None

    @property
    def spent(self) -> Spend:
        """Give what today cost so far, without what is under way."""
        with self._lock:
            return self._add(Spend(self._today()))

    @property
    def used_up(self) -> BudgetError | None:
        """Give what was last refused for today, with until when; None: nothing was."""
        error = self._used_up
        return error if error and (error.until or 0.0) > self._clock.now() else None

    def admit(self, most: Sequence[Spend]) -> list[EngineError | None]:
        """Reserve what each of a batch of calls may cost; say why not, where it may not be."""
        with self._lock:
            today = self._today()
            spent = self._add(Spend(today))
            called = Spend(today)
            refused: list[EngineError | None] = []
            for each in most:
                refusal = self._refusal(each, spent.plus(called))
                if refusal is None:
                    called = called.plus(Spend(0, calls=1))
                    self._reserved = self._reserved.plus(each)
                refused.append(refusal)
            if called.calls:
                self._add(called)
            return refused

    def record(self, costs: Sequence[tuple[Spend, Spend]]) -> None:
        """Count what calls did cost.

        Args:
            costs: of each call what was reserved, and what it came to beside the one call that
                was counted when it was admitted.
        """
        with self._lock:
            total = Spend(self._today())
            for most, cost in costs:
                self._reserved = self._reserved.minus(most)
                total = total.plus(cost)
            self._add(total)

    def _refusal(self, most: Spend, spent: Spend) -> EngineError | None:
        """Say why a call may not be made, after what was spent and with what is under way."""
        one = most.plus(Spend(0, calls=1))
        limit = self._allowance.exceeded_by(spent.plus(self._reserved).plus(one))
        if limit is None:
            return None
        if self._allowance.exceeded_by(spent.plus(one)) is None:
            return BudgetError(f"what is under way may use up the day's budget of {limit}")
        until = float((self._today() + 1) * DAY_S)
        if self._allowance.exceeded_by(one):
            because = (
                f"one request may cost more than the whole day's budget of {limit}; "
                "raise the budget or lower max_new_tokens"
            )
        else:
            end = f"{datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M} UTC"
            because = f"the day's budget of {limit} is used up until {end}"
        self._used_up = BudgetError(because, until=until)
        return BudgetError(because, until=until)

    def _add_here(self, spend: Spend) -> Spend:
        before = self._kept if self._kept.day == spend.day else Spend(spend.day)
        self._kept = before.plus(spend)
        return self._kept

    def _today(self) -> int:
        return int(self._clock.now() // DAY_S)


class Spending:
    """A guard: one model's share in the budget.

    Args:
        budget: of all models.
        prices: of this one.
        thought_tokens: most tokens that it thinks beside those of a reply.
        asks_again: whether a second call follows where the first did not give JSON.
    """

    def __init__(
        self,
        budget: Budget,
        *,
        prices: Prices | None = None,
        thought_tokens: int = 0,
        asks_again: bool = False,
    ) -> None:
        self._budget = budget
        self._prices = prices or Prices()
        self._thought_tokens = thought_tokens
        self._asks_again = asks_again

    def admit(self, requests: Sequence[Request]) -> list[EngineError | None]:
        """Reserve what the requests may cost, and refuse what does not fit into the budget."""
        return self._budget.admit([self._most(request) for request in requests])

    def record(self, outcomes: Sequence[tuple[Request, Reply | EngineError]]) -> None:
        """Count what they did cost; a reply without counts cost what it might have."""
        self._budget.record(
            [(self._most(request), self._cost(request, outcome)) for request, outcome in outcomes]
        )

    def _most(self, request: Request) -> Spend:
        """Give what a request may cost, beside the call that is counted at once."""
        thoughts = self._thought_tokens if request.sampling.thinking else 0
        reply = request.sampling.max_tokens + thoughts
        prompt = estimate_prompt_tokens(request)
        if self._asks_again and request.schema is not None:  # its prompt holds the first reply
            return self._spend(2 * prompt + reply, 2 * reply, calls=1)
        return self._spend(prompt, reply, calls=0)

    def _cost(self, request: Request, outcome: Reply | EngineError) -> Spend:
        if isinstance(outcome, EngineError):
            return Spend(0)
        if not (outcome.prompt_tokens or outcome.reply_tokens):
            return self._most(request)
        more_calls = outcome.calls - 1
        return self._spend(outcome.prompt_tokens, outcome.reply_tokens, calls=more_calls)

    def _spend(self, prompt_tokens: int, reply_tokens: int, *, calls: int) -> Spend:
        money = self._prices.of(prompt_tokens, reply_tokens)
        return Spend(0, calls, prompt_tokens, reply_tokens, money)
