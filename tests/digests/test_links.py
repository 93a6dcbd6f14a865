"""Every statement of a digest carries the link of its note, and the link leads there."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.digests.desk import DAY, Office, spec
from vaultskillet.core.model import NotePath, Reply, Request, Tier
from vaultskillet.core.periods import Unit

WIKILINK = re.compile(r"\[\[([^\]]*?)\]\]")
MORE = re.compile(r"- and \d+ more")
UNNAMED = re.compile(r"(\d+) more notes? (?:is|are) not named here")

NAMES = st.sampled_from(
    ["Plan", "plan", "PLAN B", "C# notes", "a^b", "x|y", "[[in]]", "in]", "50%% off", "Ends.",
     "2026-03-14", "日本", "Émile", "Home", "Plan.v2", "- item", "*star*", "_under_", "`code`"]
)  # fmt: skip
FOLDERS = st.sampled_from(["", "A/", "B/", "A/B/", "P#1/", "b/"])
TEXTS = st.sampled_from(
    ["A line of its own that says what this note is about, at some length.",
     "---\naliases: [Plan, Home]\n---\nIt goes by other names as well, and has words enough.",
     '---\nsummary: "See [[Nowhere]] and ![[x.png]] of https://example.com"\n---\nText.',
     "- [ ] a task of its own ^id1\n- [ ] another `one`\n- [x] done\n\n# H | x\n\n- [ ] third",
     "---\nstatus: done\n---\nIt was finished on that day, and that is that, for good.",
     "short", ""]
)  # fmt: skip
NOTES = st.dictionaries(st.tuples(FOLDERS, NAMES).map("".join), TEXTS, min_size=1, max_size=8)


def tell(_tier: Tier, requests: Sequence[Request]) -> list[Reply]:
    """Say of each note what its line says, as a model that copies would."""
    replies = []
    for request in requests:
        lines = (line.partition("] ")[2] for line in request.text.split("\n"))
        said = [{"text": line, "from": [at]} for at, line in enumerate(lines, 1)]
        replies.append(Reply(json.dumps({"statements": said[:6]}), "Qwen"))
    return replies


def unique(notes: dict[str, str]) -> dict[str, str]:
    """Leave out what a file system that folds case could not hold."""
    return dict({name.casefold(): (name, text) for name, text in notes.items()}.values())


def leads_to(link: str, paths: Sequence[str]) -> list[str]:
    """Find where Obsidian goes: to the path, else to the base name, whatever their case."""
    target = link.partition("|")[0].partition("#")[0].casefold()
    known = {path: path.removesuffix(".md").casefold() for path in paths}
    return [path for path, name in known.items() if name == target] or [
        path for path, name in known.items() if name.rpartition("/")[2] == target
    ]


def check(text: str, paths: Sequence[str]) -> None:
    body = text.partition("%% homeskillet")[2] or text
    for line in body.splitlines():
        if line.startswith("- ") and not MORE.match(line):
            assert WIKILINK.search(line), line
        for link in WIKILINK.findall(line):
            assert len(leads_to(link, paths)) == 1, (line, paths)
            assert "![[" not in line


@settings(max_examples=40, deadline=None)
@given(NOTES, st.data())
def test_every_line_links_to_one_note_that_is_there(
    notes: dict[str, str], data: st.DataObject
) -> None:
    notes = unique(notes)
    office = Office([spec("daily", if_empty="note")], ask=tell)
    for name, text in notes.items():
        office.world.vault.save(f"{name}.md", text.encode(), at=office.now)
    office.world.intake.sweep(settle=False)
    likely = [(NotePath(f"{one}.md"), NotePath(f"{two}.md")) for one in notes for two in notes]
    office.world.index.likeness = {pair: 0.9 for pair in likely if pair[0] != pair[1]}
    office.world.clock.step(DAY)
    renamed = data.draw(st.sets(st.sampled_from(sorted(notes)), max_size=2))
    gone = data.draw(st.sets(st.sampled_from(sorted(notes)), max_size=2)) - renamed
    for name in renamed:
        office.world.vault.save(f"Moved {name.replace('/', ' ')}.md", notes[name].encode())
    for name in renamed | gone:
        office.world.vault.remove(NotePath(f"{name}.md"))
    office.world.intake.sweep(settle=False)
    made = office.make(day=date(2026, 3, 14)).made
    assert made.path is not None
    paths = list(office.world.store.ledger.stamps())
    check(office.text(made.path), paths)


def test_what_cannot_be_linked_to_is_counted_and_not_named() -> None:
    office = Office()
    for name in ("C# notes", "a^b", "x|y", "in]", "Fine"):
        office.save(f"{name}.md", "A line of its own that says what this note is about, at length.")
    text = office.text(office.make().made.path or "")
    found = UNNAMED.search(text)
    assert found is not None
    assert found[1] == "4"
    assert re.findall(r"^- .*", text, re.MULTILINE) == [
        "- [[Fine]]: A line of its own that says what this note is about, at length."
    ]


def test_a_digest_of_a_week_names_notes_by_where_they_are_now() -> None:
    office = Office([spec("weekly", Unit.WEEKLY)])
    text = "A line of its own that says what this note is about, at some length."
    office.save("Old name.md", text)
    office.world.clock.step(DAY)
    office.world.vault.save("Sub/New name.md", text.encode(), at=office.now - DAY)
    office.world.vault.remove(NotePath("Old name.md"))
    office.world.intake.sweep(settle=False)
    told = office.text(office.make("weekly", date(2026, 3, 14)).made.path or "")
    assert "[[New name]]" in told
    assert "Old name" not in told


def test_likely_links_are_told_with_both_their_ends() -> None:
    office = Office()
    text = " ".join(["words of a note that says something of its own"] * 6)
    for name in ("One", "Two"):
        office.save(f"{name}.md", f"{text} {name}.")
    one, two = NotePath("One.md"), NotePath("Two.md")
    office.world.index.likeness = {(one, two): 0.9, (two, one): 0.8}
    told = office.text(office.make().made.path or "")
    assert told.partition("## Links that may be missing\n\n")[2].startswith(
        "- from [[One]] to [[Two]]: they have words in common\n"
    )


def test_no_link_is_suggested_that_is_there_or_leads_to_a_private_note_or_a_stub() -> None:
    office = Office()
    text = " ".join(["words of a note that says something of its own"] * 6)
    notes = {
        "One": text,
        "Linked": f"{text} [[One]]",
        "Stub": "Short.",
        "Me": f"{text} #homeskillet/private",
    }
    for name, content in notes.items():
        office.save(f"{name}.md", content)
    pairs = {
        (NotePath("One.md"), NotePath(f"{other}.md")): 0.9 for other in ("Linked", "Stub", "Me")
    }
    office.world.index.likeness = pairs
    assert "may be missing" not in office.text(office.make().made.path or "")


def test_notes_that_are_alike_are_told_as_a_theme() -> None:
    office = Office()
    paths = [NotePath(f"Garden/{name}.md") for name in ("Bed", "Path", "Hose")]
    for path in [*paths, NotePath("Tax.md")]:
        office.save(path, f"A line of its own that says what {path} is about, at some length.")
    office.world.index.likeness = {(a, b): 0.3 for a in paths for b in paths if a != b}
    told = office.text(office.make().made.path or "")
    assert re.search(r"## Themes\n\n- \*\*Garden\*\*: (\[\[\w+\]\](, )?){3}\n\n", told)
