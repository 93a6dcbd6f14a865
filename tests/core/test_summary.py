"""Summaries: whole sentences, well chosen, or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.markdown import read
from vaultskillet.core.summary import MAX_CHARS, TOP_CHARS, summarise

FILLER = (
    "There is a good deal more to be said of it, and all of that follows in the sections below, "
    "one after the other. Nothing of it would serve a reader who only looks for a first idea.\n"
)


def summary(body: str, title: str = "Sourdough") -> str | None:
    return summarise(read(body), title=title)


def test_the_sentence_that_tells_what_the_title_is_wins() -> None:
    body = f"We begin slowly and without any hurry here.\n\nSourdough is dough that rises \
through wild yeast and bacteria.\n\n{FILLER}"
    assert summary(body) == "Sourdough is dough that rises through wild yeast and bacteria."


def test_a_list_or_quotation_at_the_top_gives_way_to_a_paragraph() -> None:
    body = (
        f"- mix the flour with cold water\n\n> Bread is life, said somebody once upon a time.\n\n\
The starter is fed each morning with flour and with water.\n\n{FILLER}"
    )
    assert summary(body, "Feeding") == "The starter is fed each morning with flour and with water."


def test_headings_and_code_are_passed_over() -> None:
    body = f"# Bread\n\n```\ncode\n```\n\nThe starter is fed each morning with flour.\n\n{FILLER}"
    assert summary(body, "Feeding") == "The starter is fed each morning with flour."


def test_a_note_that_is_only_a_list_has_one_of_its_whole_sentences() -> None:
    items = "".join(f"- Step {n} needs quite some care and a warm place.\n" for n in "abcd")
    assert summary(items) == "Step a needs quite some care and a warm place."


def test_a_list_of_mere_things_has_no_summary() -> None:
    items = "".join(f"- a thing called {n}, and another one beside it\n" for n in "abcd")
    assert summary(items) is None


def test_a_short_sentence_is_joined_by_the_next() -> None:
    body = f"Sourdough is alive. It is a culture of yeast and bacteria in dough.\n\n{FILLER}"
    assert summary(body) == "Sourdough is alive. It is a culture of yeast and bacteria in dough."


@pytest.mark.parametrize(
    "behind",
    [
        f"It is {'so very alive ' * 12}and well.",
        "It wants to be fed with these:",
        "Yes. It is a culture of yeast.",
    ],
)
def test_a_short_sentence_stands_alone_where_nothing_behind_it_fits(behind: str) -> None:
    assert summary(f"Sourdough is alive. {behind}\n\n{FILLER}") == "Sourdough is alive."


@pytest.mark.parametrize(
    "telling",
    [
        "This short guide tells how to keep a starter alive over a holiday.",
        "Esta guía te ayuda a cuidar la masa madre durante las vacaciones.",
        "Neste pequeno guia aprende-se a tratar do fermento durante as férias.",
        "Cette page explique comment garder le levain en vie pendant les vacances.",
        "In dieser Anleitung geht es darum, den Ansatz im Urlaub am Leben zu halten.",
        "Questa guida spiega come tenere in vita il lievito durante le vacanze.",
    ],
)
def test_a_sentence_that_tells_what_the_note_is_for_wins(telling: str) -> None:
    body = f"Flour and water have fed us for ages, as bakers know.\n\n{telling}\n\n{FILLER}"
    assert summary(body) == telling


def test_a_sentence_that_leans_on_the_one_before_it_gives_way() -> None:
    body = f"Every kitchen in town once had a crock of it. It was sourdough, fed by hand each day. \
Sourdough was fed by hand each day.\n\n{FILLER}"
    assert summary(body) == "Sourdough was fed by hand each day."


@pytest.mark.parametrize(
    "line",
    ["Search engine optimization (SEO)", "It is optimization:", "SEO: search engine optimization."],
)
def test_a_name_or_a_label_gives_way(line: str) -> None:
    body = f"{line}\n\nThe starter is fed with flour each morning.\n\n{FILLER}"
    assert summary(body, "Search Engine Optimization") == (
        "The starter is fed with flour each morning."
    )


def test_what_a_summary_leads_to_is_shown_as_left_out() -> None:
    items = "".join(f"- {n}\n" for n in ("rye", "spelt", "wheat", "einkorn", "emmer", "barley"))
    assert summary(f"A sourdough can be made of all of these:\n\n{items}") == (
        "A sourdough can be made of all of these…"
    )


def test_a_sentence_that_only_leads_to_what_follows_gives_way() -> None:
    body = f"To feed the starter of a sourdough you need this:\n\n- flour\n\n\
Sourdough wants to be fed once a day, or twice in summer.\n\n{FILLER}"
    assert summary(body) == "Sourdough wants to be fed once a day, or twice in summer."


def test_words_that_the_note_comes_back_to_tell_what_it_is_about() -> None:
    body = (
        "My grandmother went to town on some Saturday in May.\n\n"
        "Yeast eats the sugar of flour and gives off some gas.\n\n"
        + "## Yeast and flour\n\n## Sugar and gas\n\n"
        * 10
    )
    assert summary(body, "Rising") == "Yeast eats the sugar of flour and gives off some gas."


def test_what_the_author_marks_as_the_abstract_wins() -> None:
    body = (
        f"The starter is fed each morning with flour and water.\n\n{FILLER}\n"
        "> [!abstract]\n> All that a kitchen needs to know of keeping a culture.\n"
    )
    assert summary(body, "Bread") == "All that a kitchen needs to know of keeping a culture."


@pytest.mark.parametrize(
    "line",
    [
        "import Bread from '~/Bread.astro'",
        "[!INCLUDE bread and all the rest of it]",
        ":::tip[Bread] You may want to bake some bread.",
        "{% include bread and all the rest of it %}",
    ],
)
def test_what_is_meant_for_a_program_is_passed_over(line: str) -> None:
    body = f"{line}\n\nThe starter is fed each morning with flour and with water.\n\n{FILLER}"
    assert summary(body, "Bread") == "The starter is fed each morning with flour and with water."


def test_only_the_first_sentences_of_a_note_are_looked_at() -> None:
    body = "".join(f"Plain words stand here and say nothing much {a}.\n\n" for a in "abcdefgh")
    assert summary(f"{body}Sourdough rises.") == "Plain words stand here and say nothing much a."


def test_what_begins_far_down_is_not_looked_at() -> None:
    late = "Sourdough, the word of the title, stands here far too late to be looked at."
    assert summary(f"```\n{'code ' * TOP_CHARS}\n```\n\n{late}\n\n{late}\n") is None


def test_chinese_sentences_are_joined_without_a_blank() -> None:
    body = "酸面团是活的。它是面团中的酵母和细菌的培养物,需要每天喂养面粉和水。\n\n" + "其他。" * 40
    assert (
        summary(body, "酸面团")
        == "酸面团是活的。它是面团中的酵母和细菌的培养物,需要每天喂养面粉和水。"
    )


def test_template_code_never_gets_in_but_the_title_does() -> None:
    body = f"{{{{fm.desc}}}} and so on and on.\n\n{{{{fm.title}}}} is dough that is alive and \
well.\n\n{FILLER}"
    assert summary(body) == "Sourdough is dough that is alive and well."


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Too short.",
        "- [[One]]\n- [[Two]]\n- [[Three]]\n- [[Four]]\n- [[Five and some more]]\n",
        "```\nprint('a long enough line of code, but code it is')\n```\n",
        "# A heading that is long enough but stands there all alone\n",
        "This single sentence is all there is, and to say it twice would help nobody.",
        "A whole note. Of small sentences. All so small. That none will do.\n"[:30],
        "{{ all of this is a template and no sentence of anybody's }}",
    ],
)
def test_where_nothing_would_do_there_is_no_summary(body: str) -> None:
    assert summary(body) is None


def test_a_sentence_that_is_too_long_is_cut_at_a_word() -> None:
    found = summary(f"Sourdough {'is very alive and ' * 40}well.\n\n{FILLER * 4}")
    assert found is not None
    assert found.endswith(("alive…", "very…", "is…", "and…"))
    assert len(found) <= MAX_CHARS


@given(st.text() | st.text(alphabet="aB .:!。．」\n"))
def test_a_summary_is_short_on_one_line_and_in_the_words_of_the_note(body: str) -> None:
    found = summary(body)
    assert found is None or (0 < len(found) <= MAX_CHARS and "\n" not in found)
    said = "".join(block.prose for block in read(body).blocks).replace(" ", "")
    assert found is None or found.removesuffix("…").replace(" ", "") in said
