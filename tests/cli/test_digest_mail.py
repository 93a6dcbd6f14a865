"""A digest by mail, from the command line to a real server on loopback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.delivery.mailroom import HOST, Mailroom

NOON = 1_773_489_600
"""Of Saturday, 14 March 2026."""


def test_a_digest_arrives_once_and_redacted(
    call: Call, vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    note = vault / "Garden/Compost.md"
    text = "Ask jane.doe@example.org about the compost bin, which smells of wet paper.\n"
    note.write_text(text, encoding="utf-8")
    os.utime(note, (NOON, NOON))
    file = tmp_path / "config.yaml"
    with Mailroom(tmp_path / "mail") as room:
        server = f"{{host: {HOST}, port: {room.port}, security: none, sender: vault@example.org}}"
        file.write_text(
            f"mail: {server}\ndigests: [{{name: weekly, mail_to: [me@example.org]}}]\n",
            encoding="utf-8",
        )
        words = ("digest", "weekly", "--date", "2026-W11", "--vault", vault, "--config", file)
        assert call(*words).code == 0
        assert call(*words).code == 0
        (mail,) = room.taken()
    assert mail["Subject"] == "Digest weekly 2026-W11"
    assert "[[Compost]]" in mail.get_content()
    assert "jane" not in mail.as_string()
