"""The logs: where they go, how they look, and what never shows in them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.errors import ConfigError, StoreError
from vaultskillet.logs import MASK, LineFormatter, LogFile, set_up

LOG = logging.getLogger("vaultskillet.test")

SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=30).filter(
    lambda text: text not in MASK * 20
)


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    """Undo what `set_up` does to the root logger."""
    root, ours = logging.getLogger(), logging.getLogger("vaultskillet")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    root.handlers = []
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def logged(
    capsys: pytest.CaptureFixture[str], *, json_lines: bool = False, secrets: Iterable[str] = ()
) -> str:
    """Log one warning with fields, and give the line on stderr."""
    set_up(level=logging.INFO, json_lines=json_lines, secrets=secrets)
    LOG.warning("note left", extra={"path": "a b.md", "ms": 12, "key": "sk-hush"})
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("\n")
    return err[:-1]


def test_a_plain_line_has_time_level_message_and_fields(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert logged(capsys)[19:] == ' warning: note left path="a b.md" ms=12 key=sk-hush'


def test_a_json_line_is_one_object_with_the_fields_beside_the_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = json.loads(logged(capsys, json_lines=True))
    assert told.pop("at").endswith("+00:00")
    assert told == {
        "level": "warning",
        "logger": "vaultskillet.test",
        "message": "note left",
        "path": "a b.md",
        "ms": 12,
        "key": "sk-hush",
    }


def test_a_file_name_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    for json_lines in (False, True):
        set_up(level=logging.INFO, json_lines=json_lines, secrets=())
        LOG.warning("note left", extra={"path": "a\n2026-01-01 error: b"})
        assert capsys.readouterr().err.count("\n") == 1


def test_ours_show_from_the_given_level_and_libraries_from_warnings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up(level=logging.INFO, json_lines=False, secrets=())
    LOG.info("shown")
    LOG.debug("hidden")
    logging.getLogger("library").info("hidden")
    assert capsys.readouterr().err.count("\n") == 1


def test_setting_up_again_does_not_double_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    logged(capsys)
    assert logged(capsys).count("note left") == 1


@pytest.mark.parametrize("json_lines", [False, True])
def test_an_error_keeps_to_one_line_and_hides_secrets(
    capsys: pytest.CaptureFixture[str],
    json_lines: bool,  # noqa: FBT001 - pytest passes parameters by name
) -> None:
    set_up(level=logging.INFO, json_lines=json_lines, secrets=["sk-hush"])
    try:
        int("sk-hush")
    except ValueError:
        LOG.exception("broken")
    err = capsys.readouterr().err
    assert "ValueError" in err
    assert "sk-hush" not in err
    assert err.count("\n") == 1


def test_of_an_error_that_is_not_ours_only_its_kind_and_place_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up(level=logging.INFO, json_lines=True, secrets=())
    try:
        try:
            int("what a note says")
        except ValueError as error:
            raise StoreError("the disk is full") from error
    except StoreError:
        LOG.exception("broken")
    told = json.loads(capsys.readouterr().err)["error"]
    assert "StoreError: the disk is full\nwhich came of\n" in told
    assert told.endswith("\nValueError")
    assert "test_logs.py" in told
    assert "what a note says" not in told.replace('int("what a note says")', "")


def test_messages_and_fields_are_cleaned(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(level=logging.INFO, json_lines=True, secrets=(), clean=str.upper)
    LOG.warning("left %s", "a", extra={"path": Path("b.md"), "ms": 1, "all": ["c", {"d": "e"}]})
    told = json.loads(capsys.readouterr().err)
    assert told["message"] == "LEFT A"
    assert (told["path"], told["ms"], told["all"]) == ("B.MD", 1, ["C", {"D": "E"}])


@given(SECRETS, SECRETS, st.booleans())
def test_no_secret_survives_whatever_it_is_made_of(
    secret: str,
    other: str,
    json_lines: bool,  # noqa: FBT001 - Hypothesis passes by position
) -> None:
    formatter = LineFormatter(json_lines=json_lines, secrets=[other, secret])
    record = logging.makeLogRecord({"msg": "told", "args": (), "fact": f"<{secret}>"})
    line = formatter.format(record)
    assert f"<{secret}>" not in line
    assert json.dumps(f"<{secret}>", ensure_ascii=False) not in line


def test_a_text_too_short_for_a_secret_is_not_masked(capsys: pytest.CaptureFixture[str]) -> None:
    assert MASK not in logged(capsys, secrets=["no", ""])
    assert logged(capsys, secrets=["sk-hush"]).endswith(f"key={MASK}")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "run.log"


def log_to(file: Path, *, max_bytes: int = 1_000_000, keep: int = 1) -> None:
    set_up(
        level=logging.INFO,
        json_lines=True,
        secrets=["sk-hush"],
        file=LogFile(file, max_bytes, keep),
    )


def test_a_log_file_takes_the_place_of_stderr_and_hides_secrets(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_to(file)
    LOG.warning("note left", extra={"path": "Ü.md", "key": "sk-hush"})
    told = json.loads(file.read_text(encoding="utf-8"))
    assert (told["path"], told["key"]) == ("Ü.md", MASK)
    assert capsys.readouterr().err == ""


def test_a_full_file_is_put_aside_and_only_so_many_are_kept(file: Path) -> None:
    log_to(file, max_bytes=400, keep=2)
    for number in range(30):
        LOG.warning("note %d", number)
    assert sorted(each.name for each in file.parent.iterdir()) == [
        "run.log", "run.log.1", "run.log.2",
    ]  # fmt: skip
    assert all(each.stat().st_size <= 400 for each in file.parent.iterdir())
    assert "note 29" in file.read_text(encoding="utf-8")


def test_only_the_user_may_read_a_log_file_also_one_that_was_there(file: Path) -> None:
    file.parent.mkdir()
    file.touch()
    file.chmod(0o644)
    log_to(file, max_bytes=100)
    for _ in range(3):
        LOG.warning("a line that is long enough")
    assert {each.stat().st_mode & 0o777 for each in file.parent.iterdir()} == {0o600}


@pytest.mark.parametrize("blocked", ["folder", "parent"])
def test_a_log_that_cannot_be_written_is_one_clear_line(file: Path, blocked: str) -> None:
    if blocked == "folder":
        file.mkdir(parents=True)
    else:
        file.parent.touch()
    with pytest.raises(ConfigError) as caught:
        log_to(file)
    assert str(caught.value).startswith(f"{file}: logs cannot be written there (")
    assert "\n" not in str(caught.value)


def test_what_a_full_disk_does_not_take_goes_to_stderr(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_to(Path("/dev/full"))
    LOG.warning("note left")
    assert json.loads(capsys.readouterr().err)["message"] == "note left"
