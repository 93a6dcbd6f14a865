"""Nothing sensitive leaves: a whole run against a server that records what it is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.engines.server import give, serving
from vaultskillet.app import Mode, build
from vaultskillet.config import Config, Obsidian, OpenAI

# No key stands whole in this file: a scanner would take it for a real one.
KEY = "".join(["sk-", "proj-", "Zq8vKx2Lw9Rt4Yb7Nc1Md6Fs3Hg5Jp0A"])  # noqa: FLY002 - see above
PLANTED = {
    "email": "ann.lee@example.org",
    "phone": "+49 30 901820",
    "token": "".join(["gh", "p_", "Xk29fLq84vTz71mWc3RbY6nHs05JdEaUoPiG"]),  # noqa: FLY002 - see above
    "private": "plans that nobody may see",
}
ENRICHMENT = {"summary": "A note. Write to bob@example.net.", "tags": ["project"]}


def make_vault(root: Path) -> Path:
    root.mkdir()
    secrets = [PLANTED["email"], PLANTED["phone"], PLANTED["token"]]
    body = "The project goes on in spring. Call or write: {}. It costs little."
    for number, secret in enumerate(secrets):
        (root / f"Note {number}.md").write_text(body.format(secret), encoding="utf-8")
    private = f"---\nprivate: true\n---\nHere are {PLANTED['private']}, and why they are so.\n"
    (root / "Private.md").write_text(private, encoding="utf-8")
    return root


def test_no_planted_secret_leaves_the_vault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vault = make_vault(tmp_path / "vault")
    message = {"role": "assistant", "content": json.dumps(ENRICHMENT)}
    with serving() as server:
        server.say(give({"choices": [{"message": message, "finish_reason": "stop"}]}))
        config = Config(
            engine="openai",
            openai=OpenAI(base_url=server.url, api_key=SecretStr(KEY), local=False),
            obsidian=Obsidian(enabled=True, vault_path=vault),
        )
        with build(config, state_dir=tmp_path / "state", mode=Mode.WORK) as app:
            report = app.run_once()
            status = app.status()
    assert report.count("written") == 3
    assert ("Private.md", "private, and no engine on this machine is configured") in status.left
    sent = json.dumps([seen.body for seen in server.seen], ensure_ascii=False)
    assert [seen.method for seen in server.seen].count(
        "POST"
    ) == 6  # each note is classified, then enriched
    assert not [name for name, secret in PLANTED.items() if secret in sent]
    written = "".join(note.read_text(encoding="utf-8") for note in vault.glob("Note*.md"))
    assert "bob@example.net" not in written
    state = b"".join(file.read_bytes() for file in (tmp_path / "state").iterdir())
    assert not [name for name, secret in PLANTED.items() if secret.encode() in state]
    assert KEY.encode() not in state
    assert KEY not in caplog.text + repr(config)
