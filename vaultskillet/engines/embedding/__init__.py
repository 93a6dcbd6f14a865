"""Models that tell where texts stand among all texts."""
