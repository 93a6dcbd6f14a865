"""The tables of the index, each with what reads and writes it."""

from __future__ import annotations

from vaultskillet.store.counters import Counters, Statistics
from vaultskillet.store.database import Database
from vaultskillet.store.embeddings import Embeddings
from vaultskillet.store.graph import Graph
from vaultskillet.store.mentions import Names
from vaultskillet.store.postings import Postings
from vaultskillet.store.rows import Rows
from vaultskillet.store.vocabulary import Vocabulary


class Tables:
    """All of them; what was read lately is kept at hand until any of them changes."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self.counters = Counters(database)
        self.postings = Postings(database)
        self.names = Names(database)
        self.graph = Graph(database)
        self.vocabulary = Vocabulary(database)
        self.rows = Rows(database)
        self.embeddings = Embeddings(database)
        self._version: int | None = None

    def latest(self) -> Statistics:
        """Give the statistics as they stand; what another process changed is read anew."""
        statistics = self.counters.latest()
        if statistics.version != self._version:
            self.forget_recent()
            self._version = statistics.version
        return statistics

    def forget_recent(self) -> None:
        """Keep nothing at hand, since something changed."""
        self._version = None
        for table in (
            self.postings,
            self.names,
            self.graph,
            self.vocabulary,
            self.rows,
            self.embeddings,
        ):
            table.forget_recent()
