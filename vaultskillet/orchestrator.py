"""Classifies, routes and generates: what the trip, `ask` and requests in notes have in common."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vaultskillet.core.cache import ClassificationCache
from vaultskillet.core.classify import HEAD_CHARS, classify_by_rules, parse_classification
from vaultskillet.core.model import (
    Classification,
    Digest,
    Leave,
    Reply,
    Request,
    Route,
    SafeText,
    Send,
    Tier,
    digest_of,
)
from vaultskillet.core.prompt import Recipe, build_request
from vaultskillet.core.route import choose_route
from vaultskillet.errors import EngineError, EngineRefusedError
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import InferenceEngine

log = logging.getLogger(__name__)

NO_TEXT = SafeText("")


@dataclass(frozen=True, slots=True)
class Question:
    """A request of a person's, in their own words."""

    text: SafeText
    context: SafeText = NO_TEXT
    """What it is about, such as the note that it stands in."""
    title: SafeText = NO_TEXT
    """Of the context."""
    private: bool = False
    """Only an engine on this machine may see it."""
    wanted: Send | None = None
    """The route that the person asked for; None: the classification decides."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the small model did not classify."""

    because: str
    of_engine: bool
    """It gave no reply; else one that was no classification."""
    texts: int = 1
    """How many it did not classify."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question on its way to a model."""

    classification: Classification
    route: Send
    request: Request
    fault: Fault | None = None
    """What is to be told once it is known that the answer does not fail in the same way."""

    @property
    def because(self) -> str:
        """Why it goes where it goes, for people."""
        return f"{self.route.because} ({self.classification.because})"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a model said to a question; not yet to be trusted."""

    prepared: Prepared
    reply: Reply


class Orchestrator:
    """Classifies by the small model, or by rules; safe to use from many threads."""

    def __init__(
        self,
        engines: Mapping[Tier, InferenceEngine],
        *,
        classifier: InferenceEngine | None,
        classify: Recipe,
        answer: Recipe,
        cache: ClassificationCache,
        clock: Clock,
    ) -> None:
        """Make an orchestrator.

        Args:
            engines: what runs each of the models; not closed here.
            classifier: the engine that classifies; None where there is no model for that, so
                that rules do it.
            classify: how it is asked to.
            answer: how a person's own request is put to a model.
            cache: what was classified lately.
            clock: tells how old that is.
        """
        self.engines = engines
        self._classifier = classifier
        self._classify = classify
        self._answer = answer
        self._cache = cache
        self._clock = clock
        self._lock = threading.Lock()

    # --- classification and routes ---

    def classify_many(
        self, heads: Sequence[SafeText], *, private: bool = False
    ) -> list[Classification]:
        """Classify texts by their first characters, as one batch.

        Rules do it where no model may, can or does: it never fails.

        Args:
            heads: redacted texts; what follows the first 800 characters is not looked at.
            private: only an engine on this machine may see them.
        """
        said, fault = self._classify_heads(heads, private=private)
        if fault is not None:
            self.tell_of(fault)
        return said

    def _classify_heads(
        self, heads: Sequence[SafeText], *, private: bool
    ) -> tuple[list[Classification], Fault | None]:
        """Classify, and say what the engine could not, if it was asked."""
        cut = [SafeText(head[:HEAD_CHARS]) for head in heads]
        engine = self._classifier
        if engine is None or (private and not engine.local):
            return [classify_by_rules(head) for head in cut], None
        digests = [digest_of(head.encode("utf-8", "surrogatepass")) for head in cut]
        known = self._look_up(digests)
        new = {
            digest: head
            for digest, head in zip(digests, cut, strict=True)
            if digest not in known and head.strip()
        }
        said, fault = self._ask(engine, new)
        self._keep(said)
        known |= said
        classifications = [
            known.get(digest) or _by_rules(head, engine)
            for digest, head in zip(digests, cut, strict=True)
        ]
        return classifications, fault

    def _look_up(self, digests: Sequence[Digest]) -> dict[Digest, Classification]:
        now = self._clock.monotonic()
        with self._lock:
            found = {digest: self._cache.get(digest, now=now) for digest in digests}
        return {digest: replace(one, latency_ms=0.0) for digest, one in found.items() if one}

    def _keep(self, said: Mapping[Digest, Classification]) -> None:
        now = self._clock.monotonic()
        with self._lock:
            for digest, classification in said.items():
                self._cache.put(digest, classification, now=now)

    def _ask(
        self, engine: InferenceEngine, heads: Mapping[Digest, SafeText]
    ) -> tuple[dict[Digest, Classification], Fault | None]:
        """Have the engine classify; what it does not say, or not as it should, is absent."""
        if not heads:
            return {}, None
        route = Send(Tier.GEMMA, "classification")
        replies = engine.generate_many(
            [build_request(self._classify, route, title=NO_TEXT, text=h) for h in heads.values()]
        )
        said: dict[Digest, Classification] = {}
        fault: Fault | None = None
        for digest, reply in zip(heads, replies, strict=True):
            if isinstance(reply, EngineError):
                fault = fault or Fault(str(reply), of_engine=True)
                continue
            read = parse_classification(reply.text, model=reply.model, latency_ms=reply.latency_ms)
            if read is None:
                fault = fault or Fault("its reply is no classification", of_engine=False)
            else:
                said[digest] = read
        return said, fault and replace(fault, texts=len(heads) - len(said))

    def tell_of(self, fault: Fault) -> None:
        """Log that rules classify, and why."""
        model = self.engines[Tier.GEMMA].model_id
        log.warning(
            "the model did not classify, so rules do",
            extra={"model": model, "texts": fault.texts, "because": fault.because},
        )

    def route(
        self, classification: Classification, *, private: bool, wanted: Send | None = None
    ) -> Route:
        """Choose where a classified text goes; see `choose_route`."""
        local = {tier for tier, engine in self.engines.items() if engine.local}
        route = choose_route(classification, private=private, local=local, wanted=wanted)
        log.debug(
            "routed",
            extra={
                "tier": route.tier if isinstance(route, Send) else None,
                "because": f"{route.because} ({classification.because})",
                "latency_ms": round(classification.latency_ms, 1),
            },
        )
        return route

    # --- generation ---

    def generate(self, sent: Sequence[tuple[Tier, Request]]) -> list[Reply | EngineError]:
        """Answer requests, each tier's share of them as one batch.

        Returns:
            One reply or error a request, in their order.
        """
        outcomes: dict[int, Reply | EngineError] = {}
        for tier in Tier:
            share = [at for at, (wanted, _) in enumerate(sent) if wanted is tier]
            if share:
                answers = self.engines[tier].generate_many([sent[at][1] for at in share])
                outcomes |= zip(share, answers, strict=True)
        return [outcomes[at] for at in range(len(sent))]

    def prepare(self, question: Question) -> Prepared | EngineRefusedError:
        """Classify and route a question; what is to be told of that stands in the outcome."""
        [prepared], faults = self._prepare_all([question])
        if isinstance(prepared, Prepared):
            return replace(prepared, fault=next(iter(faults), None))
        return prepared

    def prepare_many(self, questions: Sequence[Question]) -> list[Prepared | EngineRefusedError]:
        """Classify and route questions, and make the requests for their answers.

        Returns:
            For each, in order, what to ask of which tier; an `EngineRefusedError` where no
            engine may see it.
        """
        prepared, faults = self._prepare_all(questions)
        for fault in faults:
            self.tell_of(fault)
        return prepared

    def _prepare_all(
        self, questions: Sequence[Question]
    ) -> tuple[list[Prepared | EngineRefusedError], list[Fault]]:
        classifications, faults = self._classify_questions(questions)
        prepared = [
            self._prepare(question, classification)
            for question, classification in zip(questions, classifications, strict=True)
        ]
        elsewhere = any(
            isinstance(p, Prepared) and p.route.tier is not Tier.GEMMA for p in prepared
        )
        # Where nothing goes elsewhere the same engine says so once more.
        return prepared, [fault for fault in faults if elsewhere or not fault.of_engine]

    def _classify_questions(
        self, questions: Sequence[Question]
    ) -> tuple[list[Classification], list[Fault]]:
        """Classify by the model only those whose route depends on it."""
        said: dict[int, Classification] = {}
        faults: list[Fault] = []
        for private in (False, True):
            share = [
                at
                for at, question in enumerate(questions)
                if question.private is private and question.wanted is None
            ]
            heads = [questions[at].text for at in share]
            labels, fault = self._classify_heads(heads, private=private)
            said |= zip(share, labels, strict=True)
            faults += [fault] if fault else []
        classifications = [
            said.get(at) or classify_by_rules(question.text)
            for at, question in enumerate(questions)
        ]
        return classifications, faults

    def _prepare(
        self, question: Question, classification: Classification
    ) -> Prepared | EngineRefusedError:
        route = self.route(classification, private=question.private, wanted=question.wanted)
        if isinstance(route, Leave):
            return EngineRefusedError(route.because)
        request = build_request(
            self._answer,
            route,
            title=question.title,
            text=question.context,
            question=question.text,
        )
        return Prepared(classification, route, request)

    def answer_many(self, questions: Sequence[Question]) -> list[Answered | EngineError]:
        """Classify, route and answer questions, as one batch a tier.

        Returns:
            For each, in order, the answer or why there is none.
        """
        prepared = self.prepare_many(questions)
        ready = [one for one in prepared if isinstance(one, Prepared)]
        replies = iter(self.generate([(one.route.tier, one.request) for one in ready]))
        answers: list[Answered | EngineError] = []
        for one in prepared:
            if isinstance(one, EngineError):
                answers.append(one)
                continue
            reply = next(replies)
            answers.append(reply if isinstance(reply, EngineError) else Answered(one, reply))
        return answers


def _by_rules(head: SafeText, engine: InferenceEngine) -> Classification:
    """Classify what a model did not, and say so where it was asked."""
    said = classify_by_rules(head)
    if not head.strip():
        return said
    return replace(said, because=f"{said.because}; {engine.model_id} did not say")
