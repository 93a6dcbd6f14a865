"""A digest as JSON, to an address of the user's choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from vaultskillet.errors import DeliveryError

TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where to; an address of this kind is often a secret in itself."""

    url: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


def post_webhook(address: Address, content: Mapping[str, str]) -> None:
    """Post a JSON object.

    Raises:
        DeliveryError: it was not taken. The address is told by its host only.
    """
    headers = {"Authorization": f"Bearer {address.token}"} if address.token else {}
    host = urlsplit(address.url).hostname
    try:
        with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client:
            response = client.post(address.url, json=dict(content), headers=headers)
    except httpx.HTTPError as error:
        raise DeliveryError(f"{host} {_explain(error)}") from error
    except httpx.InvalidURL as error:
        raise DeliveryError(f"{host}: the address is not valid") from error
    if not response.is_success:
        raise DeliveryError(f"{host} answered {response.status_code}")


def _explain(error: httpx.HTTPError) -> str:
    match error:
        case httpx.TimeoutException():
            return "did not answer in time"
        case httpx.ConnectError():
            return "cannot be reached"
        case _:
            return f"broke off ({type(error).__name__})"
