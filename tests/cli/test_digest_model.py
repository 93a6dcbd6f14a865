"""A digest told by a model behind a real server on loopback."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.engines.server import Act, ScriptedServer, Seen, complete, fail, give, serving
from vaultskillet.core.prompt import estimate_tokens

NOON = 1_773_489_600
"""Of Saturday, 14 March 2026."""
CONTEXT = 2048
MAX_NEW = 300
NOTES = 90
NUMBERED = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)


def text_of(seen: Seen) -> str:
    return "\n".join(message["content"] for message in seen.body["messages"])


def tell(seen: Seen) -> Act:
    """Copy five of the lines, invent one, and answer what else is asked."""
    if seen.method == "GET":
        return give({"data": [{"id": "small"}, {"id": "large"}]})
    lines = NUMBERED.findall(seen.body["messages"][-1]["content"])
    said = [{"text": line.partition(": ")[2] or line, "from": [int(at)]} for at, line in lines[:5]]
    said.append({"text": "Nine elephants were bought at the fair.", "from": [1]})
    return complete(json.dumps({"statements": said}), prompt_tokens=100, completion_tokens=10)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as server:
        server.script = tell
        yield server


@pytest.fixture
def week(vault: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a vault with a week of many notes."""
    monkeypatch.setenv("TZ", "UTC")
    for at in range(NOTES):
        note = vault / f"Week/Matter {at}.md"
        note.parent.mkdir(exist_ok=True)
        words = f"Matter {at} came up again on that day, since the fence of plot {at} fell over."
        secret = "Ask jane.doe@example.org about it." if at % 9 == 0 else "It can wait for now."
        note.write_text(f"{words} {secret}\n", encoding="utf-8")
        os.utime(note, (NOON + at, NOON + at))
    private = vault / "Diary.md"
    private.write_text(
        "---\nprivate: true\n---\nA matter of the heart that is nobody's business.\n"
    )
    os.utime(private, (NOON, NOON))
    return vault


def config(server: ScriptedServer, file: Path) -> Path:
    model = f"{{repo: large, context_limit: {CONTEXT}, max_new_tokens: {MAX_NEW}}}"
    file.write_text(
        f"engine: openai\nopenai: {{base_url: '{server.url}', max_retries: 0}}\n"
        f"models: {{gemma: {{repo: small}}, qwen: {model}}}\n",
        encoding="utf-8",
    )
    return file


def test_many_notes_are_told_in_few_lines_each_with_its_note(
    call: Call, week: Path, server: ScriptedServer, tmp_path: Path
) -> None:
    file = config(server, tmp_path / "config.yaml")
    words = ("digest", "weekly", "--date", "2026-W11", "--vault", week, "--config", file)
    assert call(*words).code == 0
    text = (week / "Homeskillet/Digests/Digest weekly 2026-W11.md").read_text(encoding="utf-8")
    part = text.partition("## In short\n\n")[2].partition("\n\n")[0].splitlines()
    assert 1 <= len(part) <= 6
    for line in part:
        told, _, link = line.removeprefix("- ").partition(" [[")
        number = re.search(r"\d+", told)
        assert number is not None
        assert link == f"Matter {number[0]}]]"
    assert "elephants" not in text
    asked = [text_of(seen) for seen in server.seen if seen.method == "POST"]
    assert len(asked) == 3  # two shares, and what was said of them
    assert asked[-1].startswith("You shorten statements")
    assert all(estimate_tokens(one) + MAX_NEW <= CONTEXT for one in asked)
    shown = {line for one in asked for _, line in NUMBERED.findall(one)}
    assert sum(line.startswith("Matter ") for line in shown) >= NOTES
    assert "jane" not in "".join(asked)
    assert "heart" not in "".join(asked)
    assert "Diary" not in text


def test_where_the_model_is_away_the_rest_is_written_and_the_reason_told(
    call: Call, week: Path, server: ScriptedServer, tmp_path: Path
) -> None:
    server.script = lambda seen: tell(seen) if seen.method == "GET" else fail(500)
    file = config(server, tmp_path / "config.yaml")
    words = ("digest", "weekly", "--date", "2026-W11", "--vault", week, "--config", file)
    ended = call(*words)
    assert ended.code == 0
    assert "without statements, since the model did not answer: " in ended.out
    assert "hunter2" not in ended.out + ended.err
    text = (week / "Homeskillet/Digests/Digest weekly 2026-W11.md").read_text(encoding="utf-8")
    assert "## In short" not in text
    assert "[[Matter 7]]" in text or "more" in text
