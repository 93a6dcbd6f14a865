"""What the working process tells of its configuration, so that others need not work it out.

To read a configuration, make its engines and fill its prompts in takes everything there is, ten
times as long as to say how things stand. A configuration with digests, a budget or templates of
its own is not told: what is to be said of these changes with more than the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import vaultskillet
from vaultskillet.core.model import Digest, Tier, digest_of
from vaultskillet.core.prompt import RecipeDigests
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.store import Store
from vaultskillet.power import is_on_mains
from vaultskillet.schedule import Entry, EntryState, Hours, Timetable, read_hours
from vaultskillet.triggers import read_trigger, zone_named

_KEY = "told"


@dataclass(frozen=True, slots=True)
class Slot:
    """When one sort of work is done."""

    name: str
    when: str | None
    """A cron expression or an interval; None: not by itself."""
    hours: str | None
    only_on_mains: bool

    @property
    def active_hours(self) -> Hours | None:
        """When it may be done; None: at any time."""
        return None if self.hours is None else read_hours(self.hours)


@dataclass(frozen=True, slots=True)
class Rest:
    """What a pass takes in which nothing is due."""

    watched: tuple[str, ...]
    """Folders whose notes are; empty: the whole vault."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a configuration comes to."""

    origin: str
    """Of which configuration; see `origin_of`."""
    output_folder: str
    engines: Mapping[str, str]
    """Tier -> what runs it."""
    prompt: Digest
    models: Mapping[str, Digest]
    zone: str | None
    """Name of the time zone; None: the machine's."""
    slots: tuple[Slot, ...]
    coming: Mapping[str, tuple[float, float]]
    """Work -> a moment, and when it comes after that: in between there is nothing to work out."""
    rest: Rest | None = None
    """None: each pass takes all that the configuration says."""

    @property
    def digests(self) -> RecipeDigests:
        """Of the recipe in use."""
        return RecipeDigests(self.prompt, {Tier(tier): one for tier, one in self.models.items()})


def origin_of(file: Path | None, *, engine: str | None) -> str:
    """Say of which configuration something is told: its bytes, and who may read them."""
    said = "" if file is None else f"{file}\n{file.stat().st_mode}\n{digest_of(file.read_bytes())}"
    return digest_of(f"{vaultskillet.__version__}\n{engine}\n{said}".encode())


def tell(told: Told, store: Store, clock: Clock) -> None:
    """Tell it, if it is not what was told before."""
    now = clock.now()
    before, coming = read_told(store), {}
    if before is not None and replace(before, coming={}) == replace(told, coming={}):
        coming = {name: at for name, at in before.coming.items() if at[0] <= now < at[1]}
        if coming.keys() == before.coming.keys():
            return
    moment = datetime.fromtimestamp(now, zone_named(told.zone)())
    coming |= {
        slot.name: (now, due.timestamp())
        for slot in told.slots
        if slot.name not in coming
        and slot.when
        and (due := read_trigger(slot.when).next_after(moment))
    }
    store.put_meta(_KEY, json.dumps(asdict(replace(told, coming=coming))))


def read_told(store: Store) -> Told | None:
    """Give what was told last; None where nothing was."""
    text = store.get_meta(_KEY)
    if text is None:
        return None
    read = json.loads(text)
    slots = tuple(Slot(**slot) for slot in read.pop("slots"))
    coming = {name: (start, end) for name, (start, end) in read.pop("coming").items()}
    rest = read.pop("rest", None)
    rest = None if rest is None else Rest(tuple(rest["watched"]))
    return Told(**read, slots=slots, coming=coming, rest=rest)


def schedule_of(told: Told, store: Store, clock: Clock) -> Sequence[EntryState]:
    """Tell how things stand with each sort of work."""
    entries = [
        Entry(
            slot.name,
            partial(_next_after, slot, told.coming.get(slot.name)),
            call=lambda: None,
            hours=slot.active_hours,
            only_on_mains=slot.only_on_mains,
        )
        for slot in (*told.slots, Slot("post", None, None, only_on_mains=False))
    ]
    return Timetable(
        entries, store=store, clock=clock, zone=zone_named(told.zone), on_mains=is_on_mains
    ).states()


def _next_after(slot: Slot, coming: tuple[float, float] | None, last: datetime) -> datetime | None:
    if coming and coming[0] <= last.timestamp() < coming[1]:
        return datetime.fromtimestamp(coming[1], last.tzinfo)
    return read_trigger(slot.when).next_after(last) if slot.when else None
