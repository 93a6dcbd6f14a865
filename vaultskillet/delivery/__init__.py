"""Ways for a digest to leave the vault."""
