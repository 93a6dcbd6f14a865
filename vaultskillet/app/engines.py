"""A configuration -> the engines of both models, with all that stands around them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, cast

from vaultskillet.app.accounts import Accounts
from vaultskillet.app.doors import NO_MODEL, make_engine
from vaultskillet.config import Config
from vaultskillet.core.model import Reply, Request, Tier
from vaultskillet.engines.absent import AbsentEngine
from vaultskillet.engines.breaker import Breaker
from vaultskillet.engines.budget import DAY_S, Allowance, Budget, Prices, Spending
from vaultskillet.engines.estimate import Estimate, EstimatingEngine
from vaultskillet.engines.guard import Guarded
from vaultskillet.engines.metrics import Meter, Metrics
from vaultskillet.engines.retry import Retrying
from vaultskillet.engines.settings import EngineSettings, Shared
from vaultskillet.errors import ConfigError, EngineError, PluginError
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import Finding, Holder, Holding, InferenceEngine, Inspectable
from vaultskillet.report import ModelEstimate
from vaultskillet.standing import BudgetUse, EngineState, TierState, Wait

ASKING_AGAIN = frozenset({"hosted_ai", "openai"})
"""Engines that cannot hold a model to JSON: where it gives none, they ask once more."""

STUBBORN_S = 60.0
"""How long to leave alone what an engine should let go of, and does not."""

RETRIES = 3
"""How often an engine is asked again whose section does not say."""


@dataclass(frozen=True, slots=True)
class _Post:
    """What runs one model."""

    name: str
    """The engine's, as the configuration has it."""
    engine: InferenceEngine
    """As it was made: nothing stands around it."""
    breaker: Breaker
    model: str


class Engines:
    """The engines of both models: made at once, loaded later, closed together.

    Args:
        config: the configuration.
        clock: tells the time.
        accounts: keeps what they spend, count and hold.
        leads: whether this process is the one that works on the vault: it gives back what an
            earlier one held elsewhere, and tells its state.
        lenient: stand in for an engine that cannot be made, since nobody means to ask it.

    Raises:
        ConfigError: the configuration names no engine that there is, or one's section is wrong.
        PluginError: the engine of a plug-in cannot be made.
    """

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock,
        accounts: Accounts,
        leads: bool = False,
        lenient: bool = False,
    ) -> None:
        self._config = config
        self._clock = clock
        self._accounts = accounts
        self._leads = leads
        self._lenient = lenient
        self._metrics = Metrics()
        self._budget = _budget_of(config, clock, accounts)
        self._stopping = threading.Event()
        self._waited: dict[Tier, Wait | None] = {}
        """What each model waited for when the program was told to end."""
        self._told = EngineState()
        self._shared: dict[Callable[[], Any], Any] = {}
        self._closing = ExitStack()
        with ExitStack() as closing:
            closing.callback(self._closing.close)
            self._posts = {tier: self._post(tier) for tier in Tier}
            self.by_tier: Mapping[Tier, InferenceEngine] = {
                tier: self._surround(tier, post) for tier, post in self._posts.items()
            }
            closing.pop_all()

    def warm_up(self) -> None:
        """Load the small model, and give back what an earlier process held.

        Raises:
            EngineError: the model cannot be loaded, or its server does not answer.
        """
        self.release_idle()
        post = self._posts[Tier.GEMMA]
        try:
            self.by_tier[Tier.GEMMA].load(post.model)
        except EngineError as error:
            post.breaker.heed(error)
            raise
        finally:
            self._report()

    def release_idle(self) -> float | None:
        """Let go of what nobody uses; give the seconds until there may be more, None: nothing."""
        waits = []
        for post in self._posts.values():
            if not isinstance(post.engine, Holder):
                continue
            now = self._clock.now()
            idle_at = post.engine.idle_at
            if idle_at is not None and idle_at <= now:
                post.engine.release_idle(now)
                idle_at = post.engine.idle_at
            if idle_at is not None:
                waits.append(idle_at - now if idle_at > now else STUBBORN_S)
        self._report()
        return min(waits, default=None)

    def inspect(self) -> Iterator[tuple[Tier, Finding]]:
        """Look whether each engine would work, without loading a model."""
        for tier, post in self._posts.items():
            if isinstance(post.engine, Inspectable):
                yield from ((tier, finding) for finding in post.engine.inspect())

    def meter_of(self, engine: str, tier: str) -> Meter:
        """Give what counts the calls of an engine that runs one of the models, or embeds."""
        return Meter(self._metrics, engine=engine, tier=tier)

    @property
    def allowance(self) -> Budget | None:
        """Give what all models share of the day's budget; None: without limit."""
        return None if self._lenient else self._budget

    def budget(self) -> tuple[BudgetUse, ...]:
        """Give what of each limit of today's budget is spent."""
        said = self._config.budget
        spent = self._accounts.spent(int(self._clock.now() // DAY_S))
        uses = (
            ("calls", spent.calls, said.calls),
            ("tokens", spent.tokens, said.tokens),
            ("money", spent.money, said.money),
        )
        return tuple(BudgetUse(what, n, limit) for what, n, limit in uses if limit is not None)

    def estimating(self) -> dict[Tier, EstimatingEngine]:
        """Make, for each model that would be asked, what counts in its place."""
        return {
            tier: EstimatingEngine(
                post.model,
                local=post.engine.local,
                context_limit=self._config.model_for(tier).context_limit,
                thought_tokens=self._thought_tokens(tier),
            )
            for tier, post in self._posts.items()
            if post.name != NO_MODEL
        }

    def price(self, estimates: Mapping[Tier, EstimatingEngine]) -> list[ModelEstimate]:
        """Say what was counted for each model, and what it would cost."""
        return [self._price(tier, one.estimate) for tier, one in estimates.items()]

    def _price(self, tier: Tier, estimate: Estimate) -> ModelEstimate:
        post, said = self._posts[tier], self._config.model_for(tier).prices
        money = None
        if not post.engine.local and said.prompt is not None and said.reply is not None:
            prices = Prices(said.prompt, said.reply)
            money = prices.of(estimate.prompt_tokens, estimate.reply_tokens)
        return ModelEstimate(
            tier=tier,
            engine=post.name,
            model=post.model,
            calls=estimate.calls,
            prompt_tokens=estimate.prompt_tokens,
            reply_tokens=estimate.reply_tokens,
            money=money,
        )

    def close(self) -> None:
        """Break off what is under way, give everything back; may be called twice."""
        if not self._stopping.is_set():
            self._waited = {
                tier: _wait_of(post.breaker.because) for tier, post in self._posts.items()
            }
        self._stopping.set()
        self._closing.close()
        self._report()

    # --- making -------------------------------------------------------------------------

    def _post(self, tier: Tier) -> _Post:
        name = self._config.engine_for(tier)
        model = self._config.model_for(tier)
        settings = EngineSettings(
            tier=tier,
            model=model.repo,
            context_limit=model.context_limit,
            options=self._config.options_for(name),
            clock=self._clock,
            share=self._share,
            is_stopping=self._stopping.is_set,
            left_behind=self._accounts.held(tier) if self._leads else (),
            on_held=lambda names: self._keep_held(tier, names),
            on_allocation=lambda kind: self._meter(tier).add("allocations", kind=kind),
        )
        engine = self._make(name, settings)
        self._closing.callback(engine.close)
        return _Post(name, engine, Breaker(clock=self._clock), model.repo)

    def _make(self, name: str, settings: EngineSettings) -> InferenceEngine:
        try:
            return make_engine(name, settings)
        except (ConfigError, PluginError) as error:
            if not self._lenient:
                raise
            return AbsentEngine(settings.model, because=str(error))

    def _share(self, make: Callable[[], Shared]) -> Shared:
        if make not in self._shared:
            self._shared[make] = made = make()
            self._closing.callback(made.close)
        return cast("Shared", self._shared[make])

    def _keep_held(self, tier: Tier, names: frozenset[str]) -> None:
        if self._leads:
            self._accounts.put_held(tier, names)

    def _meter(self, tier: Tier) -> Meter:
        return self.meter_of(self._config.engine_for(tier), tier)

    def _surround(self, tier: Tier, post: _Post) -> InferenceEngine:
        """Put around an engine what every engine that asks a model has.

        A call that the breaker stops must cost no budget, so the budget stands inside; each try
        is a call, so retrying stands outside of both.
        """
        if post.name == NO_MODEL:
            return post.engine
        engine: InferenceEngine = Guarded(post.engine, self._meter(tier))
        if self._budget is not None and not self._lenient:
            prices = _prices_of(self._config, tier, engine)
            spending = Spending(
                self._budget,
                prices=prices,
                thought_tokens=self._thought_tokens(tier),
                asks_again=post.name in ASKING_AGAIN,
            )
            engine = Guarded(engine, spending)
        engine = Guarded(engine, post.breaker)
        retries = self._config.options_for(post.name).get("max_retries", RETRIES)
        engine = Retrying(engine, clock=self._clock, retries=retries)
        return Guarded(engine, _Reporter(self._report))

    def _thought_tokens(self, tier: Tier) -> int:
        """Give how many tokens a model may think beside those of a reply."""
        tokens = self._config.options_for(self._config.engine_for(tier)).get("think_tokens", 0)
        return tokens if isinstance(tokens, int) else 0

    # --- telling ------------------------------------------------------------------------

    def _report(self) -> None:
        """Keep what was counted, and the state where it is another one now."""
        self._accounts.add_counts(self._metrics.take())
        tiers = {
            str(tier): _state_of(post, self._wait_of_tier(tier))
            for tier, post in self._posts.items()
            if post.name != NO_MODEL
        }
        used_up = self._budget.used_up if self._budget else None
        state = EngineState(self._told.at, tiers, _wait_of(used_up))
        if self._leads and tiers and state != self._told:
            self._told = EngineState(self._clock.now(), tiers, state.budget)
            self._accounts.put_state(self._told)

    def _wait_of_tier(self, tier: Tier) -> Wait | None:
        """Tell what a model waits for; what ends with the program is no reason to wait."""
        if self._stopping.is_set():
            return self._waited.get(tier)
        return _wait_of(self._posts[tier].breaker.because)


class _Reporter:
    """A guard that lets all pass, and has it told when it is over."""

    def __init__(self, report: Callable[[], None]) -> None:
        self._report = report

    def admit(self, requests: Sequence[Request]) -> list[EngineError | None]:
        """Let all pass."""
        return [None] * len(requests)

    def record(self, outcomes: Sequence[tuple[Request, Reply | EngineError]]) -> None:  # noqa: ARG002 - as Guard has it
        """Tell."""
        self._report()


def _budget_of(config: Config, clock: Clock, accounts: Accounts) -> Budget | None:
    said = config.budget
    allowance = Allowance(said.calls, said.tokens, said.money)
    if allowance == Allowance():
        return None
    return Budget(allowance, clock=clock, add=accounts.add_spend)


def _prices_of(config: Config, tier: Tier, engine: InferenceEngine) -> Prices:
    """Give what a model costs; one on this machine costs no money.

    Raises:
        ConfigError: money is limited, but it is not known what the model costs.
    """
    said = config.model_for(tier).prices
    if engine.local:
        return Prices()
    if config.budget.money is not None and (said.prompt is None or said.reply is None):
        raise ConfigError(
            f"budget.money: models.{tier}.prices must say what a million tokens cost "
            f"(prompt and reply), since {engine.model_id} is asked elsewhere"
        )
    return Prices(said.prompt or 0.0, said.reply or 0.0)


def _state_of(post: _Post, wait: Wait | None) -> TierState:
    holding = post.engine.holding if isinstance(post.engine, Holder) else Holding()
    return TierState(
        engine=post.name,
        model=post.engine.model_id,
        memory_bytes=holding.memory_bytes,
        allocations=holding.allocations,
        wait=wait,
    )


def _wait_of(error: EngineError | None) -> Wait | None:
    return Wait(str(error), error.until) if error and error.until is not None else None
