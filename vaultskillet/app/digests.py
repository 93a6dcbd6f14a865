"""A configuration -> the digests: what each is, what they are made with, how they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, tzinfo
from functools import partial

from vaultskillet.app.doors import NO_MODEL
from vaultskillet.app.policies import settings_of
from vaultskillet.config import Config, Digest
from vaultskillet.core.model import NotePath, Tier
from vaultskillet.core.periods import Beat, Calendar, Rhythm, Unit
from vaultskillet.core.pieces import Query
from vaultskillet.digests.courier import Courier, Send
from vaultskillet.digests.desk import Desk
from vaultskillet.digests.kit import DigestKit, Narrator, PeriodicNote, Progress, Spec
from vaultskillet.digests.maker import Result
from vaultskillet.errors import ConfigError
from vaultskillet.ports.digests import BookId, Parcel
from vaultskillet.report import DigestReport
from vaultskillet.templates import Templates
from vaultskillet.triggers import read_span, read_trigger, zone_named
from vaultskillet.trip import Kit
from vaultskillet.vault.vault import DiskVault

BY_NAME = ("daily", "weekly", "monthly")
"""Digests that may be asked for though no configuration names them."""


def specs_of(config: Config) -> list[Spec]:
    """Give the digests that the configuration names."""
    return [spec_of(digest) for digest in config.digests]


def find_spec(config: Config, name: str) -> Spec:
    """Give the digest of a name.

    Raises:
        ConfigError: there is none.
    """
    for digest in config.digests:
        if digest.name.casefold() == name.casefold():
            return spec_of(digest)
    if name in BY_NAME:
        return spec_of(Digest(name=name))
    names = ", ".join(dict.fromkeys([*(digest.name for digest in config.digests), *BY_NAME]))
    raise ConfigError(f"there is no digest {name!r}; there are {names}")


def spec_of(digest: Digest) -> Spec:
    """Say what a section of the configuration says of a digest."""
    channels = [("mail", bool(digest.mail_to)), ("webhook", digest.webhook is not None)]
    return Spec(
        book=BookId(digest.name, digest.period),
        rhythm=_rhythm_of(digest),
        query=Query(digest.categories, digest.tags, digest.properties),
        template=digest.template,
        tier=digest.tier,
        pattern=digest.pattern,
        write_to=None if digest.write_to == "note" else Unit(digest.write_to),
        heading=digest.heading,
        if_missing=digest.if_missing,
        if_empty=digest.if_empty,
        if_edited=digest.if_edited,
        channels=tuple(channel for channel, is_wanted in channels if is_wanted),
    )


def _rhythm_of(digest: Digest) -> Rhythm:
    if digest.unit is not None:
        return Calendar(digest.unit, digest.made_at)
    look_back = None if digest.look_back is None else read_span(digest.look_back)
    return Beat(read_trigger(digest.period).next_after, look_back)


def zone_of(config: Config) -> Callable[[], tzinfo]:
    """Give what tells the time zone: the configured one, or the machine's as it is now."""
    return zone_named(config.schedule.timezone)


def digest_kit_of(
    config: Config,
    kit: Kit,
    vault: DiskVault,
    *,
    is_restless: Callable[[NotePath], bool],
    progress: Progress,
) -> DigestKit:
    """Give what digests are made with."""
    models = {
        tier: settings_of(config, tier) for tier in Tier if config.engine_for(tier) != NO_MODEL
    }
    return DigestKit(
        vault=kit.vault,
        store=kit.store,
        clock=kit.clock,
        zone=zone_of(config),
        filters=kit.policy.filters,
        tag=kit.policy.tag,
        own_properties=kit.policy.write.property_names,
        templates=Templates(config.templates),
        narrator=Narrator(
            ask=lambda tier, requests: kit.orchestrator.generate([(tier, r) for r in requests]),
            models=models,
        ),
        output_folder=config.write.output_folder,
        run=kit.run,
        periodic=partial(_periodic_notes, vault),
        is_restless=is_restless,
        quiet_s=config.watch.quiet_s,
        privacy=kit.policy.privacy,
        progress=progress,
    )


def _periodic_notes(vault: DiskVault) -> Mapping[Unit, PeriodicNote]:
    return {
        Unit(period): PeriodicNote(place.folder, place.format)
        for period, place in vault.settings.periodic_notes.items()
    }


class Digests:
    """The digests of one vault, for a person who asks for them."""

    def __init__(self, config: Config, kit: DigestKit, courier: Courier) -> None:
        self._config = config
        self.desk = Desk(specs_of(config), kit)
        self.courier = courier

    def names(self) -> list[str]:
        """Give the names of those that the configuration names."""
        return [digest.name for digest in self._config.digests]

    def make(self, name: str, day: date | None) -> DigestReport:
        """Make one now, and send it where it is to be sent.

        Args:
            name: of the digest.
            day: a day of its period; None: the present one.

        Raises:
            ConfigError: there is no such digest, or its period is still to come.
            VaultError: it could not be written.
            StoreError: the state cannot be read or written.
        """
        spec = find_spec(self._config, name)
        period = self.desk.find_period(spec, day)
        result = self.desk.make_now(spec, period)
        return _report(name, period.id, result)

    def queue(self, name: str, day: date | None) -> str:
        """Leave one to the process that works on the vault; give its period."""
        spec = find_spec(self._config, name)
        period = self.desk.find_period(spec, day)
        self.desk.queue_now(spec, period)
        return period.id


def _report(name: str, period: str, result: Result) -> DigestReport:
    made = result.made
    return DigestReport(
        name=name,
        period=period,
        outcome=made.outcome,
        because=made.because,
        path=made.path,
        text=result.text,
        hint=result.hint,
    )


def courier_of(config: Config, kit: Kit) -> Courier:
    """Give what carries digests out of the vault, where one is to leave it."""
    channels: dict[tuple[str, str], Send] = {}
    for digest in config.digests:
        if digest.mail_to:
            channels[digest.name, "mail"] = partial(_mail, config, digest.mail_to, kit)
        if digest.webhook is not None:
            channels[digest.name, "webhook"] = partial(_post, digest)
    return Courier(channels, store=kit.store, clock=kit.clock)


def _mail(config: Config, recipients: tuple[str, ...], kit: Kit, parcel: Parcel) -> None:
    from vaultskillet.delivery.mail import Server, send_mail  # noqa: PLC0415 - seldom wanted

    mail = config.mail
    host = mail.host or ""
    server = Server(
        host=host,
        port=mail.port,
        security=mail.security,
        sender=mail.sender or (mail.user if mail.user and "@" in mail.user else recipients[0]),
        user=mail.user,
        password=mail.password.get_secret_value() if mail.password else None,
    )
    send_mail(server, recipients, subject=parcel.subject, text=parcel.text, now=kit.clock.now())


def _post(digest: Digest, parcel: Parcel) -> None:
    from vaultskillet.delivery.webhook import Address, post_webhook  # noqa: PLC0415 - httpx is slow

    assert digest.webhook is not None  # noqa: S101 - else there is no such channel
    token = digest.webhook_token
    address = Address(
        digest.webhook.get_secret_value(), token.get_secret_value() if token else None
    )
    post_webhook(
        address,
        {"digest": parcel.book.name, "period": parcel.period, "subject": parcel.subject,
         "text": parcel.text},
    )  # fmt: skip
