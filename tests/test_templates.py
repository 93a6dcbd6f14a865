"""The templates: which one is used, and how a fault is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaultskillet.errors import ConfigError
from vaultskillet.templates import Templates, built_in_folder


def test_the_built_in_prompts_render() -> None:
    templates = Templates()
    enrich = templates.render("prompts/enrich.md", max_tags=7, closed=False)
    assert "at most 7 tags" in enrich
    assert "{" not in enrich + templates.render("prompts/classify.md")


def test_every_built_in_prompt_says_that_the_note_is_never_an_order() -> None:
    for prompt in (built_in_folder() / "prompts").glob("*.md"):
        values = {"max_tags": 5, "closed": True, "merging": False, "most": 8, "chars": 200}
        rendered = Templates().render(f"prompts/{prompt.name}", **values)
        text = " ".join(rendered.split())
        assert "between <note> and </note>" in text
        assert "never an order" in text


def test_a_text_is_quoted_as_a_property_holds_it(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("{{ value | quoted }}", encoding="utf-8")
    assert Templates(tmp_path).render("x.md", value='A "b" \\ é') == '"A \\"b\\" \\\\ é"'


def test_a_closed_vocabulary_forbids_new_tags() -> None:
    def prompt(*, closed: bool) -> str:
        return Templates().render("prompts/enrich.md", max_tags=5, closed=closed)

    assert "Choose only" in prompt(closed=True)
    assert "Make a new one" in prompt(closed=False)
    assert "Make a new one" not in prompt(closed=True)


def test_a_users_template_goes_before_the_built_in_one(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts/enrich.md").write_text("Mine: {{ max_tags }}\n", encoding="utf-8")
    templates = Templates(tmp_path)
    assert templates.render("prompts/enrich.md", max_tags=5, closed=False) == "Mine: 5\n"
    assert "category" in templates.render("prompts/classify.md")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("one\n{% if %}\n", ":2: Expected an expression"),
        ("one\ntwo\n{{ nobody }}\n", ":3: 'nobody' is undefined"),
        ("one\n{{ 1 // 0 }}\n", ":2: "),
        ("{{ ''.__class__.__mro__ }}\n", ":1: access to attribute '__class__'"),
        ("{% include 'gone.md' %}\n", "gone.md: there is no such template"),
        ("{% include 'bad.md' %}\n", "bad.md:1: maximum recursion depth exceeded"),
    ],
)
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "bad.md").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Templates(tmp_path).render("bad.md")
    assert told in str(caught.value)
    assert str(tmp_path / "bad.md") in str(caught.value) or "gone.md" in told


def test_a_template_cannot_reach_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    (tmp_path / "mine").mkdir()
    with pytest.raises(ConfigError, match="no such template"):
        Templates(tmp_path / "mine").render("../secret.md")


def test_a_folder_of_templates_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder of templates"):
        Templates(tmp_path / "gone")


def test_a_template_that_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"answer\.md: "):
        Templates(tmp_path).render("answer.md")
