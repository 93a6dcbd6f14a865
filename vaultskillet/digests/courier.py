"""Send what waits in the outbox; what fails is tried again later, and holds nothing up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from vaultskillet.errors import DeliveryError
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.digests import Parcel
from vaultskillet.ports.store import Store

log = logging.getLogger(__name__)

RETRY_S = (300.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
"""How long a parcel waits after each failure; from the last on, always so long."""

Send = Callable[[Parcel], None]
"""Sends a parcel, or raises a `DeliveryError`."""


class Courier:
    """Carries digests out of the vault."""

    def __init__(
        self, channels: Mapping[tuple[str, str], Send], *, store: Store, clock: Clock
    ) -> None:
        """Make a courier.

        Args:
            channels: (name of the digest, channel) -> how to send there.
            store: its outbox.
            clock: the time.
        """
        self._channels = channels
        self._store = store
        self._clock = clock

    def carry(self) -> list[Parcel]:
        """Try to send all that is due; give the parcels that were tried, as they are now.

        Raises:
            StoreError: the state cannot be read or written.
        """
        now = self._clock.now()
        return [self._carry(one) for one in self._parcels() if one.not_before <= now]

    def next_at(self) -> float | None:
        """Give when there is something to send; seconds since 1970 (UTC)."""
        return min((parcel.not_before for parcel in self._parcels()), default=None)

    def _parcels(self) -> list[Parcel]:
        """Give what waits for a channel that there still is."""
        waiting = self._store.outbox.waiting()
        return [one for one in waiting if (one.book.name, one.channel) in self._channels]

    def _carry(self, parcel: Parcel) -> Parcel:
        now = self._clock.now()
        try:
            self._channels[parcel.book.name, parcel.channel](parcel)
        except DeliveryError as error:
            wait_s = RETRY_S[min(parcel.attempts, len(RETRY_S) - 1)]
            carried = replace(
                parcel,
                attempts=parcel.attempts + 1,
                not_before=now + wait_s,
                because=str(error),
            )
            log.warning(
                "a digest was not sent, will be tried again",
                extra={"digest": parcel.book.name, "because": str(error)},
            )
        else:
            carried = replace(parcel, text="", because="", sent_at=now)
        self._store.outbox.update(carried)
        return carried
