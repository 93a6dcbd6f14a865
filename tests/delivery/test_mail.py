"""Mail through a real server, in a process of its own, on loopback."""

from __future__ import annotations

import email.policy
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Literal

import pytest

from vaultskillet.delivery.mail import Server, send_mail
from vaultskillet.errors import DeliveryError

HOST = "127.0.0.1"
STARTS_S = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


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


class Mailroom:
    """A mail server, and the folder in which it puts what it takes."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.port = free_port()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"{HOST}:{self.port}", *options,
             "-c", "aiosmtpd.handlers.Mailbox", str(folder)],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + STARTS_S
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex((HOST, self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("the mail server did not start")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def server(self, security: Literal["starttls", "tls", "none"]) -> Server:
        return Server(HOST, self.port, security, sender="vault@example.org")

    def taken(self) -> list[EmailMessage]:
        """Give the mails that were taken."""
        parser = BytesParser(EmailMessage, policy=email.policy.default)
        files = sorted((self.folder / "new").glob("*"))
        return [parser.parsebytes(file.read_bytes()) for file in files]


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Mailroom]:
    room = Mailroom(tmp_path / "mail")
    yield room
    room.stop()


def test_a_digest_arrives_as_plain_text(plain: Mailroom) -> None:
    send_mail(
        plain.server("none"),
        ["me@example.org", "you@example.org"],
        subject="Digest weekly\n2026-W11",
        text="**9–15 March**: [[Komposthäcksler]]\n",
        now=1_773_500_000.0,
    )
    (mail,) = plain.taken()
    assert mail["Subject"] == "Digest weekly 2026-W11"
    assert mail["To"] == "me@example.org, you@example.org"
    assert mail["From"] == "vault@example.org"
    assert mail["Date"].startswith("Sat, 14 Mar 2026")
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content() == "**9–15 March**: [[Komposthäcksler]]\n"


def test_it_goes_encrypted_where_that_is_asked_for(certificate: Path, tmp_path: Path) -> None:
    options = ("--tlscert", str(certificate / "cert.pem"), "--tlskey", str(certificate / "key.pem"))
    room = Mailroom(tmp_path / "mail", *options)
    trusted = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    try:
        send_mail(
            room.server("starttls"), ["me@example.org"], subject="a", text="b", now=0.0,
            context=trusted,
        )  # fmt: skip
        assert len(room.taken()) == 1
        with pytest.raises(DeliveryError, match=r"CERTIFICATE_VERIFY_FAILED|certificate"):
            send_mail(room.server("starttls"), ["me@example.org"], subject="a", text="b", now=0.0)
        assert len(room.taken()) == 1
    finally:
        room.stop()


def test_it_never_goes_in_the_clear_where_the_server_has_no_encryption(plain: Mailroom) -> None:
    with pytest.raises(DeliveryError, match="STARTTLS"):
        send_mail(plain.server("starttls"), ["me@example.org"], subject="a", text="b", now=0.0)
    with pytest.raises(DeliveryError):
        send_mail(plain.server("tls"), ["me@example.org"], subject="a", text="b", now=0.0)
    assert plain.taken() == []


def test_a_server_that_is_away_is_told_without_the_password() -> None:
    server = Server(HOST, free_port(), "none", "a@example.org", "me", "hunter2hunter2")
    with pytest.raises(DeliveryError, match="refused") as caught:
        send_mail(server, ["me@example.org"], subject="a", text="b", now=0.0)
    assert caught.value.transient
    assert "hunter2" not in f"{caught.value} {server!r}"
