"""Make one digest: gather, tell, render, write, and record it in the book."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from vaultskillet.core.model import NotePath
from vaultskillet.core.periods import Period, Record
from vaultskillet.digests.gather import Gathered, gather
from vaultskillet.digests.kit import DigestKit, Spec
from vaultskillet.digests.narrate import Told, narrate
from vaultskillet.digests.selection import matches_anything
from vaultskillet.digests.write import check_rested, find_target, stands_in, write_digest
from vaultskillet.errors import ConfigError, EngineError, NoteGoneError
from vaultskillet.ports.digests import Made, Parcel

log = logging.getLogger(__name__)

NOTHING = "nothing happened in that time"
REMOVED = "its note was removed by hand"
AS_IT_IS = "it stands there already, just so"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a digest is wanted."""

    rests: bool
    """A note of the user's that changed a moment ago is left in peace."""
    by_hand: bool
    """A person asked for it now: one that they had removed comes again."""
    must_tell: bool
    """Where its model is away, rather none than one without statements."""


@dataclass(frozen=True, slots=True)
class Result:
    """A digest that was made."""

    made: Made
    text: str
    """Markdown; empty where nothing happened."""
    hint: str = ""
    """What a person should know."""


def make(spec: Spec, period: Period, kit: DigestKit, wish: Wish) -> Result:
    """Make the digest of a period.

    Returns:
        What became of it; it is recorded already, and waits to be sent where it is to be.

    Raises:
        ConfigError: its query asks for no note of the vault, or its template is wrong.
        VaultError: it could not be written.
        EngineError: its model is away, and it must tell.
        RedactionError: a filter failed.
        StoreError: the state could not be read or written.
    """
    now = kit.clock.now()
    known = kit.store.books.made(spec.book)
    record = Record(period.id, period.starts, period.ends, min(now, period.ends))
    before = known.get(period.id)
    if before is not None and not wish.by_hand and _was_removed(before, kit):
        return _recorded(Made(record, now, "left", REMOVED, before.path), spec, kit)
    target = find_target(spec, period, kit)
    if isinstance(target, str):
        return _recorded(Made(record, now, "left", target), spec, kit)
    if wish.rests:
        check_rested(target, kit)
    gathered = gather(spec, period, kit, source=target.path, late_since=_made_before(period, known))
    if gathered.is_empty:
        if not matches_anything(spec, kit):
            raise ConfigError(f"digest {spec.name}: its query matches no note of the vault")
        if spec.if_empty == "nothing" and not stands_in(target, spec, period):
            return _recorded(Made(record, now, "empty", NOTHING), spec, kit)
    told, hint = _tell(gathered, spec, kit, wish)
    digest = replace(gathered.digest, statements=told.statements, model=told.model)
    text = kit.templates.render(
        f"digests/{spec.template}.md", digest=digest, level=target.level, empty=gathered.is_empty
    ).strip()
    kit.progress("writing", 0, 1)
    written = write_digest(text, target, spec, period, kit, engine=told.model or "extractive")
    made = Made(record, now, "written", "" if written else AS_IT_IS, target.path)
    with kit.store.transaction():
        for channel in spec.channels:
            subject = f"Digest {spec.name} {period.id}"
            kit.store.outbox.put(Parcel(spec.book, period.id, channel, subject, text))
        return replace(_recorded(made, spec, kit), text=text, hint=hint)


def _tell(gathered: Gathered, spec: Spec, kit: DigestKit, wish: Wish) -> tuple[Told, str]:
    try:
        return narrate(gathered, spec.tier, kit), ""
    except EngineError as error:
        if wish.must_tell:
            raise
        log.warning("a digest goes without statements", extra={"because": str(error)})
        return Told(), f"without statements, since the model did not answer: {error}"


def _recorded(made: Made, spec: Spec, kit: DigestKit) -> Result:
    kit.store.books.put(spec.book, made)
    return Result(made, "")


def _was_removed(made: Made, kit: DigestKit) -> bool:
    """Say whether the user removed the note that a digest was written to."""
    if made.path is None or made.outcome != "written":
        return made.because == REMOVED
    try:
        kit.vault.read(NotePath(made.path))
    except NoteGoneError:
        return True
    return False


def _made_before(period: Period, known: dict[str, Made]) -> float | None:
    """Give when the digest of the period before was made; None where it was not."""
    before = [one for one in known.values() if one.record.id < period.id]
    last = max(before, key=lambda one: one.record.id, default=None)
    return last.at if last is not None and last.record.is_finished else None
