"""Notes related by what they mean, through a real server on loopback, from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Call, Ended
from tests.engines import server as acts
from tests.engines.server import Act, ScriptedServer, Seen, serving
from vaultskillet.cli.options import permitting
from vaultskillet.config import Config

PLANTS = ("Humus", "Mulch", "Peat")
STARS = tuple(f"{letter}star" for letter in "ABCDEFGHIJKLMNOPQRSTU")
SECRET = "sk-proj-" + "a1B2c3D4e5F6g7H8i9J0" * 2


def meaning(text: str) -> list[float]:
    """Give a vector that tells plants from stars, and within them one word from another."""
    is_plant = any(text.startswith(name) for name in PLANTS)
    own = [1.0 if (sum(map(ord, text[:5])) >> bit) & 1 else -1.0 for bit in range(8)]
    return [1.0 if is_plant else -1.0] * 24 + own


def embed(seen: Seen) -> Act:
    data = [{"index": at, "embedding": meaning(text)} for at, text in enumerate(seen.body["input"])]
    return acts.give({"data": data})


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as running:
        running.script = embed
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give a vault of notes that share no word that tells anything."""
    home = tmp_path / "Notes"
    home.mkdir()
    for name in (*PLANTS, *STARS):
        word = name.lower()[::-1]
        (home / f"{name}.md").write_text(
            f"Said of {word}: {word * 2} {word * 3} {word * 4}, all that there is to it.\n"
        )
    return home


@pytest.fixture
def run(call: Call, home: Path, server: ScriptedServer, tmp_path: Path) -> Callable[..., Ended]:
    file = tmp_path / "config.yaml"

    def run(*words: object, more: str = "", keys: str = "") -> Ended:
        file.write_text(
            f"embeddings: {{engine: openai, base_url: '{server.url}/v1', timeout_secs: 1{keys}}}\n"
            + more
        )
        where = ("--config", file, "--vault", home, "--state-dir", tmp_path / "state")
        return call(*words, *where)

    return run


def sent(server: ScriptedServer) -> list[str]:
    """Give every text that the server got."""
    return [text for seen in server.seen for text in seen.body["input"]]


def related_to(name: str, run: Callable[..., Ended]) -> list[str]:
    found = json.loads(run("related", name, "--json", "--limit", 3).out)["related"]
    return [one["path"] for one in found if "they mean alike" in one["because"]]


def test_notes_that_mean_alike_are_related_though_they_share_no_word(
    run: Callable[..., Ended],
) -> None:
    assert run("run", "--once").code == 0
    assert set(related_to("Mulch", run)) == {"Humus.md", "Peat.md"}


def test_each_text_is_sent_once_in_batches_and_again_when_it_changed(
    run: Callable[..., Ended], server: ScriptedServer, home: Path
) -> None:
    run("run", "--once", keys=", batch_size: 5")
    assert [len(seen.body["input"]) for seen in server.seen] == [5, 5, 5, 5, 4]
    run("run", "--once")
    run("related", "Mulch")
    assert len(server.seen) == 5
    (home / "Mulch.md").write_text("Straw and bark keep the soil moist in the summer heat.\n")
    run("run", "--once")
    assert sent(server)[24:] == ["Mulch\n\nStraw and bark keep the soil moist in the summer heat."]


def test_another_model_embeds_all_anew(run: Callable[..., Ended], server: ScriptedServer) -> None:
    run("run", "--once")
    run("run", "--once", keys=", model: other")
    assert len(sent(server)) == 48
    assert server.seen[-1].body["model"] == "other"


def test_what_is_sent_is_redacted(
    run: Callable[..., Ended], server: ScriptedServer, home: Path
) -> None:
    (home / "Key.md").write_text(f"Ask jane.doe@example.org for it, the key is {SECRET} by now.\n")
    run("run", "--once")
    [text] = [text for text in sent(server) if text.startswith("Key\n")]
    assert "[EMAIL_1]" in text
    assert SECRET not in text
    assert "jane" not in text


def test_private_notes_and_those_left_alone_go_to_no_other_machine(
    run: Callable[..., Ended], server: ScriptedServer, home: Path
) -> None:
    (home / "Diary").mkdir()
    (home / "Diary" / "Day.md").write_text("A day on which nothing at all was going on.\n")
    (home / "Peat.md").write_text("---\nprivate: true\n---\nPeat is dug out of old bogs.\n")
    (home / "Humus.md").write_text("---\nhomeskillet: false\n---\nHumus holds water well.\n")
    run("run", "--once", keys=", local: false", more="privacy: {folders: [Diary]}")
    names = {text.partition("\n")[0] for text in sent(server)}
    assert names == {*PLANTS, *STARS} - {"Peat", "Humus"}
    run("run", "--once", keys=", local: false", more="privacy: {folders: [Diary]}")
    assert len(sent(server)) == 22


@pytest.mark.parametrize("act", [acts.fail(500), acts.fail(401), acts.reset, acts.raw(b"no")])
def test_notes_are_done_without_embeddings_where_there_are_none(
    run: Callable[..., Ended], server: ScriptedServer, home: Path, act: Act
) -> None:
    server.say(act)
    (home / "Mulch.md").write_text(
        "Straw and bark keep the soil of the beds moist in summer. It rots within two years.\n"
    )
    ended = run("run", "--once")
    assert ended.code == 0
    assert "no embeddings for now" in ended.err
    assert "summary: " in (home / "Mulch.md").read_text()
    assert len(server.seen) == 1


def test_a_text_that_the_model_refuses_holds_no_other_up(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    def refuse(seen: Seen) -> Act:
        refused = any(text.startswith("Cstar") for text in seen.body["input"])
        return acts.fail(400) if refused else embed(seen)

    server.script = refuse
    run("run", "--once")
    assert set(related_to("Mulch", run)) == {"Humus.md", "Peat.md"}
    asked = len(server.seen)
    run("run", "--once")
    assert len(server.seen) == asked


def test_embeddings_are_within_the_budget(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    ended = run("run", "--once", keys=", batch_size: 4", more="budget: {calls: 2}")
    assert ended.code == 0
    assert len(server.seen) == 2
    assert "2 calls is used up" in ended.err


def test_a_dry_run_embeds_only_what_it_looks_at(
    run: Callable[..., Ended], server: ScriptedServer, home: Path
) -> None:
    run("related", "Mulch")
    assert len(sent(server)) == 1
    before = {file: file.read_bytes() for file in home.rglob("*.md")}
    run("run", "--once", "--dry-run")
    assert {file: file.read_bytes() for file in home.rglob("*.md")} == before


def test_doctor_looks_whether_the_server_embeds(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    assert "nomic-embed-text, 32 numbers" in " ".join(run("doctor").out.split())
    server.say(acts.fail(404))
    assert "knows no such model or address" in " ".join(run("doctor").out.split())


def test_off_may_be_written_as_it_is(call: Call, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("embeddings:\n  engine: off\n")
    where = ("--config", file, "--vault", home, "--state-dir", tmp_path / "state")
    assert call("related", "Mulch", *where).code == 0


def test_a_key_may_stand_in_a_file(
    run: Callable[..., Ended], server: ScriptedServer, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("k-123\n")
    (tmp_path / "key").chmod(0o600)
    run("related", "Mulch", keys=", api_key_file: key")
    assert server.seen[0].headers["Authorization"] == "Bearer k-123"


def test_money_wants_a_price(run: Callable[..., Ended]) -> None:
    ended = run("run", "--once", keys=", local: false", more="budget: {money: 1}")
    assert ended.code == 2
    assert "embeddings.price" in ended.err


def test_status_tells_what_embeds_and_what_it_was_asked(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    run("run", "--once")
    calls = len(server.seen)
    told = run("status").out
    assert "embedder nomic-embed-text\n" in told
    assert f"         {calls:,} calls (0 failed), " in told
    label = '{engine="openai",tier="embedder"}'
    assert f"vaultskillet_engine_calls_total{label} {calls}\n" in run("status", "--prometheus").out


def test_the_command_line_permits_to_fetch_either_sort_of_model() -> None:
    config = permitting(Config(), download=True)
    assert config.mlx.allow_download
    assert config.embeddings.allow_download


def test_calls_of_an_embedder_that_fail_are_counted(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    server.script = lambda _: acts.fail(500)
    run("run", "--once")
    assert json.loads(run("status", "--json").out)["use"]["embedder"]["failures"] == len(
        server.seen
    )
