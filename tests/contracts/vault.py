"""What every vault does; a test module gives the `bench` fixture and imports `VaultContract`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from vaultskillet.core.model import (
    ABSENT,
    CreateNote,
    Edit,
    EditNote,
    Found,
    NotePath,
    Overtaken,
    RemoveNote,
    Skipped,
    Written,
    digest_of,
)
from vaultskillet.errors import NoteGoneError
from vaultskillet.ports.vault import Vault

PATH = NotePath("thoughts/Idea.md")


@dataclass(frozen=True)
class Bench:
    """A vault that watches `thoughts`, and the editor that works on it."""

    vault: Vault
    save: Callable[[str, bytes], None]
    remove: Callable[[str], None]


def appended(content: bytes, after: bytes, path: NotePath = PATH) -> EditNote:
    """Plan to append to a note that holds these bytes."""
    return EditNote(path, digest_of(content), (Edit(len(content), b"", after),))


class VaultContract:
    """The suite."""

    def test_a_sweep_finds_a_note_under_the_stamp_that_reading_gives(self, bench: Bench) -> None:
        bench.save(PATH, b"a thought")
        assert list(bench.vault.sweep()) == [Found(PATH, bench.vault.read(PATH).stamp)]

    def test_a_sweep_finds_notes_outside_the_watched_folders_too(self, bench: Bench) -> None:
        bench.save("elsewhere/Note.md", b"text")
        assert [found.path for found in bench.vault.sweep()] == ["elsewhere/Note.md"]

    def test_an_empty_note_is_left_alone_with_its_reason(self, bench: Bench) -> None:
        bench.save(PATH, b"")
        assert list(bench.vault.sweep()) == [Skipped(PATH, "empty")]

    @pytest.mark.parametrize("content", [b"", b"a thought"])
    def test_find_judges_as_a_sweep_does(self, bench: Bench, content: bytes) -> None:
        bench.save(PATH, content)
        assert [bench.vault.find(PATH)] == list(bench.vault.sweep())

    def test_find_gives_none_where_no_note_is(self, bench: Bench) -> None:
        assert bench.vault.find(PATH) is None

    def test_only_the_watched_folders_are_watched(self, bench: Bench) -> None:
        paths = ["thoughts/a.md", "thoughts/deep/b.md", "thoughtsy/c.md", "d.md"]
        watched = [path for path in paths if bench.vault.is_watched(NotePath(path))]
        assert watched == ["thoughts/a.md", "thoughts/deep/b.md"]

    def test_reading_gives_the_very_bytes(self, bench: Bench) -> None:
        content = b"\xef\xbb\xbf---\r\na: 1\r\n---\r\n\xff\x00 no final newline"
        bench.save(PATH, content)
        assert bench.vault.read(PATH).content == content

    def test_reading_a_note_that_is_gone_says_so(self, bench: Bench) -> None:
        with pytest.raises(NoteGoneError, match=r"thoughts/Idea\.md"):
            bench.vault.read(PATH)

    def test_a_commit_replaces_the_spans_and_no_other_byte(self, bench: Bench) -> None:
        content = b"one\r\ntwo\nthree"
        bench.save(PATH, content)
        edits = (Edit(0, b"", b"zero "), Edit(5, b"two", b"TWO"), Edit(14, b"", b"!"))
        result = bench.vault.commit([EditNote(PATH, digest_of(content), edits)])
        file = bench.vault.read(PATH)
        assert file.content == b"zero one\r\nTWO\nthree!"
        assert result == [Written(PATH, file.stamp, digest_of(file.content))]

    def test_a_note_that_changed_since_is_overtaken_and_not_touched(self, bench: Bench) -> None:
        bench.save(PATH, b"the user's")
        before = bench.vault.read(PATH)
        [result] = bench.vault.commit([appended(b"another version", b"!")])
        assert isinstance(result, Overtaken)
        assert bench.vault.read(PATH) == before

    def test_nothing_to_change_means_nothing_written(self, bench: Bench) -> None:
        bench.save(PATH, b"same")
        before = bench.vault.read(PATH)
        [result] = bench.vault.commit([EditNote(PATH, digest_of(b"same"), ())])
        assert result == Written(PATH, before.stamp, digest_of(b"same"))
        assert bench.vault.read(PATH) == before

    def test_a_batch_answers_in_order_and_one_bad_write_costs_no_other(self, bench: Bench) -> None:
        for name in ("a", "b", "c"):
            bench.save(f"{name}/N.md", b"x")
        paths = [NotePath(f"{name}/N.md") for name in ("c", "gone", "a", "b")]
        results = bench.vault.commit([appended(b"x", b"y", path) for path in paths])
        assert [type(result) for result in results] == [Written, NoteGoneError, Written, Written]
        written = [result.path for result in results if isinstance(result, Written)]
        assert written == [paths[0], paths[2], paths[3]]

    def test_two_writes_to_one_note_follow_each_other(self, bench: Bench) -> None:
        bench.save(PATH, b"a")
        bench.vault.commit([appended(b"a", b"b"), appended(b"ab", b"c")])
        assert bench.vault.read(PATH).content == b"abc"

    def test_a_write_that_ran_already_is_overtaken_the_second_time(self, bench: Bench) -> None:
        bench.save(PATH, b"a")
        first, second = bench.vault.commit([appended(b"a", b"b")] * 2)
        assert isinstance(first, Written)
        assert isinstance(second, Overtaken)

    def test_a_new_note_is_made_with_the_folders_that_it_needs(self, bench: Bench) -> None:
        bench.save(PATH, b"a thought")
        new = NotePath("Homeskillet/Answers/What it is.md")
        [written] = bench.vault.commit([CreateNote(new, b"an answer")])
        file = bench.vault.read(new)
        assert written == Written(new, file.stamp, digest_of(b"an answer"))
        assert file.content == b"an answer"

    def test_a_new_note_never_takes_the_place_of_another(self, bench: Bench) -> None:
        bench.save(PATH, b"a thought")
        [result] = bench.vault.commit([CreateNote(PATH, b"an answer")])
        assert isinstance(result, Overtaken)
        assert bench.vault.read(PATH).content == b"a thought"

    def test_to_make_the_very_same_note_twice_is_to_make_it_once(self, bench: Bench) -> None:
        bench.save(PATH, b"a thought")
        write = CreateNote(NotePath("thoughts/new.md"), b"an answer")
        [first] = bench.vault.commit([write])
        [second] = bench.vault.commit([write])
        assert isinstance(first, Written)
        assert first == second

    def test_a_note_of_ours_is_removed(self, bench: Bench) -> None:
        bench.save(PATH, b"an answer")
        [result] = bench.vault.commit([RemoveNote(PATH, digest_of(b"an answer"))])
        assert isinstance(result, Written)
        assert result.raw == ABSENT
        with pytest.raises(NoteGoneError):
            bench.vault.read(PATH)

    def test_a_note_that_was_written_in_since_is_not_removed(self, bench: Bench) -> None:
        bench.save(PATH, b"an answer, and a remark on it")
        [result] = bench.vault.commit([RemoveNote(PATH, digest_of(b"an answer"))])
        assert isinstance(result, Overtaken)
        assert bench.vault.read(PATH).content == b"an answer, and a remark on it"

    def test_a_note_that_is_gone_cannot_be_removed_again(self, bench: Bench) -> None:
        bench.save(PATH, b"a thought")
        bench.remove(PATH)
        [result] = bench.vault.commit([RemoveNote(PATH, digest_of(b"a thought"))])
        assert isinstance(result, NoteGoneError)

    def test_new_notes_stand_before_what_is_written_after_them(self, bench: Bench) -> None:
        bench.save(PATH, b"a thought")
        new = CreateNote(NotePath("thoughts/new.md"), b"an answer")
        results = bench.vault.commit([new, appended(b"a thought", b" [[new]]")])
        assert [type(result) for result in results] == [Written, Written]
