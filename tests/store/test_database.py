"""The one connection: transactions, damage, copies, plain errors."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
import threading
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from vaultskillet.core.links import file_key
from vaultskillet.errors import StoreError
from vaultskillet.store.database import Database
from vaultskillet.store.queue import SqliteQueue
from vaultskillet.store.schema import MIGRATIONS

PUT = "INSERT OR REPLACE INTO meta VALUES (?, ?)"


def keys(database: Database) -> list[str]:
    return [key for (key,) in database.query("SELECT key FROM meta ORDER BY key")]


def files_of(path: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        part.name: (part.stat().st_mtime_ns, part.stat().st_size, part.read_bytes())
        for part in path.parent.iterdir()
        if not part.name.endswith("-shm")
    }


def put_then_fail(database: Database) -> None:
    with database.transaction():
        database.execute(PUT, ("a", "1"))
        raise StoreError


def damage(path: Path) -> None:
    """Overwrite every page but the first, as a failing disk would."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))


def test_what_was_written_is_there_when_opened_again(database: Database, path: Path) -> None:
    database.execute(PUT, ("a", "1"))
    database.close()
    again = Database(path)
    assert again.query("SELECT * FROM meta") == [("a", "1")]
    assert again.set_aside is None
    again.close()


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(StoreError):
        put_then_fail(database)
    assert keys(database) == []


def test_a_nested_transaction_joins_the_outer_one(database: Database) -> None:
    def put_in_a_nested_one_then_fail() -> None:
        with database.transaction():
            with database.transaction():
                database.execute(PUT, ("a", "1"))
            raise StoreError

    with pytest.raises(StoreError):
        put_in_a_nested_one_then_fail()
    assert keys(database) == []


def test_an_error_caught_inside_a_transaction_still_undoes_it(database: Database) -> None:
    def put_and_swallow_an_error() -> None:
        with database.transaction():
            database.execute(PUT, ("a", "1"))
            with pytest.raises(StoreError):
                database.execute("INSERT INTO meta VALUES ('a', '2')")

    with pytest.raises(StoreError, match="all is undone"):
        put_and_swallow_an_error()
    assert keys(database) == []


def test_an_inner_block_that_fails_undoes_the_outer_one(database: Database) -> None:
    def swallow_the_failure_of_an_inner_block() -> None:
        with database.transaction(), pytest.raises(StoreError):
            put_then_fail(database)

    with pytest.raises(StoreError, match="all is undone"):
        swallow_the_failure_of_an_inner_block()
    assert keys(database) == []


def test_a_database_goes_on_after_a_failed_transaction(database: Database) -> None:
    with pytest.raises(StoreError):
        database.executemany(PUT, [("a", "1"), ("b",)])
    database.executemany(PUT, [("c", "1"), ("d", "1")])
    assert keys(database) == ["c", "d"]


def test_threads_wait_for_a_transaction_of_another(database: Database) -> None:
    seen: list[list[str]] = []
    reader = threading.Thread(target=lambda: seen.append(keys(database)))
    with database.transaction():
        database.execute(PUT, ("a", "1"))
        reader.start()
        assert seen == []
        database.execute(PUT, ("b", "1"))
    reader.join()
    assert seen == [["a", "b"]]


def test_closing_twice_is_harmless_and_using_it_then_an_error(database: Database) -> None:
    database.close()
    database.close()
    with pytest.raises(StoreError):
        keys(database)


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_only_the_user_may_read_the_state(database: Database, path: Path) -> None:
    database.execute(PUT, ("a", "1"))
    modes = {part.name: stat.S_IMODE(part.stat().st_mode) for part in path.parent.iterdir()}
    assert modes == {"vault.db": 0o600, "vault.db-wal": 0o600, "vault.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_is_no_database_is_set_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"# a note, not a database\n" * 400)
    database = Database(path)
    aside = database.set_aside
    assert aside is not None
    assert aside.name.startswith("vault.db.damaged-20")
    assert aside.read_bytes().startswith(b"# a note")
    assert keys(database) == []
    database.close()


def test_a_malformed_database_is_set_aside(path: Path) -> None:
    Database(path).close()
    damage(path)
    database = Database(path)
    assert database.set_aside is not None
    database.execute(PUT, ("a", "1"))
    database.close()


def test_the_log_goes_aside_with_its_database(path: Path) -> None:
    other = Database(path)
    other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damage(path)
    database = Database(path)
    assert Path(f"{database.set_aside}-wal").exists()
    assert Path(f"{database.set_aside}-shm").exists()
    database.close()
    other.close()


def test_an_empty_file_is_a_new_database(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    database = Database(path)
    assert database.set_aside is None
    assert keys(database) == []
    database.close()


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_database_of_any_earlier_version_becomes_the_newest_and_keeps_its_jobs(
    path: Path, version: int
) -> None:
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as old:
        old.create_function("file_key", 1, file_key, deterministic=True)
        for step in MIGRATIONS[:version]:
            old.executescript(step)
        old.execute(
            "INSERT INTO queue (path, generation, priority, since, not_before, forced)"
            " VALUES ('a.md', 7, 1, 2.0, 3.0, 0)"
        )
        old.execute(f"PRAGMA user_version = {version}")
        old.commit()
    with closing(Database(path)) as database:
        assert database.query("PRAGMA user_version") == [(len(MIGRATIONS),)]
        [job] = SqliteQueue(database).lease(9, now=3.0, lease_s=1.0)
    assert (job.path, job.generation) == ("a.md", 7)


def test_a_database_of_a_newer_version_is_refused_and_kept(path: Path) -> None:
    Database(path).close()
    raw = sqlite3.connect(path)
    raw.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    raw.close()
    with pytest.raises(StoreError, match="made by a newer vaultskillet"):
        Database(path)
    assert {part.name for part in path.parent.iterdir()} == {"vault.db", "vault.db.sound"}


def test_a_database_locked_for_too_long_says_try_again(database: Database, path: Path) -> None:
    other = Database(path, busy_timeout_s=0.01)
    with database.transaction(), pytest.raises(StoreError, match="try again in a moment"):
        other.execute(PUT, ("a", "1"))
    other.execute(PUT, ("a", "1"))
    other.close()


def test_a_disk_that_is_full_says_so_and_undoes_the_transaction(database: Database) -> None:
    database.execute("PRAGMA max_page_count = 40")
    with pytest.raises(StoreError, match="disk is full") as caught:
        database.executemany(PUT, [("a", "1"), ("b", "x" * 1_000_000)])
    assert "\n" not in str(caught.value)
    assert keys(database) == []


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_says_how_to_mend_it(path: Path) -> None:
    path.parent.mkdir(mode=0o500)
    with pytest.raises(StoreError, match="--state-dir"):
        Database(path)


def test_a_folder_that_cannot_be_made_says_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file.*--state-dir"):
        Database(tmp_path / "file" / "state" / "vault.db")


def test_a_copy_holds_what_was_committed_and_keeps_its_changes(
    database: Database, path: Path
) -> None:
    database.execute(PUT, ("a", "1"))
    copy = Database.copy_of(path)
    copy.execute(PUT, ("b", "1"))
    assert keys(copy) == ["a", "b"]
    assert keys(database) == ["a"]
    copy.close()


@pytest.mark.parametrize("is_open", [True, False])
def test_a_copy_touches_no_file(path: Path, *, is_open: bool) -> None:
    database = Database(path)
    database.execute(PUT, ("a", "1"))
    if not is_open:
        database.close()
    before = files_of(path)
    names = sorted(part.name for part in path.parent.iterdir())
    copy = Database.copy_of(path)
    assert keys(copy) == ["a"]
    copy.close()
    assert files_of(path) == before
    assert sorted(part.name for part in path.parent.iterdir()) == names
    database.close()


def test_a_copy_of_nothing_is_empty_and_makes_no_file(path: Path) -> None:
    copy = Database.copy_of(path)
    assert keys(copy) == []
    assert not path.parent.exists()
    copy.close()


def test_a_copy_of_a_damaged_database_is_an_error_and_leaves_it(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"# a note, not a database\n" * 400)
    with pytest.raises(StoreError, match="damaged"):
        Database.copy_of(path)
    assert [part.name for part in path.parent.iterdir()] == ["vault.db"]


@pytest.mark.parametrize("is_open", [True, False])
def test_who_only_reads_touches_no_file_and_sees_one_moment(path: Path, *, is_open: bool) -> None:
    database = Database(path)
    database.execute(PUT, ("a", "1"))
    if not is_open:
        database.close()
    before = files_of(path)
    reading = Database(path, to_read=True)
    assert keys(reading) == ["a"]
    if is_open:
        database.execute(PUT, ("b", "1"))
    assert keys(reading) == ["a"]
    with pytest.raises(StoreError):
        reading.execute(PUT, ("c", "1"))
    reading.close()
    database.close()
    assert is_open or files_of(path) == before


def test_who_only_reads_lifts_no_older_database(path: Path) -> None:
    database = Database(path)
    database.execute("PRAGMA user_version = 1")
    database.close()
    with pytest.raises(StoreError, match="another version"):
        Database(path, to_read=True)


def is_checked(path: Path) -> bool:
    """Open and close a database; say whether all of it was checked."""
    statements: list[str] = []
    connect = sqlite3.connect

    class Traced(sqlite3.Connection):
        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as it is
            statements.append(sql)
            return super().execute(sql, *parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", partial(connect, factory=Traced))
        Database(path).close()
    return any("quick_check" in one for one in statements)


def test_a_database_that_stands_as_it_was_closed_is_not_checked_again(path: Path) -> None:
    assert is_checked(path)
    assert not is_checked(path)
    database = Database(path)
    database.execute(PUT, ("a", "1"))
    database.close()
    assert not is_checked(path)


def test_a_database_that_anybody_else_touched_is_checked(path: Path) -> None:
    Database(path).close()
    os.utime(path)
    assert is_checked(path)


def test_a_database_that_was_not_closed_is_checked(path: Path, tmp_path: Path) -> None:
    Database(path).close()
    database = Database(path)
    database.execute(PUT, ("a", "1"))
    killed = tmp_path / "killed"
    shutil.copytree(path.parent, killed, copy_function=shutil.copy2)
    database.close()
    assert is_checked(killed / path.name)


def test_damage_that_comes_out_later_is_set_aside_at_the_next_start(path: Path) -> None:
    database = Database(path)
    database.executemany(PUT, [(f"{n:04}" * 50, "x" * 900) for n in range(400)])
    database.close()
    status = path.stat()
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half:] = b"\xff" * len(content[half:])
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    database = Database(path)
    assert database.set_aside is None
    with pytest.raises(StoreError, match="damaged"):
        database.query("SELECT * FROM meta ORDER BY value")
    database.close()
    assert Database(path).set_aside
