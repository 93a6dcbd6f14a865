"""Embeddings of the notes, kept up to date in the index where a model for them is configured.

A note is never held up by them: where they fail, what is related is found by words alone, and the
note is embedded at the next occasion.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from vaultskillet.core import redact
from vaultskillet.core.embedding import digest_to_embed, signs_of, text_to_embed
from vaultskillet.core.model import Digest, Embedding, NotePath, SafeText
from vaultskillet.core.privacy import Privacy
from vaultskillet.errors import EngineError, EngineRefusedError, RedactionError, VaultError
from vaultskillet.looking import look_at
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import Embedder
from vaultskillet.ports.index import Index
from vaultskillet.ports.vault import Vault

log = logging.getLogger(__name__)

REST_S = 60.0
"""How long an embedder that failed is left alone, where it does not say."""

WITHHELD = Digest("")
"""Of a text that may not be embedded, or that the model refuses."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What of a note is embedded."""

    path: NotePath
    text: SafeText | None
    """None: no embedder may see it."""
    private: bool
    """Only an embedder on this machine may see it."""


def passage_of(path: NotePath, *, name: SafeText, text: SafeText, private: bool) -> Passage:
    """Give what of a redacted note is embedded."""
    return Passage(path, text_to_embed(name, text), private)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what of a note is embedded, as a trip would."""

    vault: Vault
    filters: redact.Policy
    tag: str
    """The tag that calls us, without `#`."""
    privacy: Privacy

    def read(self, path: NotePath) -> Passage:
        """Read a note; nothing of one that is left alone, or that cannot be read or redacted."""
        try:
            look = look_at(
                path, self.vault, tag=self.tag, filters=self.filters, privacy=self.privacy
            )
            _, name, text = redact.redact_all((look.title, look.name, look.text), self.filters)
        except (VaultError, RedactionError):
            return Passage(path, None, private=True)
        private = look.private is not None
        return passage_of(path, name=name.text, text=text.text, private=private)


class Meanings:
    """Has notes embedded, in batches, each text once.

    Args:
        embedder: makes the vectors.
        index: keeps what is kept of them.
        reader: reads notes that never were embedded.
        clock: tells how long a failed embedder rests.
        batch_size: most texts at once.
    """

    def __init__(
        self,
        embedder: Embedder,
        index: Index,
        reader: Reader,
        clock: Clock,
        *,
        batch_size: int,
    ) -> None:
        self._embedder = embedder
        self._index = index
        self._reader = reader
        self._clock = clock
        self._batch_size = batch_size
        self._rests_until = 0.0

    @property
    def model_id(self) -> str:
        """What the model is called."""
        return self._embedder.model_id

    def learn(self, passages: Iterable[Passage]) -> bool:
        """Embed those of these notes whose text is new; say whether that could be done."""
        known = {one.path: one for one in passages}
        digests = {path: self._digest_of(one) for path, one in known.items()}
        texts = {path: known[path].text for path in self._index.not_embedded(digests)}
        self._withhold(path for path in texts if digests[path] == WITHHELD)
        wanted = [
            (path, text)
            for path, text in texts.items()
            if text is not None and digests[path] != WITHHELD
        ]
        return all(
            self._learn_batch(dict(wanted[at : at + self._batch_size]), digests)
            for at in range(0, len(wanted), self._batch_size)
        )

    def read(self, paths: Iterable[NotePath]) -> bool:
        """Read notes, and embed those whose text is new; say whether that could be done."""
        return self.learn(map(self._reader.read, paths))

    def catch_up(
        self,
        *,
        limit: int | None = None,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> bool:
        """Embed notes that never were, as after the model was configured or became another one.

        Args:
            limit: at most so many; None: all.
            progress: told how many of how many were looked at.

        Returns:
            Whether there may be more that can be embedded now.
        """
        paths = self._index.never_embedded(self._embedder.model_id, limit=limit)
        for at in range(0, len(paths), self._batch_size):
            if not self.read(paths[at : at + self._batch_size]):
                return False
            progress(min(len(paths), at + self._batch_size), len(paths))
        return len(paths) == limit

    def release_idle(self) -> None:
        """Let the model leave the memory if nobody used it for long."""
        self._embedder.release_idle(self._clock.now())

    def _digest_of(self, passage: Passage) -> Digest:
        if not passage.text or (passage.private and not self._embedder.local):
            return WITHHELD
        return digest_to_embed(self._embedder.model_id, passage.text)

    def _learn_batch(
        self, texts: Mapping[NotePath, SafeText], digests: Mapping[NotePath, Digest]
    ) -> bool:
        """Embed some texts; say whether the embedder can go on."""
        if self._clock.now() < self._rests_until:
            return False
        try:
            vectors = self._embedder.embed(list(texts.values()))
        except EngineRefusedError as error:
            return self._after_refusal(texts, digests, error)
        except EngineError as error:
            self._rests_until = error.until or self._clock.now() + REST_S
            log.warning(
                "no embeddings for now; what is related is found by words alone",
                extra={"because": str(error)},
            )
            return False
        model = self._embedder.model_id
        self._index.put_embeddings(
            {
                path: Embedding(model, digests[path], signs_of(vector))
                for path, vector in zip(texts, vectors, strict=True)
            }
        )
        return True

    def _after_refusal(
        self,
        texts: Mapping[NotePath, SafeText],
        digests: Mapping[NotePath, Digest],
        error: EngineRefusedError,
    ) -> bool:
        """Find the text that is refused, and go without it."""
        if len(texts) == 1:
            log.warning("the model refuses to embed a note", extra={"because": str(error)})
            [path] = texts
            self._put_empty({path: digests[path]})
            return True
        return all(self._learn_batch({path: text}, digests) for path, text in texts.items())

    def _withhold(self, paths: Iterable[NotePath]) -> None:
        self._put_empty(dict.fromkeys(paths, WITHHELD))

    def _put_empty(self, digests: Mapping[NotePath, Digest]) -> None:
        model = self._embedder.model_id
        if digests:
            self._index.put_embeddings(
                {path: Embedding(model, digest, b"") for path, digest in digests.items()}
            )
