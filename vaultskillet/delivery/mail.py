"""A digest by e-mail, through the user's own server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal

from vaultskillet.errors import DeliveryError

TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def send_mail(
    server: Server,
    recipients: Sequence[str],
    *,
    subject: str,
    text: str,
    now: float,
    context: ssl.SSLContext | None = None,
) -> None:
    """Hand in one mail; the text is Markdown, sent as plain text.

    Args:
        server: where.
        recipients: to whom.
        subject: one line.
        text: redacted.
        now: seconds since 1970 (UTC).
        context: whom to trust; None: whom the system trusts.

    Raises:
        DeliveryError: it was not taken; says whether another try makes sense.
    """
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"] = server.sender
    message["To"] = ", ".join(recipients)
    message["Date"] = formatdate(now)
    message["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2] or None)
    message.set_content(text)
    try:
        with _connect(server, context or ssl.create_default_context()) as session:
            if server.user and server.password:
                session.login(server.user, server.password)
            session.send_message(message)
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(f"{server.host} refused the user or the password") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise DeliveryError(f"{server.host} refused every recipient") from error
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(f"{server.host} answered {error.smtp_code}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"{server.host}:{server.port}: {_explain(error)}") from error


def _connect(server: Server, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    session = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    if server.security == "starttls":
        try:
            session.starttls(context=context)
        except BaseException:
            session.close()
            raise
    return session


def _explain(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
