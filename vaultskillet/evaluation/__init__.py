"""How good all of it is on one vault: what its author did is hidden, and looked for."""
