"""A guard that keeps calls, tokens and money within a day's budget."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from vaultskillet.core.model import Reply, Request
from vaultskillet.errors import EngineError, EngineRefusedError, QuotaError
from vaultskillet.ports import Clock

DAY_S = 86_400
_BYTES_A_TOKEN = 3
"""English has about four, most other scripts about three: rather too many tokens than too few."""


@dataclass(frozen=True, slots=True)
class Spend:
    """What one day has cost."""

    day: int
    """Days since 1970 (UTC)."""
    calls: int = 0
    prompt_tokens: int = 0
    reply_tokens: int = 0

    @property
    def tokens(self) -> int:
        """Tokens both ways."""
        return self.prompt_tokens + self.reply_tokens

    def plus(self, prompt_tokens: int, reply_tokens: int) -> Spend:
        """Give the spend with these tokens added."""
        return replace(
            self,
            prompt_tokens=self.prompt_tokens + prompt_tokens,
            reply_tokens=self.reply_tokens + reply_tokens,
        )


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in the currency of the budget."""

    prompt: float = 0.0
    reply: float = 0.0

    def of(self, spend: Spend) -> float:
        """Give what was spent in money."""
        return (spend.prompt_tokens * self.prompt + spend.reply_tokens * self.reply) / 1e6


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much a day may cost; None: without limit."""

    calls: int | None = None
    tokens: int | None = None
    money: float | None = None

    def exceeded_by(self, spend: Spend, prices: Prices) -> str | None:
        """Name the limit that a day's spend would break, or give None."""
        if self.calls is not None and spend.calls > self.calls:
            return f"{self.calls} calls"
        if self.tokens is not None and spend.tokens > self.tokens:
            return f"{self.tokens} tokens"
        if self.money is not None and prices.of(spend) > self.money:
            return f"{self.money:g} in money"
        return None


class Budget:
    """Let requests through as long as the day's allowance lasts.

    A request reserves what it may cost at most, so that a batch cannot overdraw; what it did
    cost is counted when it ends. Days are those of UTC.

    Args:
        allowance: how much a day may cost.
        clock: tells the day.
        prices: for an allowance of money.
        spent: what this day cost before this process began.
        on_spend: told of each new spend, in order; keeps it for the next process.
    """

    def __init__(
        self,
        allowance: Allowance,
        *,
        clock: Clock,
        prices: Prices | None = None,
        spent: Spend | None = None,
        on_spend: Callable[[Spend], None] = lambda _spend: None,
    ) -> None:
        self._allowance = allowance
        self._prices = prices or Prices()
        self._clock = clock
        self._on_spend = on_spend
        self._lock = threading.Lock()
        self._spent = spent or Spend(self._today())
        self._reserved = Spend(0)

    @property
    def spent(self) -> Spend:
        """Give what today cost so far, without what is under way."""
        with self._lock:
            return self._of_today()

    def admit(self, request: Request) -> None:
        """Reserve what a request may cost.

        Raises:
            QuotaError: today's allowance is used up; `until` is the end of the day.
            EngineRefusedError: it would not fit into any day.
        """
        most = _most(request)
        with self._lock:
            spent = self._of_today()
            called = replace(spent, calls=spent.calls + 1)
            held = called.plus(self._reserved.prompt_tokens, self._reserved.reply_tokens)
            limit = self._allowance.exceeded_by(held.plus(*most), self._prices)
            if limit is not None:
                if self._allowance.exceeded_by(Spend(0, calls=1).plus(*most), self._prices):
                    raise EngineRefusedError(
                        f"one request may cost more than the whole day's budget of {limit}; "
                        "raise the budget or lower max_new_tokens"
                    )
                until = float((spent.day + 1) * DAY_S)
                end = datetime.fromtimestamp(until, UTC)
                raise QuotaError(
                    f"the day's budget of {limit} is used up until {end:%Y-%m-%d %H:%M} UTC",
                    until=until,
                )
            self._reserved = self._reserved.plus(*most)
            self._spent = called
            self._on_spend(called)

    def record(self, request: Request, outcome: Reply | EngineError) -> None:
        """Count what a request did cost; one without counts cost what it might have."""
        most = _most(request)
        with self._lock:
            self._reserved = self._reserved.plus(-most[0], -most[1])
            if isinstance(outcome, EngineError):
                return
            counts = (outcome.prompt_tokens, outcome.reply_tokens)
            self._spent = self._of_today().plus(*(counts if any(counts) else most))
            self._on_spend(self._spent)

    def _of_today(self) -> Spend:
        today = self._today()
        return self._spent if self._spent.day == today else Spend(today)

    def _today(self) -> int:
        return int(self._clock.now() // DAY_S)


def estimate_prompt_tokens(request: Request) -> int:
    """Give about how many tokens an engine will read for a request, rather too many."""
    parts = [request.instructions, request.title, request.text, request.question or ""]
    parts += [candidate.tag for candidate in request.tag_candidates]
    if request.schema is not None:
        parts.append(json.dumps(request.schema, ensure_ascii=False))
    size = sum(len(part.encode("utf-8", "replace")) for part in parts)
    return -(-size // _BYTES_A_TOKEN)


def _most(request: Request) -> tuple[int, int]:
    """Give what a request may cost: tokens of its prompt and of its reply."""
    return estimate_prompt_tokens(request), request.sampling.max_tokens
