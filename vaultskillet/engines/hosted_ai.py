"""The hosted.ai service: a model on a GPU that is allocated for a while.

The service's own client invents text where the service fails; this engine never does.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from vaultskillet.core.model import Reply, Request, Sampling
from vaultskillet.engines.allocations import Allocations, Granted
from vaultskillet.engines.chat import Message, ask, without_thinking
from vaultskillet.engines.http import Answer, JsonClient, Limits, object_in
from vaultskillet.engines.pool import RequestPool
from vaultskillet.engines.settings import EngineSettings
from vaultskillet.errors import (
    ConfigError,
    EngineError,
    EngineFailedError,
    EngineUnavailableError,
    QuotaError,
)
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import Finding, Holding

DURATION_S = 300
"""How long an allocation is asked for."""
QUICK_S = 3.0
"""Longest time to give a GPU back or to ask after the service's health: a stop waits for it."""
_LOST_TRIES = 3
_GONE = {404, 409, 410}
_GONE_CODE = re.compile(r"preempt|allocation|expired", re.IGNORECASE)
_UNUSABLE = {"failed", "rejected", "preempted", "expired", "released"}
_ID = re.compile(r"[A-Za-z0-9][\w.:-]{0,199}", re.ASCII)
"""It becomes part of an address, so it is not taken as it comes."""
_MODEL = re.compile(r"[\w.:/@-]{1,200}", re.ASCII)


class AllocationLostError(EngineUnavailableError):
    """The GPU was preempted, its time ran out, or the service forgot it."""


def make_engine(settings: EngineSettings) -> HostedAIEngine:
    """Make the engine from the section `hosted_ai`.

    Raises:
        ConfigError: the address or the key cannot be used.
    """
    options = settings.options
    if not options["api_key"]:
        raise ConfigError("hosted_ai.api_key: is not set; write ${HOSTED_AI_KEY} or the key")
    needs = options[settings.tier]
    return HostedAIEngine(
        options["base_url"],
        api_key=options["api_key"],
        pool=options["pool"],
        model=settings.model,
        tflops=needs["tflops"],
        vram_mb=needs["vram_mb"],
        gpu_family=options["gpu_family"],
        overcommit=options["overcommit"],
        clock=settings.clock,
        timeout_s=options["timeout_secs"],
        idle_s=options["idle_secs"],
        concurrency=options["concurrency"],
        left_behind=settings.left_behind,
        on_held=settings.on_held,
        on_allocation=settings.on_allocation,
    )


class HostedAIEngine:
    """Answer requests on an allocated GPU; safe to use from many threads.

    Args:
        base_url: the service's address, such as `https://api.hosted.ai`.
        api_key: bearer token.
        pool: the pool that GPUs come from.
        model: what the service calls the model.
        tflops: computing power that the model needs.
        vram_mb: memory that the model needs.
        gpu_family: kind of GPU; None: any.
        overcommit: allow for twice the memory, on a GPU that may be preempted.
        clock: tells when an allocation ends.
        timeout_s: longest time for one request.
        idle_s: how long an allocation is kept unused.
        concurrency: how many requests of a batch run at once.
        left_behind: allocations that an earlier process did not release.
        on_held: told of all allocations held, at each change; keeps them for the next process.
        on_allocation: told what becomes of allocations: `granted`, `renewed`, `lost`, `released`.
        monotonic: measures latency, in seconds.

    Raises:
        ConfigError: the address or the key cannot be used.
    """

    local = False

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str,
        pool: str,
        model: str,
        tflops: float,
        vram_mb: int,
        clock: Clock,
        gpu_family: str | None = None,
        overcommit: bool = False,
        timeout_s: float = 30.0,
        idle_s: float = 60.0,
        concurrency: int = 4,
        left_behind: Collection[str] = (),
        on_held: Callable[[frozenset[str]], None] = lambda _ids: None,
        on_allocation: Callable[[str], None] = lambda _kind: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model = model
        self._pool = pool
        self._gpu_family = gpu_family
        self._overcommit = overcommit
        self._clock = clock
        self._monotonic = monotonic
        self._client, self._quick_client = (
            JsonClient(
                base_url,
                api_key=api_key,
                local=False,
                limits=Limits(silence_s=limit_s, total_s=limit_s),
                clock=clock,
                monotonic=monotonic,
            )
            for limit_s in (timeout_s, min(timeout_s, QUICK_S))
        )
        self._allocations = Allocations(
            allocate=lambda: self._allocate(tflops, vram_mb),
            release=self.release,
            clock=clock,
            request_s=timeout_s,
            idle_s=idle_s,
            left_behind=left_behind,
            on_held=on_held,
            on_event=on_allocation,
        )
        self._requests = RequestPool(self.generate, concurrency=concurrency)

    # --- the service --------------------------------------------------------------------

    def request_vgpu(self, tflops: float, vram_mb: int) -> str:
        """Allocate a GPU.

        Returns:
            The allocation's id; it is held until `release` or `close`.

        Raises:
            EngineError: there is none to be had now.
        """
        granted = self._allocate(tflops, vram_mb)
        self._allocations.hold(granted)
        return granted.id

    def generate_with_allocation(self, allocation_id: str, prompt: str, options: Sampling) -> Reply:
        """Answer a prompt on an allocated GPU.

        Raises:
            AllocationLostError: the allocation is gone; another one may do.
            EngineError: there is no reply.
        """
        parameters = {
            "max_tokens": options.max_tokens,
            "temperature": options.temperature,
            "top_p": options.top_p,
            "stop_sequences": [],
        }
        body = {"model": self._model, "prompt": prompt, "parameters": parameters}
        answer = self._client.request("POST", f"/v1/inference/{allocation_id}", body)
        if not answer.ok:
            if _is_gone(answer):
                raise AllocationLostError(f"{self._client.where} took the GPU back")
            raise self._client.refusal(answer)
        said = answer.json()
        text, used, model = said.get("text"), said.get("tokens_used"), said.get("model_used")
        if not isinstance(text, str):
            raise EngineFailedError(self._misshapen)
        text = without_thinking(text)
        if not text.strip():
            raise EngineFailedError(f"{self._model} at {self._client.where} answered nothing")
        return Reply(
            text=text,
            model=model if isinstance(model, str) and _MODEL.fullmatch(model) else self._model,
            reply_tokens=used if isinstance(used, int) and used > 0 else 0,
        )

    def release(self, allocation_id: str) -> None:
        """Give an allocation back; one that is gone already counts as given back.

        Raises:
            EngineError: the service did not take it.
        """
        answer = self._quick_client.request("DELETE", f"/v1/allocations/{allocation_id}")
        if not answer.ok and answer.status not in _GONE:
            raise self._client.refusal(answer)
        self._allocations.forget(allocation_id)

    def health_check(self) -> bool:
        """Say whether the service is well."""
        try:
            self._ask_for_health()
        except EngineError:
            return False
        return True

    def _ask_for_health(self) -> None:
        answer = self._quick_client.request("GET", "/health")
        if not answer.ok:
            raise self._client.refusal(answer)

    def _allocate(self, tflops: float, vram_mb: int) -> Granted:
        requirements = {
            "min_tflops": tflops,
            "min_vram_mb": vram_mb,
            "max_vram_mb": vram_mb * 2 if self._overcommit else vram_mb,
            "gpu_family": self._gpu_family,
        }
        body = {
            "pool_id": self._pool,
            "requirements": requirements,
            "duration_seconds": DURATION_S,
            "preemptible": self._overcommit,
            "metadata": {"client": "vaultskillet"},
        }
        try:
            answer = self._client.request("POST", "/v1/allocations", body)
            if not answer.ok:
                raise self._client.refusal(answer)
        except QuotaError:
            raise
        except EngineError as error:  # no fault of the note: its job waits
            raise EngineUnavailableError(f"no GPU: {error}", until=error.until) from error
        granted = answer.json()
        allocation_id = granted.get("allocation_id")
        if not isinstance(allocation_id, str) or not _ID.fullmatch(allocation_id):
            raise EngineUnavailableError(self._misshapen)
        if granted.get("status") in _UNUSABLE:
            raise EngineUnavailableError(f"{self._client.where} has no usable GPU now")
        return Granted(allocation_id, _lasts_s(granted.get("expires_at"), self._clock.now()))

    @property
    def _misshapen(self) -> str:
        return f"{self._client.where} answered, but not as hosted.ai does; check base_url"

    # --- the engine ---------------------------------------------------------------------

    @property
    def model_id(self) -> str:
        """Name the model, as the service does."""
        return self._model

    def load(self, repo: str) -> None:
        """Choose a model and see that the service is well."""
        self._ask_for_health()
        self._model = repo

    def generate(self, request: Request) -> Reply:
        """Answer one request; an allocation that was lost is asked for again."""
        started = self._monotonic()
        reply = ask(request, lambda messages: self._complete(messages, request.sampling))
        return replace(reply, latency_ms=(self._monotonic() - started) * 1000)

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Answer a batch, a few at once, on one allocation."""
        return self._requests.generate_many(requests)

    def stream(self, request: Request) -> Iterator[str]:
        """Answer one request in one piece: the service does not stream."""
        yield self.generate(request).text

    @property
    def holding(self) -> Holding:
        """Count the GPUs that are held."""
        return Holding(allocations=self._allocations.held)

    @property
    def idle_at(self) -> float | None:
        """Give when a GPU may be given back, in seconds since 1970 (UTC)."""
        return self._allocations.idle_at

    def inspect(self) -> Iterator[Finding]:
        """Look whether the service is well."""
        try:
            self._ask_for_health()
        except EngineError as error:
            yield Finding(str(error), wrong=True)
        else:
            yield Finding(f"{self._client.where} is well")

    def release_idle(self, now: float) -> None:
        """Release the allocation where nobody has used it for a while, and what a crash left.

        Args:
            now: seconds since 1970 (UTC).
        """
        self._allocations.release_idle(now)

    def close(self) -> None:
        """Release all allocations and close all connections; may be called twice."""
        self._requests.close()
        self._allocations.release_all()
        self._client.close()
        self._quick_client.close()

    def _complete(self, messages: Sequence[Message], sampling: Sampling) -> Reply:
        prompt = "\n\n".join(message["content"] for message in messages)
        for _ in range(_LOST_TRIES - 1):
            try:
                return self._generate_once(prompt, sampling)
            except AllocationLostError:
                continue
        return self._generate_once(prompt, sampling)

    def _generate_once(self, prompt: str, sampling: Sampling) -> Reply:
        with self._allocations.one() as allocation_id:
            try:
                return self.generate_with_allocation(allocation_id, prompt, sampling)
            except AllocationLostError:
                self._allocations.lose(allocation_id)
                raise


def _is_gone(answer: Answer) -> bool:
    """Say whether an error means that the allocation is gone."""
    code = (object_in(answer.body) or {}).get("code")
    if isinstance(code, str) and code:
        return _GONE_CODE.search(code) is not None
    return answer.status in _GONE


def _lasts_s(expires_at: object, now: float) -> float:
    """Give for how long an allocation can be counted on, in seconds.

    The service's clock may differ from ours, so an end that is past already, or later than what
    was asked for, is taken for what was asked for.
    """
    try:
        match expires_at:
            case str():
                end = datetime.fromisoformat(expires_at)
                ends_at = (end if end.tzinfo else end.replace(tzinfo=UTC)).timestamp()
            case int() | float():
                ends_at = float(expires_at)
            case _:
                return DURATION_S
    except (ValueError, OverflowError):
        return DURATION_S
    return ends_at - now if 0 < ends_at - now <= DURATION_S else DURATION_S
