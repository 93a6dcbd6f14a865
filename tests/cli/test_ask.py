"""Asking and classifying from the command line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Call, Ended
from tests.engines import server as acts
from tests.engines.server import Act, Handler, ScriptedServer, Seen, event, serving
from vaultskillet.engines.extractive import QUOTES

NOTE = "Garden/Compost.md"
ROOT = Path(__file__).parents[2]
HARD = "Why? Compare, because A, and hence B. Why not?"
WORDS = "Bread rises because yeast eats sugar and gives off gas. "


def is_classification(seen: Seen) -> bool:
    return "You sort texts" in seen.body["messages"][0]["content"]


def helpful(seen: Seen) -> Act:
    if is_classification(seen):
        return acts.complete('{"category": "reasoning", "complexity": "moderate"}')
    return acts.stream([event("Because "), event("of yeast."), event(finish="stop")])


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as server:
        server.script = helpful
        yield server


@pytest.fixture
def config(server: ScriptedServer, tmp_path: Path) -> Path:
    """Give a configuration for the server."""
    file = tmp_path / "config.yaml"
    file.write_text(
        f"engine: openai\nopenai: {{base_url: '{server.url}', max_retries: 0}}\n"
        "models: {gemma: {repo: small}, qwen: {repo: large}}\n",
        encoding="utf-8",
    )
    return file


@pytest.fixture
def run(call: Call, config: Path) -> Callable[..., Ended]:
    return lambda *words, **given: call(*words, "--config", config, **given)


def sent(server: ScriptedServer) -> list[tuple[str, str]]:
    """Give the model and the last message of each request."""
    return [(seen.body["model"], seen.body["messages"][-1]["content"]) for seen in server.seen]


# --- ask ----------------------------------------------------------------------------------


def test_the_answer_is_printed_and_nothing_else(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    assert run("ask", "Why does bread rise?") == Ended(0, "Because of yeast.\n", "")
    assert [model for model, _ in sent(server)] == ["small", "large"]


def test_verbose_tells_the_route_and_why(run: Callable[..., Ended]) -> None:
    ended = run("ask", "Why does bread rise?", "--verbose")
    assert ended.out == "Because of yeast.\n"
    assert "reasoning, moderate (small said so)\n" in ended.err
    assert "goes to qwen (reasoning, moderate)\n" in ended.err


def test_a_person_may_name_the_model(run: Callable[..., Ended], server: ScriptedServer) -> None:
    assert run("ask", "Why does bread rise?", "--model", "gemma").code == 0
    assert [model for model, _ in sent(server)] == ["small"]
    assert run("ask", "Why?", "--model", "gpt").code == 2


def test_the_question_may_come_on_stdin(run: Callable[..., Ended], server: ScriptedServer) -> None:
    assert run("ask", "-", stdin="Why does 麺 rise?".encode()).code == 0
    assert sent(server)[1][1] == "<request>\nWhy does 麺 rise?\n</request>"
    assert run("ask", "  ").err == "vaultskillet: the request is empty; say what to answer\n"


def test_a_note_is_brought_in_redacted_and_without_its_properties(
    run: Callable[..., Ended], vault: Path, server: ScriptedServer
) -> None:
    with (vault / NOTE).open("a", encoding="utf-8") as file:
        file.write("Ask ann@example.org.\n")
    assert run("ask", "Why does it smell?", "--note", NOTE, "--vault", vault).code == 0
    _, (_, asked) = sent(server)
    assert asked.startswith("Title: Compost\n<note>\n# Compost\n\nA compost bin smells")
    assert asked.endswith("Ask [EMAIL_1].\n</note>\n<request>\nWhy does it smell?\n</request>")
    assert "garden" not in asked


def test_notes_that_the_question_links_to_are_brought_in(
    run: Callable[..., Ended], vault: Path, server: ScriptedServer
) -> None:
    (vault / "Worms.md").write_text("Worms dig. Ask ann@example.org.\n", encoding="utf-8")
    (vault / "Diary.md").write_text("#homeskillet/skip Dear diary.\n", encoding="utf-8")
    asked = "What do [[worms]] dig, [[Diary]], [[Gone]], ann@example.org?"
    assert run("ask", asked, "--vault", vault).code == 0
    _, (_, sent_text) = sent(server)
    assert "# Worms\n\nWorms dig. Ask [EMAIL_1]." in sent_text
    assert sent_text.endswith("[[Gone]], [EMAIL_1]?\n</request>")
    assert "Dear diary" not in sent_text


def test_the_built_in_engine_quotes_the_note(call: Call, vault: Path) -> None:
    ended = call("ask", "When does it smell?", "--note", NOTE, "--vault", vault)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{QUOTES}\n\n> A compost bin smells when it is too wet")


def test_without_a_note_the_built_in_engine_says_what_it_lacks(call: Call) -> None:
    ended = call("ask", "When does it smell?")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "vaultskillet: the built-in engine only quotes from a text, and here is none; "
        "name a note, or configure a model\n"
    )


@pytest.mark.parametrize(
    ("properties", "more"),
    [
        ("private: true", ""),
        ("tags: [homeskillet/private]", ""),
        ("mood: good", "privacy: {folders: [Private]}"),
        ("password: hunter2Xk29fLq84vTz", "privacy: {on_findings: local}"),
    ],
)
def test_a_private_note_never_goes_to_a_hosted_engine(
    run: Callable[..., Ended],
    vault: Path,
    server: ScriptedServer,
    config: Path,
    *,
    properties: str,
    more: str,
) -> None:
    said = config.read_text().replace("max_retries", "local: false, max_retries")
    config.write_text(f"{said}{more}\n")
    (vault / "Private").mkdir()
    note = vault / "Private" / "Diary.md"
    note.write_text(f"---\n{properties}\n---\nDear diary.\n", encoding="utf-8")
    for words in (["What did I do?", "--note", "Private/Diary"], ["Sum up [[Diary]]"]):
        ended = run("ask", *words, "--vault", vault)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err == "vaultskillet: private, and no engine on this machine is configured\n"
    assert server.seen == []


@pytest.mark.parametrize(
    "case",
    [
        ("Off.md", "---\nhomeskillet: false\n---\nNo.\n", "`homeskillet: false` in its"),
        ("Skip.md", "No. #homeskillet/skip\n", "tagged #homeskillet/skip"),
        ("Templates/Day.md", "{{date}}\n", "template"),
        ("Broken.md", "---\na: [\n---\nNo.\n", "Broken.md"),
    ],
)
def test_a_note_that_is_left_alone_is_not_asked_about(
    run: Callable[..., Ended],
    vault: Path,
    server: ScriptedServer,
    case: tuple[str, str, str],
) -> None:
    name, text, because = case
    (vault / name).write_text(text, encoding="utf-8")
    ended = run("ask", "What is in it?", "--note", name, "--vault", vault)
    assert (ended.code, ended.out) == (1, "")
    assert because in ended.err
    assert len(ended.err.splitlines()) == 1
    assert server.seen == []


def test_a_note_that_there_is_not_is_a_wrong_command_line(
    run: Callable[..., Ended], vault: Path
) -> None:
    assert run("ask", "What?", "--note", "Nowhere", "--vault", vault).code == 2
    assert "no vault is named" in run("ask", "What?", "--note", "Nowhere").err


def test_an_engine_that_fails_is_one_line(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    server.say(acts.fail(500))
    ended = run("ask", "Why?", "--model", "qwen")
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1
    assert "hunter2" not in ended.err


def test_a_stream_that_breaks_off_keeps_what_came_and_fails(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    server.say(acts.stream([event(WORDS * 4)], then=acts.reset))
    ended = run("ask", "Why?", "--model", "qwen")
    assert ended.code == 1
    assert ended.out.startswith("Bread rises")
    assert ended.out.endswith("\n")
    assert len(ended.err.splitlines()) == 1


def asking_in_a_process(config: Path) -> subprocess.Popen[str]:
    """Start to ask the large model, in a process of its own."""
    program = "from vaultskillet.cli.main import main; main()"
    return subprocess.Popen(  # noqa: S603 - our own program, in a fresh interpreter
        [sys.executable, "-c", program, "ask", "Why?", "--model", "qwen", "--config", str(config)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
    )


def test_an_interrupt_ends_the_answer_and_the_models_writing(
    server: ScriptedServer, config: Path
) -> None:
    closed: list[bool] = []

    def babble(handler: Handler) -> None:
        try:
            acts.babble(handler)
        finally:
            closed.append(not handler.server.stopping.is_set())

    server.say(babble)
    with asking_in_a_process(config) as asking:
        assert asking.stdout is not None
        assert asking.stderr is not None
        assert asking.stdout.read(4) == "word"
        asking.send_signal(signal.SIGINT)
        assert asking.wait(timeout=10) == 130
        assert asking.stdout.read().endswith("\n")
        assert "Traceback" not in asking.stderr.read()
    server.shutdown()
    server.server_close()  # waits for what still answers
    assert closed == [True]


def test_a_reader_that_goes_away_is_no_fault(config: Path, server: ScriptedServer) -> None:
    server.say(acts.babble)
    with asking_in_a_process(config) as asking:
        assert asking.stdout is not None
        assert asking.stderr is not None
        asking.stdout.read(4)
        asking.stdout.close()
        assert asking.wait(timeout=10) in {0, 1, 141}
        assert "Traceback" not in asking.stderr.read()


# --- classify -----------------------------------------------------------------------------


def test_classify_says_what_where_to_and_why(call: Call) -> None:
    ended = call("classify", "Why is the sky blue, and compare it with Mars?")
    assert ended.code == 0
    assert ended.out.splitlines()[0].startswith("reasoning, simple (rules: ")
    assert ended.out.splitlines()[1] == "goes to gemma (reasoning, simple)"


def test_classify_asks_the_small_model_where_there_is_one(run: Callable[..., Ended]) -> None:
    assert run("classify", "Milk, bread, tea.").out == (
        "reasoning, moderate (small said so)\ngoes to qwen (reasoning, moderate)\n"
    )


def test_classify_gives_json_for_a_text_on_stdin(run: Callable[..., Ended]) -> None:
    told = json.loads(run("classify", "-", "--json", stdin=b"Milk, bread, tea.").out)
    assert told.pop("latency_ms") > 0
    assert told == {
        "category": "reasoning",
        "complexity": "moderate",
        "because": "small said so",
        "route": {
            "model": "qwen",
            "engine": "openai",
            "thinking": False,
            "because": "reasoning, moderate",
        },
    }


@pytest.mark.parametrize("act", [acts.fail(500), acts.complete("It is creative!"), acts.reset])
def test_classify_goes_by_rules_where_the_model_does_not_say(
    run: Callable[..., Ended], server: ScriptedServer, act: Act
) -> None:
    server.say(act)
    ended = run("classify", "Milk, bread, tea.")
    assert ended.code == 0
    assert ended.out.startswith("summary, simple (rules: no cue, so summary; simple; small did")
    assert len(ended.err.splitlines()) == 1
    assert "the model did not classify, so rules do" in ended.err


def test_what_ails_both_models_is_told_once(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    server.script = lambda _: acts.fail(500)
    ended = run("ask", HARD)
    assert ended.code != 0
    assert "did not classify" not in ended.err
    assert len(ended.err.splitlines()) == 1


def test_what_ails_the_small_model_alone_is_told_before_the_answer(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    server.script = lambda seen: acts.fail(500) if is_classification(seen) else helpful(seen)
    ended = run("ask", HARD)
    assert ended.out == "Because of yeast.\n"
    assert ended.err.count("the model did not classify, so rules do") == 1
