"""What the tests of the command line share: calling it, and a vault to call it on."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from vaultskillet.cli.main import main


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call of the command line ended."""

    code: int
    out: str
    err: str


Call = Callable[..., Ended]

HEAVY = {
    "apscheduler", "frontmatter", "httpx", "jinja2", "markdown_it", "phonenumbers", "rich",
    "pydantic", "vaultskillet.pipeline", "watchdog", "yaml",
}  # fmt: skip


def modules_of(*words: object) -> set[str]:
    """Give what is imported for a command, in a fresh interpreter."""
    program = (
        "import sys\n"
        "from vaultskillet.cli.main import main\n"
        "try: main()\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, *map(str, words)],
        check=True,
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[2],
    )
    return set(told.stderr.split())


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call the command line as a shell would, in this very process."""

    def run(*words: object, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "argv", ["vaultskillet", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        assert isinstance(code, int)
        return Ended(code, *capsys.readouterr())

    return run


@pytest.fixture(autouse=True)
def _put_logs_back() -> Iterator[None]:
    """Undo what a command does to the root logger."""
    root, ours = logging.getLogger(), logging.getLogger("vaultskillet")
    handlers, level = root.handlers[:], ours.level
    root.handlers = []
    yield
    root.handlers = handlers
    ours.setLevel(level)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Give a vault with a note that has something to say, and one that is a template."""
    home = tmp_path / "Notes"
    for name, text in {
        ".obsidian/templates.json": '{"folder": "Templates"}',
        ".obsidian/daily-notes.json": '{"folder": "Daily"}',
        "Templates/Day.md": "---\ncreated: {{date}}\n---\n",
        "Garden/Compost.md": (
            "---\ntags: [garden]\n---\n# Compost\n\n"
            "A compost bin smells when it is too wet, and it is too wet when there is too "
            "little paper in it. Worms do the rest, and like coffee grounds.\n"
        ),
    }.items():
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return home
