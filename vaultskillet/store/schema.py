"""The tables, as steps from each version of the database to the next."""

from __future__ import annotations

import sqlite3

from vaultskillet.core.links import file_key
from vaultskillet.errors import StoreError

QUEUE = """
CREATE TABLE queue (
    path TEXT PRIMARY KEY,
    generation INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    since REAL NOT NULL,              -- when it fell due: for the order, it holds nothing back
    not_before REAL NOT NULL,
    forced INTEGER NOT NULL,          -- the generation last put with force; 0: none
    attempts INTEGER NOT NULL DEFAULT 0,
    leased INTEGER NOT NULL DEFAULT 0, -- the generation that is leased; 0: none
    leased_until REAL NOT NULL DEFAULT 0,
    buried_at REAL,                   -- NULL: not buried
    because TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX queue_order ON queue (priority, since, path) WHERE buried_at IS NULL;
-- Never taken back, so that no job is mistaken for an earlier one of the same note.
CREATE TABLE queue_generation (last INTEGER NOT NULL);
INSERT INTO queue_generation VALUES (0);
"""

# No index on `raw`: it would double the cost of each write, and renames are rare.
LEDGER = """
CREATE TABLE ledger (
    path TEXT PRIMARY KEY,
    stamp TEXT NOT NULL,
    raw TEXT NOT NULL,
    source TEXT,
    recipe TEXT,
    outcome TEXT NOT NULL,
    because TEXT NOT NULL,
    run TEXT,
    at REAL NOT NULL,
    ownership TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE skipped (path TEXT PRIMARY KEY, because TEXT NOT NULL) WITHOUT ROWID;
"""

JOURNAL = """
CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL,
    at REAL NOT NULL,
    path TEXT NOT NULL,
    expects TEXT NOT NULL,
    after TEXT NOT NULL,
    edits BLOB NOT NULL,
    owned_before TEXT NOT NULL,
    owned_after TEXT NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'intended'
);
CREATE INDEX journal_path ON journal (path);
CREATE INDEX journal_intended ON journal (id) WHERE state = 'intended';
"""

RUNS_AND_META = """
CREATE TABLE runs (
    run TEXT PRIMARY KEY,
    started REAL NOT NULL,
    ended REAL,                   -- NULL: still going, or killed
    written INTEGER NOT NULL DEFAULT 0,
    left_alone INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

INDEX = """
CREATE TABLE index_state (version INTEGER NOT NULL, notes INTEGER NOT NULL);
INSERT INTO index_state VALUES (0, 0);
CREATE TABLE index_notes (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    tags TEXT NOT NULL,           -- JSON, as the user writes them
    terms BLOB NOT NULL           -- int64 each, strongest first; the first ones are posted
);
CREATE TABLE index_postings (
    term INTEGER PRIMARY KEY,
    notes BLOB                    -- (uint32 id, float32 weight) each; NULL: too common to keep
);
CREATE TABLE index_counters (page INTEGER PRIMARY KEY, counts BLOB NOT NULL);
CREATE TABLE index_names (note INTEGER NOT NULL, first INTEGER NOT NULL, words BLOB NOT NULL);
CREATE INDEX index_names_first ON index_names (first);
CREATE INDEX index_names_note ON index_names (note);
CREATE TABLE index_tags (
    tag TEXT PRIMARY KEY,         -- one spelling
    folded TEXT NOT NULL,
    notes INTEGER NOT NULL,
    first INTEGER,                -- NULL: the tag has no word to be mentioned by
    words BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX index_tags_folded ON index_tags (folded);
CREATE INDEX index_tags_first ON index_tags (first);
"""

# `recipe` was the digest of prompt, model and policy together; no prompt is ever equal to it.
ROUTES = """
ALTER TABLE ledger RENAME COLUMN recipe TO prompt;
ALTER TABLE ledger ADD COLUMN tier TEXT;
ALTER TABLE ledger ADD COLUMN model TEXT;
CREATE TABLE routes (
    path TEXT NOT NULL,
    run TEXT NOT NULL,
    at REAL NOT NULL,
    tier TEXT NOT NULL,
    model TEXT NOT NULL,
    category TEXT NOT NULL,
    complexity TEXT NOT NULL,
    because TEXT NOT NULL,
    fate TEXT NOT NULL,
    PRIMARY KEY (path, run)
) WITHOUT ROWID;
"""

ACTIVITY = """
CREATE TABLE activity (
    path TEXT NOT NULL,
    slot INTEGER NOT NULL,            -- which quarter of an hour since 1970
    at REAL NOT NULL,
    seen REAL NOT NULL,               -- 0: with the whole vault, the first time
    words INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    PRIMARY KEY (path, slot)
) WITHOUT ROWID;
CREATE INDEX activity_at ON activity (at);
CREATE INDEX activity_seen ON activity (seen);
CREATE TABLE births (path TEXT PRIMARY KEY, born REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX births_born ON births (born);
"""

DIGESTS = """
CREATE TABLE digests (
    name TEXT NOT NULL,
    rhythm TEXT NOT NULL,
    period TEXT NOT NULL,
    starts REAL NOT NULL,
    ends REAL NOT NULL,
    until REAL NOT NULL,              -- before `ends`: made before its period was over
    at REAL NOT NULL,
    outcome TEXT NOT NULL,
    because TEXT NOT NULL,
    path TEXT,
    PRIMARY KEY (name, rhythm, period)
) WITHOUT ROWID;
CREATE TABLE digest_jobs (
    name TEXT NOT NULL,
    rhythm TEXT NOT NULL,
    period TEXT NOT NULL,
    starts REAL NOT NULL,
    ends REAL NOT NULL,
    due REAL NOT NULL,
    named TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    not_before REAL NOT NULL,
    because TEXT NOT NULL,
    given_up INTEGER NOT NULL,
    PRIMARY KEY (name, rhythm, period)
) WITHOUT ROWID;
CREATE TABLE outbox (
    name TEXT NOT NULL,
    rhythm TEXT NOT NULL,
    period TEXT NOT NULL,
    channel TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,               -- redacted; emptied once it was sent
    attempts INTEGER NOT NULL,
    not_before REAL NOT NULL,
    because TEXT NOT NULL,
    sent_at REAL,                     -- NULL: not yet
    PRIMARY KEY (name, rhythm, period, channel)
) WITHOUT ROWID;
"""

# The notes that a link may mean, and the notes that a link of ours stands in.
LINKS = """
ALTER TABLE ledger ADD COLUMN name TEXT NOT NULL DEFAULT '';  -- the file's, as links compare it
UPDATE ledger SET name = file_key(path);
CREATE INDEX ledger_name ON ledger (name);
ALTER TABLE skipped ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE skipped SET name = file_key(path);
CREATE INDEX skipped_name ON skipped (name);
CREATE TABLE ledger_links (
    path TEXT NOT NULL,           -- where the link stands
    target TEXT NOT NULL,
    PRIMARY KEY (path, target)
) WITHOUT ROWID;
CREATE INDEX ledger_links_target ON ledger_links (target);
"""

UNLISTED = """
ALTER TABLE index_notes ADD COLUMN listed INTEGER NOT NULL DEFAULT 1;
"""

# Of the graph of links: a note's name is the hash that a link to it has, too.
GRAPH = """
ALTER TABLE index_notes ADD COLUMN name INTEGER NOT NULL DEFAULT 0;
CREATE INDEX index_notes_name ON index_notes (name);
ALTER TABLE index_names RENAME COLUMN first TO rarest;
CREATE TABLE index_links (
    note INTEGER NOT NULL,
    target INTEGER NOT NULL,      -- a name, whether or not a note has it
    PRIMARY KEY (note, target)
) WITHOUT ROWID;
CREATE INDEX index_links_target ON index_links (target);
CREATE TABLE index_targets (name INTEGER PRIMARY KEY, links INTEGER NOT NULL);
ALTER TABLE index_state ADD COLUMN links INTEGER NOT NULL DEFAULT 0;
"""

# What is in the index is learned anew from every note: the next sweep takes none for known.
RELEARN = """
DELETE FROM index_notes;
DELETE FROM index_postings;
DELETE FROM index_counters;
DELETE FROM index_names;
DELETE FROM index_tags;
UPDATE index_state SET version = version + 1, notes = 0;
UPDATE ledger SET stamp = '-1 0 0', raw = '';
"""

CALLS = """
ALTER TABLE ledger ADD COLUMN failed TEXT NOT NULL DEFAULT '';  -- why calls in the note failed
"""

EMBEDDINGS = """
CREATE TABLE index_embeddings (
    note INTEGER PRIMARY KEY,
    model TEXT NOT NULL,
    digest TEXT NOT NULL,         -- of the model and of the redacted text
    signs BLOB NOT NULL           -- a bit for each number of the vector
);
"""

# A saved note changes counters on nearly every page: they would be written anew, all of them.
RECOUNTS = """
CREATE TABLE index_recounts (
    version INTEGER PRIMARY KEY,
    slots BLOB NOT NULL,              -- uint32 each
    changes BLOB NOT NULL             -- int32 each: what is to be added to the counters there
);
"""

# A note may be proposed another thing, but no number ever means two.
PROPOSALS = """
CREATE TABLE proposals (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    said TEXT NOT NULL,               -- JSON: summary, tags, category; redacted
    related TEXT NOT NULL,            -- JSON: the paths of notes, best first
    seen TEXT NOT NULL,
    forced INTEGER NOT NULL,
    at REAL NOT NULL,
    route TEXT,                       -- JSON; NULL: no engine was asked
    verdict TEXT,                     -- NULL: nobody said anything yet
    after TEXT NOT NULL DEFAULT ''    -- what the note is once it is written; '': not begun
);
ALTER TABLE runs ADD COLUMN proposed INTEGER NOT NULL DEFAULT 0;
"""

# Each item lifts a database by one version. What was released is never changed, only added to.
MIGRATIONS = (
    QUEUE + LEDGER + JOURNAL + RUNS_AND_META + INDEX,
    ROUTES,
    LINKS,
    UNLISTED,
    GRAPH + RELEARN,
    CALLS,
    ACTIVITY + DIGESTS,
    EMBEDDINGS,
    RECOUNTS,
    PROPOSALS,
)


def is_current(connection: sqlite3.Connection) -> bool:
    """Say whether a database is of the newest version."""
    return _version_of(connection) == len(MIGRATIONS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database, new or old, to the newest version.

    Raises:
        StoreError: a newer vaultskillet made it.
    """
    if is_current(connection):
        return
    connection.create_function("file_key", 1, file_key, deterministic=True)
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again under the lock: another process may have been quicker.
        for step in MIGRATIONS[_version_of(connection) :]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _version_of(connection: sqlite3.Connection) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StoreError(
            "the state database was made by a newer vaultskillet: "
            "update this one, or name another folder with --state-dir"
        )
    return version


def _statements(script: str) -> list[str]:
    """Split a script; `executescript` would commit the transaction it runs in."""
    statements, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements
