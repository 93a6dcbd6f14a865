"""A real mail server, in a process of its own, on loopback."""

from __future__ import annotations

import email.policy
import socket
import subprocess
import sys
import time
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Literal, Self

from vaultskillet.delivery.mail import Server

HOST = "127.0.0.1"
STARTS_S = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class Mailroom:
    """A mail server, and the folder in which it puts what it takes."""

    def __init__(self, folder: Path, *options: str, login: tuple[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        here = f"{HOST}:{self.port}"
        words = ["aiosmtpd", "-n", "-l", here, *options, "-c", "aiosmtpd.handlers.Mailbox"]
        if login is not None:
            words = ["tests.delivery.smtp_process", str(self.port)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", *words, str(folder), *(login or ())],
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
        )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + STARTS_S
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex((HOST, self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("the mail server did not start")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)

    def server(
        self, security: Literal["starttls", "tls", "none"], login: tuple[str, str] | None = None
    ) -> Server:
        user, password = login or (None, None)
        return Server(HOST, self.port, security, "vault@example.org", user, password)

    def taken(self) -> list[EmailMessage]:
        """Give the mails that were taken."""
        parser = BytesParser(EmailMessage, policy=email.policy.default)
        files = sorted((self.folder / "new").glob("*"))
        return [parser.parsebytes(file.read_bytes()) for file in files]
