"""What tests of the trip share: an index and an engine that do as they are told, and a kit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.fake_vault import FakeVault
from tests.fakes import FakeClock, FakeStore
from vaultskillet.core import redact
from vaultskillet.core.cache import ClassificationCache
from vaultskillet.core.classify import SCHEMA
from vaultskillet.core.insight import INSIGHT_SCHEMA
from vaultskillet.core.model import (
    Digest,
    Embedding,
    Evidence,
    Features,
    NotePath,
    Reply,
    Request,
    RunId,
    Sampling,
    Similar,
    TagCandidate,
    Tier,
)
from vaultskillet.core.plan import WritePolicy
from vaultskillet.core.prompt import ENRICH_SCHEMA, ModelSettings, Recipe, RecipeDigests
from vaultskillet.core.reply import DraftPolicy
from vaultskillet.core.settle import Settler
from vaultskillet.errors import EngineError
from vaultskillet.intake import Intake
from vaultskillet.orchestrator import Orchestrator
from vaultskillet.templates import Templates
from vaultskillet.trip import Kit, Policy

SAMPLING = Sampling(temperature=0.0, top_p=1.0, max_tokens=64)

RECIPE = Recipe(
    name="enrich",
    instructions="Summarise.",
    schema=ENRICH_SCHEMA,
    models={tier: ModelSettings(str(tier), 4096, SAMPLING) for tier in Tier},
)

DIGESTS = RecipeDigests(Digest("prompt"), {tier: Digest(str(tier)) for tier in Tier})

RUN = RunId("run-1")

POLICY = Policy(
    tag="homeskillet",
    max_calls=20,
    output_folder="Homeskillet",
    filters=redact.DEFAULT,
    recipe=RECIPE,
    digests=DIGESTS,
    insight=replace(RECIPE, name="insight", schema=INSIGHT_SCHEMA),
    draft=DraftPolicy(max_tags=3, closed_vocabulary=False),
    write=WritePolicy(summary="summary", tags="tags", category=None, max_tags=3),
    engines=dict.fromkeys(Tier, "scripted"),
)


@dataclass
class FakeIndex:
    """Knows which notes it was told of, and which it was told are alike; suggests no tags."""

    known: dict[NotePath, Features] = field(default_factory=dict)
    likeness: dict[tuple[NotePath, NotePath], float] = field(default_factory=dict)
    """Two notes -> how much the second is like the first; those not named are strangers."""
    embeddings: dict[NotePath, Embedding] = field(default_factory=dict)

    def put(self, features: Sequence[Features]) -> None:
        """Keep."""
        self.known.update({one.path: one for one in features})

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Drop."""
        for path in paths:
            self.known.pop(path, None)

    def move(self, old: NotePath, new: NotePath) -> None:
        """Rename."""
        if old in self.known:
            self.known[new] = self.known.pop(old)

    def put_embeddings(self, embeddings: Mapping[NotePath, Embedding]) -> None:
        """Keep."""
        self.embeddings.update(
            {path: one for path, one in embeddings.items() if path in self.known}
        )

    def not_embedded(self, digests: Mapping[NotePath, Digest]) -> list[NotePath]:
        """Compare digests."""
        known = {path: one.digest for path, one in self.embeddings.items()}
        return [
            path
            for path, digest in digests.items()
            if path in self.known and known.get(path) != digest
        ]

    def never_embedded(self, model: str, *, limit: int | None) -> list[NotePath]:
        """Look for the model's name."""
        by_model = {path for path, one in self.embeddings.items() if one.model == model}
        return sorted(self.known.keys() - by_model)[:limit]

    def tag_candidates(self, features: Features, *, limit: int) -> tuple[TagCandidate, ...]:  # noqa: ARG002 - the port's names
        """Suggest nothing."""
        return ()

    def similar(self, features: Features, *, limit: int, least: float = 0.0) -> tuple[Similar, ...]:
        """Find what is said to be like it."""
        found = [
            Similar(path, score, Evidence(cosine=score))
            for (asking, path), score in self.likeness.items()
            if asking == features.path and path in self.known and self.known[path].listed
        ]
        near = [one for one in found if one.score >= least]
        return tuple(sorted(near, key=lambda one: -one.score)[:limit])

    def unlisted(self, paths: Iterable[NotePath]) -> frozenset[NotePath]:
        """Give those that may not be named."""
        return frozenset(
            path for path in paths if path in self.known and not self.known[path].listed
        )

    def rarities(self, terms: Sequence[int]) -> list[float]:
        """Find every word rare."""
        return [1.0] * len(terms)

    def tag_counts(self) -> Mapping[str, int]:
        """Count tags as they are written."""
        return Counter(tag for one in self.known.values() for tag in one.tags)


def enrichment(summary: str | None = "What it says.", tags: Sequence[str] = ()) -> str:
    """Give the reply that an engine should give."""
    return json.dumps({"summary": summary, "tags": list(tags)})


@dataclass
class ScriptedEngine:
    """Says what it is told to say, and remembers what it was asked."""

    says: Callable[[Request], str | EngineError] = lambda _: enrichment()
    local: bool = True
    asked: list[Request] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    """How many requests each batch held."""
    model_id: str = "scripted"

    def load(self, repo: str) -> None:
        """Be ready."""

    def generate(self, request: Request) -> Reply:
        """Answer as told."""
        [answer] = self.generate_many([request])
        if isinstance(answer, EngineError):
            raise answer
        return answer

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Answer each as told."""
        self.asked.extend(requests)
        self.batches.append(len(requests))
        said = [self.says(request) for request in requests]
        return [Reply(one, self.model_id) if isinstance(one, str) else one for one in said]

    def stream(self, request: Request) -> Iterator[str]:
        """Answer in one piece."""
        yield self.generate(request).text

    def close(self) -> None:
        """Nothing to free."""


@dataclass
class World:
    """A vault, a state and two engines, all in memory."""

    vault: FakeVault = field(default_factory=FakeVault)
    index: FakeIndex = field(default_factory=FakeIndex)
    clock: FakeClock = field(default_factory=FakeClock)
    gemma: ScriptedEngine = field(default_factory=ScriptedEngine)
    qwen: ScriptedEngine = field(default_factory=ScriptedEngine)
    policy: Policy = POLICY
    run: RunId = RUN
    by_model: bool = False
    """Whether the small model classifies; rules do it where it does not."""

    def __post_init__(self) -> None:
        self.vault.output_folder = self.policy.output_folder
        self.store = FakeStore(self.index)
        self.settler = Settler(quiet_s=30, longest_wait_s=600, calling_quiet_s=8)
        self.intake = Intake(
            self.vault,
            self.store,
            self.clock,
            self.settler,
            own_properties=self.policy.write.property_names,
            tag=self.policy.tag,
            filters=self.policy.filters,
            privacy=self.policy.privacy,
        )

    @property
    def orchestrator(self) -> Orchestrator:
        """What classifies, routes and generates; a new one each time."""
        return Orchestrator(
            {Tier.GEMMA: self.gemma, Tier.QWEN: self.qwen},
            classifier=self.gemma if self.by_model else None,
            classify=replace(RECIPE, name="classify", schema=SCHEMA),
            answer=replace(RECIPE, name="answer", schema=None),
            cache=ClassificationCache(size=8, age_s=60),
            clock=self.clock,
        )

    @property
    def kit(self) -> Kit:
        """What a trip works with."""
        return Kit(
            vault=self.vault,
            store=self.store,
            orchestrator=self.orchestrator,
            render=Templates().render,
            clock=self.clock,
            policy=self.policy,
            run=self.run,
        )

    @property
    def asked(self) -> list[Request]:
        """All that any engine was asked."""
        return [*self.gemma.asked, *self.qwen.asked]
