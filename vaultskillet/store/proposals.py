"""The proposals: what waits for a verdict, with the values to plan it from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

from vaultskillet.core.model import (
    Category,
    Complexity,
    Digest,
    Draft,
    NotePath,
    RunId,
    Tier,
)
from vaultskillet.ports.proposals import PROPOSED, Proposal, Values, Verdict
from vaultskillet.ports.routes import RoutedWrite
from vaultskillet.store.codec import to_json_list
from vaultskillet.store.database import Database, Row

# The same again keeps its number, anything else gets one that nothing had before.
_PUT = """
INSERT OR REPLACE INTO proposals (number, path, source, said, related, seen, forced, at, route)
VALUES (
    (SELECT number FROM proposals WHERE path = ?1 AND said = ?3 AND related = ?4),
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
)
"""

_COLUMNS = "number, path, p.source, said, related, seen, forced, p.at, route"

_ALIVE = f"FROM proposals p JOIN ledger USING (path) WHERE outcome = '{PROPOSED}'"

_WAITING = f"""
SELECT * FROM (
    SELECT {_COLUMNS} {_ALIVE} AND verdict IS NULL
        AND (:paths IS NULL OR path IN (SELECT value FROM json_each(:paths)))
    ORDER BY number DESC LIMIT coalesce(:latest, -1)
) ORDER BY number
"""  # noqa: S608 - constants of ours

_DECIDED = f"""
SELECT verdict, {_COLUMNS} {_ALIVE} AND verdict IS NOT NULL
    AND path IN (SELECT value FROM json_each(?)) ORDER BY number
"""  # noqa: S608 - constants of ours

_NAMED = f"""
SELECT number, path {_ALIVE} AND verdict IS NULL
    AND number IN (SELECT value FROM json_each(?)) ORDER BY number
"""  # noqa: S608 - constants of ours

_LINKING_TO = """
SELECT related, number, path FROM proposals
WHERE EXISTS (
    SELECT 1 FROM json_each(related) WHERE value IN (SELECT value FROM json_each(?))
)
"""

_PRUNE = f"""
DELETE FROM proposals
WHERE path NOT IN (SELECT path FROM ledger WHERE outcome = '{PROPOSED}')
"""  # noqa: S608 - a constant of ours


class SqliteProposals:
    """The `Proposals` in a state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, proposals: Sequence[Proposal]) -> None:
        """Let proposals wait; an earlier one of the same note is replaced."""
        self._database.executemany(_PUT, map(_columns, proposals))

    def waiting(
        self, paths: Iterable[NotePath] | None = None, *, latest: int | None = None
    ) -> list[Proposal]:
        """Give what waits for a verdict, by number."""
        wanted = {"paths": to_json_list(paths), "latest": latest}
        return [_read(row) for row in self._database.query(_WAITING, wanted)]

    def decide(self, verdicts: Mapping[int, Verdict]) -> list[NotePath]:
        """Record what a person said of those that wait, by number; give their notes."""
        with self._database.transaction():
            named = self._database.query(_NAMED, (json.dumps(list(verdicts)),))
            self._database.executemany(
                "UPDATE proposals SET verdict = ? WHERE number = ?",
                [(verdicts[number], number) for number, _ in named],
            )
        return [NotePath(path) for _, path in named]

    def decided(self, paths: Iterable[NotePath]) -> list[tuple[Proposal, Verdict]]:
        """Give those of these notes of which somebody said something, by number."""
        rows = self._database.query(_DECIDED, (to_json_list(paths),))
        return [(_read(row[1:]), Verdict(row[0])) for row in rows]

    def begin(self, afters: Mapping[NotePath, Digest]) -> None:
        """Record that accepted ones are about to be written, and what the notes are then."""
        self._database.executemany(
            "UPDATE proposals SET after = ? WHERE path = ?",
            [(after, path) for path, after in afters.items()],
        )

    def begun(self, afters: Collection[Digest]) -> frozenset[NotePath]:
        """Give the notes of which a write that was begun leads to one of these."""
        rows = self._database.query(
            "SELECT path FROM proposals WHERE after IN (SELECT value FROM json_each(?))",
            (to_json_list(afters),),
        )
        return frozenset(NotePath(path) for (path,) in rows)

    def linking_to(self, targets: Iterable[NotePath]) -> list[NotePath]:
        """Give the notes that are to link to one of these, by path."""
        rows = self._database.query(_LINKING_TO, (to_json_list(targets),))
        return sorted(NotePath(path) for _, _, path in rows)

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Remove the proposals of these notes."""
        self._database.executemany(
            "DELETE FROM proposals WHERE path = ?", [(path,) for path in paths]
        )

    def move(self, old: NotePath, new: NotePath) -> None:
        """Follow a renamed note, also where others are to link to it."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE OR REPLACE proposals SET path = ? WHERE path = ?", (new, old)
            )
            self._database.executemany(
                "UPDATE proposals SET related = ? WHERE number = ?",
                [
                    (_paths_to_text(new if path == old else path for path in paths), number)
                    for text, number, _ in self._database.query(_LINKING_TO, (to_json_list([old]),))
                    for paths in [json.loads(text)]
                ],
            )

    def prune(self) -> int:
        """Remove those that wait no longer; give how many."""
        return self._database.execute(_PRUNE).rowcount


def _columns(one: Proposal) -> Row:
    values = one.values
    draft = values.draft
    return (
        one.path,
        one.source,
        json.dumps([draft.summary, draft.tags, draft.category], ensure_ascii=False),
        _paths_to_text(values.related),
        values.seen,
        values.force,
        one.at,
        _route_to_text(one.routed),
    )


def _paths_to_text(paths: Iterable[NotePath]) -> str:
    return json.dumps(list(dict.fromkeys(paths)), ensure_ascii=False)


def _route_to_text(routed: RoutedWrite | None) -> str | None:
    if routed is None:
        return None
    who = [routed.tier, routed.model, routed.category, routed.complexity]
    return json.dumps([routed.run, routed.at, *who, routed.because], ensure_ascii=False)


def _read(row: Row) -> Proposal:
    number, path, source, said, related, seen, forced, at, route = row
    summary, tags, category = json.loads(said)
    return Proposal(
        path=path,
        source=source,
        values=Values(
            Draft(summary, tuple(tags), category),
            tuple(json.loads(related)),
            Digest(seen),
            force=bool(forced),
        ),
        at=at,
        routed=_read_route(path, route),
        number=number,
    )


def _read_route(path: NotePath, text: str | None) -> RoutedWrite | None:
    if text is None:
        return None
    run, at, tier, model, category, complexity, because = json.loads(text)
    return RoutedWrite(
        path=path,
        run=RunId(run),
        at=at,
        tier=Tier(tier),
        model=model,
        category=Category(category),
        complexity=Complexity(complexity),
        because=because,
    )
