"""The vault on disk: which files are notes, reading, the guarded write, watching."""
