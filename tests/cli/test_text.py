"""Redacting a text from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.packages import BADGE_ENTRY, BADGE_FILTER, lay_down

LETTER = "Write to ana@example.org or call +44 20 7946 0958.\n"


def test_redact_prints_the_text_as_a_model_would_see_it(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text(LETTER, encoding="utf-8")
    ended = call("redact", file)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "Write to [EMAIL_1] or call [PHONE_1].\n"


def test_redact_reads_stdin_and_lists_findings_without_their_values(call: Call) -> None:
    ended = call("redact", "-", "--json", stdin=LETTER.encode())
    found = json.loads(ended.out)
    assert found == [
        {"kind": "email", "start": 9, "end": 24},
        {"kind": "phone", "start": 33, "end": 49},
    ]


def test_redact_follows_the_configuration(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("safety: {redact_phones: false}", encoding="utf-8")
    ended = call("redact", "-", "--config", file, stdin=LETTER.encode())
    assert ended.out == "Write to [EMAIL_1] or call +44 20 7946 0958.\n"


def test_redact_names_a_file_that_it_cannot_read(call: Call, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\x00")
    assert call("redact", tmp_path / "binary").err.endswith("is not text in UTF-8\n")
    gone = call("redact", tmp_path / "gone")
    assert gone.code == 2
    assert "cannot be read: No such file" in gone.err


def test_redact_uses_the_filters_of_plug_ins(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_down(tmp_path, "badge_filter", BADGE_FILTER, BADGE_ENTRY)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert call("redact", "-", stdin=b"Badge K-7731").out == "Badge [SECRET_1]"


def test_a_plug_in_that_is_missing_is_one_line_and_exit_2(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("plugins: {filters: [badge]}", encoding="utf-8")
    ended = call("redact", "-", "--config", file, stdin=b"Badge K-7731")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "vaultskillet: plug-in 'badge' (vaultskillet.filters) is not installed; installed: none\n"
    )
