"""Pure core: no disk, clock, thread, log or network."""
