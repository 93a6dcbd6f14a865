"""The real daemon embeds notes that it knows, once a model for that is configured."""

from __future__ import annotations

from pathlib import Path

from tests.daemon.process import QUICK, make_home, running
from tests.engines import server as acts
from tests.engines.server import Seen, serving


def embed(seen: Seen) -> acts.Act:
    data = [{"index": at, "embedding": [1.0, -1.0]} for at in range(len(seen.body["input"]))]
    return acts.give({"data": data})


def test_notes_that_were_known_before_are_embedded_at_the_start(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    for name in ("One", "Two"):
        home.note(f"{name}.md", f"{name} is a note on something of its own.\n".encode())
    with running(home, "run", "--once") as first:
        assert first.wait() == 0
    with serving() as server:
        server.script = embed
        home.config.write_text(
            f"{QUICK}embeddings: {{engine: openai, base_url: '{server.url}/v1'}}\n"
        )
        with running(home) as program:
            program.wait_until(lambda: len(server.seen) == 1)
            assert program.end() == 0
        assert sorted(text[:3] for text in server.seen[0].body["input"]) == ["One", "Two"]
