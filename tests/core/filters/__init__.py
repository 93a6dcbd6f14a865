"""Tests of the redaction filters."""
