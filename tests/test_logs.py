"""The logs: where they go, how they look, and what never shows in them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.logs import MASK, LineFormatter, set_up

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
