"""Tests of the vault on disk."""
