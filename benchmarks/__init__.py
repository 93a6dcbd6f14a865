"""How fast vaultskillet is, how small and how good, beside floors and peers."""
