"""Automate an Obsidian vault: enrich notes, answer requests, write digests."""

__version__ = "0.1.0"
