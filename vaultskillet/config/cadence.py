"""When things are done: the schedule, the digests, and how a digest leaves the vault."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    Field,
    PositiveInt,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from vaultskillet.config.fields import Folder, Section
from vaultskillet.core.model import Tier
from vaultskillet.core.moment import format_moment
from vaultskillet.core.naming import note_name
from vaultskillet.core.periods import Unit
from vaultskillet.triggers import Interval, read_span, read_trigger

_HOURS = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_SAMPLE = datetime(2026, 12, 28, 18)  # noqa: DTZ001 - a wall time
_DEFAULT_PATTERNS = {
    Unit.DAILY: "YYYY-MM-DD",
    Unit.WEEKLY: "GGGG-[W]WW",
    Unit.MONTHLY: "YYYY-MM",
}
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _is_trigger(text: str) -> str:
    read_trigger(text)
    return text


def _is_span(text: str) -> str:
    read_span(text)
    return text


def _is_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        raise ValueError(f"there is no time zone {name!r}; write one as Europe/Berlin") from error
    return name


def _is_hours(text: str) -> str:
    found = _HOURS.fullmatch(text)
    parts = [int(part) for part in found.groups()] if found else []
    minutes = [parts[0] * 60 + parts[1], parts[2] * 60 + parts[3]] if found else []
    if not found or max(minutes) > 24 * 60 or max(parts[1], parts[3]) > 59 or len(set(minutes)) < 2:  # noqa: PLR2004 - of a clock
        raise ValueError('write the hours as "07:00-23:00"')
    return text


def _is_clock(text: str) -> str:
    if text != "24:00":
        try:
            time.fromisoformat(text)
        except ValueError as error:
            raise ValueError('write the time as "18:00"') from error
    return text


Trigger = Annotated[str, AfterValidator(_is_trigger)]
"""A cron expression of five fields, or an interval."""

Span = Annotated[str, AfterValidator(_is_span)]

Hours = Annotated[str, AfterValidator(_is_hours)]
"""`07:00-23:00`; the first may be the later one."""


class Job(Section):
    """When one sort of work is done."""

    when: Trigger | None = None
    active_hours: Hours | None = None
    """None: those of the whole schedule."""
    only_on_mains: bool | None = None
    """None: as for the whole schedule."""


class IndexJob(Job):
    """The upkeep of the index."""

    when: Trigger | None = "0 3 * * *"


class IdleJob(Job):
    """Letting models go that are not used."""

    when: Trigger | None = "5 minutes"


class JournalJob(Job):
    """Pruning the journal."""

    when: Trigger | None = "1 day"


class Schedule(Section):
    """When things are done by themselves while `vaultskillet run` goes on."""

    timezone: Annotated[str, AfterValidator(_is_zone)] | None = None
    """None: that of the machine, wherever it is."""
    active_hours: Hours | None = None
    """None: at any time."""
    only_on_mains: bool = False
    sweep: Job = Job()
    """Without a time of its own: every `watch.sweep_minutes`."""
    index: IndexJob = IndexJob()
    digests: Job = Job()
    """Without a time of its own: as soon as one is due."""
    idle_release: IdleJob = IdleJob()
    journal: JournalJob = JournalJob()


class Mail(Section):
    """The server through which digests are mailed."""

    host: str | None = None
    port: PositiveInt = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: SecretStr | None = None
    sender: str | None = None
    """None: the user's name at the server."""

    @model_validator(mode="after")
    def _password_is_not_told_to_everybody(self) -> Self:
        if self.security == "none" and self.password and self.host not in _LOOPBACK:
            raise ValueError("security: none would send the password in the clear")
        return self


class Digest(Section):
    """One digest. A mere name stands for a digest with nothing but that name."""

    name: Annotated[str, Field(pattern=r"^[^\W_][\w -]{0,39}$")]
    period: str = Field(default="", validate_default=True)
    """`daily`, `weekly`, `monthly` or a cron expression; empty: as the name says."""
    look_back: Span | None = None
    """How far one with a cron expression reaches back; None: to the last time."""
    at: Annotated[str, AfterValidator(_is_clock)] | None = None
    """When on the last day of its period; None: 18:00 for a week, else when it is over."""
    categories: tuple[Folder, ...] = ()
    """Empty: the watched folders."""
    tags: tuple[str, ...] = ()
    properties: dict[str, str] = Field(default={})
    template: Annotated[str, Field(pattern=r"^[\w-]+$")] = "digest"
    """The name of a file in `digests/` of the templates, without `.md`."""
    tier: Tier = Tier.QWEN
    """Whose engine writes the statements; `extractive` writes none."""
    output: str = ""
    """The note's name in Moment's notation; empty: made of the name and the period."""
    write_to: Literal["note", "daily", "weekly", "monthly"] = "note"
    """A note of its own, or the user's daily, weekly or monthly note."""
    heading: str = "Digest"
    """Of the section in the user's note."""
    if_missing: Literal["note", "create", "leave"] = "note"
    """Where there is no such note of the user's: a note of its own, a new one, or nothing."""
    if_empty: Literal["nothing", "note"] = "nothing"
    if_edited: Literal["below", "beside"] = "below"
    """Where the user edited the last one: the new one goes below it, or into another note."""
    mail_to: tuple[Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")], ...] = ()
    webhook: SecretStr | None = None
    """An address that gets it as JSON; such an address is often a secret in itself."""
    webhook_token: SecretStr | None = None
    """Sent as `Authorization: Bearer`."""

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value

    @field_validator("period", mode="after")
    @classmethod
    def _is_period(cls, value: str, info: ValidationInfo) -> str:
        value = value or str(info.data.get("name", ""))
        if value in tuple(Unit):
            return value
        try:
            trigger = read_trigger(value)
        except ValueError as error:
            because = f"; as one, it {error}" if " " in value else ""
            raise ValueError(
                "must be daily, weekly, monthly, or a cron expression such as 0 18 * * sun"
                + because
            ) from error
        if isinstance(trigger, Interval):
            raise ValueError(  # noqa: TRY004 - pydantic wants this one
                "an interval has no fixed periods: write a cron expression"
            )
        return value

    @field_validator("tags", mode="after")
    @classmethod
    def _without_hash(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(tag.removeprefix("#") for tag in value)

    @field_validator("webhook", mode="after")
    @classmethod
    def _is_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.match(r"https?://\S+$", value.get_secret_value()):
            raise ValueError("must be an address that begins with https:// or http://")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.unit is None and self.at is not None:
            raise ValueError("at: its cron expression says when already")
        if self.unit is not None and self.look_back is not None:
            raise ValueError(f"look_back: a {self.period} digest is about its {self.period} period")
        name = format_moment(_SAMPLE, self.pattern)
        if any(not part or note_name(part) != part for part in name.split("/")):
            raise ValueError(f"output: gives {name!r}, which is not safe as the name of a note")
        return self

    @property
    def unit(self) -> Unit | None:
        """The period of the calendar; None for a cron expression."""
        return Unit(self.period) if self.period in tuple(Unit) else None

    @property
    def pattern(self) -> str:
        """What its note is called, in Moment's notation."""
        date = _DEFAULT_PATTERNS[self.unit] if self.unit else "YYYY-MM-DD HHmm"
        return self.output or f"[Digest {self.name}] {date}"

    @property
    def made_at(self) -> time | None:
        """When on the last day of its period; None: when that is over."""
        text = self.at or ("18:00" if self.unit is Unit.WEEKLY else "24:00")
        return None if text == "24:00" else time.fromisoformat(text)
