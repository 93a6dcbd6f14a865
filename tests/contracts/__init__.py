"""Suites that each adapter and its fake both pass."""
