"""Mail through a real server, in a process of its own, on loopback."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import pytest

from tests.delivery.mailroom import HOST, Mailroom, free_port
from vaultskillet.delivery.mail import Server, send_mail
from vaultskillet.errors import DeliveryError

LOGIN = ("me", "hunter2hunter2")
NOON = 1_773_489_600
"""Of Saturday, 14 March 2026."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for loopback, and its key, in one folder."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(  # noqa: S603 - a program of the system's
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", f"subjectAltName=IP:{HOST}",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailroom]:
    with Mailroom(tmp_path_factory.mktemp("mail") / "box") as room:
        yield room


@pytest.fixture
def plain(room: Mailroom) -> Mailroom:
    for mail in (room.folder / "new").glob("*"):
        mail.unlink()
    return room


def send(
    server: Server,
    to: Sequence[str] = ("me@example.org",),
    context: ssl.SSLContext | None = None,
) -> None:
    send_mail(server, to, subject="a", text="b", now=0.0, context=context)


def test_a_digest_arrives_as_plain_text(plain: Mailroom) -> None:
    send_mail(
        plain.server("none"),
        ["me@example.org", "you@example.org"],
        subject="Digest weekly\n2026-W11",
        text="**9–15 March**: [[Komposthäcksler]]\n",
        now=float(NOON),
    )
    (mail,) = plain.taken()
    assert mail["Subject"] == "Digest weekly 2026-W11"
    assert mail["To"] == "me@example.org, you@example.org"
    assert mail["From"] == "vault@example.org"
    assert mail["Date"].startswith("Sat, 14 Mar 2026")
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content() == "**9–15 March**: [[Komposthäcksler]]\n"


@pytest.mark.parametrize(("security", "option"), [("starttls", "--tls"), ("tls", "--smtps")])
def test_it_goes_encrypted_to_a_server_that_is_trusted_and_to_no_other(
    certificate: Path, tmp_path: Path, security: Literal["starttls", "tls"], option: str
) -> None:
    cert, key = certificate / "cert.pem", certificate / "key.pem"
    trusted = ssl.create_default_context(cafile=str(cert))
    options = (f"{option}cert", str(cert), f"{option}key", str(key))
    with Mailroom(tmp_path / "mail", *options) as room:
        send(room.server(security), context=trusted)
        assert len(room.taken()) == 1
        with pytest.raises(DeliveryError, match=r"CERTIFICATE_VERIFY_FAILED|certificate"):
            send(room.server(security))
        assert len(room.taken()) == 1


def test_it_never_goes_in_the_clear_where_the_server_has_no_encryption(plain: Mailroom) -> None:
    with pytest.raises(DeliveryError, match="STARTTLS"):
        send(plain.server("starttls"))
    with pytest.raises(DeliveryError):
        send(plain.server("tls"))
    assert plain.taken() == []


def test_what_a_strict_server_refuses_is_told_without_a_secret(
    tmp_path: Path,
) -> None:
    with Mailroom(tmp_path / "mail", login=LOGIN) as room:
        send(room.server("none", LOGIN))
        assert len(room.taken()) == 1
        with pytest.raises(DeliveryError, match="refused the user or the password") as caught:
            send(room.server("none", ("me", "wr0ng-s3cret")))
        assert "s3cret" not in str(caught.value)
        with pytest.raises(DeliveryError, match="530"):
            send(room.server("none"))
        with pytest.raises(DeliveryError, match="refused every recipient") as caught:
            send(room.server("none", LOGIN), ["me@nowhere.example"])
        assert "@" not in str(caught.value)
        assert len(room.taken()) == 1


def test_a_server_that_takes_no_login_is_told_as_such(plain: Mailroom) -> None:
    with pytest.raises(DeliveryError, match=r"^127.0.0.1:\d+: .*AUTH") as caught:
        send(plain.server("none", LOGIN))
    assert "hunter2" not in str(caught.value)


def test_a_server_that_is_away_is_told_without_the_password() -> None:
    server = Server(HOST, free_port(), "none", "a@example.org", *LOGIN)
    with pytest.raises(DeliveryError, match="refused") as caught:
        send(server)
    assert caught.value.transient
    assert "hunter2" not in f"{caught.value} {server!r}"
