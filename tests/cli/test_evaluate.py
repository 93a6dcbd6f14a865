"""`eval`: what its author did in a vault is hidden, and looked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call, Ended
from tests.engines import server as acts
from tests.engines.server import ScriptedServer, Seen, serving

SECRET = "sk-proj-" + "a1B2c3D4e5F6g7H8i9J0" * 2
BEDS = "Raised beds want soil, and soil wants worms, straw and some shade in summer."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give a vault whose author links, tags and describes."""
    home = tmp_path / "Notes"
    home.mkdir()
    for name in ("Alder", "Birch", "Cedar", "Damson", "Elder"):
        (home / f"{name}.md").write_text(
            f"---\ntags: [garden]\n---\n{BEDS} {name} drops leaves on them.\n"
        )
    for n in range(30):
        letters = "abcdefghijklmnopqrstuvwxyz"
        word = letters[n % 26] * 4 + letters[n // 26]
        (home / f"Other {word}.md").write_text(f"All of this is about {word}, {word}s and more.\n")
    (home / "Beds.md").write_text(
        "---\ndescription: Straw keeps the soil moist.\ntags: [garden]\n---\n"
        f"{BEDS} Straw keeps the soil moist. See [[Alder]] and [[Birch|some trees]]. #garden\n"
    )
    (home / "Diary.md").write_text("---\nhomeskillet: false\n---\nSee [[Beds]] and [[Alder]].\n")
    return home


@pytest.fixture
def measure(call: Call, home: Path, tmp_path: Path) -> Callable[..., Ended]:
    return lambda *words: call("eval", "--vault", home, "--state-dir", tmp_path / "state", *words)


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file): (file.stat().st_mtime_ns, file.read_bytes()) for file in files}


def test_it_writes_nothing_and_leaves_no_state(
    measure: Callable[..., Ended], home: Path, tmp_path: Path
) -> None:
    before = snapshot(home)
    assert measure().code == 0
    assert snapshot(home) == before
    assert not (tmp_path / "state").exists()


def test_hidden_links_are_looked_for(measure: Callable[..., Ended]) -> None:
    told = json.loads(measure("--json").out)
    links = told["links"]
    assert (links["notes"], links["links"]) == (1, 2)
    assert links["recall_text_kept"] == 1.0
    assert 0 <= links["recall_text_hidden"] <= 1


def test_hidden_tags_are_looked_for_and_none_is_invented(measure: Callable[..., Ended]) -> None:
    tags = json.loads(measure("--json").out)["tags"]
    assert (tags["notes"], tags["tags"]) == (6, 6)
    assert (tags["recall_at"]["5"], tags["precision_at"]["1"]) == (1.0, 1.0)
    assert (tags["written_precision"], tags["invented_a_note"]) == (1.0, 0.0)


def test_what_only_an_author_knows_is_not_looked_for(
    measure: Callable[..., Ended], home: Path
) -> None:
    beds = (home / "Beds.md").read_text()
    (home / "Beds.md").write_text(beds.replace("[garden]", "[garden, todo]"))
    (home / "Rain.md").write_text("---\ntags: [todo]\n---\nRain fills the barrels.\n")
    tags = json.loads(measure("--json").out)["tags"]
    assert (tags["notes"], tags["tags"]) == (6, 6)


def test_summaries_are_compared_with_descriptions(measure: Callable[..., Ended]) -> None:
    summaries = json.loads(measure("--json").out)["summaries"]
    assert (summaries["descriptions"], summaries["summaries"]) == (1, 1)
    assert 0 < summaries["rouge_1"] <= 1


def test_a_person_is_told_in_a_few_lines(measure: Callable[..., Ended]) -> None:
    ended = measure()
    heads = [line.split(maxsplit=1)[0] for line in ended.out.splitlines()]
    assert heads == ["vault", "related", "tags", "suggested,", "summaries", "time", "memory"]
    assert "36 tried, by extractive" in ended.out
    assert ended.err == ""


def test_so_many_notes_are_tried_and_the_same_each_time(measure: Callable[..., Ended]) -> None:
    def tried() -> dict[str, Any]:
        told = dict(json.loads(measure("--json", "--limit", 7).out))
        return {key: told[key] for key in ("tried", "links", "tags", "summaries")}

    assert tried()["tried"] <= 7
    assert tried() == tried()


def test_a_vault_with_nothing_to_measure_says_so(call: Call, tmp_path: Path) -> None:
    home = tmp_path / "Bare"
    home.mkdir()
    (home / "One.md").write_text("Only this note, without link, tag or description.\n")
    ended = call("eval", "--vault", home, "--state-dir", tmp_path / "state")
    assert ended.code == 0
    assert ended.out.count("nothing to compare with") == 3


def test_where_no_note_can_be_tried_one_line_says_so(call: Call, tmp_path: Path) -> None:
    home = tmp_path / "Bare"
    home.mkdir()
    (home / "One.md").write_text("---\nhomeskillet: false\n---\nLeave it.\n")
    ended = call("eval", "--vault", home, "--state-dir", tmp_path / "state")
    assert ended.code == 0
    assert ended.out.startswith("no note could be tried")
    assert len(ended.out.splitlines()) == 1


def embed(seen: Seen) -> acts.Act:
    vectors = [[1.0, -1.0, float(len(text) % 3 - 1)] * 8 for text in seen.body["input"]]
    data = [{"index": at, "embedding": vector} for at, vector in enumerate(vectors)]
    return acts.give({"data": data})


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as running:
        running.script = embed
        yield running


def test_an_embedder_never_sees_what_is_hidden_when_it_is_looked_for(
    measure: Callable[..., Ended], server: ScriptedServer, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(f"embeddings: {{engine: openai, base_url: '{server.url}/v1', model: small}}\n")
    ended = measure("--config", file)
    assert "embedded by small" in ended.out
    beds = [t for seen in server.seen for t in seen.body["input"] if t.startswith("Beds\n")]
    assert any("some trees" in text and "[[" not in text for text in beds)
    assert any("some trees" not in text for text in beds)
    assert any("[[" in text and "#garden" not in text for text in beds)
    assert "[[" in beds[-1]
    assert "#garden" in beds[-1]  # it was put back


@pytest.mark.parametrize(
    ("note", "more"),
    [
        ("private: true\n---\nA day of rain.\n", ""),
        ("---\nA day of rain.\n", "privacy: {folders: [Diary]}"),
        (f"---\nA day of rain, and the key {SECRET} too.\n", "privacy: {on_findings: local}"),
    ],
)
def test_private_notes_go_to_no_other_machine(
    call: Call, server: ScriptedServer, tmp_path: Path, note: str, more: str
) -> None:
    home = tmp_path / "Notes" / "Diary"
    home.mkdir(parents=True)
    for name in ("Day", "Night"):
        (home / f"{name}.md").write_text(f"---\ndescription: It rained.\ntags: [a]\n{note}")
    (home.parent / "Open.md").write_text("An open note on something else.\n")
    where = f"base_url: '{server.url}/v1', local: false"
    file = tmp_path / "config.yaml"
    file.write_text(
        f"engine: openai\nopenai: {{{where}, max_retries: 0}}\n"
        f"embeddings: {{engine: openai, {where}}}\n{more}\n"
    )
    state = tmp_path / "state"
    ended = call("eval", "--vault", home.parent, "--state-dir", state, "--config", file)
    assert ended.code == 0
    sent = [seen.body for seen in server.seen]
    assert "open note" in json.dumps(sent)
    assert "rain" not in json.dumps(sent)
