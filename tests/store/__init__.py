"""The state of a vault."""
