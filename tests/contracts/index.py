"""What every `Index` does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vaultskillet.core.model import Digest, Embedding, Features, NotePath
from vaultskillet.core.terms import link_term, words_of
from vaultskillet.ports.index import Index

BREAD = "flour water yeast dough oven crust"
STARS = "planet orbit telescope comet galaxy moon"


def note(name: str, text: str, *tags: str) -> Features:
    """Make the features of a note that says just this."""
    words = [*words_of(name), 0, *words_of(text)]
    terms = {**dict.fromkeys(filter(None, words), 1.0), link_term(name): 1.0}
    return Features(NotePath(f"{name}.md"), terms, tags, (), (name,), tuple(words))


def kitchen() -> list[Features]:
    return [note(f"Loaf{name}", f"{BREAD} {name * 3}", "baking") for name in ("a", "b", "c", "d")]


def moved(one: Features, folder: str) -> Features:
    """Make the features of the same note in a folder."""
    return replace(one, path=NotePath(f"{folder}/{one.path}"))


def embedding(signs: int, model: str = "model") -> Embedding:
    return Embedding(model, Digest(f"{signs:08x}"), signs.to_bytes(4, "little"))


def sky() -> list[Features]:
    return [note(f"Sky{name}", f"{STARS} {name * 3}", "space/near") for name in ("a", "b", "c")]


class IndexContract:
    """Subclass it with a fixture `index`: empty."""

    @pytest.fixture
    def index(self) -> Index:
        raise NotImplementedError

    def test_an_empty_index_knows_nothing(self, index: Index) -> None:
        assert index.similar(note("New", BREAD), limit=5) == ()
        assert index.tag_candidates(note("New", BREAD), limit=5) == ()
        assert index.tag_counts() == {}

    def test_putting_nothing_is_nothing(self, index: Index) -> None:
        index.put([])
        assert index.tag_counts() == {}

    def test_notes_on_the_same_matter_are_similar_and_best_first(self, index: Index) -> None:
        index.put([*kitchen(), *sky()])
        found = index.similar(note("New", BREAD), limit=3)
        assert all(one.path.startswith("Loaf") for one in found)
        scores = [one.score for one in found]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)

    def test_a_note_is_not_similar_to_itself(self, index: Index) -> None:
        index.put(kitchen())
        found = {one.path for one in index.similar(kitchen()[0], limit=9)}
        assert found == {"Loafb.md", "Loafc.md", "Loafd.md"}

    def test_a_note_that_may_not_be_named_is_not_found(self, index: Index) -> None:
        hidden, *others = kitchen()
        index.put([replace(hidden, listed=False), *others])
        assert hidden.path not in {one.path for one in index.similar(others[0], limit=9)}
        paths = [one.path for one in kitchen()]
        assert index.unlisted([*paths, NotePath("never.md")]) == {hidden.path}
        index.put([hidden])
        assert index.unlisted(paths) == frozenset()

    def test_a_note_whose_name_is_mentioned_comes_first(self, index: Index) -> None:
        index.put([*kitchen(), *sky()])
        asking = note("New", f"{BREAD} Skyb")
        assert index.similar(asking, limit=1)[0].path == "Skyb.md"

    @pytest.mark.parametrize("least", [0.05, 0.2, 0.5, 0.9, 1.0])
    @pytest.mark.parametrize("links", [(), ("Loafa", "Skyb", "deep/Loafa")])
    def test_only_what_is_related_enough_is_found_and_all_of_it(
        self, index: Index, links: tuple[str, ...], least: float
    ) -> None:
        others = [*kitchen(), *sky(), note("deep/Loafa", STARS), note("Yeast", "rise")]
        index.put([replace(one, links=links) for one in others])
        for asking in (*others, note("deep/New", f"{BREAD} Skyc Yeast"), note("Odd", "flour")):
            found = index.similar(asking, limit=5)
            enough = tuple(one for one in found if one.score >= least)
            assert index.similar(asking, limit=5, least=least) == enough

    def test_a_name_is_mentioned_only_whole(self, index: Index) -> None:
        index.put([*kitchen(), note("Night sky", STARS), note("Night owl", "feather beak")])
        found = index.similar(note("New", f"{BREAD} the night owl"), limit=1)
        assert [one.path for one in found] == ["Night owl.md"]

    def test_neighbours_lend_their_tags(self, index: Index) -> None:
        index.put([*kitchen(), *sky()])
        best, *rest = index.tag_candidates(note("New", BREAD), limit=5)
        assert best.tag == "baking"
        assert 0 < best.score < 1
        assert all(one.score <= best.score for one in rest)

    def test_a_tag_that_is_mentioned_is_likelier(self, index: Index) -> None:
        index.put([*kitchen(), *sky()])
        (plain,) = index.tag_candidates(note("New", BREAD), limit=1)
        (said,) = index.tag_candidates(note("New", f"{BREAD} baking"), limit=1)
        assert said.tag == plain.tag == "baking"
        assert said.score > plain.score

    def test_a_tag_is_mentioned_only_whole_and_best_in_the_title(self, index: Index) -> None:
        index.put([replace(one, tags=("night-sky", "night-owl")) for one in sky()])

        def scores(asking: Features) -> dict[str, float]:
            return {one.tag: one.score for one in index.tag_candidates(asking, limit=5)}

        in_text = scores(note("New", f"{STARS} night sky"))
        in_title = scores(note("Night sky", STARS))
        assert in_text["night-owl"] < in_text["night-sky"] < in_title["night-sky"]

    def test_a_tag_is_likelier_where_few_but_its_bearers_say_its_words(self, index: Index) -> None:
        index.put([replace(one, tags=("night-sky", "night-owl")) for one in sky()])
        index.put([note(f"N{name}", f"a parliament of night owl {name * 3}") for name in "efghi"])
        found = index.tag_candidates(note("New", f"{BREAD} night sky, night owl"), limit=5)
        assert [one.tag for one in found] == ["night-sky", "night-owl"]
        assert found[0].score > found[1].score

    def test_a_tag_is_likelier_where_more_notes_of_the_folder_bear_it(self, index: Index) -> None:
        index.put([moved(one, "Lists") for one in kitchen()])
        index.put([replace(moved(one, "Notes"), tags=()) for one in kitchen()])

        def likeliest(folder: str) -> float:
            (best,) = index.tag_candidates(moved(note("New", BREAD), folder), limit=1)
            return best.score

        assert likeliest("Lists") > likeliest("Elsewhere") == likeliest("Notes")

    def test_a_notes_own_tags_are_not_proposed_in_any_spelling(self, index: Index) -> None:
        index.put([*kitchen(), *sky()])
        found = index.tag_candidates(note("New", BREAD, "Baking"), limit=5)
        assert "baking" not in [one.tag for one in found]

    def test_a_tag_is_proposed_as_most_notes_spell_it(self, index: Index) -> None:
        index.put([replace(one, tags=("Baking",)) for one in kitchen()[:3]])
        index.put([*kitchen()[3:], *sky()])
        assert index.tag_candidates(note("New", BREAD), limit=1)[0].tag == "Baking"
        assert index.tag_counts() == {"Baking": 4, "space/near": 3}

    def test_a_colour_is_no_tag(self, index: Index) -> None:
        index.put([replace(one, tags=("c0ffee",)) for one in kitchen()] + sky())
        assert "c0ffee" not in [
            one.tag for one in index.tag_candidates(note("New", BREAD), limit=5)
        ]

    def test_what_is_put_again_is_replaced(self, index: Index) -> None:
        index.put([*kitchen(), *sky()])
        index.put([note("Loafa", STARS, "space/near")])
        assert index.tag_counts() == {"baking": 3, "space/near": 4}
        assert "Loafa.md" in {one.path for one in index.similar(note("New", STARS), limit=4)}
        assert "Loafa.md" not in {one.path for one in index.similar(note("New", BREAD), limit=3)}

    def test_the_last_of_two_in_a_batch_stands(self, index: Index) -> None:
        index.put([note("One", BREAD, "first"), note("One", BREAD, "second")])
        assert index.tag_counts() == {"second": 1}

    def test_what_is_forgotten_is_gone(self, index: Index) -> None:
        index.put([*kitchen(), *sky()])
        index.forget([one.path for one in kitchen()])
        index.forget([NotePath("never.md")])
        assert index.similar(note("New", BREAD), limit=9) == ()
        assert index.tag_counts() == {"space/near": 3}

    def test_a_moved_note_keeps_what_is_known_of_it(self, index: Index) -> None:
        index.put([*kitchen(), *sky()])
        index.move(NotePath("Loafa.md"), NotePath("Skya.md"))
        index.move(NotePath("never.md"), NotePath("Skyb.md"))
        found = {one.path for one in index.similar(note("New", BREAD), limit=9)}
        assert found == {"Skya.md", "Loafb.md", "Loafc.md", "Loafd.md"}
        assert index.tag_counts() == {"baking": 4, "space/near": 2}

    def test_moving_a_note_onto_itself_changes_nothing(self, index: Index) -> None:
        index.put(kitchen())
        index.move(NotePath("Loafa.md"), NotePath("Loafa.md"))
        assert index.tag_counts() == {"baking": 4}

    def test_embeddings_are_known_by_their_digest_until_the_note_goes(self, index: Index) -> None:
        index.put(kitchen())
        path, other = NotePath("Loafa.md"), NotePath("Loafb.md")
        index.put_embeddings({path: embedding(1), NotePath("never.md"): embedding(2)})
        digest = Digest("00000001")
        assert index.not_embedded({path: digest, other: digest}) == [other]
        assert index.not_embedded({path: Digest("changed")}) == [path]
        assert path not in index.never_embedded("model", limit=None)
        assert index.never_embedded("model", limit=1) == [other]
        assert path in index.never_embedded("another", limit=None)
        index.forget([path])
        index.put(kitchen())
        assert index.not_embedded({path: digest}) == [path]

    def test_a_renamed_note_keeps_its_embedding(self, index: Index) -> None:
        index.put(kitchen())
        index.put_embeddings({NotePath("Loafa.md"): embedding(1)})
        index.move(NotePath("Loafa.md"), NotePath("Bun.md"))
        assert index.not_embedded({NotePath("Bun.md"): Digest("00000001")}) == []
