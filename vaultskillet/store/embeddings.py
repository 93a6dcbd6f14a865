"""The embeddings of notes in the database: a few dozen bytes each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from vaultskillet.core.embedding import nearest
from vaultskillet.core.model import Digest, Embedding
from vaultskillet.store.database import Database


class Embeddings:
    """Embeddings by the id of the note; there are some only where a model is configured."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        self._signs: dict[str, dict[int, int]] = {}
        """Model -> the signs of all notes, as numbers, of the models asked for since a change."""
        self._is_empty: bool | None = None
        """Nothing is asked for note by note where no model is configured; None: not known."""

    def put(self, embeddings: Mapping[int, Embedding]) -> None:
        """Insert or replace embeddings."""
        self._database.executemany(
            "INSERT OR REPLACE INTO index_embeddings VALUES (?, ?, ?, ?)",
            [(note, one.model, one.digest, one.signs) for note, one in embeddings.items()],
        )
        self.forget_recent()

    def forget(self, notes: Iterable[int]) -> None:
        """Drop the embeddings of notes."""
        self._database.executemany(
            "DELETE FROM index_embeddings WHERE note = ?", [(note,) for note in notes]
        )

    def digests(self, notes: Iterable[int]) -> dict[int, Digest]:
        """Give of what text and by what model each of these notes was embedded, if it was."""
        return dict(
            self._database.query(
                "SELECT note, digest FROM index_embeddings "
                "WHERE note IN (SELECT value FROM json_each(?))",
                (json.dumps(list(notes)),),
            )
        )

    def nearest(self, note: int, *, limit: int) -> dict[int, float]:
        """Give how much nearer than most the nearest notes are, 0 to 1; none if it has none."""
        if self._is_empty is None:
            self._is_empty = not self._database.query("SELECT 1 FROM index_embeddings LIMIT 1")
        if self._is_empty:
            return {}
        found = self._database.query("SELECT model FROM index_embeddings WHERE note = ?", (note,))
        if not found:
            return {}
        [(model,)] = found
        signs = self._signs_of(model)
        return nearest(note, signs, limit=limit) if note in signs else {}

    def forget_recent(self) -> None:
        """Keep nothing at hand, since something changed."""
        self._signs.clear()
        self._is_empty = None

    def _signs_of(self, model: str) -> dict[int, int]:
        if model not in self._signs:
            self._signs[model] = {
                note: int.from_bytes(signs, "little")
                for note, signs in self._database.query(
                    "SELECT note, signs FROM index_embeddings WHERE model = ? AND signs <> x''",
                    (model,),
                )
            }
        return self._signs[model]
