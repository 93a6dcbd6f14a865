"""Suites that an adapter and its fake both pass."""
