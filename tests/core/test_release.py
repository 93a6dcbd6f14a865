"""Letting a text go while it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core import redact
from vaultskillet.core.harmless import clean_markdown
from vaultskillet.core.release import HOLD_CHARS, release
from vaultskillet.errors import RedactionError

PROSE = "Bread rises because yeast eats sugar and gives off gas, which the gluten holds well. "
CASES = Path(__file__).parents[1] / "data" / "redaction" / "cases.jsonl"


def clean(text: str) -> str:
    return clean_markdown(text, resolves=lambda _: False, filters=redact.DEFAULT)


def in_pieces(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def sensitive_cases() -> list[str]:
    """Give every tenth case of the redaction's, with what is sensitive in it."""
    cases = []
    for line in CASES.read_text(encoding="utf-8").splitlines()[::10]:
        parts = json.loads(line)["text"]
        cases.append(
            "".join(part if isinstance(part, str) else "".join(*part.values()) for part in parts)
        )
    return cases


def test_text_comes_while_it_is_written_not_at_the_end() -> None:
    written: list[str] = []

    def write() -> list[str]:
        return [*in_pieces(PROSE * 5, 5)]

    def watched() -> Iterator[str]:
        for piece in write():
            written.append(piece)
            yield piece

    given_ = release(watched(), clean, most=10_000)
    first = next(given_)
    assert (PROSE * 5).startswith(first)
    assert len("".join(written)) < HOLD_CHARS + 2 * len(PROSE)
    assert first + "".join(given_) == (PROSE * 5).strip()


@pytest.mark.parametrize("text", ["", " \n", "Yes.", "One.\n\nTwo."])
def test_a_short_text_comes_at_once(text: str) -> None:
    assert list(release([text], clean, most=100)) == [text] * bool(text.strip())


@given(
    st.text(alphabet="ab .,\n#*`-1", max_size=400),
    st.integers(1, 60),
)
def test_the_pieces_joined_are_the_clean_text(text: str, size: int) -> None:
    whole = PROSE + text + PROSE
    assert "".join(release(in_pieces(whole, size), clean, most=10_000)) == clean(whole)


@pytest.mark.parametrize("case", sensitive_cases())
def test_nothing_sensitive_is_let_go(case: str) -> None:
    whole = f"{PROSE}\n\n{case}\n\n{PROSE * 2}"
    assert "".join(release(in_pieces(whole, 9), clean, most=10_000)) == clean(whole)


def test_all_that_was_let_go_is_the_beginning_of_a_clean_text() -> None:
    text = PROSE + "See [the page](https://example.org/" + "far/" * 40 + "away) for it. " + PROSE
    shown = ""
    for piece in release(in_pieces(text, 3), clean, most=10_000):
        shown += piece
        assert "https" not in shown
    assert shown.endswith(PROSE.strip())


def test_what_comes_to_be_cleaned_in_another_way_goes_on_from_there() -> None:
    def shout_once_long(text: str) -> str:
        return text.upper() if len(text) > 300 else text

    text = "word " * 80
    said = "".join(release(in_pieces(text, 10), shout_once_long, most=10_000))
    assert said.startswith("word ")
    assert said.endswith(text.upper())


def test_a_text_without_end_is_left() -> None:
    def endless() -> Iterator[str]:
        while True:
            yield PROSE

    assert len("".join(release(endless(), str, most=1000))) < 1000 + 2 * len(PROSE)


def test_a_text_without_blanks_is_held_until_its_end() -> None:
    assert list(release(["x" * 50] * 9, str, most=10_000)) == ["x" * 450]


def test_cleaning_that_fails_lets_nothing_more_go() -> None:
    def fail(text: str) -> str:
        raise RedactionError(text[:1])

    with pytest.raises(RedactionError):
        list(release([PROSE], fail, most=100))
