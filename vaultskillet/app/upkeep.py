"""What the schedule has done on the working thread: upkeep of the index, pruning, release."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from vaultskillet.app.engines import Engines
from vaultskillet.app.pruning import prune
from vaultskillet.digests.desk import Desk
from vaultskillet.intake import Intake
from vaultskillet.trip import Kit

log = logging.getLogger(__name__)

EMBEDDING = "embedding"

EMBEDDED_AT_ONCE = 256
"""Notes that are embedded before other work has its turn again."""


def errands_of(
    kit: Kit, intake: Intake, engines: Engines, desk: Desk, ask: Callable[[str], None]
) -> Mapping[str, Callable[[], object]]:
    """Give what the schedule's work is, by its name.

    Args:
        kit: what a trip works with.
        intake: finds out what changed.
        engines: what may be let go of.
        desk: makes digests.
        ask: has one sort of work done soon.
    """

    def release_idle() -> None:
        engines.release_idle()
        if kit.meanings is not None:
            kit.meanings.release_idle()

    def embed_some() -> None:
        if kit.meanings is not None and kit.meanings.catch_up(limit=EMBEDDED_AT_ONCE):
            ask(EMBEDDING)

    def tend() -> None:
        tend_index(kit, intake)
        ask(EMBEDDING)

    ask(EMBEDDING)
    return {
        "index": tend,
        EMBEDDING: embed_some,
        "digests": desk.enqueue_due,
        "idle release": release_idle,
        "journal": lambda: prune(kit.store, now=kit.clock.now()),
    }


def tend_index(kit: Kit, intake: Intake) -> None:
    """Learn the notes of which index or activity lack something, and tidy the database."""
    known = kit.store.ledger.stamps()
    lacking = sorted(known.keys() - kit.store.activity.paths())
    if lacking:
        log.info("learning anew what the state lacks", extra={"notes": len(lacking)})
        intake.relearn(lacking)
    kit.store.tidy()
