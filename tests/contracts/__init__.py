"""What every adapter of a port does, the real one and the fake."""
