"""Nothing sensitive leaves: a vault of secrets, a server that records, and a key of ours."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Call, Ended
from tests.engines.server import Act, ScriptedServer, Seen, give, serving
from tests.packages import lay_down

# No secret stands whole in this file: a scanner would take it for a real one.
KEY = "".join(["sk-", "proj-", "Zq8vKx2Lw9Rt4Yb7Nc1Md6Fs3Hg5Jp0A"])  # noqa: FLY002 - see above
TOKEN = "".join(["gh", "p_", "Xk29fLq84vTz71mWc3RbY6nHs05JdEaUoPiG"])  # noqa: FLY002
PRIVATE = "plans that nobody may see"

# Note -> its text, the secret at the braces.
BODIES = {
    "Letter": ("ann.lee@example.org", "Write to {} about the spring."),
    "Number": ("+49 30 901820", "Call her: {}. It costs little."),
    "Token": (TOKEN, "The project goes on.\n\n```sh\nexport GH={}\n```\n"),
    "Prose": ("h8Kd!x2pQ", "The password is {}, mind that it is new."),
    "Table": ("Zt7#kLw2vB", "| Site | Password |\n| --- | --- |\n| shop | {} |\n"),
    "Server": ("s3cr3tPw9x", "It runs at postgres://app:{}@db.example.org/app since May."),
    "Callout": ("bob@example.net", "> [!note] Mail {}\n> about the roof.\n\nIt leaks."),
    "Link": ("carol@example.com", "See [[{}]] and [mail](mailto:{}) for more."),
    "Heading": ("+1 415 555 0132", "# Call {}\n\nOn Monday.\n"),
    "Tag": ("030-9018201", "---\ntags: ['tel-{}']\n---\nThe roof leaks."),
    "Property": ("hunter2hunter2", "---\npassword: {}\nsummary:\n---\nThe roof leaks again."),
    "Alias": ("dave@example.org", "---\naliases: ['{}']\ntags: [roof]\n---\nThe roof leaks."),
    "Broken": ("qW3rTy7uIo", "---\npassword: {}\n  - bad: [\n---\nThe roof leaks."),
    "Merge": ("eve@example.org", "<<<<<<< HEAD\n{}\n=======\nx\n>>>>>>> other\n"),
}
NAMES = {"Mail frank@example.org": "frank@example.org", "Ring +44 20 7946 0958": "+44 20 7946 0958"}
MADE_UP = ("gina@example.org", "030-9018202")
"""What a model says that stands in no note."""
SECRETS = {secret for secret, _ in BODIES.values()} | {PRIVATE}


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Give a vault in which every note holds a secret, and some are named by one."""
    folder = tmp_path / "vault"
    folder.mkdir()
    for name, (secret, text) in BODIES.items():
        (folder / f"{name}.md").write_text(text.replace("{}", secret), encoding="utf-8")
    for name in NAMES:
        (folder / f"{name}.md").write_text("The roof leaks since May.\n", encoding="utf-8")
    (folder / "Private.md").write_text(f"---\nprivate: true\n---\nHere: {PRIVATE}.\n")
    return folder


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, vault: Path, server: ScriptedServer) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(
        json.dumps(
            {
                "engine": "openai",
                "openai": {
                    "base_url": server.url,
                    "local": False,
                    "api_key": "${KEY}",
                    "max_retries": 0,
                },
                "obsidian": {"enabled": True, "vault_path": str(vault)},
            }
        )
    )
    return file


def echo(seen: Seen) -> Act:
    """Say what was asked, and an address and a key that a model may have learned."""
    if seen.body is None:
        return give({"data": []})
    asked = " ".join(message["content"] for message in seen.body["messages"])
    said = f"{asked[-150:]} Ask {MADE_UP[0]}, {KEY}."
    reply = json.dumps({"summary": said, "tags": ["roof", f"tel-{MADE_UP[1]}"]})
    return give({"choices": [{"message": {"content": reply}, "finish_reason": "stop"}]})


def read_all(folder: Path) -> str:
    """Give what all files below a folder hold."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return "\n".join(file.read_bytes().decode("utf-8", "replace") for file in files)


@pytest.fixture
def run(call: Call, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.setenv("KEY", KEY)

    def run(*words: object) -> Ended:
        return call(*words, "--config", config, "--state-dir", tmp_path / "state", "--verbose")

    return run


def leaks_in(texts: dict[str, str]) -> list[tuple[str, str]]:
    """Give where something turned up that was planted, or made up by a model."""
    planted = SECRETS | {KEY, *MADE_UP}
    return [(where, one) for where, text in texts.items() for one in planted if one in text]


def test_nothing_sensitive_leaves_the_note_it_stands_in(
    run: Call, vault: Path, server: ScriptedServer, tmp_path: Path
) -> None:
    before = read_all(vault)
    server.script = echo
    done = run("run", "--once")
    shown = [run("status", "--json").out, run("history").out, run("doctor").out]
    after = read_all(vault)
    sent = json.dumps([seen.body for seen in server.seen], ensure_ascii=False)
    assert done.code == 0
    because = "no engine on this machine is configured (`private: true` in its frontmatter)"
    assert f"private, and {because}" in shown[0]
    assert sent.count("The roof leaks") >= 5
    assert after.count("summary: ") > 10
    told = done.out + done.err
    state = read_all(tmp_path / "state")
    leaks = leaks_in({"sent": sent, "told": told, "shown": "".join(shown), "state": state})
    leaks += [(name, one) for name, one in NAMES.items() if one in sent + told]
    kept = SECRETS | set(NAMES.values()) | set(MADE_UP) | {KEY}
    leaks += [("notes", one) for one in kept if after.count(one) != before.count(one)]
    assert not leaks


def test_nothing_sensitive_is_in_what_waits_even_where_it_is_put_back_into_its_note(
    run: Call, vault: Path, server: ScriptedServer, config: Path, tmp_path: Path
) -> None:
    server.script = echo
    said = {"write": {"mode": "review"}, "safety": {"restore_in_note": True}}
    config.write_text(json.dumps(json.loads(config.read_text()) | said))
    before = read_all(vault)
    done = run("run", "--once")
    page = (vault / "Homeskillet/Review.md").read_text(encoding="utf-8")
    texts = {
        "told": done.out + done.err,
        "shown": run("review").out + run("review", "--json").out + run("status").out,
        "page": page,
        "state": read_all(tmp_path / "state"),
    }
    assert page.count("summary: ") > 10
    assert not leaks_in(texts)
    assert not [name for name in (*NAMES, "Private") if name in page]
    assert "ann.lee" not in page
    run("review", "--accept", "--all")
    after = read_all(vault)
    assert after.count("ann.lee@example.org") > before.count("ann.lee@example.org")
    kept = {secret for name, (secret, _) in BODIES.items() if name in ("Token", "Prose", "Server")}
    assert not [one for one in (*kept, *MADE_UP, KEY) if after.count(one) != before.count(one)]


def echo_as_error(seen: Seen) -> Act:
    """Refuse a request with all that it held in the reason."""
    return give({"error": {"message": f"{seen.headers} {seen.body} {MADE_UP}"}}, status=400)


def test_what_a_server_says_of_its_failure_is_told_nowhere(
    run: Call, vault: Path, server: ScriptedServer, tmp_path: Path
) -> None:
    before = read_all(vault)
    server.script = echo_as_error
    done = run("run", "--once")
    assert done.code == 1
    shown = "".join(run(*words).out for words in (["status", "--json"], ["status"], ["doctor"]))
    state = read_all(tmp_path / "state")
    assert "refused the request (400)" in shown
    assert not leaks_in({"told": done.out + done.err, "shown": shown, "state": state})
    assert read_all(vault) == before


PlugIn = Callable[[str, str, str], None]


@pytest.fixture
def plug_in(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlugIn:
    """Install a package, and let the configuration name the engine that is to be used."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "plugged", raising=False)

    def install(engine: str, code: str, entry: str) -> None:
        lay_down(site, "plugged", code, entry)
        said = {"engine": engine, "plugins": {"engines": {"mine": {"api_key": "${KEY}"}}}}
        config.write_text(json.dumps(json.loads(config.read_text()) | said))

    return install


ENGINE = """\
class Engine:
    model_id, local = "mine", False

    def __init__(self, settings):
        self.key = settings.options["api_key"]

    def load(self, repo):
        pass

    def generate_many(self, requests):
        raise RuntimeError(f"{self.key} {requests} {vars()}")

    generate = stream = generate_many

    def close(self):
        pass
"""
FILTER = """\
class BadgeFilter:
    name = "badge"

    def find(self, text):
        if "roof" in text:
            held = text
            raise RuntimeError(f"{held} {vars()}")
        return []
"""


@pytest.mark.parametrize(
    ("engine", "code", "entry"),
    [
        ("mine", ENGINE, "[vaultskillet.engines]\nmine = plugged:Engine\n"),
        ("extractive", FILTER, "[vaultskillet.filters]\nbadge = plugged:BadgeFilter\n"),
    ],
)
def test_what_a_plug_in_raises_is_told_nowhere(
    run: Call, plug_in: PlugIn, tmp_path: Path, *, engine: str, code: str, entry: str
) -> None:
    plug_in(engine, code, entry)
    done = run("run", "--once")
    assert done.code == 1
    shown = run("status", "--json").out + run("status").out
    told = done.out + done.err
    assert "(RuntimeError)" in told or "'badge' failed" in told
    state = read_all(tmp_path / "state")
    assert "Letter.md" in state
    assert not leaks_in({"told": told, "shown": shown, "state": state})
