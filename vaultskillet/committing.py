"""Write what was planned: journalled first, and notes of ours before those that link to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vaultskillet.core.model import (
    CreateNote,
    Failed,
    NotePath,
    Outcome,
    Overtaken,
    Plan,
    RemoveNote,
    Write,
    Written,
    digest_of,
)
from vaultskillet.errors import NoteGoneError, VaultError, WriteError
from vaultskillet.trip import GONE, Bundle, Ended, Kit


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of the journal's entries."""

    done: list[int]
    void: list[int]
    """Never written. One that failed on the disk is in neither list: it stays in doubt until
    somebody looks at the note."""
    own: dict[NotePath, int]
    """Note -> the entry of its own edits."""


_Fate = tuple[int, Written | Overtaken | VaultError]


def commit(bundles: Sequence[Bundle], kit: Kit, ended: Ended) -> Committed:
    """Write notes; the journal knows of each write before its first byte.

    A note whose new notes could not all be made is not written; what was made stays, and the
    next trip finds it.
    """
    if not bundles:
        return Committed([], [], {})
    parts = [part for bundle in bundles for part in (*bundle.notes, bundle.plan)]
    ids = iter(kit.store.journal.intend(parts, run=kit.run, now=kit.clock.now()))
    numbered = [([next(ids) for _ in bundle.notes], next(ids), bundle) for bundle in bundles]
    ours = [_write_of(note) for bundle in bundles for note in bundle.notes]
    made = iter(kit.vault.commit(ours) if ours else [])
    fates: list[_Fate] = []
    ready: list[tuple[int, Bundle]] = []
    for note_ids, own, bundle in numbered:
        shelved = [(id_, next(made)) for id_ in note_ids]
        fates += shelved
        amiss = [result for _, result in shelved if not isinstance(result, Written)]
        if amiss:
            ended[bundle.plan.note.path] = _outcome_of(amiss[0])
            fates.append((own, Overtaken("a note of ours is missing")))
        else:
            ready.append((own, bundle))
    fates += _commit_own(ready, kit, ended)
    vain = _remove_vain(numbered, kit, ended)
    return Committed(
        done=[id_ for id_, result in fates if isinstance(result, Written) and id_ not in vain],
        void=[
            id_
            for id_, result in fates
            if id_ in vain or not isinstance(result, Written | WriteError)
        ],
        own={bundle.plan.note.path: own for _, own, bundle in numbered},
    )


def _commit_own(ready: Sequence[tuple[int, Bundle]], kit: Kit, ended: Ended) -> Iterator[_Fate]:
    """Write the notes' own edits."""
    if not ready:
        return
    results = kit.vault.commit([_write_of(bundle.plan) for _, bundle in ready])
    for (own, bundle), result in zip(ready, results, strict=True):
        ended[bundle.plan.note.path] = _outcome_of(result)
        yield own, result


def _remove_vain(
    numbered: Sequence[tuple[list[int], int, Bundle]], kit: Kit, ended: Ended
) -> set[int]:
    """Remove the new notes to which no link will ever lead; give their entries.

    A note that is merely overtaken, or that the disk refused, will be tried again and then
    link to them.
    """
    made = [
        (id_, note)
        for ids, _, bundle in numbered
        if _is_final(ended[bundle.plan.note.path])
        for id_, note in zip(ids, bundle.notes, strict=True)
        if isinstance(note, CreateNote)
    ]
    removals = [RemoveNote(note.path, digest_of(note.content)) for _, note in made]
    results = kit.vault.commit(removals) if removals else []
    return {
        id_
        for (id_, _), result in zip(made, results, strict=True)
        if isinstance(result, Written | NoteGoneError)
    }


def _is_final(outcome: Outcome) -> bool:
    return isinstance(outcome, Failed) and not outcome.error.transient


def _write_of(part: CreateNote | Plan) -> Write:
    return part if isinstance(part, CreateNote) else part.writes[0]


def _outcome_of(result: Written | Overtaken | VaultError) -> Outcome:
    match result:
        case NoteGoneError():
            return GONE
        case VaultError():
            return Failed(result)
        case _:
            return result
