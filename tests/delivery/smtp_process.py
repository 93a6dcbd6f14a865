"""A strict mail server: `python -m tests.delivery.smtp_process PORT FOLDER USER PASSWORD`.

It wants the user and the password, and knows nobody at `nowhere.example`.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Strict(Mailbox):
    """Puts mails into a folder, but for some recipients."""

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if address.endswith("@nowhere.example"):
            return "550 there is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def main(port: str, folder: str, user: str, password: str) -> None:
    def check(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        known = LoginPassword(user.encode(), password.encode())
        return AuthResult(success=data == known, handled=False)

    Controller(
        Strict(Path(folder)), hostname="127.0.0.1", port=int(port), authenticator=check,
        auth_required=True, auth_require_tls=False,
    ).start()  # fmt: skip
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
