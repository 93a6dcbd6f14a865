"""What tests of digests share: a small world, and a desk in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

from tests.trip import SAMPLING, World
from vaultskillet.core import redact
from vaultskillet.core.model import NotePath, Reply, Request, RunId, Tier
from vaultskillet.core.periods import Calendar, Period, Unit
from vaultskillet.core.pieces import Query
from vaultskillet.core.privacy import BY_THE_NOTES_ALONE, Privacy
from vaultskillet.core.prompt import ModelSettings
from vaultskillet.digests.desk import Desk
from vaultskillet.digests.kit import DigestKit, Narrator, PeriodicNote, Spec
from vaultskillet.digests.maker import Result
from vaultskillet.errors import EngineError
from vaultskillet.ports.digests import BookId
from vaultskillet.templates import Templates

SATURDAY = datetime(2026, 3, 14, 9, tzinfo=UTC).timestamp()
DAY = 86_400.0

Ask = Callable[[Tier, Sequence[Request]], Sequence[Reply | EngineError]]


def spec(name: str = "daily", unit: Unit = Unit.DAILY, **changes: object) -> Spec:
    fields = {
        "book": BookId(name, str(unit)),
        "rhythm": Calendar(unit),
        "query": Query(),
        "template": "digest",
        "tier": Tier.QWEN,
        "pattern": f"[Digest {name}] " + {"daily": "YYYY-MM-DD", "weekly": "GGGG-[W]WW"}[unit],
    }
    return Spec(**{**fields, **changes})  # type: ignore[arg-type]


def kit_of(world: World, ask: Ask | None = None) -> DigestKit:
    """Give what digests are made with in a world; without one to ask there is no model."""
    settings = ModelSettings("scripted", 2048, SAMPLING)
    return DigestKit(
        vault=world.vault,
        store=world.store,
        clock=world.clock,
        zone=lambda: UTC,
        filters=redact.DEFAULT,
        tag="homeskillet",
        own_properties=world.policy.write.property_names,
        templates=Templates(),
        narrator=Narrator(
            ask=ask or (lambda _tier, _requests: []), models={Tier.QWEN: settings} if ask else {}
        ),
        output_folder="Homeskillet",
        run=RunId("run-1"),
        periodic=dict,
        is_restless=lambda _path: False,
    )


@dataclass
class Office:
    """A world with digests; its clock begins on Saturday, 14 March 2026 at 09:00 UTC."""

    specs: Sequence[Spec] = field(default_factory=lambda: [spec()])
    world: World = field(default_factory=World)
    ask: Ask | None = None
    templates: Path | None = None
    periodic: dict[Unit, PeriodicNote] = field(default_factory=dict)
    privacy: Privacy = BY_THE_NOTES_ALONE
    restless: set[NotePath] = field(default_factory=set)
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        self.world.clock.step(SATURDAY - self.world.clock.now())
        self.world.vault.save("Seed.md", b"A note from long ago.", at=SATURDAY - 400 * DAY)
        self.world.intake.sweep(settle=False)
        self.start()

    def start(self) -> None:
        """Begin anew, as after a restart."""
        self.kit = replace(
            kit_of(self.world, self.ask),
            zone=lambda: self.zone,
            templates=Templates(self.templates),
            periodic=lambda: self.periodic,
            is_restless=self.restless.__contains__,
            privacy=self.privacy,
        )
        self.desk = Desk(self.specs, self.kit)

    @property
    def now(self) -> float:
        return self.world.clock.now()

    def save(self, path: str, text: str) -> None:
        """Let somebody write a note, and learn of it."""
        self.world.vault.save(path, text.encode(), at=self.now)
        self.world.intake.sweep(settle=False)

    def make(self, name: str = "daily", day: date | None = None) -> Result:
        """Make one by hand."""
        (one,) = [one for one in self.specs if one.name == name]
        return self.desk.make_now(one, self.period(one, day))

    def period(self, one: Spec, day: date | None = None) -> Period:
        return self.desk.find_period(one, day)

    def work(self) -> list[Result]:
        """Make all that is due."""
        return self.desk.make_due()

    def text(self, path: str) -> str:
        return self.world.vault.content(path).decode()
