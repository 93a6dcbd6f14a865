"""The state of a vault in one SQLite file: queue, ledger, journal, index."""
