"""The index in SQLite: the contract, and what holds of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.index import (
    BREAD,
    STARS,
    IndexContract,
    embedding,
    kitchen,
    moved,
    note,
    sky,
)
from vaultskillet.core.likeness import expected_precision
from vaultskillet.core.model import Digest, Embedding, Features, NotePath, TagEvidence
from vaultskillet.core.tags import choose_tags
from vaultskillet.core.terms import hash_of
from vaultskillet.store.counters import MOST_PENDING, Counters
from vaultskillet.store.database import Database
from vaultskillet.store.index import SqliteIndex
from vaultskillet.store.postings import MAX_POSTINGS

TABLES = ("state", "notes", "postings", "counters", "names", "tags", "links", "targets")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "vault.db")
    yield database
    database.close()


class TestSqliteIndex(IndexContract):
    @pytest.fixture
    def index(self, database: Database) -> SqliteIndex:
        return SqliteIndex(database)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements that are run."""
    statements: list[str] = []
    connection = database._connection  # noqa: SLF001 - what reaches SQLite is what is tested
    connection.set_trace_callback(statements.append)
    yield statements
    connection.set_trace_callback(None)


def rows_of(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Give all that is kept, less what only counts how often it changed."""
    kept = {name: database.query(f"SELECT * FROM index_{name}") for name in TABLES}  # noqa: S608 - our own names
    kept["state"] = [row[1:] for row in kept["state"]]
    kept["postings"] = [row for row in kept["postings"] if row[1]]
    kept["counters"] = [tuple(Counters(database).latest().counts)]
    return kept


def test_what_was_undone_is_not_remembered(database: Database) -> None:
    index = SqliteIndex(database)
    index.put(kitchen())
    before = rows_of(database)

    def put_and_fail() -> None:
        with database.transaction():
            index.put(sky())
            raise LookupError

    with pytest.raises(LookupError):
        put_and_fail()
    assert rows_of(database) == before
    index.put(sky())
    index.forget([one.path for one in sky()])
    assert rows_of(database)["counters"] == before["counters"]


def test_two_processes_see_each_others_notes(database: Database) -> None:
    one, other = SqliteIndex(database), SqliteIndex(database)
    one.put(kitchen())
    assert len(other.similar(note("New", BREAD), limit=9)) == 4
    other.put(sky())
    one.forget([found.path for found in kitchen()])
    assert one.tag_counts() == {"space/near": 3}


def test_what_another_process_changes_is_seen_at_once(database: Database) -> None:
    one, other = SqliteIndex(database), SqliteIndex(database)
    one.put([*kitchen(), *sky()])
    asking = note("New", f"{BREAD} Skyb")
    assert one.similar(asking, limit=1)[0].path == "Skyb.md"
    other.move(NotePath("Skyb.md"), NotePath("deep/Skyb.md"))
    assert one.similar(asking, limit=1)[0].path == "deep/Skyb.md"
    other.forget([NotePath("deep/Skyb.md")])
    assert one.similar(asking, limit=1)[0].path != "deep/Skyb.md"


def test_a_note_is_looked_up_once_for_its_tags_and_its_links(database: Database) -> None:
    index = SqliteIndex(database)
    index.put([*kitchen(), *sky()])
    batch = [note(f"New{n}", f"{BREAD} {n}") for n in range(32)]
    for one in batch:
        index.tag_candidates(one, limit=5)
    with counted(database) as statements:
        for one in batch:
            index.similar(one, limit=5)
    assert not [one for one in statements if "index_postings" in one]


def test_of_names_that_share_a_word_only_those_are_compared_whose_words_meet(
    database: Database,
) -> None:
    index = SqliteIndex(database)
    index.put([note(f"Meeting with {name}", BREAD) for name in ("Ann", "Bob", "Eve")])
    text = note("New", "Eve asked for a meeting with Bob")
    mentioned = {one.path for one in index.similar(text, limit=9) if one.evidence.mention}
    assert mentioned == {"Meeting with Bob.md"}


def test_a_saved_note_is_counted_without_writing_all_counters(database: Database) -> None:
    index = SqliteIndex(database)
    for n in range(MOST_PENDING + 3):
        index.put([note(f"Loaf{n}", f"{BREAD} {n}")])
        assert len(database.query("SELECT * FROM index_recounts")) <= MOST_PENDING
        term = hash_of("flour")
        known, read = index.rarities([term]), SqliteIndex(database).rarities([term])
        assert known == read
    with counted(database) as statements:
        index.put([note("Skya", STARS)])
    assert not [one for one in statements if "INTO index_counters" in one]


def test_lost_counters_stop_no_note(database: Database) -> None:
    SqliteIndex(database).put(kitchen())
    database.execute("DELETE FROM index_counters")
    database.execute("DELETE FROM index_recounts")
    index = SqliteIndex(database)
    index.put(kitchen())
    index.forget([one.path for one in kitchen()])
    assert index.tag_counts() == {}


def test_no_word_of_a_note_can_be_read_in_the_database(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    database = Database(path)
    SqliteIndex(database).put([note("Title", "hunter secretword", "tag")])
    database.close()
    kept = b"".join(part.read_bytes() for part in tmp_path.iterdir())
    assert b"secretword" not in kept
    assert b"hunter" not in kept


def test_a_term_of_very_many_notes_keeps_no_list(database: Database) -> None:
    index = SqliteIndex(database)
    everywhere, twice = hash_of("everywhere"), hash_of("twice")
    index.put(
        [
            Features(NotePath(f"{n}.md"), {everywhere: 1.0} | ({twice: 1.0} if n < 2 else {}), ())
            for n in range(MAX_POSTINGS + 1)
        ]
    )
    lists: dict[int, bytes | None] = dict(database.query("SELECT term, notes FROM index_postings"))
    assert lists[everywhere] is None
    assert lists[twice]
    index.forget([NotePath(f"{n}.md") for n in range(2, MAX_POSTINGS + 1)])
    asked = Features(NotePath("0.md"), {everywhere: 1.0, twice: 1.0}, ())
    assert [one.path for one in index.similar(asked, limit=9)] == ["1.md"]


@given(st.lists(st.sampled_from([*kitchen(), *sky()]), unique_by=lambda one: one.path))
def test_putting_and_forgetting_in_any_order_leaves_nothing(notes: list[Features]) -> None:
    database = Database(None)
    index = SqliteIndex(database)
    before = rows_of(database)
    index.put(notes)
    index.put(notes[::2])
    for one in notes:
        index.forget([one.path])
    assert rows_of(database) == before
    database.close()


@given(st.builds(TagEvidence, st.floats(0, 1), st.floats(0, 1), st.booleans(), st.floats(0, 1)))
def test_more_votes_and_mentions_make_a_tag_likelier(evidence: TagEvidence) -> None:
    score = expected_precision(evidence)
    assert 0 < score < 1
    for more in (
        evidence._replace(share=1.0),
        evidence._replace(beside=1.0),
        evidence._replace(in_title=True),
        evidence._replace(mention=1.0),
    ):
        assert score <= expected_precision(more)


def test_notes_that_share_hardly_a_word_do_not_agree_on_a_tag(database: Database) -> None:
    index = SqliteIndex(database)
    words = ["".join(pair) for pair in zip("abcdefghijkl" * 3, "mnopqrstuvwx" * 3, strict=True)]
    tagged = [
        note(f"N{n}", " ".join(f"{word}{chr(97 + n)}q" for word in words) + " harbour", "shared")
        for n in range(6)
    ]
    filler = [note(f"F{n}", f"harbour {chr(97 + n)}zz{chr(97 + n)}yy") for n in range(9)]
    index.put([*tagged, *filler])
    stranger = note("Stranger", " ".join(f"{word}unlike" for word in words) + " harbour")
    assert choose_tags(index.tag_candidates(stranger, limit=9)) == ()


def test_a_tag_of_one_kind_of_note_is_not_given_to_another_kind(database: Database) -> None:
    index = SqliteIndex(database)
    lists = [note(name, f"rye wheat {name}", "categories") for name in ("breads", "cakes", "buns")]
    clippings = [note(name, f"rye wheat {name}") for name in ("pitta", "naan", "bagel")]
    index.put([moved(one, "Categories") for one in lists])
    index.put([moved(one, "Clippings") for one in clippings])
    index.put(sky())
    asked = note("Buy flour", "rye wheat flour")
    assert choose_tags(index.tag_candidates(moved(asked, "Categories"), limit=9)) == ("categories",)
    assert choose_tags(index.tag_candidates(moved(asked, "Clippings"), limit=9)) == ()


def strangers(count: int) -> list[Features]:
    return [note(f"N{'abcdefghijklmnopqrstuvwxyz'[n]}", "qx" + "z" * n) for n in range(count)]


def test_what_means_alike_is_similar_though_it_shares_no_word(database: Database) -> None:
    index = SqliteIndex(database)
    notes = strangers(20)
    index.put(notes)
    asked, like, *rest = (one.path for one in notes)
    index.put_embeddings({path: embedding(0xFFFF << n % 8) for n, path in enumerate(rest)})
    index.put_embeddings({asked: embedding(0b11), like: embedding(0b111)})
    best, *_ = index.similar(notes[0], limit=3)
    assert best.path == like
    assert best.evidence.meaning > 0.5


def test_embeddings_of_different_models_and_empty_ones_do_not_compare(database: Database) -> None:
    index = SqliteIndex(database)
    notes = strangers(20)
    index.put(notes)
    asked, like, refused, *rest = (one.path for one in notes)
    index.put_embeddings({path: embedding(0xFFFF << n % 8) for n, path in enumerate(rest)})
    index.put_embeddings({asked: embedding(0b11), like: embedding(0b11, "another")})
    index.put_embeddings({refused: Embedding("model", Digest(""), b"")})
    assert {one.path for one in index.similar(notes[0], limit=9)}.isdisjoint({like, refused})
    assert index.similar(notes[2], limit=9) == ()


def test_what_another_process_embedded_is_heeded(tmp_path: Path) -> None:
    ours, theirs = Database(tmp_path / "db"), Database(tmp_path / "db", alone=False)
    index, other = SqliteIndex(ours), SqliteIndex(theirs)
    notes = strangers(20)
    index.put(notes)
    assert index.similar(notes[0], limit=3) == ()
    other.put_embeddings({one.path: embedding(0xFFFF << n % 8) for n, one in enumerate(notes[2:])})
    other.put_embeddings({one.path: embedding(0b11) for one in notes[:2]})
    assert index.similar(notes[0], limit=3)[0].path == notes[1].path
    ours.close()
    theirs.close()
