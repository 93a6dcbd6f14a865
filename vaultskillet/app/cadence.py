"""A configuration -> the schedule: each sort of work, its time, and what it calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from vaultskillet.app.digests import zone_of
from vaultskillet.app.told import Slot
from vaultskillet.config import Config, Job
from vaultskillet.digests.courier import Courier
from vaultskillet.digests.desk import Desk
from vaultskillet.errors import StoreError
from vaultskillet.power import is_on_mains
from vaultskillet.schedule import Entry, Timetable
from vaultskillet.triggers import read_trigger
from vaultskillet.trip import Kit

AGAIN_S = 60.0
"""What is due still, since it failed or takes its time, is asked for again only after this."""

NextAfter = Callable[[datetime], datetime | None]


def timetable_of(
    config: Config, kit: Kit, desk: Desk, courier: Courier, ask: Callable[[str], None]
) -> Timetable:
    """Make the timetable.

    Args:
        config: the configuration.
        kit: its store and clock.
        desk: tells when a digest is due.
        courier: sends, on the schedule's own thread: a server that is slow holds up no note.
        ask: has one sort of work done, by its name.
    """
    others = {"digests": _when_due(desk.next_at)}
    entries = [
        Entry(
            name=slot.name,
            next_after=_next_after(slot.when) or others.get(slot.name) or _never,
            call=_asking(ask, slot.name),
            hours=slot.active_hours,
            only_on_mains=slot.only_on_mains,
        )
        for slot in slots_of(config)
    ]
    entries.append(Entry("post", _when_due(courier.next_at), lambda: _carry(courier)))
    return Timetable(
        entries, store=kit.store, clock=kit.clock, zone=zone_of(config), on_mains=is_on_mains
    )


def slots_of(config: Config) -> tuple[Slot, ...]:
    """Give when each sort of work is done; digests by themselves where no time is named."""
    schedule = config.schedule
    sweep = f"{max(1, round(config.watch.sweep_minutes * 60))} seconds"
    jobs: list[tuple[str, Job, str | None]] = [
        ("sweep", schedule.sweep, sweep),
        ("index", schedule.index, None),
        ("digests", schedule.digests, None),
        ("idle release", schedule.idle_release, None),
        ("journal", schedule.journal, None),
    ]
    return tuple(
        Slot(
            name,
            job.when or otherwise,
            job.active_hours or schedule.active_hours,
            schedule.only_on_mains if job.only_on_mains is None else job.only_on_mains,
        )
        for name, job, otherwise in jobs
    )


def _next_after(when: str | None) -> NextAfter | None:
    return None if when is None else read_trigger(when).next_after


def _never(_moment: datetime) -> datetime | None:
    return None


def _when_due(next_at: Callable[[], float | None]) -> NextAfter:
    """Give the time that something else tells; what was asked for a moment ago is under way."""

    def after(last: datetime) -> datetime | None:
        due = next_at()
        if due is None:
            return None
        return datetime.fromtimestamp(max(due, last.timestamp() + AGAIN_S), last.tzinfo)

    return after


def _asking(ask: Callable[[str], None], name: str) -> Callable[[], None]:
    return lambda: ask(name)


def _carry(courier: Courier) -> None:
    try:
        courier.carry()
    except StoreError:
        return  # out of reach; it waits where it is
