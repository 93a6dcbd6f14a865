"""Digests: what a stretch of time was about, gathered, told, written and sent."""
