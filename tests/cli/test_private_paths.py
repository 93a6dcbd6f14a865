"""No way leads from a private note to an engine elsewhere: not one of the many that read notes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.engines.server import Act, ScriptedServer, Seen, give, serving

# No secret stands whole in this file: a scanner would take it for a real one.
TOKEN = "".join(["gh", "p_", "Xk29fLq84vTz71mWc3RbY6nHs05JdEaUoPiG"])  # noqa: FLY002 - see above
SECRET_WORDS = {
    "Marked.md": "quokkaville",
    "Tagged.md": "numbatshire",
    "HR/Pay.md": "wombatburgh",
    "Keys.md": "dingostead",
}
COMMON = "The roof of the barn leaks, and the carpenter comes on Monday to mend the roof.\n"


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Give a vault in which private notes are linked, embedded, alike, and asked about."""
    folder = tmp_path / "vault"
    (folder / "HR").mkdir(parents=True)
    marks = {
        "Marked.md": "---\nprivate: true\n---\n",
        "Tagged.md": "#homeskillet/private\n\n",
        "HR/Pay.md": "",
        "Keys.md": f"The key is {TOKEN}\n\n",
    }
    for name, word in SECRET_WORDS.items():
        task = f"- [ ] paint {word} ^t1\n"
        text = f"{marks[name]}# About {word}\n\n{COMMON}It is all about {word}.\n\n{task}"
        (folder / name).write_text(text, encoding="utf-8")
    names = [name.removesuffix(".md").rpartition("/")[2] for name in SECRET_WORDS]
    links = " ".join(f"[[{name}]] ![[{name}]] ![[{name}#^t1]]" for name in names)
    (folder / "Hub.md").write_text(f"# Hub\n\n{COMMON}\n{links}\n", encoding="utf-8")
    (folder / "Roof.md").write_text(f"# Roof\n\n{COMMON}Shingles are cheap.\n", encoding="utf-8")
    for n, name in enumerate(names):
        asked = f"#homeskillet Compare [[{name}]] with [[Roof]] and say why\n"
        (folder / f"Ask {n}.md").write_text(f"# Ask {n}\n\n{COMMON}\n{asked}", encoding="utf-8")
        thought = f"{COMMON}\n[[{name}]]\n\n#homeskillet/think\n"
        (folder / f"Think {n}.md").write_text(f"# Think {n}\n\n{thought}", encoding="utf-8")
    return folder


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as running:
        yield running


def answer(seen: Seen) -> Act:
    """Answer whatever was asked in a way that makes the most of it go on."""
    if seen.body is None:
        return give({"data": []})
    said = {
        "summary": "The roof leaks.", "tags": ["roof"], "category": "reasoning",
        "complexity": "complex", "title": "Roof", "claims": [], "answer": "Mend it.",
    }  # fmt: skip
    message = {"content": json.dumps(said)}
    return give({"choices": [{"message": message, "finish_reason": "stop"}]})


def test_no_way_leads_from_a_private_note_to_a_hosted_engine(
    call: Call, vault: Path, server: ScriptedServer, tmp_path: Path
) -> None:
    server.script = answer
    config = tmp_path / "config.yaml"
    said = {
        "engine": "openai",
        "openai": {"base_url": server.url, "local": False, "max_retries": 0},
        "obsidian": {"enabled": True, "vault_path": str(vault)},
        "privacy": {"folders": ["HR"], "on_findings": "local"},
        "watch": {"quiet_s": 0},
    }
    config.write_text(json.dumps(said))
    common = ("--config", config, "--state-dir", tmp_path / "state")
    question = "Why does it leak? Compare the reasons and think about what follows."
    words: list[tuple[object, ...]] = [("run", "--once")]
    words += [("process", name) for name in SECRET_WORDS]
    words += [("ask", question, "--note", name) for name in (*SECRET_WORDS, "Hub.md", "Ask 0.md")]
    words += [("digest", "daily"), ("digest", "weekly"), ("related", "Hub.md"), ("eval",)]
    words += [("rerun", "--stale", "all"), ("run", "--once")]
    for one in words:
        call(*one, *common)
    sent = json.dumps([seen.body for seen in server.seen], ensure_ascii=False)
    assert sent.count("The roof of the barn leaks") > len(SECRET_WORDS)
    leaked = {word for word in SECRET_WORDS.values() if word in sent}
    assert not leaked
    assert TOKEN not in sent
