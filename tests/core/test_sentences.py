"""Sentences end where people end them; a cut divides nothing that is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.sentences import cut, leans, sentences_of


@pytest.mark.parametrize(
    ("prose", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("It costs 3.50 euros. Cheap.", ["It costs 3.50 euros.", "Cheap."]),
        ("Dr. J. Doe vs. Mr. X, e.g. in court. Yes.", None),
        ("Am 3. Mai kam er z.B. nach Bonn. Dann ging er.", None),
        ("It ended in 2019. Then came more.", ["It ended in 2019.", "Then came more."]),
        ("He said “Go.” She went.", ["He said “Go.”", "She went."]),
        ("今日は晴れ。「行こう！」と言った。", ["今日は晴れ。", "「行こう！」", "と言った。"]),
        ("你好吗？我很好。", ["你好吗？", "我很好。"]),
        ("오늘은 맑다. 내일은 비가 온다.", ["오늘은 맑다.", "내일은 비가 온다."]),
        ("Это см. ниже. Потом конец.", ["Это см. ниже.", "Потом конец."]),
        ("هل تعرف؟ نعم.", ["هل تعرف؟", "نعم."]),
        ("यह है। वह नहीं।", ["यह है।", "वह नहीं।"]),
        (
            "米ドル型と仮定する．次に，３．５倍とする．",
            ["米ドル型と仮定する．", "次に，３．５倍とする．"],
        ),
        ("Use tools (eg. Rasp, i.e. Saw). Rest.", ["Use tools (eg. Rasp, i.e. Saw).", "Rest."]),
        ("Wait... what? No", ["Wait... what?", "No"]),
        ("", []),
    ],
)
def test_sentences_end_where_people_end_them(prose: str, sentences: list[str] | None) -> None:
    found = sentences_of(prose)
    assert found == sentences if sentences is not None else len(found) == 2


@given(st.text(alphabet="aB .!?。」”1"))
def test_no_character_is_lost_between_sentences(prose: str) -> None:
    assert "".join(sentences_of(prose)).replace(" ", "") == prose.replace(" ", "")


def test_a_cut_never_divides_what_is_shown_as_one() -> None:
    family = "👩\u200d👩\u200d👧"
    for end in range(2, 12):
        assert cut(f"ab{family * 4}", end).removesuffix("…").removeprefix("ab") in {
            "",
            "a",
            family,
            family * 2,
        }
    assert cut("🇩🇪🇫🇷🇮🇹", 4) == "🇩🇪…"


@given(st.text(min_size=1), st.integers(2, 50))
def test_what_is_cut_fits_and_begins_as_before(text: str, max_chars: int) -> None:
    short = cut(text, max_chars)
    assert len(short) <= max_chars
    assert text.startswith(short.removesuffix("…"))
    assert short == text or short.endswith("…")


@pytest.mark.parametrize("text", ["It smells.", "“So what?”", "Dies ist gut.", "This one."])
def test_a_sentence_leans_on_the_one_before_by_its_first_word(text: str) -> None:
    assert leans(text)
    assert not leans(f"Bread: {text}")
